"""Concludes a migration."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.domain.metrics import Metric
from vifshift.handlers.runtime import Input, emit, entry, logger
from vifshift.migration.conclusion import ExecutionState, conclude


class ConcludeInput(Input):
    """What the execution knows when it ends."""

    story: ExecutionState
    now: datetime


@entry()
@event_parser(model=ConcludeInput)
def handler(event: ConcludeInput, context: LambdaContext) -> dict[str, Any]:
    """Return the outcome of the migration and its final event, and count it."""
    conclusion = conclude(event.story, execution=event.execution, now=event.now)
    logger.info("concluded", outcome=conclusion.outcome)
    emit(event.execution.name, {Metric.MIGRATIONS: 1}, conclusion.outcome)
    return conclusion.to_json()
