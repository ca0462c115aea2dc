"""Who asked for a migration or a plan: what AWS says of it, and what is only claimed.

Everybody who may start an execution writes its whole input, so nothing in there says who it was.
What an event of the bus says is noted by another target of the rule, in a table that only functions
write (`SentRequest`), and is believed only where both agree.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from pydantic import Field, JsonValue, ValidationError

from vifshift.domain.claim import RequestSender
from vifshift.domain.errors import SenderNotNoted
from vifshift.domain.model import Model
from vifshift.domain.request import LONGEST_REQUEST_ID, Trigger
from vifshift.domain.sizes import shortened

LONGEST_CLAIM: Final = 256
LONGEST_SOURCE: Final = 256


class AskedBy(Model):
    """Who asked, as far as AWS vouches for it, and who they say they are."""

    account: str = Field(description="The account that it came from, as AWS says.")
    source: str | None = Field(
        default=None, description="The source of the event that asked; null without an event."
    )
    source_is_bound: bool = Field(
        default=False,
        description="Whether the bus's policy denies that source to all but the principals in the "
        "setting requestSources; otherwise anybody could have picked it.",
    )
    trigger: Trigger = Field(
        default=Trigger.EXECUTION, description="What started it: event, schedule, plan, execution."
    )
    trigger_is_claimed: bool = Field(
        default=False,
        description="Whether only the execution's input says so, which whoever started it wrote.",
    )
    claimed: str = Field(
        default="", description="Who the request says has asked; evidence of nothing."
    )

    @property
    def bound_source(self) -> str:
        """Return the source if it counts, else an empty text."""
        return self.source if self.source and self.source_is_bound else ""

    @property
    def in_words(self) -> str:
        """Return who asked, as in `by source X of account Y`; what only they say is claimed."""
        of_account = f"of account {self.account}"
        if self.source:
            claimed = "" if self.source_is_bound else "claimed "
            return f"by {claimed}source {self.source} {of_account}"
        if self.trigger_is_claimed:
            return f"by StartExecution {of_account}, claimed to be {_AS[self.trigger]}"
        if self.trigger is Trigger.SCHEDULE:
            return f"by a schedule {of_account}"
        return f"by StartExecution {of_account}"


_AS: Final = {
    Trigger.EVENT: "an event",
    Trigger.SCHEDULE: "a schedule",
    Trigger.PLAN: "a plan",
    Trigger.EXECUTION: "a person",
}


class SentRequest(Model):
    """What was noted of an event with a request: its sender, and the digest of its detail."""

    source: str
    account: str
    is_bound: bool = False
    digest: str


class Witnesses(NamedTuple):
    """How to find out what of an input is true.

    `sent` returns what was noted of an event, by its id; None if nothing was. `is_of_plan` returns
    whether a plan has started this execution for one of its moves, by the plan's id and its number.
    `is_of_schedule` returns whether a schedule of the stack starts just this, and was due.
    """

    sent: Callable[[str], SentRequest | None]
    is_of_plan: Callable[[str, int], bool]
    is_of_schedule: Callable[[JsonValue], bool]


def move_of_plan(child: Mapping[str, JsonValue], account: str) -> SentRequest:
    """Return what is noted of a move under the name of its migration, with its input's request.

    It is no event's: the digest is of more than the request, so that no event is vouched for.
    """
    return SentRequest(source="", account=account, digest=_digest_of_move(child.get("request")))


def is_move(noted: SentRequest | None, raw: JsonValue) -> bool:
    """Return whether an input has the request that a plan has noted under its execution's name.

    An earlier release has noted nothing.
    """
    request = raw.get("request") if isinstance(raw, dict) else None
    return noted is None or noted.digest == _digest_of_move(request)


def _digest_of_move(request: JsonValue) -> str:
    return digest_of_request({"move": request})


def digest_of_request(request: JsonValue) -> str:
    """Return the SHA-256 of a request as it came, whatever the order of its fields."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def asked_by(raw: JsonValue, account: str, witnesses: Witnesses) -> AskedBy:
    """Return who asked for what an execution in `account` was started with.

    Raises `SenderNotNoted` if the input is like an event's, and nothing is noted of that event.
    """
    given = raw if isinstance(raw, dict) and "request" in raw else {"request": raw}
    claims = AskedBy(
        account=account, trigger=_trigger(given), claimed=_requested_by(given.get("request"))
    )
    match claims.trigger:
        case Trigger.EVENT:
            return _by_event(given, claims, witnesses)
        case Trigger.PLAN:
            return _by_plan(given, claims, witnesses)
        case Trigger.SCHEDULE:
            is_claimed = not witnesses.is_of_schedule(raw)
            return claims.model_copy(update={"trigger_is_claimed": is_claimed})
        case Trigger.EXECUTION:
            return claims


def recalled(execution: object) -> AskedBy | None:
    """Return who asked, from a variable `execution`; None if an earlier release assigned it."""
    known = execution.get("askedBy") if isinstance(execution, dict) else None
    try:
        return AskedBy.model_validate(known) if known else None
    except ValidationError:
        return None


def unproven(raw: JsonValue, account: str) -> AskedBy:
    """Return who asked where nothing more can be found out: all that is in an input is claimed."""
    return asked_by(
        raw,
        account,
        Witnesses(lambda _: _NOBODY, lambda _plan, _number: False, lambda _raw: False),
    )


def _by_event(given: dict[str, JsonValue], claims: AskedBy, witnesses: Witnesses) -> AskedBy:
    claimed = _sender(given.get("sender"))
    event_id = given.get("requestId")
    unproven = claims.model_copy(
        update={
            "trigger_is_claimed": True,
            "source": shortened(claimed.source, LONGEST_SOURCE) if claimed else None,
        }
    )
    if claimed is None or not isinstance(event_id, str) or not _may_be_id(event_id):
        return unproven
    noted = witnesses.sent(event_id)
    if noted is None:
        raise SenderNotNoted(f"nothing is noted of the event {event_id}")
    is_same = (noted.source, noted.account) == (claimed.source, claimed.account)
    if not is_same or noted.digest != digest_of_request(given.get("request")):
        return unproven
    return claims.model_copy(
        update={
            "account": noted.account,
            "source": noted.source,
            "source_is_bound": noted.is_bound,
        }
    )


def _by_plan(given: dict[str, JsonValue], claims: AskedBy, witnesses: Witnesses) -> AskedBy:
    unproven = claims.model_copy(update={"trigger_is_claimed": True})
    plan = given.get("plan")
    if not isinstance(plan, dict):
        return unproven
    plan_id, number = plan.get("planId"), plan.get("number")
    if not isinstance(plan_id, str) or not isinstance(number, int):
        return unproven
    if not witnesses.is_of_plan(plan_id, number):
        return unproven
    try:
        of_plan = AskedBy.model_validate(plan.get("askedBy"))
    except ValidationError:
        return claims
    return of_plan.model_copy(update={"trigger": Trigger.PLAN, "trigger_is_claimed": False})


def _sender(given: JsonValue) -> RequestSender | None:
    try:
        return RequestSender.model_validate(given)
    except ValidationError:
        return None


def _trigger(given: dict[str, JsonValue]) -> Trigger:
    trigger = given.get("trigger")
    return Trigger(trigger) if trigger in set(Trigger) else Trigger.EXECUTION


def _requested_by(request: JsonValue) -> str:
    said = request.get("requestedBy") if isinstance(request, dict) else None
    return shortened(said, LONGEST_CLAIM) if isinstance(said, str) else ""


def _may_be_id(text: str) -> bool:
    return 0 < len(text) <= LONGEST_REQUEST_ID


_NOBODY: Final = SentRequest(source="", account="", digest="")
