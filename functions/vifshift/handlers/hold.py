"""Holds a migration until a person approves, its window opens, or its gateway may be free."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.environment import BUCKET, BUS, REPLY_SOURCE, TABLE, environment
from vifshift.adapters.event_bus import event_bus
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.plan_table import plan_table
from vifshift.adapters.report_bucket import report_bucket
from vifshift.domain.object_keys import proposal_key
from vifshift.domain.workflow import Wait
from vifshift.events import announcements
from vifshift.events.commands import ReplyTo
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.migration.validation_result import Validation
from vifshift.migration.waits import hold, raise_if_cancelled
from vifshift.reports.overview.of_migration import proposal
from vifshift.reports.overview.page import render


class HoldInput(Input):
    """What the migration waits for, and the token of the waiting task."""

    validation: Validation
    wait: Wait
    token: str
    now: datetime


@entry(
    needs=(BUCKET, BUS, REPLY_SOURCE, TABLE),
    made_ahead=(migration_table, answer_table, event_bus),
)
@event_parser(model=HoldInput)
def handler(event: HoldInput, context: LambdaContext) -> dict[str, Any]:
    """Store the token for an answer, and send the event that announces the wait.

    Raises `MigrationCancelled` for a cancellation that came before there was a token.
    """
    name, now = event.execution.name, event.now.timestamp()
    migration = event.validation.migration
    plan_id = migration.plan_id if migration else None
    migration_table().keep_token(
        name,
        event.wait,
        event.token,
        now=now,
        digest=event.validation.digest,
        of=event.validation.approval_of,
        asked=event.execution.asked_by.bound_source if event.execution.asked_by else "",
    )
    if plan_id:
        plan_table().record_wait(plan_id, name, now=now)
    raise_if_cancelled(
        event.execution,
        event.validation.request_id,
        plan_id,
        table=migration_table(),
        kept=answer_table(),
        plans=plan_table,
    )
    metadata = announcements.metadata(event.execution, event.validation.request_id, event.now)
    reply_to = ReplyTo(environment().bus, environment().reply_source)
    shown = environment().token_in_event and event.validation.approval_of == 1
    token = event.token if shown else ""
    page = _page(event)
    if announcement := hold(event.validation, event.wait, token, metadata, reply_to, page=page):
        event_bus().send(announcement)
    logger.info("held", wait=event.wait)
    return {}


def _page(event: HoldInput) -> str | None:
    """Store the page of what is to be approved, and return its URI; None if there is none."""
    if event.wait is not Wait.APPROVAL:
        return None
    shown = proposal(event.validation, event.execution, event.now)
    if shown is None:
        return None
    key = proposal_key(event.now, event.execution.name, event.validation.digest or "")
    return report_bucket().keep_page(key, render(shown))
