"""Answers to a migration or plan, and what became of them."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from cli.environment import RefusedError
from cli.operate.executions import FoundExecution
from cli.operate.stack import Kind, Stack
from vifshift.events.answers import AnswerAnnouncement, AnswerReason
from vifshift.events.base import DetailType

_WITHIN_SECONDS: Final = 60
_POLL_SECONDS: Final = 1.0


class Said(StrEnum):
    """The commands that answer."""

    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    HALT = "halt"


class Meaning(NamedTuple):
    """The events of an answer, by what it is for, and what the command does."""

    events: Mapping[Kind, DetailType]
    help: str
    examples: str


ANSWERS: Final[Mapping[Said, Meaning]] = {
    Said.APPROVE: Meaning(
        {Kind.MIGRATION: DetailType.APPROVED, Kind.PLAN: DetailType.PLAN_APPROVED},
        "Approve what a migration or plan asks for.",
        "Example: vifshift approve CHG0042 --by ana --comment 'as agreed'",
    ),
    Said.REFUSE: Meaning(
        {Kind.MIGRATION: DetailType.REFUSED, Kind.PLAN: DetailType.PLAN_REFUSED},
        "Refuse what a migration or plan asks for.",
        "Example: vifshift refuse CHG0042 --by ana --comment 'not tonight'",
    ),
    Said.CANCEL: Meaning(
        {Kind.MIGRATION: DetailType.CANCEL_REQUESTED},
        "Cancel a migration: it ends, or is rolled back.",
        "Example: vifshift cancel CHG0042 --by ana",
    ),
    Said.HALT: Meaning(
        {Kind.PLAN: DetailType.PLAN_HALT_REQUESTED},
        "Halt a plan: no further move is started.",
        "Example: vifshift halt CHG0043 --by ana",
    ),
}


class Told(NamedTuple):
    """What became of an answer."""

    reason: AnswerReason
    message: str

    @property
    def is_heard(self) -> bool:
        """Return whether it was passed on."""
        return self.reason is AnswerReason.HEARD


def answer(
    stack: Stack,
    said: Said,
    execution: FoundExecution,
    data: Mapping[str, str],
    *,
    source: str,
    sleep: Callable[[float], None],
) -> Told:
    """Send an answer, wait until it is answered, and return how.

    Raises `RefusedError` for what can't be said to it, and if it is not answered in a minute.
    """
    detail_type = ANSWERS[said].events.get(execution.kind)
    if detail_type is None:
        [kind] = ANSWERS[said].events
        raise RefusedError(f"{execution.name} is a {execution.kind}: {said} is for a {kind}.")
    name = "migrationId" if execution.kind is Kind.MIGRATION else "planId"
    entry = {
        "EventBusName": stack.bus,
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps({name: execution.name, **data}),
    }
    [sent] = stack.client("events").put_events(Entries=[entry])["Entries"]
    if "EventId" not in sent:
        raise RefusedError(f"It was not sent: {sent.get('ErrorCode')}: {sent.get('ErrorMessage')}")
    for _ in range(int(_WITHIN_SECONDS / _POLL_SECONDS)):
        if event := stack.answers.answered(sent["EventId"]):
            told = AnswerAnnouncement.model_validate_json(event).detail.data
            return Told(AnswerReason(told.reason_code), told.message)
        sleep(_POLL_SECONDS)
    raise RefusedError(
        f"It was sent, and not answered within {_WITHIN_SECONDS} seconds: it may not have come "
        "from a source that the settings allow (--source)."
    )
