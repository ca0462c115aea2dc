"""Advances a plan: records how a move ended, and decides whether the next one may start."""

from datetime import datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.environment import MIGRATIONS, TABLE, environment
from vifshift.adapters.executions import executions, own_executions
from vifshift.adapters.migration_table import migration_table
from vifshift.adapters.plan_table import plan_table
from vifshift.adapters.task_tokens import task_tokens
from vifshift.domain.asked_by import move_of_plan
from vifshift.domain.child_names import name_of
from vifshift.domain.migration import Answer
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.events.plan import MoveSummary
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.plan.planning.preparation import Rules
from vifshift.plan.planning.stages import StagedMove
from vifshift.plan.running.advance import (
    advance,
    counted,
    in_a_line,
    is_limit_reached,
    summary_of,
)
from vifshift.plan.running.child import AbandonedMove, arn_of, is_of, resolve, verified
from vifshift.plan.running.waits import heed_kept_halt, keep_back


class AdvanceInput(Input):
    """The move that has ended, if any, and the one that would be next, if there is one."""

    request_id: str
    rules: Rules
    track: int
    move: StagedMove | None
    done: AbandonedMove | None
    nonce: str
    now: datetime


@entry(
    needs=(MIGRATIONS, TABLE),
    made_ahead=(answer_table, plan_table, own_executions),
)
@event_parser(model=AdvanceInput)
def handler(event: AdvanceInput, context: LambdaContext) -> dict[str, Any]:
    """Record the move that ended, and decide on the next; its start is recorded beforehand."""
    plan_id, now, table = event.execution.name, event.now.timestamp(), plan_table()
    ended = _record(event, event.done) if event.done else None
    standing = heed_kept_halt(
        table, answer_table(), event.execution, event.request_id, now=event.now
    )
    if ended and standing.in_flight and is_limit_reached(event.rules, standing):
        _keep_back(plan_id, now)
    result = advance(
        event.execution,
        event.request_id,
        rules=event.rules,
        move=event.move,
        ended=ended,
        standing=standing,
        now=event.now,
        nonce=event.nonce,
    )
    if event.move and result.start:
        # First, so that whatever is started by this name is compared with what the plan starts.
        answer_table().note_sender(
            result.start.name,
            move_of_plan(result.start.input, event.execution.account),
            now=event.now,
        )
        table.record_start(plan_id, event.move.number, event.nonce, now=now)
    logger.info(
        "advanced",
        track=event.track,
        ended=ended.outcome if ended else None,
        move=event.move.number if event.move else None,
        why=result.why,
    )
    return {**result.to_json(), "saw": in_a_line(ended, event.move, result)}


def _keep_back(plan_id: str, now: float) -> None:
    """Keep back the moves that have started, but have not touched their VIF."""
    table = plan_table()
    table.stop(plan_id, now=now)
    why = Answer(by=f"plan {plan_id}", comment="it reached its limit of failed moves")
    keep_back(plan_id, why, table=migration_table(), moves=table, task_tokens=task_tokens())


def _record(event: AdvanceInput, done: AbandonedMove) -> MoveSummary:
    child = name_of(event.execution, done.number, event.nonce)
    arn = arn_of(environment().migrations, child)
    describe = partial(executions(environment().region).describe, arn)
    is_ours = partial(is_of, plan=event.execution, number=done.number, request=done.request)
    found = resolve(done.result, describe, is_ours)
    ending = verified(found, done.virtual_interface_id, done.target)
    if ending.outcome is MoveOutcome.CANCELLED:
        ending = counted(ending, event.rules, plan_table().standing(event.execution.name))
    plan_table().record(event.execution.name, done.number, child, ending, now=event.now.timestamp())
    return summary_of(done, ending)
