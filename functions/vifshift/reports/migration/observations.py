"""Reads the observations of a VIF from a history."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from vifshift.domain.execution_history import Event, Follower, assigned, time_of
from vifshift.domain.migration import Phase
from vifshift.domain.observation import EarlierLook, Observation, Reason, Verdict, VifStatus
from vifshift.domain.workflow import StateName
from vifshift.reports.migration.model import ObservationRecord

VALIDATING = {StateName.VALIDATE, StateName.VALIDATE_AGAIN}


class VifReading(NamedTuple):
    """The status of the VIF at some time between a request and its response.

    `picture` is None if the VIF was deleted.
    """

    asked_at: datetime
    answered_at: datetime
    picture: VifStatus | None


class Observations:
    """The observations in a history.

    `readings` are those that read the VIF; `validated_at` is when the VIF that preflight judged
    last was requested.
    """

    def __init__(self) -> None:
        self.looks: list[ObservationRecord] = []
        self.readings: list[VifReading] = []
        self.validated_at: datetime | None = None
        self._earlier: list[EarlierLook] = []
        self._picture: VifStatus | None = None

    def see(self, event: Event, known: Follower) -> None:
        """Process the next event, with what the execution knew after it."""
        if known.state in VALIDATING and "validation" in assigned(event):
            self.validated_at = known.asked_at
        elif known.state == StateName.OBSERVE and event["type"] == "TaskSucceeded":
            self._earlier = list(_earlier_looks(event))
            self._picture = _known_picture(known) if self._earlier else None
        elif known.state == StateName.OBSERVE and "observation" in assigned(event):
            self._keep_series(
                Observation.model_validate(known.variable("observation")), known, time_of(event)
            )

    def _keep_series(
        self, last: Observation, known: Follower, answered_at: datetime | None
    ) -> None:
        """Keep the observations of an invocation.

        If Lambda was retried, they came later than their state was entered.
        """
        begin = last.progress.asked_at or last.at
        late = (known.asked_at or begin) - begin
        phase = Phase(known.variable("phase") or Phase.FORWARD)
        for look in self._earlier:
            record = ObservationRecord(
                at=look.at + late,
                phase=phase,
                verdict=Verdict.SETTLING,
                reason=look.reason,
                message=look.message,
                picture=self._picture if look.is_seen else None,
            )
            self._keep(record, look.over_at + late)
        self._earlier = []
        record = ObservationRecord(
            at=last.at + late,
            phase=phase,
            verdict=last.verdict,
            reason=last.reason,
            message=last.message,
            picture=last.picture if last.is_seen else None,
            guards=last.guards,
        )
        self._keep(record, answered_at or record.at)

    def _keep(self, record: ObservationRecord, answered_at: datetime) -> None:
        self.looks.append(record)
        if record.picture or record.reason is Reason.DELETED:
            self.readings.append(VifReading(record.at, answered_at, record.picture))


def _earlier_looks(event: Event) -> Iterator[EarlierLook]:
    """Yield the observations of an invocation before its last one; an earlier release had none."""
    payload = json.loads(event["taskSucceededEventDetails"]["output"])["Payload"]
    for look in payload.get("looks") or ():
        yield EarlierLook.model_validate(look)


def _known_picture(known: Follower) -> VifStatus | None:
    """Return the status that the VIF had before an invocation, and until its last observation."""
    progress, failure = known.variable("progress"), known.variable("failure")
    picture = (
        progress["picture"]
        if progress
        else failure["picture"]
        if failure
        else (known.variable("validation") or {}).get("before")
    )
    return VifStatus.model_validate(picture) if picture else None
