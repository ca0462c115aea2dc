"""The adapter for Amazon EventBridge Scheduler: the schedules that open the stack's windows."""

from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallDenied, CallRefused, OperationMissing
from vifshift.domain.scheduled_start import Schedule

_ENABLED: Final = "ENABLED"
_FOR_GOOD: Final = (CallDenied, CallRefused, OperationMissing)


@lru_cache(maxsize=1)
def _client() -> Any:
    return own_client("scheduler", environment().region, QUICK)


def schedule(name: str) -> Schedule | None:
    """Return a schedule in the stack's group; None if there is none, or it may not be read.

    Raises a `CallError` for what another attempt may read.
    """
    group = environment().schedules
    if not group:
        return None
    try:
        answer = call(_client(), "get_schedule", Name=name, GroupName=group)
    except _FOR_GOOD:
        return None
    return _schedule(answer)


def _schedule(answer: dict[str, Any]) -> Schedule:
    """Read an answer of GetSchedule (AWS: EventBridge Scheduler API reference).

    A start is tried again for as long as `RetryPolicy` says, a day without one.
    """
    target = answer["Target"]
    window = answer.get("FlexibleTimeWindow") or {}
    retries = target.get("RetryPolicy") or {}
    return Schedule(
        is_enabled=answer.get("State", _ENABLED) == _ENABLED,
        target=target["Arn"],
        input=target.get("Input") or "",
        expression=answer["ScheduleExpression"],
        timezone=answer.get("ScheduleExpressionTimezone") or "UTC",
        delay=timedelta(minutes=window.get("MaximumWindowInMinutes") or 0)
        + timedelta(seconds=retries.get("MaximumEventAgeInSeconds") or 0),
    )
