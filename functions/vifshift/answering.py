"""Says what an answer does to a migration that waits, or is on its way."""

from datetime import datetime
from typing import Protocol

from vifshift.errors import MigrationCancelled
from vifshift.events import DetailType, Said
from vifshift.migration import Answer
from vifshift.workflow import REFUSED


class Tokens(Protocol):
    """Where the tokens of waiting tasks are kept, and who is to be cancelled."""

    def token(self, migration_id: str) -> str | None:
        """Return the token of the task that a migration waited in last."""

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
    """Answer the task that a migration waits in; say whether any was waiting.

    A cancellation is kept as well, for a migration that does not wait: it looks for one before it
    associates, and whenever it looks at its VIF.
    """
    told = Answer(by=said.by, comment=said.comment)
    if detail_type is DetailType.CANCEL_REQUESTED:
        ledger.cancel(said.migration_id, told, now=now.timestamp())
    token = ledger.token(said.migration_id)
    if token is None:
        return False
    match detail_type:
        case DetailType.APPROVED:
            return callbacks.succeed(token, told)
        case DetailType.REFUSED:
            return callbacks.fail(token, REFUSED, told)
        case _:
            return callbacks.fail(token, MigrationCancelled.__name__, told)
