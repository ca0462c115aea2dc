"""When only one of several requests for a VIF may move it."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from simulator.runs.record import execution_of, subject_of

if TYPE_CHECKING:
    from simulator.explore.case import Case


class _Rival(NamedTuple):
    """Another execution for the same VIF: when it told that it started, and how it ended."""

    started_at: datetime | None
    told_at: datetime


def own_time(case: "Case") -> tuple[datetime, datetime] | None:
    """Return when only a case may move its VIF, None if nothing else is to move it anyway.

    Where it was interrupted, that lasts until its watchdog has told so.
    """
    if case.execution is None:
        return None
    rivals = list(_rivals(case))
    if not rivals and case.move is None:
        return None
    begin: datetime = case.execution["startDate"]
    started = case.record.started_at_of(case.execution["executionArn"])
    if case.move is None and started is None and any(_overlaps(each, case) for each in rivals):
        begin = case.ended_at
    before = (each.told_at for each in rivals if each.told_at <= (started or case.ended_at))
    return max(before, default=begin), max(case.ended_at, case.told_at)


def _overlaps(rival: _Rival, case: "Case") -> bool:
    """Return whether a rival moved the VIF while a case, which moved nothing, was running."""
    begin: datetime = case.execution["startDate"] if case.execution else case.ended_at
    is_before_its_end = rival.started_at is not None and rival.started_at <= case.ended_at
    return is_before_its_end and rival.told_at >= begin


def _rivals(case: "Case") -> Iterator[_Rival]:
    """Yield the others that were to move the VIF as well, and have told their ends."""
    own = {execution_of(event) for event in case.ends}
    vif = case.request.virtual_interface_id if case.request else None
    for event in case.record.final_events:
        arn = execution_of(event)
        if arn not in own and subject_of(event)[0] == vif is not None:
            told = datetime.fromisoformat(event["detail"]["metadata"]["occurredAt"])
            yield _Rival(case.record.started_at_of(arn), told)
