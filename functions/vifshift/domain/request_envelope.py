"""The envelope that a request comes in, and how to read it from JSON."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Generic, Self, TypeVar

from pydantic import Field, JsonValue, ValidationError, model_validator
from pydantic_core import ErrorDetails

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.claim import RequestSender
from vifshift.domain.identifiers import ExecutionName
from vifshift.domain.model import Model
from vifshift.domain.network import VirtualInterfaceId
from vifshift.domain.request import (
    MOST_APPROVALS,
    Request,
    RequestId,
    RequestOptions,
    Trigger,
    Window,
)
from vifshift.domain.scope import Circumstances
from vifshift.domain.values import (
    LARGEST_INTEGER,
    NOT_UNICODE,
    Path,
    Time,
    as_unicode,
    is_nested_too_deeply,
    not_unicode,
    possible,
)

LONGEST_REQUEST = 100_000
"""The most bytes of a request."""
MOST_FAULTS = 20
LONGEST_NAME = 60
MOST_WINDOW_MINUTES = 1440
MOST_SIBLINGS = 30
"""The most siblings that a plan names: the VIFs of a Direct Connect gateway by default."""


class Scheduled(Model):
    """One run of a schedule: when it was due, and how long its window stays open from then.

    `schedule` is its name; an earlier release did not say.
    """

    at: Time
    duration_minutes: int = Field(ge=1, le=MOST_WINDOW_MINUTES)
    schedule: str | None = Field(default=None, max_length=64)

    @model_validator(mode="after")
    def ends_before_time_does(self) -> Self:
        """Refuse a time so late that some clocks have no time for the end of its window."""
        try:
            possible(self.at + timedelta(minutes=self.duration_minutes))
        except ValueError as error:
            raise ValueError(f"the end of the window {error}") from None
        return self

    @property
    def window(self) -> Window:
        """Return the window that opened when the schedule was due."""
        return Window(
            opens_at=self.at, closes_at=self.at + timedelta(minutes=self.duration_minutes)
        )


Asking = TypeVar("Asking", bound=RequestOptions)


class Envelope(Model, Generic[Asking]):
    """A request in the envelope it came in; that of a schedule has the window of its run."""

    request: Asking
    request_id: RequestId | None = None
    trigger: Trigger = Trigger.EXECUTION
    scheduled: Scheduled | None = None
    sender: RequestSender | None = None

    @model_validator(mode="after")
    def has_one_window(self) -> Self:
        """Refuse a request with a window of its own beside that of its schedule."""
        if self.scheduled and self.request.window:
            raise ValueError("window and scheduled can't be used together")
        return self

    def in_its_window(self) -> Self:
        """Return this with the window of its schedule, if it has one, as the request's own."""
        if self.scheduled is None:
            return self
        request = self.request.model_copy(update={"window": self.scheduled.window})
        return self.model_copy(update={"request": request, "scheduled": None})


class PlanContext(Model):
    """The plan that a migration is part of, and what the plan knows about the move.

    `siblings` are those of the VIF as the plan read them; `checked` is how it found the move, at
    `checked_at`. `approval_minutes` is how long to wait for an answer where somebody approved the
    plan, and the move has changed since. It takes `approval_of`
    of them. `asked_by` is who has asked for the plan.
    """

    plan_id: ExecutionName
    number: int = Field(ge=1, le=LARGEST_INTEGER)
    siblings: tuple[VirtualInterfaceId, ...] | None = Field(default=None, max_length=MOST_SIBLINGS)
    checked: Circumstances | None = None
    checked_at: Time | None = None
    approval_minutes: int | None = Field(default=None, ge=1, le=10080)
    approval_of: int = Field(default=1, ge=1, le=MOST_APPROVALS)
    asked_by: AskedBy | None = None


class RequestEnvelope(Envelope[Request]):
    """A request in its envelope, with its plan if a plan sent it."""

    plan: PlanContext | None = None

    def of(self, request: Request) -> Self:
        """Return this with another request in it."""
        return self if request is self.request else self.model_copy(update={"request": request})

    @property
    def siblings(self) -> tuple[VirtualInterfaceId, ...] | None:
        """Return the siblings that a plan has read, None without a plan."""
        return self.plan.siblings if self.plan else None


class MalformedRequestError(ValueError):
    """A request that can't be read; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        """Keep the faults; the message lists them all."""
        super().__init__("; ".join(faults))
        self.faults = faults


def parse_request(raw: JsonValue) -> RequestEnvelope:
    """Return the request that an execution's input holds, bare or in its envelope.

    Raises `MalformedRequestError` with every fault. A fault names fields, never their values, which
    may be secrets that were put into a wrong field.
    """
    return parse(RequestEnvelope, in_envelope(raw)).in_its_window()


def in_envelope(raw: JsonValue) -> JsonValue:
    """Return a raw request in its envelope, whether or not it came in one."""
    return raw if isinstance(raw, dict) and "request" in raw else {"request": raw}


def in_words(error: ErrorDetails) -> str:
    """Return what is wrong with a field, without its value."""
    match error["type"]:
        case "extra_forbidden":
            return "unknown field"
        case "missing":
            return "is missing"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}"


Wording = Callable[[ErrorDetails], str]


Parsed = TypeVar("Parsed", bound=Model)


def parse(model: type[Parsed], raw: JsonValue, wording: Wording = in_words) -> Parsed:
    """Validate JSON strictly; raises `MalformedRequestError` with every fault."""
    return parsed_at((), model, raw, wording)


def parsed_at(
    place: Path, model: type[Parsed], raw: JsonValue, wording: Wording = in_words
) -> Parsed:
    """Validate JSON that is at a place of a request; raises `MalformedRequestError`."""
    if is_nested_too_deeply(raw):
        raise MalformedRequestError((f"{_where(place)}: is nested too deeply",))
    try:
        places = list(not_unicode(raw))
        faults = [f"{_where((*place, *each))}: {NOT_UNICODE}" for each in places]
        parsed = validate_strictly(model, as_unicode(raw) if places else raw)
        if not faults:
            return parsed
        count = len(faults)
    except ValidationError as error:
        count = len(faults) + error.error_count()
        found = error.errors(include_url=False, include_input=False)
        for fault in islice(found, MOST_FAULTS):
            there = (*place, *fault["loc"])
            fault["loc"] = there
            faults.append(f"{_where(there)}: {wording(fault)}")
    unsaid = count - MOST_FAULTS
    said = (*faults[:MOST_FAULTS], *((f"and {unsaid} more",) if unsaid > 0 else ()))
    raise MalformedRequestError(said)


def validate_strictly(model: type[Parsed], raw: JsonValue) -> Parsed:
    """Return JSON as a model, as strictly as requests are read; raises a ValidationError."""
    return model.model_validate_json(json.dumps(raw), strict=True, by_alias=True, by_name=False)


def _where(place: Path) -> str:
    path = place[1:] if place[:1] == ("request",) else place
    return ".".join(_name(part) for part in path) or "the request"


def _name(part: object) -> str:
    text = "".join(letter if letter.isprintable() else "?" for letter in str(part))
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
