"""How a rule says which moves of a plan it judges the network after."""

import pytest

from tests.unit.vifshift.fakes import RIVAL, SIBLING, VIF, a_rival, a_sibling, a_vif
from vifshift.domain.plan_effects import NO_EFFECTS, PlanEffect, PlanEffects, Stage, moves

THREE = (a_vif(), a_rival(), a_sibling())


def plan_effects(**stages: Stage) -> PlanEffects:
    """Give the three VIFs their passages, by the number of the move."""
    names = {"first": VIF, "second": RIVAL, "third": SIBLING}
    numbers = {"first": 7, "second": 3, "third": 5}
    return PlanEffects(
        of={names[each]: PlanEffect(number=numbers[each], stage=stages[each]) for each in stages}
    )


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([3], "move 3"),
        ([1, 2], "moves 1 and 2"),
        ([1, 2, 3, 4, 5], "moves 1, 2, 3, 4 and 5"),
        ([1, 2, 3, 4, 5, 6], "moves 1, 2, 3, 4, 5 and 1 more"),
        (list(range(1, 5001)), "moves 1, 2, 3, 4, 5 and 4995 more"),
    ],
)
def test_moves_are_named_by_their_numbers(numbers: list[int], text: str) -> None:
    assert moves(numbers) == text


def test_what_earlier_moves_have_brought_is_told_in_their_order() -> None:
    done = plan_effects(first=Stage.DONE, second=Stage.DONE, third=Stage.TO_COME)
    assert done.after(THREE) == " after moves 3 and 7"
    assert done.has_brought(THREE[0])
    assert not done.has_brought(THREE[2])


@pytest.mark.parametrize(
    ("stage", "text"),
    [
        (Stage.DONE, ""),
        (Stage.TO_COME, ", which move 7 takes away"),
        (Stage.BLOCKED, ", which move 7 would take away if it were not blocked itself"),
    ],
)
def test_what_takes_a_vif_away_is_told(stage: Stage, text: str) -> None:
    assert plan_effects(first=stage).leaving(a_vif()) == text


def test_what_makes_room_later_is_told() -> None:
    to_come = plan_effects(first=Stage.TO_COME, second=Stage.BLOCKED)
    assert to_come.making_room(THREE) == "; move 7 makes room"
    both = plan_effects(first=Stage.TO_COME, third=Stage.TO_COME)
    assert both.making_room(THREE) == "; moves 5 and 7 make room"
    assert both.bringing_up(THREE) == "; moves 5 and 7 may bring one up"


def test_without_a_plan_nothing_is_told() -> None:
    assert not NO_EFFECTS.has_brought(a_vif())
    assert NO_EFFECTS.after(THREE) == NO_EFFECTS.leaving(a_vif()) == ""
    assert NO_EFFECTS.making_room(THREE) == NO_EFFECTS.bringing_up(THREE) == ""
