"""Holds a migration until a person approves, or its window opens."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.environment import BUS, REPLY_SOURCE, TABLE, environment
from vifshift.adapters.event_bus import event_bus
from vifshift.adapters.migration_table import migration_table
from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.workflow import Wait
from vifshift.events import announcements
from vifshift.events.notices import ReplyTo
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.migration.validation import Validation
from vifshift.migration.waits import hold, kept_cancellation


class HoldInput(Input):
    """What the migration waits for, and the token of the waiting task."""

    validation: Validation
    wait: Wait
    token: str
    now: datetime


@entry(needs=(BUS, REPLY_SOURCE, TABLE))
@event_parser(model=HoldInput)
def handler(event: HoldInput, context: LambdaContext) -> dict[str, Any]:
    """Store the token for an answer, and send the event that announces the wait.

    Raises `MigrationCancelled` for a cancellation that came before there was a token.
    """
    name, now = event.execution.name, event.now.timestamp()
    migration_table().keep_token(name, event.wait, event.token, now=now)
    cancellation = migration_table().cancellation(name) or kept_cancellation(
        answer_table(), event.execution, event.validation.request_id
    )
    if cancellation:
        raise MigrationCancelled(f"cancelled by {cancellation}")
    metadata = announcements.metadata(event.execution, event.validation.request_id, event.now)
    reply_to = ReplyTo(environment().bus, environment().reply_source)
    event_bus().send(hold(event.validation, event.wait, event.token, metadata, reply_to))
    logger.info("held", wait=event.wait)
    return {}
