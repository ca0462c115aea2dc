"""What no generated scenario can reach, each with its reason and the test that reaches it instead.

Everything else has to be reached. "Rare" is no reason: what is rare is drawn on purpose.
"""

from collections.abc import Mapping
from typing import NamedTuple

from simulator.explore.coverage.things import ReachKind, Thing


class Exclusion(NamedTuple):
    """Why it can't be reached by a draw, and the test that reaches it, in a file of `tests`."""

    reason: str
    test: str


EXCLUDED: Mapping[Thing, Exclusion] = {
    Thing(ReachKind.RULE, "TOO_MANY_MOVES"): Exclusion(
        "needs thousands of VIFs on one port",
        "unit/vifshift/plan/planning/test_evacuation.py::"
        "test_more_than_a_plan_may_have_are_too_many",
    ),
    Thing(ReachKind.RULE, "LIST_CUT_OFF"): Exclusion(
        "needs a list that never ends, which the simulator can't give",
        "unit/vifshift/preflight/rules/test_visibility.py::"
        "test_a_list_that_has_no_end_is_said_to_be_cut_off",
    ),
}
