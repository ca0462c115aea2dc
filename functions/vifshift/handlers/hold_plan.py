"""Holds a plan until a person approves, or its window opens."""

import os
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.event_bus import bus
from vifshift.adapters.migration_table import ledger
from vifshift.adapters.plan_table import plan_ledger
from vifshift.domain.errors import PlanHalted
from vifshift.domain.workflow import Wait
from vifshift.events import plan as events
from vifshift.events.notices import ReplyTo
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.plan.planning.preparation import Preparation
from vifshift.plan.running.waits import hold, name_in_ledger


class HoldPlanInput(Input):
    """What is waited for, and the token that ends the wait."""

    preparation: Preparation
    wait: Wait
    token: str
    now: datetime


@entry()
@event_parser(model=HoldPlanInput)
def handler(event: HoldPlanInput, context: LambdaContext) -> dict[str, Any]:
    """Keep the token where an answer finds it, and tell what is waited for.

    Who wanted it halted before there was a token has not been heard yet.
    """
    name, now = event.execution.name, event.now.timestamp()
    ledger().keep_token(name_in_ledger(name), event.wait, event.token, now=now)
    if halted_by := plan_ledger().standing(name).halted_by:
        raise PlanHalted(f"halted by {halted_by}")
    metadata = events.metadata(event.execution, event.preparation.request_id, event.now)
    reply_to = ReplyTo(os.environ["VIFSHIFT_BUS"], os.environ["VIFSHIFT_REPLY_SOURCE"])
    bus().send(hold(event.preparation, event.wait, event.token, metadata, reply_to))
    logger.info("held", wait=event.wait)
    return {}
