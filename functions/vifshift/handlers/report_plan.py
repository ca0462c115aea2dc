"""Reports a plan: reads what became of it and of its moves, and keeps that as evidence."""

import os
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.executions import executions
from vifshift.adapters.report_bucket import archive
from vifshift.events.plan import PlanAnnouncement, with_evidence
from vifshift.handlers.gathering import results
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.reports.plan.page import render
from vifshift.reports.plan.reading import begin, folder, report


class ReportPlanInput(Input):
    """The last event of a plan, which is about to be sent."""

    announcement: PlanAnnouncement
    now: datetime


@entry()
@event_parser(model=ReportPlanInput)
def handler(event: ReportPlanInput, context: LambdaContext) -> dict[str, Any]:
    """Keep the report, and say in the last event where it is."""
    history = executions(os.environ["AWS_REGION"]).history(event.execution.arn)
    beginning = begin(history)
    made = report(
        event.announcement,
        beginning,
        results(event.execution, beginning.preparation),
        archive=archive(),
        execution=event.execution,
        now=event.now,
    )
    kept = archive().keep_report(
        folder(event.execution, beginning, event.now), made.model_dump_json(indent=2), render(made)
    )
    logger.info("reported", outcome=made.outcome, page=kept.html_uri)
    return {"announcement": with_evidence(event.announcement, kept).to_json()}
