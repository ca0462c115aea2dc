"""No person has to know the names of the workflows' states."""

import pytest

from vifshift.domain.state_words import doing
from vifshift.domain.workflow import PlanState, StateName

ALL = sorted({state.value for state in (*StateName, *PlanState)})


@pytest.mark.parametrize("state", [state for state in ALL if not state.endswith("?")])
def test_every_state_that_can_fail_says_what_it_does(state: str) -> None:
    assert doing(state) != "a step of the workflow"


@pytest.mark.parametrize("state", [*ALL, "Of another release", "<b>"])
def test_what_it_does_is_not_its_name(state: str) -> None:
    assert state not in doing(state)
