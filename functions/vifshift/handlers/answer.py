"""Hands on what people say on the bus to a migration: approved, refused, cancel."""

from datetime import datetime
from typing import Any, Literal

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from vifshift.answering import answer
from vifshift.callbacks import callbacks
from vifshift.events import DetailType, Said
from vifshift.handlers.runtime import entry, logger
from vifshift.ledger import ledger
from vifshift.model import View


class AnswerInput(View):
    """An event of EventBridge."""

    detail_type: Literal[DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED] = (
        Field(validation_alias="detail-type")
    )
    detail: Said
    time: datetime


@entry("detail.migrationId")
@event_parser(model=AnswerInput)
def handler(event: AnswerInput, context: LambdaContext) -> dict[str, Any]:
    """Find the task that waits for it, and answer that."""
    is_heard = answer(
        event.detail_type, event.detail, ledger=ledger(), callbacks=callbacks(), now=event.time
    )
    logger.info("answered", said=event.detail_type, is_heard=is_heard)
    return {"isHeard": is_heard}
