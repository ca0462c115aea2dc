"""Situations in which the end of an execution is not told, not written down, or not found out."""

from simulator.directconnect import ArrivalTimeline, Knobs, TimelineStep, When
from simulator.explore.generators.situations.draft import Draft
from vifshift.domain.workflow import PlanState, StateName

BUS = "EventBridge.InternalException"
LAMBDA = "Lambda.Unknown"
TABLE = "DynamoDB.InternalServerError"
BEGINNINGS = {
    PlanState.CLAIM_PLAN: TABLE,
    PlanState.PREPARE: LAMBDA,
    PlanState.ANNOUNCE_START: BUS,
}
"""The states with which a plan begins, and how they fail."""
TOLD = 16
"""How often a last event is tried."""


def not_told(draft: Draft) -> bool:
    """Let the bus refuse the last event of a migration, for as long as that tries or longer."""
    draft.fail(StateName.ANNOUNCE_OUTCOME, BUS, times=draft.dice.pick([TOLD, 2 * TOLD]))
    return True


def of_a_plan_not_told(draft: Draft) -> bool:
    """Let the bus refuse the last event of a plan."""
    draft.fail(PlanState.ANNOUNCE_OUTCOME, BUS, times=draft.dice.pick([TOLD, 2 * TOLD]))
    return draft.as_plan()


def of_a_plan_not_concluded(draft: Draft) -> bool:
    """Let nobody find out how a plan ended, or only its watchdog."""
    draft.fail(PlanState.CONCLUDE, LAMBDA, times=draft.dice.pick([6, 60]))
    if draft.dice.chance(50):
        draft.fail(PlanState.ANNOUNCE_OUTCOME, BUS, times=TOLD)
    return draft.as_plan()


def track_broken(draft: Draft) -> bool:
    """Let it stay unknown which move of a plan is the next one."""
    draft.fail("Advance", LAMBDA, first=draft.dice.pick([1, 2, 3]))
    return draft.as_plan()


def plan_not_begun(draft: Draft, state: PlanState) -> bool:
    """Let a plan fail before it begins: at its claim, its checks, or its first event."""
    draft.fail(state, BEGINNINGS[state])
    return draft.as_plan()


def plan_not_checked_again(draft: Draft) -> bool:
    """Let a plan fail when it is checked again."""
    draft.fail(PlanState.PREPARE_AGAIN, LAMBDA)
    draft.wait_for_window(draft.dice.whole(1, 12))
    return draft.as_plan()


def not_observed(draft: Draft) -> bool:
    """Let the function that observes be deleted while the VIF is not up yet."""
    steps = (TimelineStep(after=0, virtual_interface_state="down", bgp_status="down"),)
    when = When(virtual_interface_id=draft.world.subject, connection_id=draft.world.target)
    draft.timelines.append(ArrivalTimeline(when=when, steps=steps))
    draft.interrupt("delete-function", at=draft.dice.whole(15, 40), function="observe")
    return True


def stuck_in_transition(draft: Draft) -> bool:
    """Let the VIF stay `pending` on its target for long, and AWS move nothing that is."""
    steps = [TimelineStep(after=0, virtual_interface_state="pending", bgp_status="down")]
    if draft.dice.chance(40):
        late = draft.dice.whole(60, 600)
        steps.append(TimelineStep(after=late, virtual_interface_state="down"))
    when = When(virtual_interface_id=draft.world.subject, connection_id=draft.world.target)
    draft.timelines.append(ArrivalTimeline(when=when, steps=tuple(steps)))
    draft.knobs = Knobs(refuse_while_pending=True)
    return True
