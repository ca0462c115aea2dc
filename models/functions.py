"""What the functions decide, asked of their code: each question of the model, with every answer.

`Associate` takes the lock once more and then may send its call, or not. Both are decided outside
the definitions, by code that is run here with all that the model can tell apart.
"""

from datetime import UTC, datetime
from itertools import product
from types import SimpleNamespace
from typing import Any, Final

from models.dynamodb import Item, conditional_change
from vifshift.adapters.migration_table import MigrationTable
from vifshift.domain.errors import AssociationDoubtful, AssociationNotPermitted
from vifshift.domain.migration import Phase
from vifshift.migration.permission import RedriveCounts, permit

_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
PERMITTED, NOT_PERMITTED, DOUBTFUL = "PERMITTED", "NOT_PERMITTED", "DOUBTFUL"
_FACTS: Final = ("phase == is_forward", "isResumed(me)", "isChecked(me)", "hasLock")


class _Recorder:
    """A client of DynamoDB that keeps what it is asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.meta = SimpleNamespace(method_to_api_mapping={"update_item": "UpdateItem"})

    def update_item(self, **arguments: Any) -> dict[str, Any]:
        self.asked = arguments
        return {}


def retaking(item: Item) -> tuple[str, str]:
    """Return when `Associate` takes the lock again, and what that changes, both in Promela."""
    client = _Recorder()
    MigrationTable(client, "table").retake_lock(
        "lock", "me", attempt=0, expires_at=_NOW, now=_NOW
    )
    values = {":holder": "(me + 1)", ":attempt": "invokedIn[me]", ":expiresAt": "0", ":now": "0"}
    return conditional_change(
        client.asked["UpdateExpression"], client.asked["ConditionExpression"], item, values
    )


def permissions() -> dict[str, str]:
    """Return for each answer of `permit` the condition in Promela under which it is given."""
    found: dict[str, list[str]] = {PERMITTED: [], NOT_PERMITTED: [], DOUBTFUL: []}
    for facts in product((True, False), repeat=len(_FACTS)):
        said = " && ".join(
            f"({text})" if holds else f"!({text})" for text, holds in zip(_FACTS, facts, strict=True)
        )
        found[_answer(*facts)].append(f"({said})")
    return {answer: " || ".join(cases) or "false" for answer, cases in found.items()}


def _answer(is_forward: bool, is_resumed: bool, is_checked: bool, can_retake: bool) -> str:
    counts = RedriveCounts(
        current=1, checked=1 if is_checked else 0, decided=0 if is_resumed else 1
    )
    try:
        permit(
            Phase.FORWARD if is_forward else Phase.ROLLBACK,
            counts,
            is_first_try=True,
            window=None,
            retake_lock=lambda: can_retake,
            now=_NOW,
        )
    except AssociationNotPermitted:
        return NOT_PERMITTED
    except AssociationDoubtful:
        return DOUBTFUL
    return PERMITTED
