"""Concludes a plan."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.directconnect import direct_connect
from vifshift.adapters.environment import (
    ACCESS_POLICY,
    BUCKET,
    MIGRATIONS,
    SESSION,
    TABLE,
    environment,
)
from vifshift.adapters.executions import executions, own_executions
from vifshift.adapters.sessions import assume
from vifshift.domain.asked_by import recalled
from vifshift.domain.errors import CallError
from vifshift.domain.execution_history import follow
from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Execution
from vifshift.domain.port_left import PortLeft, read_port
from vifshift.domain.scheduled_start import state_machine_of
from vifshift.handlers.plan_results import results
from vifshift.handlers.runtime import Input, emit, entry, logger
from vifshift.plan.running.conclusion import (
    PlanConclusion,
    PlanExecutionState,
    conclude,
    port_to_read,
)
from vifshift.plan.running.results import Results
from vifshift.plan.running.returning import (
    NothingToReturnError,
    not_returned,
    plan_back,
    returned,
    why_not,
)
from vifshift.reports.plan.reading import conclusion_of, is_told


class ConcludePlanInput(Input):
    """What the execution knows when it ends."""

    story: PlanExecutionState
    now: datetime


@entry(
    needs=(ACCESS_POLICY, BUCKET, MIGRATIONS, SESSION, TABLE),
    made_ahead=(own_executions,),
)
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
    conclusion = conclude(
        event.story,
        found,
        execution=execution,
        now=event.now,
        port=_port(event.story, found, execution),
    )
    conclusion = _with_return(event, found, conclusion, execution)
    logger.info("concluded", outcome=conclusion.outcome)
    emit(event.execution.name, {Metric.PLANS: 1}, conclusion.outcome)
    return conclusion.to_json()


def _with_return(
    event: ConcludePlanInput, found: Results, conclusion: PlanConclusion, execution: Execution
) -> PlanConclusion:
    """Start the plan back, if the plan asked for one and has ended as that needs."""
    options = event.story.preparation.request if event.story.preparation else None
    if options is None or options.return_ is None or not found.was_touched:
        return conclusion
    if why := why_not(conclusion.outcome):
        return not_returned(conclusion, execution.name, why)
    try:
        back = plan_back(execution.name, options, found, event.now)
        # It is taken already where this is asked again: the first plan back is the one.
        own_executions().start(state_machine_of(execution.arn), back.name, back.request)
    except (CallError, NothingToReturnError) as error:
        return not_returned(conclusion, execution.name, str(error))
    logger.info("plan back started", plan_id=back.name)
    return returned(conclusion, back)


def _port(story: PlanExecutionState, found: Results, execution: Execution) -> PortLeft | None:
    """Return what is left on the port that the plan was to empty; None if there is none."""
    port = port_to_read(story)
    request = story.preparation.request if story.preparation else None
    if port is None or request is None:
        return None
    allowed = environment().access_policy
    try:
        access = allowed.access(request.region or allowed.home, request.role_arn, execution.name)
        assume(access)
    except CallError as error:
        # The role may have been removed from the settings since.
        return PortLeft(connection_id=port, is_empty=None, reason=str(error))
    return read_port(direct_connect(access), port, found.known)
