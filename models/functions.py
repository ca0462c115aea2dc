"""What the functions decide, asked of their code: each question of the model, with every answer.

`Associate` takes the lock once more and then may send its call, or not. Both are decided outside
the definitions, by code that is run here with all that the model can tell apart.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product
from types import SimpleNamespace
from typing import Any, Final

from models.dynamodb import Item, conditional_change
from vifshift.adapters.migration_table import MigrationTable
from vifshift.domain.errors import AssociationDoubtful, AssociationNotPermitted
from vifshift.domain.migration import Phase
from vifshift.migration.permission import RedriveCounts, heeds_cancellation, permit

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
    MigrationTable(client, "table").retake_lock("lock", "me", attempt=0, expires_at=_NOW, now=_NOW)
    values = {":holder": "(me + 1)", ":attempt": "invokedIn[me]", ":expiresAt": "0", ":now": "0"}
    return conditional_change(
        client.asked["UpdateExpression"], client.asked["ConditionExpression"], item, values
    )


def permissions() -> dict[str, str]:
    """Return for each answer of `permit` the condition in Promela under which it is given."""
    found: dict[str, list[str]] = {PERMITTED: [], NOT_PERMITTED: [], DOUBTFUL: []}
    for facts in product((True, False), repeat=len(_FACTS)):
        found[_answer(*facts)].append(_said(facts))
    return {answer: " || ".join(cases) or "false" for answer, cases in found.items()}


def cancellations() -> str:
    """Return the condition in Promela under which a cancellation keeps a call from being sent."""
    cases = [
        _said((is_forward, is_resumed))
        for is_forward, is_resumed in product((True, False), repeat=2)
        if heeds_cancellation(_phase(is_forward), _counts(is_resumed, True), is_first_try=True)
    ]
    return " || ".join(cases) or "false"


def _said(facts: Sequence[bool]) -> str:
    texts = [
        f"({text})" if holds else f"!({text})" for text, holds in zip(_FACTS, facts, strict=False)
    ]
    return f"({' && '.join(texts)})"


def _phase(is_forward: bool) -> Phase:
    return Phase.FORWARD if is_forward else Phase.ROLLBACK


def _counts(is_resumed: bool, is_checked: bool) -> RedriveCounts:
    return RedriveCounts(current=1, checked=int(is_checked), decided=int(not is_resumed))


def _answer(is_forward: bool, is_resumed: bool, is_checked: bool, can_retake: bool) -> str:
    try:
        permit(
            _phase(is_forward),
            _counts(is_resumed, is_checked),
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
