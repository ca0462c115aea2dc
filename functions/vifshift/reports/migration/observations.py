"""Reads the observations of a VIF from a history."""

from datetime import datetime
from typing import NamedTuple

from vifshift.domain.execution_history import Event, Follower, assigned, time_of
from vifshift.domain.migration import Phase
from vifshift.domain.observation import Observation, Reason, VifStatus
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

    def see(self, event: Event, known: Follower) -> None:
        """Process the next event, with what the execution knew after it."""
        if known.state in VALIDATING and "validation" in assigned(event):
            self.validated_at = known.asked_at
        elif known.state == StateName.OBSERVE and "observation" in assigned(event):
            observation = Observation.model_validate(known.variable("observation"))
            # If Lambda was retried, the observation came later than its state was entered.
            self._keep(observation, known, known.asked_at or observation.at, time_of(event))

    def _keep(
        self,
        observation: Observation,
        known: Follower,
        asked_at: datetime,
        answered_at: datetime | None,
    ) -> None:
        picture = observation.picture if observation.is_seen else None
        self.looks.append(
            ObservationRecord(
                at=asked_at,
                phase=Phase(known.variable("phase") or Phase.FORWARD),
                verdict=observation.verdict,
                reason=observation.reason,
                message=observation.message,
                picture=picture,
            )
        )
        if picture or observation.reason is Reason.DELETED:
            self.readings.append(VifReading(asked_at, answered_at or asked_at, picture))
