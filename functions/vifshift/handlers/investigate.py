"""Investigates an interrupted execution."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.directconnect import direct_connect, own_direct_connect
from vifshift.adapters.environment import ACCESS_POLICY, SESSION, environment
from vifshift.adapters.executions import executions, own_executions
from vifshift.domain.errors import CallDenied
from vifshift.domain.execution_history import follow
from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Outcome
from vifshift.domain.observation import Reading
from vifshift.handlers.runtime import Input, access, emit, entry, logger
from vifshift.migration.convergence import read_vif
from vifshift.migration.interruption import (
    InterruptedExecution,
    conclusion_of,
    judge,
    understand,
)


class InvestigateInput(Input):
    """The interrupted execution, and the result of an earlier investigation, if any."""

    status: str
    interruption: InterruptedExecution | None
    now: datetime


@entry(
    needs=(ACCESS_POLICY, SESSION),
    made_ahead=(own_direct_connect, own_executions),
)
@event_parser(model=InvestigateInput)
def handler(event: InvestigateInput, context: LambdaContext) -> dict[str, Any]:
    """Return how far the execution came, where its VIF is, and the final event to send."""
    interruption, concluded = event.interruption, None
    if interruption is None:
        trail = follow(executions(environment().region).history(event.execution.arn))
        interruption = understand(
            trail, execution=event.execution, status=event.status, now=event.now
        )
        concluded = conclusion_of(trail) if interruption.has_ended_by_itself else None
    judgement = judge(
        interruption,
        _read_vif(interruption),
        execution=event.execution,
        now=event.now,
        concluded=concluded,
    )
    logger.info("investigated", last_state=interruption.last_state, is_safe=judgement.is_safe)
    # How it ended was counted where it was concluded.
    if judgement.announcement and not interruption.was_announced and not concluded:
        emit(event.execution.name, {Metric.MIGRATIONS: 1}, Outcome.INTERRUPTED)
    return judgement.to_json()


def _read_vif(interruption: InterruptedExecution) -> Reading:
    migration = interruption.validation.migration if interruption.validation else None
    if migration is None:
        return Reading(problem="the execution was stopped before it read the network")
    try:
        network = direct_connect(access(migration))
    except CallDenied as error:
        # The role may have been removed from the settings since.
        return Reading(problem=str(error))
    return read_vif(network, migration.snapshot.virtual_interface_id)
