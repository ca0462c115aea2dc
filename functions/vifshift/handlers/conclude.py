"""Concludes a migration: says how it ended."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.domain.metrics import Metric
from vifshift.handlers.runtime import Input, emit, entry, logger
from vifshift.migration.conclusion import Story, conclude


class ConcludeInput(Input):
    """All that the execution knows."""

    story: Story
    now: datetime


@entry()
@event_parser(model=ConcludeInput)
def handler(event: ConcludeInput, context: LambdaContext) -> dict[str, Any]:
    """Say how the migration ended, and word its last event."""
    conclusion = conclude(event.story, execution=event.execution, now=event.now)
    logger.info("concluded", outcome=conclusion.outcome)
    emit(event.execution.name, {Metric.MIGRATIONS: 1}, conclusion.outcome)
    return conclusion.to_json()
