"""Reports a migration: reads what became of it, and keeps that as evidence."""

import os
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.executions import executions
from vifshift.adapters.report_bucket import archive
from vifshift.events.migration import Announcement, with_evidence
from vifshift.handlers.runtime import Input, emit, entry, logger
from vifshift.reports.migration.measurements import measures
from vifshift.reports.migration.page import render
from vifshift.reports.migration.reading import read


class ReportInput(Input):
    """The last event of a migration, which is about to be sent."""

    announcement: Announcement
    now: datetime


@entry()
@event_parser(model=ReportInput)
def handler(event: ReportInput, context: LambdaContext) -> dict[str, Any]:
    """Keep the evidence, and say in the last event where it is."""
    evidence = read(
        executions(os.environ["AWS_REGION"]).history(event.execution.arn),
        announcement=event.announcement,
        execution=event.execution,
        now=event.now,
    )
    emit(event.execution.name, measures(evidence))
    kept = archive().keep(evidence, render(evidence))
    logger.info("reported", outcome=evidence.outcome, page=kept.html_uri)
    return {"announcement": with_evidence(event.announcement, kept).to_json()}
