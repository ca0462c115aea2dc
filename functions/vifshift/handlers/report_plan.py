"""Reports a plan: reads its history and its moves' results, and stores the report as evidence."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.environment import BUCKET, MIGRATIONS, TABLE, environment
from vifshift.adapters.executions import executions, own_executions
from vifshift.adapters.report_bucket import report_bucket
from vifshift.events.plan import PlanAnnouncement
from vifshift.events.plan_announcements import with_evidence
from vifshift.handlers.plan_results import results
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.reports.plan.page import render
from vifshift.reports.plan.reading import begin, folder, report


class ReportPlanInput(Input):
    """The final event of a plan, which is about to be sent."""

    announcement: PlanAnnouncement
    now: datetime


@entry(
    needs=(BUCKET, MIGRATIONS, TABLE),
    made_ahead=(own_executions, report_bucket),
)
@event_parser(model=ReportPlanInput)
def handler(event: ReportPlanInput, context: LambdaContext) -> dict[str, Any]:
    """Store the report, and return the final event with its URIs."""
    history = executions(environment().region).history(event.execution.arn)
    beginning = begin(history)
    made = report(
        event.announcement,
        beginning,
        results(event.execution, beginning.preparation),
        bucket=report_bucket(),
        execution=event.execution,
        now=event.now,
    )
    kept = report_bucket().keep_report(
        folder(event.execution, beginning, event.now), made.model_dump_json(indent=2), render(made)
    )
    logger.info("reported", outcome=made.outcome, page=kept.html_uri)
    return {"announcement": with_evidence(event.announcement, kept).to_json()}
