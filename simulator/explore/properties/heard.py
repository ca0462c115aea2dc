"""Properties of what was announced and of what has changed: nothing moves as if nobody had said so.

What was announced, and who has moved what, is the simulator's own truth.
"""

from collections.abc import Iterator
from datetime import datetime

from simulator.explore.approvals import asked_at
from simulator.explore.case import Case
from simulator.explore.properties.redundancy import findings_told
from simulator.moto_ext.account.facts import SimulatedHealthEvent

SCHEDULED = "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED"
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
    is_now = begins is not None and ends is not None and begins <= at <= ends
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
