"""An evacuation: every VIF of a port to another one, or those with some tags or of some types."""

from typing import Any

import pytest

from tests.unit.vifshift.plan.plans import P, Q, R, blocks, codes, judged, name, region, vif
from vifshift.domain.migration import Decision
from vifshift.plan.planning import expansion
from vifshift.plan.planning.preflight import PlanPreflight


def emptied(fake: Any, **fields: Any) -> PlanPreflight:
    """Empty the first port into the second."""
    terms = {each: fields.pop(each) for each in ("acknowledge", "reason") if each in fields}
    return judged(fake, evacuate={"from": P, "to": Q, **fields}, **terms)


def moved(result: PlanPreflight) -> list[str]:
    """Return what moves, in order."""
    return [move.request.virtual_interface_id for move in result.moves]


def test_every_vif_of_a_port_moves_in_order_of_the_ids() -> None:
    fake = region(vif(3, P), vif(1, P), vif(2, R), vif(12, P))
    result = emptied(fake, reason="the port is retired")
    assert result.decision is Decision.PROCEED
    assert moved(result) == [name(1), name(3), name(12)]
    assert {move.request.connection_id for move in result.moves} == {Q}
    assert {move.request.reason for move in result.moves} == {"the port is retired"}


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_what_is_gone_stays(state: str) -> None:
    fake = region(vif(1, P), vif(2, P, virtual_interface_state=state))
    assert moved(emptied(fake)) == [name(1)]


def test_what_can_not_be_moved_just_now_blocks_the_plan() -> None:
    fake = region(vif(1, P), vif(2, P, virtual_interface_state="pending"))
    assert list(blocks(emptied(fake))) == [2]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"site": "berlin"}, [1, 2]),
        ({"site": "berlin", "ring": "blue"}, [1]),
        ({"site": "Berlin"}, []),
        ({"ring": ""}, []),
    ],
)
def test_all_the_tags_have_to_be_there(tags: dict[str, str], expected: list[int]) -> None:
    # given
    fake = region(vif(1, P), vif(2, P), vif(3, P))
    fake.tags = {
        name(1): {"site": "berlin", "ring": "blue"},
        name(2): {"site": "berlin"},
        name(3): {"ring": "blue"},
    }
    # when, then
    assert moved(emptied(fake, tags=tags)) == [name(number) for number in expected]


def test_some_types_may_be_asked_for() -> None:
    kinds = {1: "private", 2: "public", 3: "transit"}
    fake = region(*(vif(n, P, virtual_interface_type=kind) for n, kind in kinds.items()))
    assert moved(emptied(fake, types=["transit", "private"])) == [name(1), name(3)]


def test_what_is_excluded_stays() -> None:
    fake = region(vif(1, P), vif(2, P), vif(3, P))
    result = emptied(fake, exclude=[name(2)])
    assert (moved(result), result.findings) == ([name(1), name(3)], ())


def test_what_is_excluded_and_not_there_blocks_lest_its_like_be_moved() -> None:
    # given an id that is nobody's, and one that is on another port
    fake = region(vif(1, P), vif(2, R))
    # when
    result = emptied(fake, exclude=["dxvif-nobody00", name(2), name(2)])
    # then
    assert result.decision is Decision.REJECTED
    assert [finding.message for finding in result.findings] == [
        "dxvif-nobody00 is excluded, but does not exist",
        f"{name(2)} is excluded, but is on {R}, not on {P}",
    ]


def test_what_is_excluded_and_not_there_may_be_acknowledged() -> None:
    fake = region(vif(1, P))
    result = emptied(fake, exclude=[name(2)], acknowledge=["EXCLUDED_NOT_FOUND"])
    assert result.decision is Decision.PROCEED
    assert [finding.acknowledged_by for finding in result.findings] == ["the request"]


def test_many_that_are_not_there_make_a_short_list() -> None:
    fake = region(vif(1, P))
    result = emptied(fake, exclude=[name(number) for number in range(100, 150)])
    assert len(result.findings) == 21
    assert result.findings[-1].message == f"30 more excluded virtual interfaces are not on {P}"


def test_a_port_that_carries_nothing_has_nothing_to_move() -> None:
    result = emptied(region(vif(1, R)))
    assert (result.decision, codes(result)) == (Decision.UNCHANGED, ["NOTHING_TO_MOVE"])
    assert result.findings[0].message == f"none of the 0 virtual interfaces on {P} would move"


def test_a_port_that_is_not_there_is_no_empty_one() -> None:
    result = judged(region(), evacuate={"from": "dxcon-nowhere1", "to": Q})
    assert result.decision is Decision.REJECTED
    assert codes(result) == ["SOURCE_NOT_FOUND", "NOTHING_TO_MOVE"]


def test_a_port_that_another_account_owns_is_known_by_what_rides_on_it() -> None:
    fake = region(vif(1, "dxcon-theirs01"))
    result = judged(fake, evacuate={"from": "dxcon-theirs01", "to": Q})
    assert (result.decision, moved(result)) == (Decision.PROCEED, [name(1)])


def test_a_target_that_is_not_there_is_named_for_each() -> None:
    result = judged(region(vif(1, P), vif(2, P)), evacuate={"from": P, "to": "dxcon-nowhere1"})
    assert list(blocks(result)) == [1, 2]


def test_more_than_a_plan_may_have_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "MOST_MOVES", 2)
    result = emptied(region(vif(1, P), vif(2, P), vif(3, P)))
    assert result.decision is Decision.REJECTED
    assert [finding.message for finding in result.findings] == [
        f"3 virtual interfaces of {P} would move; the limit is 2"
    ]
    assert len(result.moves) == 2
