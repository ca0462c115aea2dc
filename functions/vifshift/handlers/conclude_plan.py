"""Concludes a plan."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.environment import BUCKET, MIGRATIONS, TABLE, environment
from vifshift.adapters.executions import executions
from vifshift.domain.asked_by import recalled
from vifshift.domain.execution_history import follow
from vifshift.domain.metrics import Metric
from vifshift.handlers.plan_results import results
from vifshift.handlers.runtime import Input, emit, entry, logger
from vifshift.plan.running.conclusion import PlanExecutionState, conclude
from vifshift.reports.plan.reading import conclusion_of, is_told


class ConcludePlanInput(Input):
    """What the execution knows when it ends."""

    story: PlanExecutionState
    now: datetime


@entry(needs=(BUCKET, MIGRATIONS, TABLE))
@event_parser(model=ConcludePlanInput)
def handler(event: ConcludePlanInput, context: LambdaContext) -> dict[str, Any]:
    """Return the outcome of the plan and its final event, unless that was sent before."""
    history, execution = (
        executions(environment().region).history(event.execution.arn),
        event.execution,
    )
    if event.story.status:
        trail = follow(history)
        if is_told(trail):
            logger.info("told before")
            return {"announcement": None}
        if concluded := conclusion_of(trail, event.story.status):
            logger.info("concluded before")
            return {"announcement": concluded.to_json()}
        who = recalled(trail.variables.get("execution"))
        execution = execution.model_copy(update={"asked_by": who})
    found = results(execution, event.story.preparation)
    conclusion = conclude(event.story, found, execution=execution, now=event.now)
    logger.info("concluded", outcome=conclusion.outcome)
    emit(event.execution.name, {Metric.PLANS: 1}, conclusion.outcome)
    return conclusion.to_json()
