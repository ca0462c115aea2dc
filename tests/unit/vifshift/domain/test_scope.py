"""What an approval covers: its canonical form, its digest, and what counts as a change."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import ELSEWHERE, SOURCE, TARGET, VIF, raw_request
from vifshift.domain.request import Request
from vifshift.domain.scope import (
    ChangeKind,
    Circumstances,
    Scope,
    ScopeChange,
    ScopedMove,
    canonical,
    changes,
    changes_in_words,
    changes_of_move,
    digest_of,
)

BEFORE = Circumstances(
    source=SOURCE, gateway="gw-1", rolls_back=True, findings=("TARGET_SLOWER",), blocks=()
)
ASKS_AGAIN = {"DEVICE_SHARED", "TARGET_SLOWER"}


def a_scope(**fields: Any) -> Scope:
    return Scope(moves=(ScopedMove.of(Request.model_validate(raw_request()), BEFORE),), **fields)


def kinds(now: Circumstances) -> list[ChangeKind]:
    return [change.kind for change in changes(BEFORE, now, ASKS_AGAIN)]


def test_the_digest_is_that_of_the_canonical_text_as_anybody_can_compute_it() -> None:
    scope = a_scope()
    again = json.dumps(json.loads(scope.canonical), sort_keys=True, separators=(",", ":"))
    assert scope.canonical == again
    assert scope.digest == hashlib.sha256(scope.canonical.encode()).hexdigest()


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_the_order_of_names_does_not_change_the_digest(value: dict[str, Any]) -> None:
    backwards = dict(reversed(value.items()))
    assert digest_of(canonical(value)) == digest_of(canonical(backwards))


@pytest.mark.parametrize(
    "other",
    [
        {"virtual_interface_id": "dxvif-bbbb0002"},
        {"source": ELSEWHERE},
        {"target": ELSEWHERE},
        {"gateway": "gw-2"},
        {"rolls_back": False},
        {"findings": ()},
        {"blocks": ("VLAN_TAKEN",)},
        {"number": 2},
    ],
)
def test_whatever_is_approved_changes_the_digest(other: dict[str, Any]) -> None:
    scope = a_scope()
    [move] = scope.moves
    changed = scope.model_copy(update={"moves": (move.model_copy(update=other),)})
    assert changed.digest != scope.digest


@pytest.mark.parametrize(
    "terms",
    [
        {"rollback": "never"},
        {"acknowledge": ["NO_REDUNDANT_PATH"]},
        {"routes": {"minRecoveredPercent": 90}},
        {"convergence": {"holdSeconds": 0}},
        {"lockWaitSeconds": 1},
        {"window": {"opensAt": "2026-07-01T09:00:00Z", "closesAt": "2026-07-01T19:00:00Z"}},
    ],
)
def test_other_terms_change_the_digest_and_ask_again(terms: dict[str, Any]) -> None:
    move = a_scope().moves[0]
    other = ScopedMove.of(Request.model_validate(raw_request(**terms)), BEFORE)
    assert Scope(moves=(other,)).digest != a_scope().digest
    assert [each.kind for each in changes_of_move(move, other, ASKS_AGAIN)] == [ChangeKind.TERMS]


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        ({"source": ELSEWHERE}, ChangeKind.SOURCE),
        ({"gateway": "gw-2"}, ChangeKind.GATEWAY),
        ({"rolls_back": False}, ChangeKind.ROLLBACK),
        ({"findings": ("DEVICE_SHARED", "TARGET_SLOWER")}, ChangeKind.FINDING),
        ({"blocks": ("VLAN_TAKEN",)}, ChangeKind.BLOCK),
    ],
)
def test_what_is_worse_than_it_was_has_changed(now: dict[str, Any], kind: ChangeKind) -> None:
    assert kinds(BEFORE.model_copy(update=now)) == [kind]


@pytest.mark.parametrize(
    "now",
    [
        {},
        {"findings": ()},
        {"findings": ("COULD_NOT_CHECK", "TARGET_SLOWER")},
    ],
    ids=["nothing", "a finding has gone", "a finding that doesn't ask again"],
)
def test_what_is_no_worse_has_not_changed(now: dict[str, Any]) -> None:
    assert kinds(BEFORE.model_copy(update=now)) == []


def test_what_was_off_before_and_is_on_now_has_not_changed() -> None:
    unguarded = BEFORE.model_copy(update={"rolls_back": False, "blocks": ("VLAN_TAKEN",)})
    assert list(changes(unguarded, BEFORE, ASKS_AGAIN)) == []


def test_what_blocked_before_and_is_acknowledged_now_has_not_changed() -> None:
    blocked = BEFORE.model_copy(update={"blocks": ("DEVICE_SHARED",)})
    accepted = BEFORE.model_copy(update={"findings": ("DEVICE_SHARED", "TARGET_SLOWER")})
    assert list(changes(blocked, accepted, ASKS_AGAIN)) == []


def test_another_target_has_changed() -> None:
    move = a_scope().moves[0]
    other = move.model_copy(update={"target": ELSEWHERE})
    [change] = changes_of_move(move, other, ASKS_AGAIN)
    assert (change.kind, change.message) == (
        ChangeKind.TARGET,
        f"it would go to {ELSEWHERE}, not to {TARGET}",
    )


def test_another_vif_under_the_same_number_has_changed() -> None:
    move = a_scope().moves[0]
    other = move.model_copy(update={"virtual_interface_id": "dxvif-bbbb0002"})
    [change] = changes_of_move(move, other, ASKS_AGAIN)
    assert change.kind is ChangeKind.TARGET
    assert change.message == f"it would move dxvif-bbbb0002, not {VIF}"


def test_words_name_the_move_and_leave_blocks_to_their_findings() -> None:
    source, block = changes(
        BEFORE, BEFORE.model_copy(update={"source": ELSEWHERE, "blocks": ("X",)}), ASKS_AGAIN
    )
    of_a_move = ScopeChange(**{**dict(source), "move": 7, "virtual_interface_id": VIF})
    said = f"it is on {ELSEWHERE}, no longer on {SOURCE}"
    assert list(changes_in_words([source, block, of_a_move])) == [
        f"changed since it was checked: {said}",
        f"move 7: {VIF}: changed since it was checked: {said}",
    ]
