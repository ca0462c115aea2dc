"""All situations by name, and which seeds are of which: each is drawn equally often.

What rarely happens by chance happens here on purpose: in a world without other troubles, so that
what it leads to is reached. The first ones need no settings, so that a few seeds are quickly run.
"""

from collections.abc import Callable, Iterator
from functools import partial

from simulator.explore.generators.situations import (
    between,
    elsewhere,
    ends,
    fleets,
    gaps,
    locks,
    people,
    policies,
    singles,
    watchdogs,
)
from simulator.explore.generators.situations.draft import Draft

Situation = Callable[[Draft], bool]
EACH, REST = 4, 2
"""A seed with this rest is of a situation."""
FEW = (
    "a LAG's member is asked for",
    "the source is in a LAG",
    "the source is hosted",
    "the hosted target is full",
    "the source is over its quota",
    "no rate limiters are left",
    "the target is billed otherwise",
    "the gateway is detaching",
    "a resiliency group",
)
"""The features of a world that hardly ever lead to anything, with all else that is drawn."""
INTERRUPTED = (("time-out", "late"), ("time-out", "twice"), ("fail", "late"), ("fail", "twice"))

FIRST: dict[str, Situation] = {
    "a plan is stopped": watchdogs.of_a_plan,
    "a lock is left": locks.left_locked,
    "not listed at the first check": gaps.at_the_first_check,
    "moved after the approval": between.moved_after_the_approval,
    "a plan's end is not told": ends.of_a_plan_not_told,
    "one more after the approval": between.one_more_after_the_approval,
    "a track breaks": ends.track_broken,
    "two wait under one number": people.ambiguous,
    "ended, and not released": watchdogs.ended_unreleased,
    "a plan's move is interrupted": fleets.move_interrupted,
    "stopped before a late effect": watchdogs.before_a_late_effect,
    "siblings in a Region that is not read": elsewhere.in_a_region_that_is_not_read,
}
"""Those that a few seeds are of; none of them needs settings, so that they are quickly run."""
SITUATIONS: dict[str, Situation] = {
    **FIRST,
    "not listed at the second check": gaps.at_the_second_check,
    "a plan is not listed at its first check": gaps.of_a_plan,
    "a plan is not listed at its second check": gaps.of_a_plan_at_its_second_check,
    "a lock is left for two": locks.left_locked_for_two,
    "a lock is not taken over": locks.not_taken_over,
    **{f"{state} fails": partial(locks.holder_not_known, state=state) for state in locks.HOLDERS},
    "not worth waiting": locks.not_worth_waiting,
    "the end is not told": ends.not_told,
    "a plan is not concluded": ends.of_a_plan_not_concluded,
    **{f"{state} fails": partial(ends.plan_not_begun, state=state) for state in ends.BEGINNINGS},
    "a plan is not checked again": ends.plan_not_checked_again,
    "not observed": ends.not_observed,
    "stuck in transition": ends.stuck_in_transition,
    **{str(each): partial(watchdogs.hindered, by=each) for each in watchdogs.HINDRANCES},
    "heard of twice": watchdogs.heard_twice,
    "a plan is heard of twice": watchdogs.of_a_plan_heard_twice,
    "heard of again, an hour later": partial(watchdogs.heard_twice, is_late=True),
    "a plan is heard of again, an hour later": partial(
        watchdogs.of_a_plan_heard_twice, is_late=True
    ),
    **{
        f"heard of twice: {state} fails": partial(watchdogs.heard_twice, state=state)
        for state in watchdogs.RIVALRY
    },
    **{
        f"a plan is heard of twice: {state} fails": partial(
            watchdogs.of_a_plan_heard_twice, state=state
        )
        for state in watchdogs.RIVALRY
    },
    **{
        f"a watchdog by hand: {kind}": partial(watchdogs.by_hand, kind=kind)
        for kind in watchdogs.BY_HAND
    },
    **{
        f"a plan's watchdog by hand: {kind}": partial(watchdogs.of_a_plan_by_hand, kind=kind)
        for kind in watchdogs.BY_HAND
    },
    "a plan ended, and not released": partial(watchdogs.of_a_plan_unreleased, is_found_out=True),
    "a plan ended, not released, and not found out": partial(
        watchdogs.of_a_plan_unreleased, is_found_out=False
    ),
    **{
        f"{kind}, its event {what}": partial(watchdogs.interrupted, kind=kind, what=what)
        for kind, what in INTERRUPTED
    },
    "another digest": people.other_digest,
    "moved before the window": between.moved_before_the_window,
    "siblings come to the target": between.sibling_near_the_target,
    "an approved plan changes": between.of_an_approved_plan,
    "a plan changes": between.of_a_plan,
    **{
        f"a move of an approved plan changes: {answer}": partial(
            between.while_an_approved_plan_runs, answer=answer
        )
        for answer in between.ANSWERS
    },
    "one more before the window": between.one_more_before_the_window,
    "a plan as a dry run": fleets.dry_run,
    "a plan with nothing to do": fleets.nothing_to_do,
    "a window too short": fleets.short_window,
    "an order that is kept": fleets.order_kept,
    **{f"a plan is halted {when}": partial(fleets.halted, when=when) for when in fleets.HALTS},
    "a move's key is halted": fleets.key_halted,
    "a plan's move is cancelled": fleets.cancelled_move,
    "a move's id is taken": fleets.move_id_taken,
    "a plan's moves break": fleets.moves_break,
    "a plan is stopped while its moves go on": fleets.stopped_while_moves_go_on,
    **{f"{kind}, in a list": partial(fleets.listed, kind=kind) for kind in fleets.LISTED},
    "siblings in an account that is not read": elsewhere.in_an_account_that_is_not_read,
    "all of another account": elsewhere.of_another_owner,
    "routes of siblings that are not shown": elsewhere.routes_of_siblings_unread,
    "devices that are not named": elsewhere.devices_not_named,
    **{
        f"a request for another {what}": partial(singles.odd_request, what=what)
        for what in ("VIF", "port", "Region")
    },
    "never tested": singles.never_tested,
    **{
        f"denied: {what}": partial(singles.denied, what=what)
        for what in (*singles.DENIED, *singles.DENIED_OPERATIONS)
    },
    **{f"only {kind}": partial(singles.a_feature, kind=kind) for kind in FEW},
    "approved by who asked": people.asked_by_same,
    "two approvals": people.two_approvals,
    **{f"below the policy: {name}": partial(policies.below, name=name) for name in policies.BELOW},
    "on the floor of the policy": policies.on_the_floor,
    "only others may name it": policies.named_by_others,
    "siblings in a Region that is read": elsewhere.in_a_region_that_is_read,
    "siblings in an account that is read": elsewhere.in_an_account_that_is_read,
    "only a VPN is left": singles.only_a_vpn,
}


def situation_of(seed: int) -> str | None:
    """Return the situation of a seed, None if everything about it is drawn independently."""
    if seed % EACH != REST:
        return None
    names = [*SITUATIONS]
    return names[seed // EACH % len(names)]


def kinds() -> Iterator[str]:
    """Yield the descriptions of all situations."""
    for name in SITUATIONS:
        yield f"situation: {name}"
