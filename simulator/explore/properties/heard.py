"""Properties of what was announced and of what has changed: nothing moves as if nobody had said so.

What was announced, and who has moved what, is the simulator's own truth.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from simulator.explore.approvals import asked_at
from simulator.explore.case import DESCRIBE, Case
from simulator.explore.checks import checks_of
from simulator.explore.properties.redundancy import findings_told
from simulator.explore.truth import GONE
from simulator.moto_ext.account.facts import SimulatedHealthEvent
from vifshift.domain.gaps import LONGEST_GAP
from vifshift.domain.observation import Reason
from vifshift.domain.scope import LONGEST_FLIGHT

SCHEDULED = "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED"
WHOLE = {"UNKNOWN", "AWS_ACCOUNT"}
"""What an event names that may affect all of an account, besides the id of that."""
NOT_FOUND = "VIRTUAL_INTERFACE_NOT_FOUND"
MOMENT = timedelta(seconds=1)
TOLD = {"MAINTENANCE_DURING_MOVE", "HEALTH_NOT_CHECKED", "COULD_NOT_CHECK"}


def announced_maintenance_is_told(case: Case) -> Iterator[str]:
    """Nothing moves in a maintenance of its ends that was announced, unless that is told."""
    if not case.associations or case.snapshot is None or case.told is None:
        return
    found = findings_told(case)
    if found is None or TOLD & {finding["code"] for finding in found}:
        return
    sent = case.associations[0]
    ends = {str(sent.parameters["connectionId"]), case.snapshot.connection_id, str(case.vif)}
    ends |= {*WHOLE, case.record.scenario.world.account}
    for event in case.record.scenario.world.health_events or ():
        if _is_announced(case, event, sent.at) and ends & {*event.named}:
            yield f"maintenance of {', '.join(event.named)} was announced, and nobody was told"


def _is_announced(case: Case, event: SimulatedHealthEvent, at: datetime) -> bool:
    """Return whether an event is a maintenance at a time, known by then, and of the own Region."""
    region = case.record.scenario.world.region
    is_plain = event.event_type_category in {None, "scheduledChange"}
    is_plain = is_plain and event.region in {None, region} and event.status_code != "closed"
    is_known = event.announced_at is None or event.announced_at <= case.record.started_at
    begins, ends = event.start_time, event.end_time
    is_now = begins is not None and begins <= at and (ends is None or at < ends)
    return event.event_type_code == SCHEDULED and is_plain and is_known and is_now


def what_others_have_moved_is_asked_about(case: Case) -> Iterator[str]:
    """Nothing moves from a port that it came to after it was checked, unless people are asked.

    Where the VIF was at its last check is what counts, and this stack's own moves are no change.
    """
    surveys = case.before_the_first_attempt(case.surveys)
    if not (case.associations and case.vif and surveys):
        return
    first, last = surveys[0].at, surveys[-1].at
    was, now = _ports(case, first), _ports(case, last)
    own = [move for move in case.truth_of(case.vif).own_moves if first <= move.at < last]
    if was & now or own:
        return
    came = [
        each.at
        for each in case.truth_of(case.vif).transitions
        if first <= each.at <= last and each.connection_id in now
    ]
    if came and not any(time >= came[0] for time in asked_at(case)):
        yield f"checked on {', '.join(was)}, moved from {', '.join(now)}, and nobody was asked"


def _ports(case: Case, time: datetime) -> set[str]:
    assert case.vif is not None
    return {str(view.connection_id) for view in case.truth_of(case.vif).shown_at(time)}


def what_has_gone_down_is_asked_about(case: Case) -> Iterator[str]:
    """Nothing moves that was up when it was checked, and is down by now, unless people are asked.

    It is not sent back then, which nobody knew who has asked for it. What was shown at the checks
    is what counts, and after a move by this stack it is no change.
    """
    surveys = case.before_the_first_attempt(case.surveys)
    checked_by = next((end for _, end in checks_of(case.record, case.execution)), None)
    if not (case.associations and case.vif and surveys and checked_by):
        return
    first = max((each.at for each in surveys if each.at <= checked_by), default=None)
    last = surveys[-1].at
    if first is None or first == last:
        return
    truth = case.truth_of(case.vif)
    fell = max((each.at for each in truth.transitions if each.at <= last), default=last)
    is_ours = any(first - LONGEST_FLIGHT <= move.at <= last for move in truth.own_moves)
    was_up = all(view.up for view in truth.shown_at(first))
    is_down = not any(view.up for view in truth.shown_at(last))
    if was_up and is_down and not is_ours and not any(each >= fell for each in asked_at(case)):
        yield "no peer was up any more when it was checked again, and nobody was asked"


def a_gap_in_sight_is_no_deletion(case: Case) -> Iterator[str]:
    """A VIF that lists leave out for less than a minute is not told as missing, or as deleted."""
    if case.told is None or case.vif is None or not _is_at_home(case):
        return
    codes = {finding["code"] for finding in case.told["findings"]}
    if NOT_FOUND not in codes and case.told.get("reasonCode") != Reason.DELETED:
        return
    told_at = case.told_at
    until_then = (each for each in case.truth_of(case.vif).transitions if each.at <= told_at)
    if any(each.virtual_interface_state in GONE for each in until_then):
        return
    empty = [
        call.at
        for call in case.record.calls
        if call.operation == DESCRIBE
        and call.error is None
        and not call.took_effect
        and call.at <= told_at
    ]
    if empty and empty[-1] - empty[0] < LONGEST_GAP - MOMENT:
        yield f"it was told as gone, and was not listed for {empty[-1] - empty[0]} only"


def _is_at_home(case: Case) -> bool:
    """Return whether a request is for the account and the Region of the stack."""
    request, world = case.request, case.record.scenario.world
    is_own_region = request is not None and request.region in {None, "", world.region}
    return is_own_region and request is not None and not request.role_arn
