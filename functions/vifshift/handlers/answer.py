"""Passes people's answers on to a waiting migration or plan."""

from datetime import datetime
from typing import Any, Literal

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ConfigDict, Field, RootModel

from vifshift.adapters.environment import TABLE
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.plan_table import plan_table
from vifshift.adapters.task_tokens import task_tokens
from vifshift.domain.model import View
from vifshift.events.base import DetailType
from vifshift.events.migration import Command
from vifshift.events.plan import PlanCommand
from vifshift.handlers.runtime import entry, logger
from vifshift.migration import waits as migration_waits
from vifshift.plan.running import waits as plan_waits


class MigrationCommandEvent(View):
    """An event of EventBridge that names a migration."""

    detail_type: Literal[DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED] = (
        Field(validation_alias="detail-type")
    )
    detail: Command
    time: datetime


class PlanCommandEvent(View):
    """An event of EventBridge that names a plan."""

    detail_type: Literal[
        DetailType.PLAN_APPROVED, DetailType.PLAN_REFUSED, DetailType.PLAN_HALT_REQUESTED
    ] = Field(validation_alias="detail-type")
    detail: PlanCommand
    time: datetime


class AnswerInput(RootModel[MigrationCommandEvent | PlanCommandEvent]):
    """An EventBridge event for a migration or a plan, as its `detail-type` says."""

    model_config = ConfigDict(hide_input_in_errors=True)


@entry("detail.migrationId", "detail.planId", needs=(TABLE,))
@event_parser(model=AnswerInput)
def handler(event: AnswerInput, context: LambdaContext) -> dict[str, Any]:
    """Answer the task that waits for the command."""
    command = event.root
    if isinstance(command, PlanCommandEvent):
        is_heard = _answer_plan(command)
    else:
        is_heard = _answer_migration(command)
    logger.info("answered", said=command.detail_type, is_heard=is_heard)
    return {"isHeard": is_heard}


def _answer_migration(event: MigrationCommandEvent) -> bool:
    return migration_waits.answer(
        event.detail_type,
        event.detail,
        table=migration_table(),
        task_tokens=task_tokens(),
        now=event.time,
    )


def _answer_plan(event: PlanCommandEvent) -> bool:
    return plan_waits.answer(
        event.detail_type,
        event.detail,
        table=migration_table(),
        halts=plan_table(),
        task_tokens=task_tokens(),
        now=event.time,
    )
