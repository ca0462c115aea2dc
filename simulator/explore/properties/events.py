"""Properties of events: what the final event says is true."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from simulator.explore.approvals import asked_at
from simulator.explore.case import Case
from simulator.explore.sight import sources_of
from simulator.explore.truth import VifView
from vifshift.domain.errors import OWN_ERRORS
from vifshift.domain.migration import Outcome
from vifshift.domain.open_executions import EVERY

UNTOUCHED = {
    Outcome.REJECTED,
    Outcome.UNCHANGED,
    Outcome.PLANNED,
    Outcome.DUPLICATE,
    Outcome.CANCELLED,
}
VERIFIED = {Outcome.SUCCEEDED, Outcome.ROLLED_BACK}
LOUD = {Outcome.ROLLBACK_FAILED, Outcome.NEEDS_ATTENTION, Outcome.INTERRUPTED}
STOPPED = {"ABORTED", "TIMED_OUT"}
REGISTER = "Register"
SLACK = timedelta(seconds=1)
LONGEST_WATCH = timedelta(minutes=5)
"""What a watchdog takes at most: it lets calls end, and reads a network that may be slow."""


def one_final_event_is_sent(case: Case) -> Iterator[str]:
    """An execution sends exactly one final event, and ends with its outcome.

    One that is redriven may send another each time, since the earlier one may have been an
    interruption's; and what is repeated or replayed may be a duplicate with an end of its own.
    Nothing can tell the end of one that was stopped before it was registered, if the event of that
    is lost as well.
    """
    execution, events = case.execution, case.all_ends
    if execution is None or (not events and _is_stopped_unregistered(case, execution)):
        return
    if not case.times <= len(events) <= case.most_times:
        yield f"{len(events)} final events were sent, not {case.times}"
        return
    outcome = Outcome(str(case.outcome))
    status = "FAILED" if outcome.error else "SUCCEEDED"
    if _is_interrupted(execution) or outcome is Outcome.INTERRUPTED:
        if not (_is_interrupted(execution) and case.record.scenario.interruptions):
            yield f"it reported {outcome}, and the execution is {execution['status']}"
    elif execution["status"] != status:
        yield f"it reported {outcome}, and the execution is {execution['status']}"
    elif execution["status"] == "FAILED" and execution.get("error") != outcome.error:
        yield f"it reported {outcome}, and the execution failed with {execution.get('error')}"


def an_interruption_is_told_in_time(case: Case) -> Iterator[str]:
    """An interruption is reported soon after the next sweep, whatever becomes of its event."""
    execution = case.execution
    if execution is None or not _is_interrupted(execution) or case.record.scenario.task_faults:
        return
    taken = case.told_at - execution["stopDate"]
    if case.ends and taken > EVERY + LONGEST_WATCH:
        yield f"it was reported {taken} after it was interrupted"


def it_tells_where_the_vif_is(case: Case) -> Iterator[str]:
    """The final event names the port that the VIF was on, or was shown on, at the last read."""
    shown, told = _shown(case), case.told
    if told is None or not told["now"] or _is_a_rivals_time(case):
        return
    port = told["now"]["connectionId"]
    if port not in {view.connection_id for view in shown}:
        truth = case.truth.at(case.told_at).connection_id if case.vif else "nowhere"
        yield f"it is reported on {port}, and is on {truth}"


def it_tells_whether_traffic_flows(case: Case) -> Iterator[str]:
    """The final event reports traffic as it was, or was shown, at the last read."""
    shown, told = _shown(case), case.told
    if told is None or _is_a_rivals_time(case):
        return
    traffic = told["carriesTraffic"]
    if traffic == "unknown":
        if case.outcome in VERIFIED and case.expected_peers and case.is_platform_sound:
            yield f"{case.outcome}, and whether traffic flows is reported as unknown"
        return
    if not any(traffic in _possible_words(view) for view in shown):
        truth = case.truth.at(case.told_at) if case.vif else "not there"
        yield f"traffic is reported as flowing: {traffic}, while it is {truth}"


def it_ends_where_it_says_and_held(case: Case) -> Iterator[str]:
    """A migration that succeeded or rolled back has converged there, and held."""
    if case.request is None or case.outcome not in VERIFIED:
        return
    if case.vif is None or case.snapshot is None or not case.looks:
        yield f"{case.outcome} is reported of a VIF that was never seen"
        return
    is_there = case.outcome == Outcome.SUCCEEDED
    port = case.request.connection_id if is_there else case.snapshot.connection_id
    last = case.looks[-1].at
    begin = last - case.hold + SLACK
    for look in case.looks:
        if look.at == last or look.at >= begin:
            shown = case.truth.proven_at(look.at)
            if not any(case.is_good(view, port) for view in shown):
                yield f"{case.outcome}, though {_at(case, look.at)} it was {shown[-1]}"
                return
    bad = case.truth.longest(begin, last, lambda view: not case.is_good(view, port))
    lag = timedelta(seconds=case.truth.knobs.describe_lag_seconds)
    if bad > case.blink + lag:
        yield f"{case.outcome}, though {bad} of its last {case.hold} it was not healthy on {port}"


def nothing_was_touched_where_it_says_so(case: Case) -> Iterator[str]:
    """A VIF whose outcome is rejected, unchanged, planned or duplicate was never moved by us."""
    if case.outcome in UNTOUCHED:
        for call in case.associations:
            if call.took_effect:
                port = call.parameters["connectionId"]
                yield f"{case.outcome}, though the call {_at(case, call.at)} moved it to {port}"


def what_is_rejected_has_a_reason(case: Case) -> Iterator[str]:
    """A rejected request is malformed, blocked, changed, not approved, or refused by the API."""
    if case.outcome != Outcome.REJECTED or case.request is None or case.told is None:
        return
    if case.request.approval.required or asked_at(case):
        return
    is_blocked = any(finding["severity"] == "block" for finding in case.told["findings"])
    is_blocked = is_blocked or "changed since it was checked" in case.told["message"]
    is_alone = case.is_platform_sound and not case.record.scenario.later_triggers
    is_refused = any(each.was_refused for each in case.record.assumptions)
    is_refused = is_refused or any(call.error for call in case.record.calls)
    is_refused = is_refused or bool(case.record.denials)
    is_sound = is_alone and not is_refused
    if not is_blocked and is_sound:
        yield "rejected, though nothing is against it and every call worked"


def a_way_back_was_tried(case: Case) -> Iterator[str]:
    """A reported rollback was attempted, unless something prevented it."""
    if case.outcome not in {Outcome.ROLLED_BACK, Outcome.ROLLBACK_FAILED} or not case.snapshot:
        return
    sources = sources_of(case)
    is_kept = (
        any(call.error for call in case.record.calls)
        or bool(case.record.scenario.changes)
        or not case.is_platform_sound
    )
    if not is_kept and not any(
        call.parameters["connectionId"] in sources for call in case.associations
    ):
        yield f"{case.outcome}, though it was never sent back to {case.snapshot.connection_id}"


def what_is_unchanged_works(case: Case) -> Iterator[str]:
    """An unchanged VIF is on its target, and works."""
    if case.outcome == Outcome.UNCHANGED and case.request:
        target = case.request.connection_id
        if not any(view.connection_id == target and view.works for view in _shown(case)):
            yield f"unchanged, though it does not work on {target}"


def an_outage_is_told(case: Case) -> Iterator[str]:
    """A VIF that lost its traffic has an outcome that calls for a person."""
    if not (case.snapshot and case.snapshot.carries and case.truth.own_moves):
        return
    last_move = case.truth.own_moves[-1].at
    shown = [case.truth.at(last_move)] if last_move > case.told_at else _proven(case)
    if case.outcome not in LOUD and not any(view.carries for view in shown):
        yield f"{case.outcome}, though it carried traffic before, and now is {shown[-1]}"


def _shown(case: Case) -> list[VifView]:
    """Return how the VIF may have been shown, from the last read to the final event."""
    if case.vif is None:
        return []
    if case.outcome in UNTOUCHED and case.own_time is not None and case.execution:
        # It may have read it while it was another one's turn, and have waited since.
        return case.truth_of(case.vif).shown_between(case.execution["startDate"], case.told_at)
    if not case.looks:
        return []
    views = case.truth.shown_between(case.looks[-1].at, case.told_at)
    # What is not listed for long enough is as good as deleted.
    gone = [view._replace(state="deleted") for view in views] if case.was_not_listed else []
    return [*views, *gone]


def _is_a_rivals_time(case: Case) -> bool:
    """Return whether all that it read was read while another request moved the VIF."""
    return case.own_time is not None and not case.looks


def _proven(case: Case) -> list[VifView]:
    """Return the state of the VIF at the last read, and at the final event."""
    return [*case.truth.proven_at(case.looks[-1].at), *case.truth.proven_at(case.told_at)]


def _possible_words(view: VifView) -> set[str]:
    """Return what may be reported about traffic; a view does not show missing routes."""
    if not view.carries:
        return {"no"}
    return {"partly"} if view.up != set(view.bgp) else {"yes", "partly"}


def _at(case: Case, time: datetime) -> str:
    return f"at {case.seconds(time):g} s"


def _is_interrupted(execution: dict[str, Any]) -> bool:
    """Return whether an execution was ended from outside the workflow."""
    error = str(execution.get("error") or "")
    is_broken = execution["status"] == "FAILED" and not error.startswith(OWN_ERRORS)
    return execution["status"] in STOPPED or is_broken


def _is_stopped_unregistered(case: Case, execution: dict[str, Any]) -> bool:
    """Return whether an execution was stopped while it was registered, before all else."""
    histories = zip(case.record.executions, case.record.histories, strict=True)
    history = next(history for each, history in histories if each is execution)
    entered = [each for each in history if each["type"].endswith("StateEntered")]
    last = entered[-1]["stateEnteredEventDetails"]["name"] if entered else ""
    return execution["status"] in STOPPED and last == REGISTER
