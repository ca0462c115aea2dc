"""Situations in which the network changes between what was checked and what is to happen."""

from simulator.directconnect import ArrivalTimeline, Change, TimelineStep, When
from simulator.explore.generators.situations.draft import MOVE, Draft
from simulator.scenarios.model import ScenarioAnswerKind

ANSWERS = ("approved", "cancelled", "not answered")


def _move(draft: Draft, at: int, name: str, port: str) -> None:
    """Let somebody else move a VIF, which works there as before."""
    draft.changes.append(Change(at=at, virtual_interface_id=name, set={"connectionId": port}))
    step = TimelineStep(
        after=0, virtual_interface_state="available", bgp_status="up", routes_percent=100
    )
    when = When(virtual_interface_id=name, connection_id=port)
    draft.timelines.append(ArrivalTimeline(when=when, steps=(step,)))


def _approved_for_a_window(draft: Draft, hours: int) -> int:
    """Let it be approved, and wait for its window; return a time between both."""
    opens = draft.wait_for_window(hours)
    until = draft.wait_for_approval(30)
    at = draft.dice.whole(60, until - 60)
    draft.answer(at)
    return draft.dice.whole(at + 60, opens - 60)


def _asked_again(draft: Draft, opens: int) -> None:
    """Let people answer the second question, with the first digest, with the last, or not."""
    kind = draft.dice.weigh({"first": 25, "last": 40, "none": 35})
    if kind != "none":
        draft.answer(opens + draft.dice.whole(60, 900), digest=kind)


def moved_after_the_approval(draft: Draft) -> bool:
    """Let others move the VIF after it was approved, so that people are asked again."""
    hours = draft.dice.whole(2, 20)
    at = _approved_for_a_window(draft, hours)
    _move(draft, at, draft.world.subject, draft.fresh_port(0))
    _asked_again(draft, hours * 3600)
    return not draft.world.is_hosted(draft.world.source)


def moved_before_the_window(draft: Draft) -> bool:
    """Let others move the VIF, which nobody had to approve, before its window opens."""
    opens = draft.wait_for_window(draft.dice.whole(2, 20))
    at = draft.dice.whole(60, opens - 60)
    _move(draft, at, draft.world.subject, draft.fresh_port(0))
    return not draft.world.is_hosted(draft.world.source)


def sibling_near_the_target(draft: Draft) -> bool:
    """Let others move all siblings to the target after the approval: a warning that is new."""
    hours = draft.dice.whole(2, 20)
    at = _approved_for_a_window(draft, hours)
    target = draft.asked["connectionId"] = draft.fresh_port(0)
    for number, each in enumerate(draft.near):
        _move(draft, at + number, str(each["virtualInterfaceId"]), str(target))
    _asked_again(draft, hours * 3600)
    return bool(draft.near)


def of_an_approved_plan(draft: Draft) -> bool:
    """Let others move a VIF of an approved plan before its window opens."""
    hours = draft.dice.whole(2, 20)
    at = _approved_for_a_window(draft, hours)
    _move(draft, at, draft.world.subject, draft.fresh_port(9))
    _asked_again(draft, hours * 3600)
    return draft.as_plan()


def of_a_plan(draft: Draft) -> bool:
    """Let others move a VIF of a plan that nobody had to approve, before its window opens."""
    opens = draft.wait_for_window(draft.dice.whole(2, 20))
    _move(draft, draft.dice.whole(60, opens - 60), draft.world.subject, draft.fresh_port(9))
    return draft.as_plan()


def while_an_approved_plan_runs(draft: Draft, answer: str) -> bool:
    """Let others move the VIF of a later move while the first one is in progress."""
    if not draft.as_plan(1):
        return False
    until = draft.wait_for_approval(30)
    at = draft.dice.whole(60, until - 600)
    draft.answer(at, digest=draft.dice.pick(["last", None]))
    moves = draft.asked["moves"]
    assert isinstance(moves, list)
    last = moves[-1]
    assert isinstance(last, dict)
    draft.asked["maxConcurrency"] = 1
    draft.asked["stopAfterFailures"] = 5
    draft.asked["convergence"] = {"timeoutSeconds": 300, "holdSeconds": 60}
    _move(draft, at + draft.dice.whole(20, 50), str(last[MOVE[0]]), draft.fresh_port(9))
    then = at + draft.dice.whole(200, 900)
    if answer == "approved":
        draft.answer(then, withToken=True)
    elif answer == "cancelled":
        draft.answer(then, ScenarioAnswerKind.CANCEL)
    return True


def _newcomer(draft: Draft, at: int) -> bool:
    """Let another VIF come to the port that is to be emptied."""
    here = draft.world.source
    others = [name for name in draft.others if _port_of(draft, name) != here]
    if not others or not draft.as_evacuation():
        return False
    _move(draft, at, draft.dice.pick(others), here)
    return True


def one_more_after_the_approval(draft: Draft) -> bool:
    """Let a VIF come to a port whose evacuation was approved: it is left behind."""
    return _newcomer(draft, _approved_for_a_window(draft, draft.dice.whole(2, 20)))


def one_more_before_the_window(draft: Draft) -> bool:
    """Let a VIF come to a port whose evacuation nobody had to approve: it is moved as well."""
    opens = draft.wait_for_window(draft.dice.whole(2, 20))
    return _newcomer(draft, draft.dice.whole(60, opens - 60))


def _port_of(draft: Draft, name: str) -> str:
    vifs = draft.world.virtual_interfaces
    return next(str(each["connectionId"]) for each in vifs if each["virtualInterfaceId"] == name)
