"""The Lambda that reports a migration, called as Step Functions calls it."""

import json
from collections.abc import Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.vifshift.fakes import EXECUTION, REGION, SECRET
from tests.unit.vifshift.histories import DOWN, Event, a_look, moved, the_end
from tests.unit.vifshift.lambdas import Handler, Json, invoke, now
from vifshift.domain.errors import CallDenied, CallTimedOut
from vifshift.domain.migration import Outcome
from vifshift.events.base import LONGEST_TEXT, EvidenceUris, Notice, StoredFile
from vifshift.events.migration import Detail, Ended
from vifshift.events.notices import with_interruption
from vifshift.handlers import report
from vifshift.reports.migration.model import Evidence

URIS = EvidenceUris(
    html_uri="s3://b/report.html",
    json_uri="s3://b/report.json",
    page=StoredFile(version_id="1.page_", sha256="a" * 64),
    data=StoredFile(sha256="b" * 64),
)
HANDLER: Handler = report.handler


class FakeReportBucket:
    """An in-memory bucket that may be denied."""

    def __init__(self) -> None:
        self.kept: list[tuple[Evidence, str]] = []
        self.error: Exception | None = None

    def keep_report(self, folder: str, data: str, page: str) -> EvidenceUris:
        """Keep a report."""
        if self.error:
            raise self.error
        evidence = Evidence.model_validate_json(data)
        assert folder == evidence.folder
        self.kept.append((evidence, page))
        return URIS


class FakeExecutions:
    """The history of one execution."""

    def __init__(self) -> None:
        self.events = moved(a_look(15, DOWN))
        self.error: Exception | None = None

    def history(self, arn: str) -> Iterator[Event]:
        """Yield its events."""
        assert arn == EXECUTION.arn
        if self.error:
            raise self.error
        yield from self.events


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> FakeReportBucket:
    archive = FakeReportBucket()
    undisturbed = SimpleNamespace(marks=lambda migration_id: ())
    monkeypatch.setattr(report, "report_bucket", lambda: archive)
    monkeypatch.setattr(report, "outside_table", lambda: undisturbed)
    return archive


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> FakeExecutions:
    executions = FakeExecutions()
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setattr(report, "executions", {REGION: executions}.__getitem__)
    return executions


def reported(announcement: Any = None) -> Json:
    last = announcement or the_end().to_json()
    return invoke(HANDLER, announcement=last, now=now(301))


def test_the_last_event_says_where_the_evidence_is_and_how_long_it_was_interrupted(
    archive: FakeReportBucket, executions: FakeExecutions
) -> None:
    before = the_end().to_json()

    answer = reported(before)

    said = answer["announcement"]["detail"]["data"].pop("evidence")
    assert said == {
        "htmlUri": "s3://b/report.html",
        "jsonUri": "s3://b/report.json",
        "html": {"versionId": "1.page_", "sha256": "a" * 64},
        "json": {"versionId": None, "sha256": "b" * 64},
    }
    expected: Any = json.loads(json.dumps(before))
    told = expected["detail"]["data"]["notice"]
    told["text"] += " Traffic has been interrupted since 09:00:15 UTC, as far as BGP tells."
    told["more"] = (
        f"{told['more']} Evidence: https://{REGION}.console.aws.amazon.com/s3/object/b?region={REGION}"
        "&prefix=report.html or s3://b/report.html. "
        f"Evidence: page SHA-256 {'a' * 64}, version 1.page_; data SHA-256 {'b' * 64}."
    ).strip()
    assert expected["detail"]["data"].pop("evidence") is None
    assert answer == {"announcement": expected}
    Detail.model_validate(answer["announcement"]["detail"])


def test_how_long_traffic_was_interrupted_is_not_cut() -> None:
    notice = Notice(title="a", text="word " * 199, next_step="")
    told = "Traffic was interrupted for 47 s (between 42 and 57 s), from 09:00:12 to 09:00:59 UTC."

    text = with_interruption(notice, told).text

    assert len(text) <= LONGEST_TEXT
    assert text.endswith(f"… {told}")


def test_data_and_page_are_of_the_same_evidence(
    archive: FakeReportBucket, executions: FakeExecutions
) -> None:
    reported(the_end(Outcome.NEEDS_ATTENTION).to_json())

    [(evidence, page)] = archive.kept
    assert evidence.outcome == "needs-attention"
    assert len(evidence.looks) == 1
    assert EXECUTION.name in page


def test_an_event_that_was_worded_without_a_lambda_is_taken_as_it_is(
    archive: FakeReportBucket, executions: FakeExecutions
) -> None:
    blind: Any = the_end(now=None).to_json()
    for name in ("approval", "evidence"):
        blind["detail"]["data"].pop(name)

    told = Detail.model_validate(reported(blind)["announcement"]["detail"]).data

    assert isinstance(told, Ended)
    assert told.evidence == URIS


@pytest.mark.parametrize("error", [CallDenied("put_object: no"), CallTimedOut("put_object: …")])
def test_what_can_t_be_kept_or_read_is_an_error_for_the_workflow(
    archive: FakeReportBucket, executions: FakeExecutions, error: Exception
) -> None:
    archive.error = error
    with pytest.raises(type(error)):
        reported()

    archive.error, executions.error = None, error
    with pytest.raises(type(error)):
        reported()
    assert archive.kept == []


def test_the_log_says_what_was_reported_and_no_more(
    archive: FakeReportBucket, executions: FakeExecutions, log: StringIO
) -> None:
    reported(the_end(next_step=SECRET).to_json())

    assert '"outcome":"succeeded"' in log.getvalue().replace(" ", "")
    assert SECRET not in log.getvalue()
