"""Guards: what a person relies on besides BGP and routes, such as a CloudWatch alarm.

AWS: Amazon CloudWatch User Guide, "Using Amazon CloudWatch alarms"; API reference, MetricAlarm.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

from pydantic import AfterValidator, Field, StringConstraints

from vifshift.domain.model import Model
from vifshift.domain.partitions import partition_of
from vifshift.domain.sizes import shortened
from vifshift.domain.time_spans import moment

NAMING_SOURCE: Final = "ALARMS_NAME_SOURCE"
"""The code of the finding about alarms that name the old connection."""
MOST_GUARDS: Final = 5
GUARD_SECONDS: Final = 900
MARGIN: Final = timedelta(minutes=2)
"""How much later than the end of its last period an alarm may be evaluated."""
LONGEST_NAME: Final = 255
LONGEST_ARN: Final = 340
LONGEST_SHOWN: Final = 100

_ARN: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):cloudwatch:(?P<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]):"
    r"(?P<account>[0-9]{12}):alarm:(?P<name>[^\x00-\x1f\x7f-\x9f]{1,255})"
)


class AlarmId(NamedTuple):
    """What the ARN of an alarm says: where it is, whose it is, and its name."""

    partition: str
    region: str
    account: str
    name: str


def alarm_id(arn: str) -> AlarmId:
    """Return the parts of the ARN of an alarm; raises ValueError if it is none."""
    found = _ARN.fullmatch(arn)
    if found is None:
        raise ValueError(
            "must be the ARN of an alarm: arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME"
        )
    parts = AlarmId(*found.groups())
    if parts.partition != partition_of(parts.region):
        raise ValueError(
            f"names the partition {parts.partition}, and {parts.region} is in "
            f"{partition_of(parts.region)}"
        )
    return parts


def _an_alarm(arn: str) -> str:
    alarm_id(arn)
    return arn


AlarmArn = Annotated[str, StringConstraints(max_length=LONGEST_ARN), AfterValidator(_an_alarm)]


class MoveGuard(Model):
    """Something that must be good before a move, and again after it."""

    alarm: AlarmArn = Field(
        description="The ARN of a CloudWatch alarm, a metric alarm or a composite one: OK is good, "
        "ALARM is bad, INSUFFICIENT_DATA is unknown."
    )


def _each_once(guards: tuple[MoveGuard, ...]) -> tuple[MoveGuard, ...]:
    if len({guard.alarm for guard in guards}) < len(guards):
        raise ValueError("lists a guard more than once")
    return guards


Guards = Annotated[tuple[MoveGuard, ...], Field(max_length=MOST_GUARDS), AfterValidator(_each_once)]


class GuardState(StrEnum):
    """The state of a guard: of an alarm, OK is good, ALARM is bad, all else is unknown."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


class GuardStatus(Model):
    """A guard as it was read.

    `since` is when it went into its state, and `read_at` when that was read, None if it never was.
    `window_seconds` is what a full evaluation of it takes, None if that is not known.
    `connection_id` is the one connection or LAG whose metrics it watches, or those of its alarms
    that are not good, if any is not; empty if it watches none, or several. `problem` is why it
    could not be read this time.
    """

    alarm: str
    state: GuardState = GuardState.UNKNOWN
    since: datetime | None = None
    read_at: datetime | None = None
    window_seconds: int | None = None
    connection_id: str = ""
    is_missing: bool = False
    problem: str = ""

    @property
    def name(self) -> str:
        """Return the alarm's name, for people."""
        return guard_name(self.alarm)

    @property
    def in_words(self) -> str:
        """Return what state it is in, and since when."""
        if self.problem:
            return f"alarm {self.name} could not be read: {self.problem}"
        if self.is_missing:
            return f"alarm {self.name} does not exist"
        since = f" since {moment(self.since)}" if self.since else ""
        return f"alarm {self.name} {_IN_WORDS[self.state]}{since}"


_IN_WORDS: Final = {
    GuardState.GOOD: "is OK",
    GuardState.BAD: "is in ALARM",
    GuardState.UNKNOWN: "has INSUFFICIENT_DATA",
}


def guard_name(alarm: str) -> str:
    """Return the name of an alarm, for people."""
    return shortened(alarm.split(":", 6)[-1], LONGEST_SHOWN)


def regions_and_accounts(alarms: Iterable[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return alarms by where they are read: their Region, and the account that they belong to."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for arn in alarms:
        alarm = alarm_id(arn)
        place = alarm.region, alarm.account
        found[place] = (*found.get(place, ()), arn)
    return found


class GuardResult(Model):
    """What a guard has shown, as events and evidence tell it."""

    alarm: str = Field(description="The ARN of the alarm.")
    state: GuardState = Field(description="Its state as last read: good, bad or unknown.")
    since: datetime | None = Field(
        default=None, description="When it went into that state; null if that is not known."
    )
    counts: bool = Field(
        description="Whether a full evaluation of it lies after BGP and routes came back, so that "
        "it is judged."
    )
    message: str = Field(description="What it shows, for people.")
