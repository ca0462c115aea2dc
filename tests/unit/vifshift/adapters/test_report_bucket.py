"""How the evidence is kept, in S3 as moto has it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws

from tests.unit.vifshift.fakes import EXECUTION, REGION
from tests.unit.vifshift.histories import evidence, moved
from vifshift.adapters import report_bucket as module
from vifshift.adapters.report_bucket import Archive
from vifshift.domain.errors import CallDenied, CallError, CallFailed, CallThrottled, CallTimedOut
from vifshift.reports.migration.model import Evidence

BUCKET = "evidence"
FOLDER = f"migrations/2026/07/01/{EXECUTION.name}"
FAULTS: list[tuple[str, int, type[CallError]]] = [
    ("AccessDenied", 403, CallDenied),
    ("SlowDown", 503, CallFailed),
    ("ThrottlingException", 400, CallThrottled),
    ("InternalError", 500, CallFailed),
]


def a_client() -> Any:
    session = boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)
    return session.client("s3")


@pytest.fixture
def bucket() -> Iterator[Any]:
    """Return the client of a bucket like the stack's."""
    with mock_aws():
        client = a_client()
        place = {"LocationConstraint": REGION}
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        versions = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versions)
        yield client


def test_a_report_is_found_by_the_day_its_migration_began_and_by_its_name(bucket: Any) -> None:
    found = evidence(moved(), seconds=24 * 3600)

    kept = Archive(bucket, BUCKET).keep(found, "<p>ü</p>")

    assert kept.json_uri == f"s3://{BUCKET}/{FOLDER}/report.json"
    assert kept.html_uri == f"s3://{BUCKET}/{FOLDER}/report.html"
    body = bucket.get_object(Bucket=BUCKET, Key=f"{FOLDER}/report.json")["Body"].read()
    assert Evidence.model_validate_json(body) == found
    page = bucket.get_object(Bucket=BUCKET, Key=f"{FOLDER}/report.html")["Body"].read()
    assert page.decode() == "<p>ü</p>"


@pytest.mark.parametrize(
    ("name", "content_type"), [("json", "application/json"), ("html", "text/html")]
)
def test_a_browser_shows_it_and_reads_it_as_utf_8(
    bucket: Any, name: str, content_type: str
) -> None:
    Archive(bucket, BUCKET).keep(evidence(moved()), "")

    head = bucket.head_object(Bucket=BUCKET, Key=f"{FOLDER}/report.{name}")
    assert head["ContentType"] == f"{content_type}; charset=utf-8"
    assert head["ContentDisposition"] == "inline"


def test_what_is_kept_twice_is_a_version_more(bucket: Any) -> None:
    archive = Archive(bucket, BUCKET)

    first = archive.keep(evidence(moved()), "first")
    second = archive.keep(evidence(moved()), "second")

    assert first == second
    versions = bucket.list_object_versions(Bucket=BUCKET, Prefix=f"{FOLDER}/report.html")
    assert len(versions["Versions"]) == 2


def test_a_locked_bucket_takes_it_since_it_is_sent_with_a_checksum(bucket: Any) -> None:
    with Stubber(bucket) as stub:
        for suffix, kind in (("json", "application/json"), ("html", "text/html")):
            wanted = {
                "Bucket": BUCKET,
                "Key": f"{FOLDER}/report.{suffix}",
                "Body": b"" if suffix == "html" else evidence(moved()).model_dump_json(indent=2),
                "ContentType": f"{kind}; charset=utf-8",
                "ContentDisposition": "inline",
                "ChecksumAlgorithm": "SHA256",
            }
            if suffix == "json":
                wanted["Body"] = str(wanted["Body"]).encode()
            stub.add_response("put_object", {}, wanted)

        Archive(bucket, BUCKET).keep(evidence(moved()), "")

        stub.assert_no_pending_responses()


@pytest.mark.parametrize(("code", "status", "meaning"), FAULTS)
def test_what_s3_answers_means_what_it_means_elsewhere(
    code: str, status: int, meaning: type[CallError]
) -> None:
    client = a_client()
    with Stubber(client) as stub:
        stub.add_client_error("put_object", code, "no", status)

        with pytest.raises(meaning, match=f"put_object: {code}: no"):
            Archive(client, BUCKET).keep(evidence(moved()), "")


def test_a_bucket_that_does_not_answer_is_not_waited_for_twice() -> None:
    class Silent:
        meta = a_client().meta

        def __init__(self) -> None:
            self.calls = 0

        def put_object(self, **_: object) -> None:
            self.calls += 1
            raise ReadTimeoutError(endpoint_url="https://s3")

    silent = Silent()
    with pytest.raises(CallTimedOut):
        Archive(silent, BUCKET).keep(evidence(moved()), "")
    assert silent.calls == 1


def test_the_archive_is_the_stack_s_own_and_does_not_wait_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[tuple[str, str, Any]] = []
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("VIFSHIFT_BUCKET", BUCKET)
    monkeypatch.setattr(module, "own_client", lambda *parts: made.append(parts))
    module.archive.cache_clear()

    assert module.archive() is module.archive()

    [(service, region, config)] = made
    assert (service, region) == ("s3", REGION)
    assert config.retries["total_max_attempts"] == 1
    # Two objects must be kept, and the history read, in 30 seconds.
    assert config.connect_timeout + config.read_timeout <= 10
    module.archive.cache_clear()
