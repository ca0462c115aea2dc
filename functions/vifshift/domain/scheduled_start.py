"""Whether an execution was started as one of the stack's own schedules starts it.

Step Functions does not say who started an execution. What AWS says of a schedule is compared with
what the execution was started with, and when: somebody else who says to be a schedule can at most
ask for what the schedule asks for, while it does. Both have one request id, so that one of them is
told as a duplicate.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from pydantic import JsonValue

from vifshift.domain.json_text import BadJsonError, unambiguous
from vifshift.domain.schedule_times import is_rate, was_due

SCHEDULED_TIME: Final = "<aws.scheduler.scheduled-time>"
"""What EventBridge Scheduler puts the time into (AWS: its user guide, "Adding context
attributes")."""
LATENESS: Final = timedelta(minutes=1)
"""EventBridge Scheduler starts within a minute (AWS: "Schedule types in EventBridge Scheduler")."""
_NAME: Final = re.compile(r"[0-9A-Za-z_.-]{1,64}", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class Schedule(NamedTuple):
    """A schedule as it is now: what it starts, with which input, and when.

    `delay` is how late it may start at most: its flexible time window, and how long it tries again.
    """

    is_enabled: bool
    target: str
    input: str
    expression: str
    timezone: str
    delay: timedelta


FindSchedule = Callable[[str], Schedule | None]
"""Returns a schedule in the stack's group by its name; None if there is none."""


def schedule_named(raw: JsonValue) -> str:
    """Return the name of the schedule that an input says it is of, else an empty text."""
    scheduled = raw.get("scheduled") if isinstance(raw, dict) else None
    name = scheduled.get("schedule") if isinstance(scheduled, dict) else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else ""


def is_of_schedule(
    raw: JsonValue, state_machine: str, started_at: datetime | None, find: FindSchedule
) -> bool:
    """Return whether a schedule starts a state machine with exactly this input, and was due.

    Nobody knows when a rate(...) is due, so what it starts is never known to be of it.
    """
    name = schedule_named(raw)
    due = _due(raw)
    if not name or due is None or started_at is None:
        return False
    schedule = find(name)
    if schedule is None or not schedule.is_enabled or schedule.target != state_machine:
        return False
    moment = datetime.strptime(due, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    is_in_time = moment <= started_at <= moment + schedule.delay + LATENESS
    if not is_in_time or is_rate(schedule.expression):
        return False
    try:
        own = unambiguous(schedule.input.replace(SCHEDULED_TIME, due))
    except BadJsonError:
        return False
    is_own = json.dumps(own, sort_keys=True) == json.dumps(raw, sort_keys=True)
    return is_own and was_due(schedule.expression, schedule.timezone, moment)


def state_machine_of(execution_arn: str) -> str:
    """Return the ARN of the state machine that an execution is one of."""
    return execution_arn.rpartition(":")[0].replace(":execution:", ":stateMachine:", 1)


def _due(raw: JsonValue) -> str | None:
    """Return when an input says that it was due, as EventBridge Scheduler writes times."""
    scheduled = raw.get("scheduled") if isinstance(raw, dict) else None
    at = scheduled.get("at") if isinstance(scheduled, dict) else None
    if not isinstance(at, str) or not _TIME.fullmatch(at):
        return None
    try:
        datetime.fromisoformat(at)
    except ValueError:
        return None
    return at
