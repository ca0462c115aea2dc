"""Properties of what waits or stays behind: after an approval, a halt, or a call in doubt."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from simulator.explore.case import Case
from simulator.explore.truth import ASSOCIATE
from simulator.runs.record import StartedMove, execution_of
from vifshift.domain.watchdog import WatchdogState
from vifshift.events.base import DetailType

UNDER_WAY = timedelta(seconds=5)
"""A move whose start was decided on right before a halt was heard may still start."""


def what_came_after_the_approval_is_left_behind(case: Case) -> Iterator[str]:
    """An approved evacuation moves only what was on the port when people were asked."""
    match case.asked:
        case {"approval": {"required": True}, "evacuate": {"from": str(port)}}:
            pass
        case _:
            return
    for plan in case.record.plans_of(case.trigger):
        questions = _questions(case, plan)
        for move in _moves_of(case, plan):
            name = str(move.request["virtualInterfaceId"])
            sent = _first_sent(case, move)
            asked = max((each for each in questions if sent and each <= sent), default=None)
            if asked is None:
                continue
            truth = case.truth_of(name)
            shown = {view.connection_id for view in truth.shown_between(plan["startDate"], asked)}
            if port not in shown:
                yield f"{name} came to {port} after people were asked, and was moved as well"


def nothing_starts_once_a_halt_is_heard(case: Case) -> Iterator[str]:
    """No move of a plan starts once the plan has heard a halt."""
    for plan in case.record.plans_of(case.trigger):
        heard = [
            datetime.fromisoformat(event["detail"]["metadata"]["occurredAt"])
            for event in case.record.events
            if event["detail-type"] == DetailType.ANSWER_HEARD
            and event["detail"]["data"]["said"] == DetailType.PLAN_HALT_REQUESTED
            and plan["name"] in event["detail"]["data"]["heardBy"]
        ]
        for move in _moves_of(case, plan) if heard else ():
            if move.execution["startDate"] > min(heard) + UNDER_WAY:
                yield f"move {move.number} started after the plan had heard a halt"


def the_gateway_is_kept_while_a_call_may_land(case: Case) -> Iterator[str]:
    """A watchdog frees the gateway of an interrupted migration once its last call has landed.

    One that is redriven takes the lock again.
    """
    execution = case.execution
    if execution is None or case.vif is None or case.record.scenario.redrives:
        return
    landed = [move.at for move in case.truth.own_moves]
    for freed in _freed_at(case, str(execution.get("executionArn"))) if landed else ():
        if freed < landed[-1]:
            after = (landed[-1] - freed).total_seconds()
            yield f"its gateway was freed {after:g} s before its last call landed"


KEPT_BACK_BY_PLANS: tuple[Callable[[Case], Iterator[str]], ...] = (
    what_came_after_the_approval_is_left_behind,
    nothing_starts_once_a_halt_is_heard,
)


def _questions(case: Case, plan: dict[str, Any]) -> list[datetime]:
    """Return when people were asked about a plan as a whole."""
    return [
        datetime.fromisoformat(event["detail"]["metadata"]["occurredAt"])
        for event in case.record.events
        if event["detail-type"] == DetailType.PLAN_APPROVAL_REQUESTED
        and execution_of(event) == plan["executionArn"]
    ]


def _moves_of(case: Case, plan: dict[str, Any]) -> list[StartedMove]:
    return [move for move in case.record.moves if move.plan_id == plan["name"]]


def _first_sent(case: Case, move: StartedMove) -> datetime | None:
    """Return when the first call was sent that was to move a move's VIF, None without one."""
    sent = (
        call.at
        for call in case.record.calls
        if call.operation == ASSOCIATE
        and call.parameters["virtualInterfaceId"] == move.request["virtualInterfaceId"]
        and call.at >= move.execution["startDate"]
    )
    return next(sent, None)


def _freed_at(case: Case, arn: str) -> Iterator[datetime]:
    """Yield when a watchdog of an execution came to free its gateway."""
    for history in case.record.histories:
        if any(arn in str(event.get("executionStartedEventDetails", "")) for event in history):
            for event in history:
                entered = event.get("stateEnteredEventDetails", {}).get("name")
                if entered == WatchdogState.FREE_GATEWAY:
                    yield event["timestamp"]
