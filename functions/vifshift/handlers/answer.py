"""Hands on what people say on the bus: to a migration, or to a plan."""

from datetime import datetime
from typing import Any, Literal

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ConfigDict, Field, RootModel

from vifshift.adapters.migration_table import ledger
from vifshift.adapters.plan_table import plan_ledger
from vifshift.adapters.task_tokens import callbacks
from vifshift.domain.model import View
from vifshift.events.migration import DetailType, Said
from vifshift.events.plan import PlanSaid
from vifshift.handlers.runtime import entry, logger
from vifshift.migration import answers as answering
from vifshift.plan.running import waits as holding


class SaidToMigration(View):
    """An event of EventBridge that names a migration."""

    detail_type: Literal[DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED] = (
        Field(validation_alias="detail-type")
    )
    detail: Said
    time: datetime


class SaidToPlan(View):
    """An event of EventBridge that names a plan."""

    detail_type: Literal[
        DetailType.PLAN_APPROVED, DetailType.PLAN_REFUSED, DetailType.PLAN_HALT_REQUESTED
    ] = Field(validation_alias="detail-type")
    detail: PlanSaid
    time: datetime


class AnswerInput(RootModel[SaidToMigration | SaidToPlan]):
    """An event of EventBridge; which one it is, its detail-type says."""

    model_config = ConfigDict(hide_input_in_errors=True)


@entry("detail.migrationId", "detail.planId")
@event_parser(model=AnswerInput)
def handler(event: AnswerInput, context: LambdaContext) -> dict[str, Any]:
    """Find the task that waits for it, and answer that."""
    said = event.root
    is_heard = _to_plan(said) if isinstance(said, SaidToPlan) else _to_migration(said)
    logger.info("answered", said=said.detail_type, is_heard=is_heard)
    return {"isHeard": is_heard}


def _to_migration(said: SaidToMigration) -> bool:
    return answering.answer(
        said.detail_type, said.detail, ledger=ledger(), callbacks=callbacks(), now=said.time
    )


def _to_plan(said: SaidToPlan) -> bool:
    return holding.answer(
        said.detail_type,
        said.detail,
        ledger=ledger(),
        halts=plan_ledger(),
        callbacks=callbacks(),
        now=said.time,
    )
