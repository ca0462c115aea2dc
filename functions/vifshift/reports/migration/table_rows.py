"""The rows of the tables on a migration's page; repeated rows are merged and counted."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby, zip_longest
from typing import Literal, NamedTuple

from vifshift.domain.bgp import BgpStatus
from vifshift.domain.migration import Phase
from vifshift.domain.network import VirtualInterfaceState
from vifshift.domain.observation import Reason, Verdict, VifStatus
from vifshift.reports.migration.model import Evidence, ObservationRecord, StepTaken
from vifshift.reports.migration.timeline import ABSENT, LOOKING


class Compared(NamedTuple):
    """One value before and after; None if it is not known."""

    name: str
    detail: str
    before: str | None
    after: str | None
    wanted: str | None = None

    @property
    def is_as_wanted(self) -> bool:
        """Return whether it differs as somebody wanted it to."""
        return self.differs and self.after == self.wanted

    @property
    def differs(self) -> bool:
        """Return whether both are known, and differ."""
        return None not in (self.before, self.after) and self.before != self.after


class HistoryRow(NamedTuple):
    """A step or an event; `until` is None for an event, and for a step that was never left."""

    at: datetime
    until: datetime | None
    kind: Literal["step", "event"]
    name: str
    times: int
    error: str | None


class RepeatedReadings(NamedTuple):
    """Observations in a row with the same result."""

    first: datetime
    last: datetime
    times: int
    phase: Phase
    verdict: Verdict
    reason: Reason
    message: str
    is_seen: bool


def compared(evidence: Evidence) -> tuple[Compared, ...]:
    """Return the status before and after, field by field and peer by peer."""
    before, after = evidence.before, evidence.after
    fields = {
        "Connection": "connection_id",
        "Location": "location",
        "Device": "aws_logical_device_id",
        "State": "virtual_interface_state",
    }
    wanted = _wanted(evidence)
    peers = {label: None for each in (before, after) if each for label in each.bgp_peers}
    return (
        *(
            Compared(name, "", _field(before, field), _field(after, field), wanted.get(field))
            for name, field in fields.items()
        ),
        *(
            Compared(
                f"BGP {family}", address, _peer(before, label), _peer(after, label), BgpStatus.UP
            )
            for label in peers
            for family, _, address in [label.partition(" ")]
        ),
    )


def history_rows(evidence: Evidence) -> tuple[HistoryRow, ...]:
    """Return steps and events in order of time; pauses and observations in a row are one row."""
    rows = [
        *_steps(evidence.steps),
        *(HistoryRow(each.at, None, "event", each.detail_type, 1, None) for each in evidence.told),
    ]
    return tuple(sorted(rows, key=lambda row: row.at))


def repeated_readings(looks: Iterable[ObservationRecord]) -> tuple[RepeatedReadings, ...]:
    """Return the observations; those in a row with the same result are one row."""
    rows = []
    for _, same in groupby(looks, key=lambda look: look.model_copy(update={"at": None})):
        each = list(same)
        first = each[0]
        rows.append(
            RepeatedReadings(
                first=first.at,
                last=each[-1].at,
                times=len(each),
                phase=first.phase,
                verdict=first.verdict,
                reason=first.reason,
                message=first.message,
                is_seen=first.picture is not None,
            )
        )
    return tuple(rows)


def _wanted(evidence: Evidence) -> dict[str, str | None]:
    """Return what was to change: where it is, and where that is, if it is on its target."""
    after, target = evidence.after, evidence.subject.target_connection_id
    if after is None or after.connection_id != target:
        return {}
    return {
        "connection_id": target,
        "location": after.location,
        "aws_logical_device_id": after.aws_logical_device_id,
        "virtual_interface_state": VirtualInterfaceState.AVAILABLE,
    }


def _field(picture: VifStatus | None, field: str) -> str | None:
    return str(getattr(picture, field)) or None if picture else None


def _peer(picture: VifStatus | None, label: str) -> str | None:
    return picture.bgp_peers.get(label, ABSENT) if picture else None


def _steps(steps: tuple[StepTaken, ...]) -> Iterable[HistoryRow]:
    """Yield the steps; pauses and observations in a row, without an error, are one of them."""
    looking: list[StepTaken] = []
    for step, following in zip_longest(steps, steps[1:]):
        if step.name not in LOOKING or step.error:
            yield HistoryRow(step.entered_at, step.left_at, "step", step.name, 1, step.error)
            continue
        looking.append(step)
        if following is None or following.name not in LOOKING or following.error:
            names = " and ".join(dict.fromkeys(each.name for each in looking))
            times = max(sum(each.name == name for each in looking) for name in LOOKING)
            yield HistoryRow(looking[0].entered_at, step.left_at, "step", names, times, None)
            looking = []
