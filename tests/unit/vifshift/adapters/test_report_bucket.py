"""How the evidence is kept, in S3 as moto has it."""

import hashlib
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
from vifshift.adapters.report_bucket import ReportBucket
from vifshift.domain.errors import (
    CallDenied,
    CallError,
    CallFailed,
    CallRefused,
    CallThrottled,
    CallTimedOut,
)
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

    kept = ReportBucket(bucket, BUCKET).keep_report(
        found.folder, found.model_dump_json(), "<p>ü</p>"
    )

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
    ReportBucket(bucket, BUCKET).keep_report(evidence(moved()).folder, "{}", "")

    head = bucket.head_object(Bucket=BUCKET, Key=f"{FOLDER}/report.{name}")
    assert head["ContentType"] == f"{content_type}; charset=utf-8"
    assert head["ContentDisposition"] == "inline"


def stored(bucket: Any) -> dict[str, str]:
    """Return the content of each version in the folder, by key and version."""
    versions = bucket.list_object_versions(Bucket=BUCKET, Prefix=FOLDER).get("Versions", [])
    return {
        f"{each['Key'].removeprefix(FOLDER)} {each['VersionId']}": bucket.get_object(
            Bucket=BUCKET, Key=each["Key"], VersionId=each["VersionId"]
        )["Body"]
        .read()
        .decode()
        for each in versions
    }


def test_a_report_is_known_by_its_versions_and_hashes(bucket: Any) -> None:
    kept = ReportBucket(bucket, BUCKET).keep_report(FOLDER, "{}", "<p>ü</p>")

    assert kept.data
    assert kept.page
    assert kept.data.sha256 == hashlib.sha256(b"{}").hexdigest()
    assert kept.page.sha256 == hashlib.sha256("<p>ü</p>".encode()).hexdigest()
    assert stored(bucket) == {
        f"/report.json {kept.data.version_id}": "{}",
        f"/report.html {kept.page.version_id}": "<p>ü</p>",
    }


def test_whoever_tries_again_finds_its_own_report(bucket: Any) -> None:
    archive = ReportBucket(bucket, BUCKET)

    first = archive.keep_report(FOLDER, "{}", "page")
    second = archive.keep_report(FOLDER, "{}", "page")

    assert first == second
    assert len(stored(bucket)) == 2


def test_whoever_was_lost_between_both_files_adds_the_other(bucket: Any) -> None:
    archive = ReportBucket(bucket, BUCKET)
    archive.keep_report(FOLDER, "{}", "page")
    bucket.delete_object(Bucket=BUCKET, Key=f"{FOLDER}/report.html")

    kept = archive.keep_report(FOLDER, "{}", "page")

    assert kept.html_uri.endswith("/report.html")
    assert bucket.get_object(Bucket=BUCKET, Key=f"{FOLDER}/report.html")["Body"].read() == b"page"


@pytest.mark.parametrize(("data", "page"), [("{1}", "page"), ("{}", "other"), ("{1}", "other")])
def test_another_report_gets_names_of_its_own(bucket: Any, data: str, page: str) -> None:
    archive = ReportBucket(bucket, BUCKET)
    first = archive.keep_report(FOLDER, "{}", "page")
    before = stored(bucket)

    second = archive.keep_report(FOLDER, data, page)
    again = archive.keep_report(FOLDER, data, page)

    assert second == again
    assert second.json_uri == f"s3://{BUCKET}/{FOLDER}/report-2.json"
    assert second.html_uri == f"s3://{BUCKET}/{FOLDER}/report-2.html"
    assert second != first
    assert before.items() <= stored(bucket).items()
    assert len(stored(bucket)) == 4


def test_a_folder_has_so_many_reports_and_no_more(bucket: Any) -> None:
    archive = ReportBucket(bucket, BUCKET)
    for number in range(module.MOST_REPORTS):
        archive.keep_report(FOLDER, f"{number}", "page")

    with pytest.raises(CallRefused, match="already has 20 reports that differ"):
        archive.keep_report(FOLDER, "one more", "page")


def test_what_others_have_stored_there_without_a_hash_is_not_taken_for_its_own(
    bucket: Any,
) -> None:
    bucket.put_object(Bucket=BUCKET, Key=f"{FOLDER}/report.json", Body=b"{}")
    head = bucket.head_object(Bucket=BUCKET, Key=f"{FOLDER}/report.json", ChecksumMode="ENABLED")
    assert "ChecksumSHA256" not in head

    kept = ReportBucket(bucket, BUCKET).keep_report(FOLDER, "{}", "page")

    assert kept.json_uri.endswith("/report-2.json")


def test_the_last_report_of_each_migration_is_read_with_its_versions_and_hashes(
    bucket: Any,
) -> None:
    archive = ReportBucket(bucket, BUCKET)
    day, next_day = "migrations/2026/07/01", "migrations/2026/07/02"
    folders = [f"{day}/plan-n-0001", f"{day}/plan-n-0002", f"{next_day}/plan-n-0003"]
    archive.keep_report(folders[0], "1", "page")
    replaced = archive.keep_report(folders[0], "10", "page")
    single = archive.keep_report(folders[2], "3", "page")
    archive.keep_report(f"{day}/plan-n-00020", "4", "page")

    found = archive.reports([*folders, "plans/2026/07/01/x"], int)

    assert found == {folders[0]: (replaced, 10), folders[2]: (single, 3)}


def test_a_page_that_can_not_be_read_is_said_to_have_no_hash(bucket: Any) -> None:
    archive = ReportBucket(bucket, BUCKET)
    kept = archive.keep_report(FOLDER, "1", "page")
    bucket.delete_object(Bucket=BUCKET, Key=f"{FOLDER}/report.html")

    assert archive.reports([FOLDER], int) == {FOLDER: (kept.model_copy(update={"page": None}), 1)}


def test_a_locked_bucket_takes_it_since_it_is_sent_with_a_checksum(bucket: Any) -> None:
    with Stubber(bucket) as stub:
        for suffix, kind in (("json", "application/json"), ("html", "text/html")):
            wanted = {
                "Bucket": BUCKET,
                "Key": f"{FOLDER}/report.{suffix}",
                "Body": b"" if suffix == "html" else b"{}",
                "ContentType": f"{kind}; charset=utf-8",
                "ContentDisposition": "inline",
                "ChecksumAlgorithm": "SHA256",
                "IfNoneMatch": "*",
            }
            stub.add_response("put_object", {}, wanted)

        ReportBucket(bucket, BUCKET).keep_report(evidence(moved()).folder, "{}", "")

        stub.assert_no_pending_responses()


@pytest.mark.parametrize(("code", "status", "meaning"), FAULTS)
def test_what_s3_answers_means_what_it_means_elsewhere(
    code: str, status: int, meaning: type[CallError]
) -> None:
    client = a_client()
    with Stubber(client) as stub:
        stub.add_client_error("put_object", code, "no", status)

        with pytest.raises(meaning, match=f"put_object: {code}: no"):
            ReportBucket(client, BUCKET).keep_report(evidence(moved()).folder, "{}", "")


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
        ReportBucket(silent, BUCKET).keep_report(evidence(moved()).folder, "{}", "")
    assert silent.calls == 1


def test_the_archive_is_the_stack_s_own_and_does_not_wait_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[tuple[str, str, Any]] = []
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("VIFSHIFT_BUCKET", BUCKET)
    monkeypatch.setattr(module, "own_client", lambda *parts: made.append(parts))
    module.report_bucket.cache_clear()

    assert module.report_bucket() is module.report_bucket()

    [(service, region, config)] = made
    assert (service, region) == ("s3", REGION)
    assert config.retries["total_max_attempts"] == 1
    # Two objects must be kept, and the history read, in 30 seconds.
    assert config.connect_timeout + config.read_timeout <= 10
    module.report_bucket.cache_clear()
