"""The maintenance windows among the settings: when they open, and what is to move in them."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any, Self, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, JsonValue, ValidationError, model_validator

from infra.settings import schedule_expressions
from infra.settings.documents import Place
from vifshift.domain.model import Model
from vifshift.domain.plan_request import PlanRequest
from vifshift.domain.request import Convergence, Request
from vifshift.domain.request_envelope import MOST_WINDOW_MINUTES, in_words

# EventBridge Scheduler starts within the minute (AWS: "Schedule types"); what is asked is read,
# claimed, validated and locked within another.
LATENESS = timedelta(minutes=2)
OWN_WINDOW = "has no place in a scheduled request, which has the window of its schedule"

Fault = tuple[Place, str]
M = TypeVar("M", bound=Model)


def _known(timezone: str) -> str:
    if timezone not in available_timezones():
        raise ValueError("is no time zone of the IANA database, such as Europe/Berlin")
    return timezone


class ScheduledWindow(Model):
    """A window that opens by itself: each of its requests is started as it opens, or its plan.

    `requests` and `plan` are kept as they were written; `requests_file` says where the requests
    were read from.
    """

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")
    schedule: Annotated[str, AfterValidator(schedule_expressions.check)]
    timezone: Annotated[str, AfterValidator(_known)] = "UTC"
    duration_minutes: int = Field(ge=1, le=MOST_WINDOW_MINUTES)
    flexible_minutes: int = Field(default=0, ge=0, le=1440)
    requests: tuple[dict[str, JsonValue], ...] | None = Field(
        default=None, min_length=1, max_length=100
    )
    requests_file: str | None = None
    plan: dict[str, JsonValue] | None = None

    @model_validator(mode="after")
    def starts_something(self) -> Self:
        """Refuse a window that starts nothing, or both requests and a plan."""
        if (self.requests is None) == (self.plan is None):
            raise ValueError("exactly one of requests, requestsFile and plan has to be given")
        return self


def request_faults(requests: object) -> Iterator[Fault]:
    """Yield what is wrong with each request."""
    for number, raw in enumerate(requests) if isinstance(requests, (list, tuple)) else ():
        for place, fault in asked_faults(Request, raw):
            yield (number, *place), fault


def asked_faults(kind: type[Model], raw: object) -> Iterator[Fault]:
    """Yield what is wrong with a request or a plan, read as strictly as the workflow reads it."""
    if not isinstance(raw, dict):
        return
    if raw.get("window") is not None:
        yield ("window",), OWN_WINDOW
    try:
        _parse(kind, raw)
    except ValidationError as error:
        for fault in error.errors():
            if fault["loc"][:1] != ("window",):
                yield fault["loc"], in_words(fault)


def window_faults(window: ScheduledWindow) -> Iterator[Fault]:
    """Yield what does not fit together, in a window whose parts are right by themselves."""
    if schedule_expressions.skipped_hour(window.schedule, window.timezone):
        yield ("schedule",), f"{window.timezone} has no such time: its clocks jump over it"
    period = schedule_expressions.period(window.schedule)
    if period is not None and period < timedelta(minutes=window.duration_minutes):
        yield ("schedule",), "opens the window again before it has closed: see durationMinutes"
    yield from _too_long(window)
    moving: Counter[str] = Counter()
    for number, raw in enumerate(window.requests or ()):
        try:
            request = _parse(Request, raw)
        except ValidationError:
            continue
        moving[request.virtual_interface_id] += 1
        if moving[request.virtual_interface_id] > 1:
            yield (
                ("requests", number, "virtualInterfaceId"),
                f"{request.virtual_interface_id} is moved by another request of this window",
            )


def _too_long(window: ScheduledWindow) -> Iterator[Fault]:
    """Yield the requests that do not fit into a window, or the plan of which no move does."""
    for place, convergence in _ways(window):
        needed = 2 * convergence.longest_way + LATENESS
        needed += timedelta(minutes=window.flexible_minutes)
        if needed > timedelta(minutes=window.duration_minutes):
            yield (
                place,
                f"does not fit into durationMinutes {window.duration_minutes}: there and back, and "
                f"a late start, may take {-(-needed // timedelta(minutes=1))} minutes",
            )


def _ways(window: ScheduledWindow) -> Iterator[tuple[Place, Convergence]]:
    """Yield how long each request may take on its way, and each move of the plan."""
    for number, raw in enumerate(window.requests or ()):
        with suppress(ValidationError):
            yield ("requests", number), _parse(Request, raw).convergence
    if window.plan is not None:
        with suppress(ValidationError):
            plan = _parse(PlanRequest, window.plan)
            yield ("plan",), plan.convergence
            for number, move in enumerate(plan.moves or ()):
                if move.convergence:
                    yield ("plan", "moves", number), move.convergence


def twice_named(windows: object) -> Iterator[Fault]:
    """Yield the windows whose name is another's."""
    seen: set[str] = set()
    for number, raw in enumerate(windows) if isinstance(windows, (list, tuple)) else ():
        name = raw.get("name") if isinstance(raw, dict) else None
        if isinstance(name, str) and name in seen:
            yield (number, "name"), f"{name} is the name of another window"
        seen.add(str(name))


def faults(windows: object) -> Iterator[Fault]:
    """Yield what the windows' model does not see: in their requests, and between their parts."""
    yield from twice_named(windows)
    for number, raw in enumerate(windows) if isinstance(windows, (list, tuple)) else ():
        if not isinstance(raw, dict):
            continue
        for place, fault in request_faults(raw.get("requests")):
            yield (number, "requests", *place), fault
        for place, fault in asked_faults(PlanRequest, raw.get("plan")):
            yield (number, "plan", *place), fault
        try:
            window = ScheduledWindow.model_validate(raw)
        except ValidationError:
            continue
        for place, fault in window_faults(window):
            yield (number, *place), fault


def _parse(kind: type[M], raw: dict[str, Any]) -> M:
    return kind.model_validate_json(json.dumps(raw), strict=True, by_alias=True, by_name=False)
