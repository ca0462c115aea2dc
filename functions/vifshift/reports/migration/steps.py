"""Reads from a history what the workflow did: its states, events, attempts and calls."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from vifshift.domain.execution_history import Event, Follower, failure, time_of
from vifshift.domain.migration import Migration, Phase
from vifshift.domain.workflow import StateName
from vifshift.events.base import DetailType
from vifshift.reports.migration.model import AssociationAttempt, SentEvent, StepTaken

CHOICE = "ChoiceStateEntered"
ENTERED = "stateEnteredEventDetails"
LEFT = "stateExitedEventDetails"
LONGEST_ERROR = 1000
NAMELESS = "no error was named"

ANNOUNCED: Mapping[str, DetailType] = {
    StateName.ANNOUNCE_START: DetailType.STARTED,
    StateName.ANNOUNCE_PROGRESS: DetailType.PROGRESSED,
    StateName.ANNOUNCE_ROLLBACK: DetailType.ROLLING_BACK,
}
"""The events that states send."""

HELD: Mapping[str, DetailType] = {
    StateName.ASK_FOR_APPROVAL: DetailType.APPROVAL_REQUESTED,
    StateName.WAIT_FOR_WINDOW: DetailType.WINDOW_PENDING,
}
"""The events that a Lambda sends while its state waits; they are sent when it returns."""

CALLING: frozenset[str] = frozenset(
    {
        StateName.VALIDATE,
        StateName.VALIDATE_AGAIN,
        StateName.ASSOCIATE,
        StateName.OBSERVE,
    }
)
"""The states whose Lambdas count their calls."""


class Steps:
    """The states that were entered, without choices and the one that reads this."""

    def __init__(self) -> None:
        self.taken: list[StepTaken] = []
        self._is_open = False

    def see(self, event: Event, known: Follower) -> None:
        """Process the next event, with what the execution knew after it."""
        at = time_of(event)
        if ENTERED in event:
            self._is_open = event["type"] != CHOICE and known.state != StateName.REPORT
            if self._is_open and at:
                name = event[ENTERED]["name"]
                self.taken.append(StepTaken(name=name, entered_at=at, left_at=None, error=None))
        elif self._is_open:
            if LEFT in event:
                self._now(left_at=at)
                self._is_open = False
            elif failed := failure(event):
                self._now(error=failed.error or NAMELESS)
            elif event["type"] == "TaskSucceeded":
                self._now(error=None)

    def _now(self, **facts: object) -> None:
        self.taken[-1] = self.taken[-1].model_copy(update=facts)


class Events:
    """The events that were sent before the final one."""

    def __init__(self) -> None:
        self.told: list[SentEvent] = []

    def see(self, event: Event, known: Follower) -> None:
        """Process the next event, with what the execution knew after it."""
        senders = {"TaskSucceeded": ANNOUNCED, "TaskSubmitted": HELD}.get(event["type"], {})
        detail_type = senders.get(known.state or "")
        if detail_type and (at := time_of(event)):
            self.told.append(SentEvent(at=at, detail_type=detail_type))


class Attempts:
    """The attempts to associate."""

    def __init__(self) -> None:
        self._made: list[tuple[Phase, datetime, datetime | None, str | None]] = []

    def see(self, event: Event, known: Follower) -> None:
        """Process the next event, with what the execution knew after it."""
        at = time_of(event)
        if known.state != StateName.ASSOCIATE or at is None:
            return
        if event["type"] == "TaskScheduled":
            phase = Phase(known.variable("phase") or Phase.FORWARD)
            self._made.append((phase, at, None, None))
        elif event["type"] == "TaskSucceeded":
            self._answer(at, None)
        elif failed := failure(event):
            self._answer(at, (failed.message or NAMELESS)[:LONGEST_ERROR])

    def made(self, migration: Migration | None) -> tuple[AssociationAttempt, ...]:
        """Return the attempts, each with the port that it leads to."""
        if migration is None:
            return ()
        return tuple(
            AssociationAttempt(
                asked_at=asked_at,
                answered_at=answered_at,
                phase=phase,
                connection_id=migration.ends(phase).destination,
                error=error,
            )
            for phase, asked_at, answered_at, error in self._made
        )

    def _answer(self, at: datetime, error: str | None) -> None:
        if self._made and self._made[-1][2] is None:
            phase, asked_at, _, _ = self._made[-1]
            self._made[-1] = phase, asked_at, at, error


class CallCounts:
    """The calls that the Lambdas counted."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()

    def see(self, event: Event, known: Follower) -> None:
        """Process the next event, with what the execution knew after it."""
        output = (event.get("taskSucceededEventDetails") or {}).get("output") or ""
        if known.state in CALLING and '"calls"' in output:
            counted: dict[str, int] = json.loads(output)["Payload"].get("calls", {})
            self.counted.update(counted)
