"""Holds a migration until a person approves, or its window opens."""

import os
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.event_bus import bus
from vifshift.adapters.migration_table import ledger
from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.workflow import Wait
from vifshift.events import migration as events
from vifshift.events.notices import ReplyTo
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.migration.validation import Validation
from vifshift.migration.waits import hold


class HoldInput(Input):
    """What is waited for, and the token that ends the wait."""

    validation: Validation
    wait: Wait
    token: str
    now: datetime


@entry()
@event_parser(model=HoldInput)
def handler(event: HoldInput, context: LambdaContext) -> dict[str, Any]:
    """Keep the token where an answer finds it, and tell what is waited for.

    Who wanted it cancelled before there was a token has not been heard yet.
    """
    name, now = event.execution.name, event.now.timestamp()
    ledger().keep_token(name, event.wait, event.token, now=now)
    if cancellation := ledger().cancellation(name):
        raise MigrationCancelled(f"cancelled by {cancellation}")
    metadata = events.metadata(event.execution, event.validation.request_id, event.now)
    reply_to = ReplyTo(os.environ["VIFSHIFT_BUS"], os.environ["VIFSHIFT_REPLY_SOURCE"])
    bus().send(hold(event.validation, event.wait, event.token, metadata, reply_to))
    logger.info("held", wait=event.wait)
    return {}
