"""Passes people's answers on to the migration or plan that they are for, and answers them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, JsonValue

from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.environment import (
    ANSWER_RULES,
    BOUND_REQUESTERS,
    BUS,
    MIGRATIONS,
    PLANS,
    TABLE,
    environment,
)
from vifshift.adapters.event_bus import event_bus
from vifshift.adapters.executions import executions
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.plan_table import plan_table
from vifshift.adapters.task_tokens import task_tokens
from vifshift.domain.asked_by import SentRequest, digest_of_request
from vifshift.domain.errors import CallError
from vifshift.domain.identifiers import EventId
from vifshift.domain.metrics import Metric
from vifshift.domain.migration import Answer
from vifshift.domain.model import View
from vifshift.domain.plan_progress import ExecutionDescription
from vifshift.domain.request_envelope import MalformedRequestError, parse
from vifshift.domain.senders import Voice
from vifshift.domain.table_keys import ItemKind
from vifshift.events.answers import AnswerAnnouncement, AnswerReason, Hearing, answered, received
from vifshift.events.base import PLAN_ANSWERS, REQUESTS, DetailType
from vifshift.events.migration import Command
from vifshift.events.plan import PlanCommand
from vifshift.handlers.runtime import BUILT_AT_ONCE, emit, entry, logger, now_by_the_clock
from vifshift.migration.answers import Audience, Hearings
from vifshift.migration.waits import CANCELLATION
from vifshift.plan.running.child import arn_of
from vifshift.plan.running.waits import HALT, keep_back, name_in_table

DESCRIBE_ATTEMPTS = 3
OVER = {AnswerReason.WAITS_FOR_NOTHING, AnswerReason.HAS_ENDED}


class AnswerInput(View):
    """An EventBridge event for a migration or a plan; its `detail` may be anything.

    Its `time` is not read: who sends an event may choose it.
    """

    model_config = BUILT_AT_ONCE

    id: EventId
    detail_type: Literal[
        DetailType.REQUESTED,
        DetailType.PLAN_REQUESTED,
        DetailType.APPROVED,
        DetailType.REFUSED,
        DetailType.CANCEL_REQUESTED,
        DetailType.PLAN_APPROVED,
        DetailType.PLAN_REFUSED,
        DetailType.PLAN_HALT_REQUESTED,
    ] = Field(validation_alias="detail-type")
    source: str = ""
    account: str = ""
    detail: JsonValue = None


@entry(
    "detail.migrationId",
    "detail.planId",
    "detail.requestId",
    "id",
    needs=(ANSWER_RULES, BOUND_REQUESTERS, BUS, MIGRATIONS, PLANS, TABLE),
    made_ahead=(answer_table, event_bus, migration_table),
)
@event_parser(model=AnswerInput)
def handler(event: AnswerInput, context: LambdaContext) -> dict[str, Any]:
    """Pass an answer on, and send the event that answers it; once, if it is delivered twice."""
    now, invocation = now_by_the_clock(), context.aws_request_id
    if event.detail_type in REQUESTS:
        _note_sender(event, now)
        return {"isHeard": None}
    claim = answer_table().claim(event.id, invocation, now=now)
    if not claim.is_ours:
        logger.info("repeated", said=event.detail_type)
        return {"isHeard": None}
    if claim.event:
        announcement = AnswerAnnouncement.model_validate_json(claim.event)
    else:
        announcement = _judged(event, now, is_retry=claim.is_retry)
        answer_table().keep_event(event.id, invocation, announcement.model_dump_json(), now=now)
    event_bus().send(announcement)
    reason = announcement.detail.data.reason_code
    emit(event.id, {Metric.ANSWERS: 1}, AnswerReason(reason))
    logger.info("answered", said=event.detail_type, reason=reason)
    return {"isHeard": reason == AnswerReason.HEARD}


def _note_sender(event: AnswerInput, now: datetime) -> None:
    """Store who sent a request: what another target of the bus is told can't be made up there."""
    sent = SentRequest(
        source=event.source,
        account=event.account,
        is_bound=event.source in environment().bound_requesters,
        digest=digest_of_request(event.detail),
    )
    answer_table().note_sender(event.id, sent, now=now)
    logger.info("noted", source_is_bound=sent.is_bound)


def _judged(event: AnswerInput, now: datetime, *, is_retry: bool) -> AnswerAnnouncement:
    said = event.detail_type
    rule = environment().answer_rules.of(event.source)
    answer = received(
        said,
        event.detail,
        source=event.source,
        account=event.account,
        is_bound=rule.is_bound,
    )
    hearing = _hear(event, said, now)
    if is_retry and hearing.reason in OVER:
        # The first attempt may have ended the task, and then have failed.
        message = f"{hearing.message}, unless it heard this answer at the first attempt"
        hearing = hearing.model_copy(update={"message": message})
    return answered(answer, hearing, answer_id=event.id, now=now)


def _hear(event: AnswerInput, said: DetailType, now: datetime) -> Hearing:
    rules = environment().answer_rules
    is_stop = said in {CANCELLATION.detail_type, HALT.detail_type}
    if not (rules.may_stop(event.source) if is_stop else rules.may_decide(event.source)):
        return Hearing(
            reason=AnswerReason.SOURCE_NOT_ALLOWED,
            message="its source is not in the setting approvalSources",
        )
    try:
        command = _command(said, event.detail)
    except MalformedRequestError as error:
        return Hearing(reason=AnswerReason.INVALID, message=f"it can't be understood: {error}")
    audience = _plans(now) if isinstance(command.of, PlanCommand) else _migrations(now)
    return Hearings(audience, answer_table(), task_tokens(), now).hear(
        said,
        command.of,
        command.name,
        Voice(event.source, event.account, rules.of(event.source)),
    )


class _Parsed(NamedTuple):
    of: Command | PlanCommand
    name: str | None


def _command(said: DetailType, detail: JsonValue) -> _Parsed:
    """Return what was said; raises `MalformedRequestError` with every fault."""
    if said in PLAN_ANSWERS:
        to_plan = parse(PlanCommand, detail)
        return _Parsed(to_plan, to_plan.plan_id)
    to_migration = parse(Command, detail)
    return _Parsed(to_migration, to_migration.migration_id)


def _migrations(now: datetime) -> Audience:
    def cancel(name: str, answer: Answer) -> None:
        migration_table().cancel(name, answer, now=now.timestamp())

    return Audience(
        noun="migration",
        no_such=AnswerReason.NO_SUCH_MIGRATION,
        stop=CANCELLATION,
        describe=_described(environment().migrations),
        waiting=lambda name: migration_table().waiting(name),
        stop_running=cancel,
        name_in_table=str,
        registered_as=ItemKind.MIGRATIONS_OF,
        kept_as=ItemKind.KEPT_CANCEL,
        kept_for_request_as=ItemKind.KEPT_CANCEL_OF_REQUEST,
        others=ItemKind.PLANS_OF,
        others_hint="a plan does, and is answered by the events for plans",
    )


def _plans(now: datetime) -> Audience:
    def halt(name: str, answer: Answer) -> None:
        table = plan_table()
        table.halt(name, answer, now=now.timestamp())
        keep_back(name, answer, table=migration_table(), moves=table, task_tokens=task_tokens())

    return Audience(
        noun="plan",
        no_such=AnswerReason.NO_SUCH_PLAN,
        stop=HALT,
        describe=_described(environment().plans),
        waiting=lambda name: migration_table().waiting(name_in_table(name)),
        stop_running=halt,
        name_in_table=name_in_table,
        registered_as=ItemKind.PLANS_OF,
        kept_as=ItemKind.KEPT_HALT,
        kept_for_request_as=ItemKind.KEPT_HALT_OF_REQUEST,
        others=ItemKind.MIGRATIONS_OF,
        others_hint="a migration does, and is answered by the events for migrations",
    )


def _described(machine: str) -> Callable[[str], ExecutionDescription | None]:
    """Return a function that describes executions of a machine; it raises a `CallError`."""

    def describe(name: str) -> ExecutionDescription | None:
        for attempt in range(1, DESCRIBE_ATTEMPTS + 1):
            try:
                return executions(environment().region).describe(arn_of(machine, name))
            except CallError:
                if attempt == DESCRIBE_ATTEMPTS:
                    raise
        raise AssertionError

    return describe
