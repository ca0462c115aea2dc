"""When only one of several requests for a VIF may move it."""

from datetime import datetime
from typing import TYPE_CHECKING

from simulator.runs.record import execution_of, subject_of

if TYPE_CHECKING:
    from simulator.explore.case import Case


def own_time(case: "Case") -> tuple[datetime, datetime] | None:
    """Return when only a case may move its VIF, None if nothing else is to move it anyway."""
    if case.execution is None:
        return None
    rivals = _ends_of_rivals(case)
    if not rivals and case.move is None:
        return None
    started = case.record.started_at_of(case.execution["executionArn"])
    is_to_move = case.move is not None or started is not None
    otherwise: datetime = case.execution["startDate"] if is_to_move else case.ended_at
    before = (told for told in rivals if told <= (started or case.ended_at))
    return max(before, default=otherwise), case.ended_at


def _ends_of_rivals(case: "Case") -> list[datetime]:
    """Return when others that were to move the VIF as well have told their ends."""
    own = {execution_of(event) for event in case.ends}
    vif = case.request.virtual_interface_id if case.request else None
    return [
        datetime.fromisoformat(event["detail"]["metadata"]["occurredAt"])
        for event in case.record.final_events
        if execution_of(event) not in own and subject_of(event)[0] == vif is not None
    ]
