"""Investigates an execution that was stopped on its way."""

import os
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.directconnect import direct_connect
from vifshift.adapters.executions import executions
from vifshift.domain.errors import CallDenied
from vifshift.domain.execution_history import follow
from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Outcome
from vifshift.handlers.runtime import Input, access, emit, entry, logger
from vifshift.migration.convergence import Sighting, glance
from vifshift.migration.interruption import Interruption, judge, understand


class InvestigateInput(Input):
    """The execution that was stopped, and what an earlier look has found out about it, if any."""

    status: str
    interruption: Interruption | None
    now: datetime


@entry()
@event_parser(model=InvestigateInput)
def handler(event: InvestigateInput, context: LambdaContext) -> dict[str, Any]:
    """Find out how far it had come, look at its VIF, and say what is to be told."""
    interruption = event.interruption or _understand(event)
    judgement = judge(interruption, _look(interruption), execution=event.execution, now=event.now)
    logger.info("investigated", last_state=interruption.last_state, is_safe=judgement.is_safe)
    if event.interruption is None and judgement.announcement:
        emit(event.execution.name, {Metric.MIGRATIONS: 1}, Outcome.INTERRUPTED)
    return judgement.to_json()


def _understand(event: InvestigateInput) -> Interruption:
    history = executions(os.environ["AWS_REGION"]).history(event.execution.arn)
    return understand(
        follow(history), execution=event.execution, status=event.status, now=event.now
    )


def _look(interruption: Interruption) -> Sighting:
    migration = interruption.validation.migration if interruption.validation else None
    if migration is None:
        return Sighting(problem="it was stopped before it looked")
    try:
        network = direct_connect(access(migration))
    except CallDenied as error:
        # The role may have been taken out of the settings since.
        return Sighting(problem=str(error))
    return glance(network, migration.snapshot.virtual_interface_id)
