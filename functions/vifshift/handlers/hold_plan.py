"""Holds a plan until a person approves, or its window opens."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.environment import BUS, REPLY_SOURCE, TABLE, environment
from vifshift.adapters.event_bus import event_bus
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.plan_table import plan_table
from vifshift.domain.errors import PlanHalted
from vifshift.domain.workflow import Wait
from vifshift.events import plan_announcements as announcements
from vifshift.events.commands import ReplyTo
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.plan.planning.preparation import Preparation
from vifshift.plan.running.waits import heed_kept_halt, hold, name_in_table


class HoldPlanInput(Input):
    """What the plan waits for, and the token of the waiting task."""

    preparation: Preparation
    wait: Wait
    token: str
    now: datetime


@entry(
    needs=(BUS, REPLY_SOURCE, TABLE),
    made_ahead=(migration_table, answer_table, plan_table, event_bus),
)
@event_parser(model=HoldPlanInput)
def handler(event: HoldPlanInput, context: LambdaContext) -> dict[str, Any]:
    """Store the token for an answer, and send the event that announces the wait.

    Raises `PlanHalted` for a halt that came before there was a token.
    """
    name, now = event.execution.name, event.now.timestamp()
    of = event.preparation.request.approval.of if event.preparation.request else 1
    migration_table().keep_token(
        name_in_table(name),
        event.wait,
        event.token,
        now=now,
        digest=event.preparation.digest,
        of=of,
        asked=event.execution.asked_by.bound_source if event.execution.asked_by else "",
    )
    standing = heed_kept_halt(
        plan_table(),
        answer_table(),
        event.execution,
        event.preparation.request_id,
        now=event.now,
    )
    if halted_by := standing.halted_by:
        raise PlanHalted(f"halted by {halted_by}")
    metadata = announcements.metadata(event.execution, event.preparation.request_id, event.now)
    reply_to = ReplyTo(environment().bus, environment().reply_source)
    token = event.token if environment().token_in_event and of == 1 else ""
    event_bus().send(hold(event.preparation, event.wait, token, metadata, reply_to))
    logger.info("held", wait=event.wait)
    return {}
