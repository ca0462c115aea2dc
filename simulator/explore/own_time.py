"""When only one of several requests for a VIF may move it."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from simulator.runs.record import execution_of, subject_of

if TYPE_CHECKING:
    from simulator.explore.case import Case


class _Rival(NamedTuple):
    """Another execution for the same VIF: when it began, told that it moves it, and ended."""

    begun_at: datetime | None
    started_at: datetime | None
    told_at: datetime


def own_time(case: "Case") -> tuple[datetime, datetime] | None:
    """Return when only a case may move its VIF, None if nothing else is to move it anyway.

    Where it was interrupted, that lasts until its watchdog has told so. Where it is redriven after
    it has told its end, it is the turn of whoever has started to move the VIF by then.
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
    return max((begin, *before)), _end(case, rivals)


def _end(case: "Case", rivals: list[_Rival]) -> datetime:
    """Return when the time of a case is over: with its end, or once it is another one's turn."""
    after = [
        max(case.told_at, each.begun_at)
        for each in rivals
        if each.begun_at and each.started_at and case.told_at < each.started_at <= case.ended_at
    ]
    return min(after, default=max(case.ended_at, case.told_at))


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
            known = (each for each in case.record.executions if each.get("executionArn") == arn)
            begun = next(known, {}).get("startDate")
            yield _Rival(begun, case.record.started_at_of(arn), told)
