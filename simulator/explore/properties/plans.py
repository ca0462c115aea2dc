"""Properties of plans as a whole, checked against calls and the outcomes of moves."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from simulator.directconnect import Call
from simulator.explore.approvals import approvals_of
from simulator.explore.case import Case
from simulator.explore.properties.events import STOPPED
from simulator.explore.repeated import rival_watchdogs
from simulator.explore.requested import requested_alone
from simulator.explore.truth import ASSOCIATE
from simulator.runs.record import StartedMove, execution_of
from simulator.scenarios.model import ScenarioAnswerKind
from vifshift.domain.errors import OWN_ERRORS
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.events.base import DetailType
from vifshift.reports.plan.model import MoveReport, PlanReport

GOOD = {MoveOutcome.SUCCEEDED, MoveOutcome.UNCHANGED}
UNTOUCHED = {
    PlanOutcome.REJECTED,
    PlanOutcome.PLANNED,
    PlanOutcome.DUPLICATE,
    PlanOutcome.CANCELLED,
}


def one_end_is_told_of_each_plan(case: Case) -> Iterator[str]:
    """Every execution of a plan sends one final event, and ends with its outcome.

    Watchdogs that can't claim its end tell it rather twice than not at all.
    """
    plans = case.record.plans_of(case.trigger)
    if not plans:
        yield "no plan was started"
    for plan in plans:
        events = [each for each in case.all_ends if execution_of(each) == plan["executionArn"]]
        if not 1 <= len(events) <= 1 + rival_watchdogs(case.record.scenario):
            yield f"{plan['name']} sent {len(events)} final events"
            continue
        outcome = PlanOutcome(events[-1]["detail"]["data"]["outcome"])
        if outcome is PlanOutcome.INTERRUPTED:
            if plan["status"] not in STOPPED and _ended_by_itself(plan):
                yield f"it reported {outcome}, and the execution is {plan['status']}"
        elif plan["status"] in STOPPED:
            # It was stopped once it had told of its end, which nobody is told of again.
            continue
        elif plan["status"] != ("FAILED" if outcome.error else "SUCCEEDED"):
            yield f"it reported {outcome}, and the execution is {plan['status']}"
        elif outcome.error and plan.get("error") != outcome.error:
            yield f"it reported {outcome}, and failed with {plan.get('error')}"


def every_execution_ends(case: Case) -> Iterator[str]:
    """Nothing is left running."""
    for execution in case.record.executions:
        if execution["status"] == "RUNNING":
            yield f"{execution['name']} did not end"


def no_more_are_on_their_way_than_allowed(case: Case) -> Iterator[str]:
    """No more than maxConcurrency moves of a plan run at the same time."""
    asked = case.asked if isinstance(case.asked, dict) else {}
    allowed = asked.get("maxConcurrency", 1)
    for plan in case.record.plans_of(case.trigger):
        most = at_once(_moves_of(case, plan))
        if isinstance(allowed, int) and most > allowed:
            yield f"{most} moves ran at the same time, and {allowed} were allowed"


def nothing_starts_once_enough_have_failed(case: Case) -> Iterator[str]:
    """No move starts after the allowed number of failures, or after a halt."""
    asked = case.asked if isinstance(case.asked, dict) else {}
    most = asked.get("stopAfterFailures", 1)
    for plan in case.record.plans_of(case.trigger):
        moves = _moves_of(case, plan)
        failures = sorted(
            move.execution["stopDate"] for move in moves if _outcome(case, move) not in GOOD
        )
        if not isinstance(most, int) or len(failures) < most:
            continue
        halted_at: datetime = failures[most - 1]
        for move in moves:
            if move.execution["startDate"] > halted_at:
                yield f"move {move.number} started after {most} had failed"


def nothing_is_touched_once_it_is_halted(case: Case) -> Iterator[str]:
    """No VIF is associated for the first time after a halt, or after the allowed failures."""
    if not case.is_platform_sound:
        return
    for plan in case.record.plans_of(case.trigger):
        halted_at = _halted_at(case, plan)
        for move in _own_moves_of(case, plan):
            calls = [call.at for call in _sent(case, move)]
            if halted_at and calls and calls[0] > halted_at:
                yield f"move {move.number} was touched after the plan was halted"


def no_plan_moves_anything_without_its_approval(case: Case) -> Iterator[str]:
    """No VIF is associated by a plan that must be approved before somebody approves it."""
    asked = case.asked if isinstance(case.asked, dict) else {}
    match asked.get("approval"):
        case {"required": True}:
            pass
        case _:
            return
    for plan in case.record.plans_of(case.trigger):
        approvals = approvals_of(case, plan["executionArn"], DetailType.PLAN_APPROVED)
        approved_at = min(approvals, default=None)
        for move in _own_moves_of(case, plan):
            for call in _sent(case, move):
                if approved_at is None or call.at < approved_at:
                    yield f"move {move.number} was sent without the plan's approval"


def _halted_at(case: Case, plan: dict[str, Any]) -> datetime | None:
    """Return when a plan was not to start any more moves, None if it always was."""
    asked = case.asked if isinstance(case.asked, dict) else {}
    most = asked.get("stopAfterFailures", 1)
    failures = sorted(
        move.execution["stopDate"]
        for move in _moves_of(case, plan)
        if _outcome(case, move) not in {*GOOD, MoveOutcome.CANCELLED}
        and "stopDate" in move.execution
    )
    halts = [
        case.record.started_at + timedelta(seconds=answer.at)
        for answer in case.record.scenario.answers
        if answer.kind is ScenarioAnswerKind.HALT and plan is case.record.plans[-1]
    ]
    limit = failures[most - 1 :] if isinstance(most, int) else []
    return min([*halts, *limit], default=None)


def nothing_starts_where_it_says_so(case: Case) -> Iterator[str]:
    """A plan that was rejected, planned, a duplicate or cancelled has started nothing."""
    for event in case.ends:
        told = event["detail"]["data"]["outcome"]
        plan_id = event["detail"]["metadata"]["planId"]
        if told in UNTOUCHED and any(each.plan_id == plan_id for each in case.record.moves):
            yield f"{told}, though it has started moves"


def the_report_tells_what_became_of_each_move(case: Case) -> Iterator[str]:
    """The evidence of a plan exists, and agrees with the last event of each move."""
    for event in case.ends:
        named = event["detail"]["data"]["evidence"]
        if named is None:
            if case.is_platform_sound:
                yield "the final event names no evidence"
            continue
        keys = {
            name: uri.removeprefix("s3://").partition("/")[2]
            for name, uri in named.items()
            if name.endswith("Uri")
        }
        for key in keys.values():
            if key not in case.record.evidence:
                yield f"the final event names {key}, which is not there"
        if text := case.record.evidence.get(keys["jsonUri"]):
            report = PlanReport.model_validate_json(text)
            yield from _differences(case, report, event["detail"]["data"])


def _differences(case: Case, report: PlanReport, told: dict[str, Any]) -> Iterator[str]:
    if report.outcome != told["outcome"]:
        yield f"the report has {report.outcome}, and the event {told['outcome']}"
    if report.counts.to_json() != told["counts"]:
        yield f"the report counts {report.counts}, and the event {told['counts']}"
    yield from _astray(report.counts)
    started = {move.number: move for move in case.record.moves if move.plan_id == report.plan_id}
    for number in sorted(started.keys() - {each.number for each in report.moves}):
        yield f"move {number} was started, and is not reported"
    for each in report.moves:
        move = started.get(each.number)
        if each.outcome is MoveOutcome.IN_FLIGHT and move:
            continue
        was_kept_back = (
            each.outcome is MoveOutcome.NOT_STARTED
            and report.outcome in {PlanOutcome.HALTED, PlanOutcome.INTERRUPTED}
            and move is not None
            and _outcome(case, move) == MoveOutcome.CANCELLED
        )
        if move and each.outcome != _outcome(case, move) and not was_kept_back:
            yield f"move {each.number} is reported as {each.outcome}, and is {_outcome(case, move)}"
        never = {MoveOutcome.NOT_STARTED, MoveOutcome.UNCHANGED}
        if _is_left_alone(case, each, report):
            continue
        if not move and each.outcome not in never and report.outcome is not PlanOutcome.REJECTED:
            yield f"move {each.number} is reported as {each.outcome}, and was never started"


def _is_left_alone(case: Case, told: MoveReport, report: PlanReport) -> bool:
    """Return whether a VIF was on its target when the plan started, and did not work as before.

    That is for the plan to find out by its own record; a VIF that works with all peers is not so.
    """
    if told.outcome is not MoveOutcome.REJECTED:
        return False
    view = case.truth_of(told.virtual_interface_id).at(report.started_at)
    return view.connection_id == told.target and not (view.works and view.up == set(view.bgp))


def every_end_of_a_move_is_told(case: Case) -> Iterator[str]:
    """Each move that ends under its plan is reported once as progress."""
    if not case.is_platform_sound:
        return
    numbers = [
        (event["detail"]["metadata"]["planId"], event["detail"]["data"]["move"]["number"])
        for event in case.record.events
        if event["detail-type"] == DetailType.PLAN_PROGRESSED
    ]
    for plan in case.record.plans_of(case.trigger):
        for move in _moves_of(case, plan):
            count = numbers.count((move.plan_id, move.number))
            if count != 1:
                yield f"the end of move {move.number} was reported {count} times"


def progress_adds_up(case: Case) -> Iterator[str]:
    """Every progress event counts each move of the plan once."""
    for event in case.record.events:
        if event["detail-type"] == DetailType.PLAN_PROGRESSED:
            yield from _astray(Counts.model_validate(event["detail"]["data"]["counts"]))


def _astray(counts: Counts) -> Iterator[str]:
    ended = counts.succeeded + counts.unchanged + counts.failed
    if ended + counts.in_flight + counts.not_started != counts.moves:
        yield f"the counts don't add up: {counts}"


PLAN_PROPERTIES: tuple[Callable[[Case], Iterator[str]], ...] = (
    one_end_is_told_of_each_plan,
    every_execution_ends,
    no_more_are_on_their_way_than_allowed,
    nothing_starts_once_enough_have_failed,
    nothing_is_touched_once_it_is_halted,
    no_plan_moves_anything_without_its_approval,
    nothing_starts_where_it_says_so,
    the_report_tells_what_became_of_each_move,
    every_end_of_a_move_is_told,
    progress_adds_up,
)


def at_once(moves: list[StartedMove]) -> int:
    """Return the largest number of simultaneous moves; one may start as another ends."""
    steps = [(move.execution["startDate"], 1) for move in moves]
    steps += [(move.execution["stopDate"], -1) for move in moves if "stopDate" in move.execution]
    most = now = 0
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most


def _moves_of(case: Case, plan: dict[str, Any]) -> list[StartedMove]:
    return [move for move in case.record.moves if move.plan_id == plan["name"]]


def _own_moves_of(case: Case, plan: dict[str, Any]) -> list[StartedMove]:
    """Return the moves whose VIFs nothing but plans is to move."""
    alone = requested_alone(case.record)
    found = _moves_of(case, plan)
    return [move for move in found if move.request["virtualInterfaceId"] not in alone]


def _sent(case: Case, move: StartedMove) -> list[Call]:
    """Return the calls that were to move a move's VIF since it was started."""
    return [
        call
        for call in case.record.calls
        if call.operation == ASSOCIATE
        and call.parameters["virtualInterfaceId"] == move.request["virtualInterfaceId"]
        and call.at >= move.execution["startDate"]
    ]


def _outcome(case: Case, move: StartedMove) -> str:
    """Return the outcome that a migration's last event reports."""
    ends = [
        each["detail"]["data"]["outcome"]
        for each in case.record.final_events
        if execution_of(each) == move.execution["executionArn"]
    ]
    return ends[-1] if ends else "nothing"


def _ended_by_itself(plan: dict[str, Any]) -> bool:
    error = str(plan.get("error") or "")
    return plan["status"] == "SUCCEEDED" or error.startswith(OWN_ERRORS)
