"""Finds out who asked and who approved, for the handlers that check a request first."""

from pydantic import JsonValue

from vifshift.adapters.answer_table import answer_table
from vifshift.adapters.plan_table import plan_table
from vifshift.adapters.schedules import schedule
from vifshift.domain.asked_by import AskedBy, SentRequest, Witnesses, asked_by, is_move, unproven
from vifshift.domain.child_names import is_name_of
from vifshift.domain.errors import SENDER_LOOKS, SenderNotNoted
from vifshift.domain.migration import Approval, Execution
from vifshift.domain.scheduled_start import is_of_schedule, state_machine_of
from vifshift.handlers.runtime import logger


def who_asked(raw: JsonValue, execution: Execution, *, is_recheck: bool, attempt: int) -> Execution:
    """Return the execution with who has asked for it.

    Raises `SenderNotNoted`, but not at the last attempt, and a `CallError`.
    """
    if is_recheck or raw is None:
        return execution

    def sent(event_id: str) -> SentRequest | None:
        return answer_table().sent(event_id)

    def is_of_plan(plan_id: str, number: int) -> bool:
        standing = plan_table().standing(plan_id)
        is_its = number in standing.in_flight and is_name_of(
            execution.name, plan_id, number, standing.nonce
        )
        return is_its and is_move(answer_table().sent(execution.name), raw)

    def is_scheduled(given: JsonValue) -> bool:
        machine = state_machine_of(execution.arn)
        return is_of_schedule(given, machine, execution.started_at, schedule)

    try:
        found = asked_by(raw, execution.account, Witnesses(sent, is_of_plan, is_scheduled))
    except SenderNotNoted:
        if attempt < SENDER_LOOKS:
            raise
        logger.warning("sender not noted")
        found = unproven(raw, execution.account)
    return execution.model_copy(update={"asked_by": found})


def with_given(approval: Approval | None, name: str, digest: str) -> Approval | None:
    """Return an approval of what has a digest with where it came from, as that was noted.

    What ended the wait may say anything, so what it says of that does not count. Raises a
    `CallError`.
    """
    if approval is None:
        return None
    return approval.model_copy(update={"given": answer_table().given(name, digest)})


def to_json(known: AskedBy | Approval | None) -> JsonValue:
    """Return who asked, or approved, as the workflow keeps it."""
    return known.to_json() if known else None
