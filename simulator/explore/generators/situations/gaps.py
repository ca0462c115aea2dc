"""Situations in which Direct Connect does not show, for a while, what is there."""

from simulator.directconnect import Fault
from simulator.explore.generators.situations.draft import Draft
from vifshift.domain.gaps import LONGEST_GAP

DESCRIBE = "DescribeVirtualInterfaces"
LONG = int(LONGEST_GAP.total_seconds()) + 10


def _unlisted(draft: Draft, begins: int) -> None:
    """Let it be listed again before the last look, after it, or never."""
    lasts = draft.dice.pick([LONG // 2, LONG, LONG, 40 * LONG])
    draft.faults.append(
        Fault(operation=DESCRIBE, from_=max(0, begins - 5), to=begins + lasts, returns_empty=True)
    )


def at_the_first_check(draft: Draft) -> bool:
    """Let a migration not be listed when it is checked first."""
    _unlisted(draft, 0)
    return True


def at_the_second_check(draft: Draft) -> bool:
    """Let a migration not be listed when it is checked again."""
    _unlisted(draft, draft.wait_for_window(draft.dice.whole(2, 20)))
    return True


def of_a_plan(draft: Draft) -> bool:
    """Let a plan's VIFs not be listed when it is checked first."""
    _unlisted(draft, 0)
    return draft.as_evacuation() if draft.dice.chance(50) else draft.as_plan()


def of_a_plan_at_its_second_check(draft: Draft) -> bool:
    """Let a plan's VIFs not be listed when it is checked again."""
    _unlisted(draft, draft.wait_for_window(draft.dice.whole(2, 20)))
    return draft.as_evacuation() if draft.dice.chance(50) else draft.as_plan()
