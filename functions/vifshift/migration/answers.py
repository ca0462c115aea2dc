"""Says what an answer does to a migration that waits, or is on its way."""

from datetime import datetime
from typing import Protocol

from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.migration import Answer
from vifshift.domain.workflow import REFUSED, Wait
from vifshift.events.migration import DetailType, Said


class Tokens(Protocol):
    """Where the tokens of waiting tasks are kept, and who is to be cancelled."""

    def waiting(self, migration_id: str) -> tuple[str, str] | None:
        """Return what a migration has waited for last, and the token of that task."""

    def cancel(self, migration_id: str, answer: Answer, *, now: float) -> None:
        """Note that a migration is to be cancelled."""


class Tasks(Protocol):
    """The tasks that wait."""

    def succeed(self, token: str, answer: Answer) -> bool:
        """Let a task go on."""

    def fail(self, token: str, error: str, answer: Answer) -> bool:
        """Let a task fail."""


def answer(
    detail_type: DetailType, said: Said, *, ledger: Tokens, callbacks: Tasks, now: datetime
) -> bool:
    """Answer the task that a migration waits in; say whether any was waiting for that.

    A cancellation is kept as well, for a migration that does not wait: it looks for one before it
    associates, and whenever it looks at its VIF.
    """
    told = Answer(by=said.by, comment=said.comment)
    if detail_type is DetailType.CANCEL_REQUESTED:
        ledger.cancel(said.migration_id, told, now=now.timestamp())
    wait, token = ledger.waiting(said.migration_id) or (None, "")
    match detail_type, wait:
        case _, None:
            return False
        case DetailType.CANCEL_REQUESTED, _:
            return callbacks.fail(token, MigrationCancelled.__name__, told)
        case DetailType.APPROVED, Wait.APPROVAL:
            return callbacks.succeed(token, told)
        case DetailType.REFUSED, Wait.APPROVAL:
            return callbacks.fail(token, REFUSED, told)
        case _:
            return False
