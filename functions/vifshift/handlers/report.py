"""Reports a migration: reads its history, and stores the report as evidence."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.environment import BUCKET, environment
from vifshift.adapters.executions import executions, own_executions
from vifshift.adapters.outside_table import outside_table
from vifshift.adapters.report_bucket import report_bucket
from vifshift.events.announcements import with_evidence
from vifshift.events.migration import Announcement
from vifshift.handlers.runtime import Input, emit, entry, logger
from vifshift.reports.migration.interruption import in_words
from vifshift.reports.migration.measurements import measures
from vifshift.reports.migration.page import render
from vifshift.reports.migration.reading import read


class ReportInput(Input):
    """The final event of a migration, which is about to be sent."""

    announcement: Announcement
    now: datetime


@entry(needs=(BUCKET,), made_ahead=(own_executions, report_bucket))
@event_parser(model=ReportInput)
def handler(event: ReportInput, context: LambdaContext) -> dict[str, Any]:
    """Store the report, and return the final event with its URIs."""
    evidence = read(
        executions(environment().region).history(event.execution.arn),
        announcement=event.announcement,
        execution=event.execution,
        now=event.now,
    )
    if environment().table:
        marks = outside_table().marks(event.execution.name)
        evidence = evidence.model_copy(update={"changed_outside": marks})
    emit(event.execution.name, measures(evidence))
    kept = report_bucket().keep_report(
        evidence.folder, evidence.model_dump_json(indent=2), render(evidence)
    )
    logger.info("reported", outcome=evidence.outcome, page=kept.html_uri)
    return {
        "announcement": with_evidence(
            event.announcement, kept, in_words(evidence.interruption)
        ).to_json()
    }
