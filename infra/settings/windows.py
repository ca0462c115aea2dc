"""The scheduled windows in the settings: when they open, and what is moved in them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, JsonValue, ValidationError, model_validator

from infra.settings import schedule_expressions
from tools.yaml_files import Place
from vifshift.domain.model import Model
from vifshift.domain.plan_request import PlanRequest
from vifshift.domain.request import Convergence, Request
from vifshift.domain.request_envelope import (
    MOST_WINDOW_MINUTES,
    in_words,
    validate_strictly,
)
from vifshift.domain.values import NOT_UNICODE, as_unicode, not_unicode

# EventBridge Scheduler starts within a minute (AWS: "Schedule types"); within another, the request
# is read, claimed and validated, and its gateway locked.
LATENESS = timedelta(minutes=2)
OWN_WINDOW = "can't be set in a scheduled request: its window is that of its schedule"

Fault = tuple[Place, str]


def _known(timezone: str) -> str:
    if timezone not in available_timezones():
        raise ValueError("is not a time zone of the IANA database, such as Europe/Berlin")
    return timezone


class ScheduledWindow(Model):
    """A window that opens on a schedule, and then starts each of its requests, or its plan.

    `requests` and `plan` are kept as they were written; `requests_file` names the file that the
    requests were read from.
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
            raise ValueError("must have exactly one of requests, requestsFile and plan")
        return self


def request_faults(requests: object) -> Iterator[Fault]:
    """Yield what is wrong with each request."""
    for number, raw in enumerate(requests) if isinstance(requests, (list, tuple)) else ():
        for place, fault in asked_faults(Request, raw):
            yield (number, *place), fault


def asked_faults(kind: type[Model], raw: object) -> Iterator[Fault]:
    """Yield what is wrong with a request or a plan, as strictly as the workflow reads it."""
    if not isinstance(raw, dict):
        return
    if raw.get("window") is not None:
        yield ("window",), OWN_WINDOW
    for place in not_unicode(raw):
        yield place, NOT_UNICODE
    try:
        validate_strictly(kind, as_unicode(raw))
    except ValidationError as error:
        for fault in error.errors():
            if fault["loc"][:1] != ("window",):
                yield fault["loc"], in_words(fault)


def window_faults(window: ScheduledWindow) -> Iterator[Fault]:
    """Yield what does not fit together in a window whose parts are valid by themselves."""
    if schedule_expressions.skipped_hour(window.schedule, window.timezone):
        yield (
            ("schedule",),
            f"{window.timezone} has no such time: clocks skip it when daylight saving time begins",
        )
    period = schedule_expressions.period(window.schedule)
    if period is not None and period < timedelta(minutes=window.duration_minutes):
        yield ("schedule",), "opens the window again before it closes: see durationMinutes"
    yield from _too_long(window)
    moving: Counter[str] = Counter()
    for number, raw in enumerate(window.requests or ()):
        try:
            request = validate_strictly(Request, raw)
        except ValidationError:
            continue
        moving[request.virtual_interface_id] += 1
        if moving[request.virtual_interface_id] > 1:
            yield (
                ("requests", number, "virtualInterfaceId"),
                f"{request.virtual_interface_id} is moved by another request in this window",
            )


def _too_long(window: ScheduledWindow) -> Iterator[Fault]:
    """Yield the requests, or the moves of the plan, that don't fit into the window."""
    for place, convergence in _convergences(window):
        needed = 2 * convergence.longest_way + LATENESS
        needed += timedelta(minutes=window.flexible_minutes)
        if needed > timedelta(minutes=window.duration_minutes):
            yield (
                place,
                f"does not fit into durationMinutes {window.duration_minutes}: a late start, the "
                f"move and its rollback may take {-(-needed // timedelta(minutes=1))} minutes",
            )


def _convergences(window: ScheduledWindow) -> Iterator[tuple[Place, Convergence]]:
    """Yield the convergence of each request, and of the plan and each of its moves."""
    for number, raw in enumerate(window.requests or ()):
        with suppress(ValidationError):
            yield ("requests", number), validate_strictly(Request, raw).slowest
    if window.plan is not None:
        with suppress(ValidationError):
            plan = validate_strictly(PlanRequest, window.plan)
            yield ("plan",), plan.slowest
            for number, move in enumerate(plan.moves or ()):
                if move.convergence:
                    own = move.convergence.guarded if plan.guards else move.convergence
                    yield ("plan", "moves", number), own


def duplicate_names(windows: object) -> Iterator[Fault]:
    """Yield the windows that have the name of another one."""
    seen: set[str] = set()
    for number, raw in enumerate(windows) if isinstance(windows, (list, tuple)) else ():
        name = raw.get("name") if isinstance(raw, dict) else None
        if isinstance(name, str) and name in seen:
            yield (number, "name"), f"{name} is the name of another window"
        seen.add(str(name))


def faults(windows: object) -> Iterator[Fault]:
    """Yield what the windows' model does not check: their requests, and how their parts fit."""
    yield from duplicate_names(windows)
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
