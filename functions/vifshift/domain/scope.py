"""What is to be done, in a canonical form with a digest: what an approval covers.

The digest is the SHA-256 of the canonical JSON: sorted names, no spaces, UTF-8, as in RFC 8785.
Whoever has the JSON can verify it with `sha256sum`.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, JsonValue, StringConstraints, model_validator

from vifshift.domain.model import Model
from vifshift.domain.request import GIVE_UP, Request, giving_up_in_time
from vifshift.domain.sizes import shortened

LONGEST_MESSAGE = 200
LONGEST_FLIGHT = timedelta(hours=3)
"""A move and its rollback at their longest: what was on its way at a check may land afterwards."""
MOST_CHANGES = 20
MOST_CODES = 100

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FindingCodes = Annotated[tuple[str, ...], Field(max_length=MOST_CODES)]


class Circumstances(Model):
    """What may change between the check of a move and its call."""

    source: str | None = Field(description="The connection or LAG that it leaves.")
    gateway: str | None = Field(
        default=None,
        description="Its gateway, or what else no two moves share.",
    )
    rolls_back: bool = Field(
        description="Whether a rollback is requested, and nothing known prevents it."
    )
    findings: FindingCodes = Field(
        default=(), description="Codes of findings that don't block, sorted."
    )
    blocks: FindingCodes = Field(default=(), description="Codes of findings that block, sorted.")


class MoveTerms(Model):
    """When a move may happen, and how it is verified."""

    opens_at: datetime | None = Field(default=None, description="When its window opens.")
    closes_at: datetime | None = Field(default=None, description="When its window closes.")
    lock_wait_seconds: int | None = Field(
        default=None, description="How long it may wait for its gateway."
    )
    timeout_seconds: int = Field(description="How long it may take to converge.")
    give_up_seconds: int = Field(
        default=GIVE_UP,
        description="How long it may be without any earlier BGP peer up.",
    )
    hold_seconds: int = Field(description="How long it must stay converged.")
    poll_seconds: int = Field(description="How long may be between two observations.")
    min_recovered_percent: int = Field(description="How many routes must be present again.")
    rollback: str = Field(description="Whether a rollback is wanted: auto or never.")
    acknowledge: tuple[str, ...] = Field(
        default=(), description="The codes of acknowledged findings."
    )
    role_arn: str | None = Field(default=None, description="The role of another account.")
    region: str | None = Field(default=None, description="The Region, if it is another one.")
    guards: tuple[str, ...] = Field(
        default=(),
        description="The ARNs of its guards.",
        exclude_if=lambda guards: not guards,
    )
    guard_seconds: int | None = Field(
        default=None,
        description="How long it may be held until its guards were evaluated; null without any.",
        exclude_if=lambda seconds: seconds is None,
    )

    @model_validator(mode="before")
    @classmethod
    def _gives_up_in_a_short_time(cls, data: Any) -> Any:
        return giving_up_in_time(data)

    @classmethod
    def of(cls, request: Request) -> "MoveTerms":
        """Return the terms of a request."""
        window, convergence = request.window, request.convergence
        return cls(
            opens_at=window.opens_at if window else None,
            closes_at=window.closes_at if window else None,
            lock_wait_seconds=request.lock_wait_seconds,
            timeout_seconds=convergence.timeout_seconds,
            give_up_seconds=convergence.give_up_seconds,
            hold_seconds=convergence.hold_seconds,
            poll_seconds=convergence.poll_seconds,
            min_recovered_percent=request.routes.min_recovered_percent,
            rollback=request.rollback,
            acknowledge=request.acknowledge,
            role_arn=request.role_arn,
            region=request.region,
            guards=tuple(guard.alarm for guard in request.guarded_by),
            guard_seconds=convergence.guard_seconds if request.guards else None,
        )


class ScopedMove(Circumstances):
    """A move as it was checked."""

    number: int = Field(default=1, description="The move's number, from 1.")
    virtual_interface_id: str = Field(description="The virtual interface.")
    target: str = Field(description="The connection or LAG that it moves to.")
    terms: MoveTerms

    @classmethod
    def of(cls, request: Request, found: Circumstances, number: int = 1) -> "ScopedMove":
        """Return a request in the circumstances that were found."""
        return cls(
            **{name: getattr(found, name) for name in Circumstances.model_fields},
            number=number,
            virtual_interface_id=request.virtual_interface_id,
            target=request.connection_id,
            terms=MoveTerms.of(request),
        )


class Scope(Model):
    """All that is to be done: one move, or the moves of a plan with its own terms.

    `findings` and `blocks` are the codes of what was found about a plan as a whole.
    """

    version: Literal["1"] = "1"
    moves: tuple[ScopedMove, ...]
    max_concurrency: int = 1
    stop_after_failures: int = 1
    order: str = "as-given"
    findings: FindingCodes = ()
    blocks: FindingCodes = ()

    @property
    def canonical(self) -> str:
        """Return its canonical JSON."""
        return canonical(self.to_json())

    @property
    def digest(self) -> str:
        """Return the digest of its canonical JSON."""
        return digest_of(self.canonical)


class CheckedScope(Model):
    """The scope of a migration that was last shown to people: its digest, and when it was made."""

    digest: Digest
    at: datetime
    move: ScopedMove


class OwnMove(NamedTuple):
    """Where this stack has put a VIF, and where that was before: its port, location and device."""

    connection_id: str
    at: datetime
    origin: str
    location: str = ""
    aws_logical_device_id: str = ""


class ChangeKind(StrEnum):
    """What is not as it was when it was checked."""

    SOURCE = "source"
    TARGET = "target"
    TERMS = "terms"
    GATEWAY = "gateway"
    ROLLBACK = "rollback"
    FINDING = "finding"
    BLOCK = "block"


class ScopeChange(Model):
    """One thing that has changed."""

    kind: ChangeKind
    move: int | None = Field(default=None, description="Its number in the plan, if it has one.")
    virtual_interface_id: str | None = Field(
        default=None, description="Null if it is about the plan."
    )
    code: str | None = Field(default=None, description="The code of a new finding or block.")
    message: str = Field(description="What has changed, for people.")


def canonical(value: JsonValue) -> str:
    """Return a value of texts, integers and null as canonical JSON."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def changes(
    before: Circumstances, now: Circumstances, asks_again: Collection[str]
) -> Iterator[ScopeChange]:
    """Yield what has changed to the worse about a move; `asks_again` are codes of findings.

    What was bad before, and what is better now, is no change.
    """
    if now.source != before.source:
        yield _change(ChangeKind.SOURCE, f"it is on {now.source}, no longer on {before.source}")
    if before.gateway is not None and now.gateway != before.gateway:
        yield _change(
            ChangeKind.GATEWAY, f"its gateway is {now.gateway}, no longer {before.gateway}"
        )
    if before.rolls_back and not now.rolls_back:
        yield _change(
            ChangeKind.ROLLBACK, "it would no longer be rolled back if it does not converge"
        )
    yield from new_codes(before, now, asks_again)


def new_codes(
    before: Circumstances | Scope, now: Circumstances | Scope, asks_again: Collection[str]
) -> Iterator[ScopeChange]:
    """Yield the blocks that are new, and the new findings of codes that `asks_again` has."""
    for code in sorted({*now.blocks} - {*before.blocks}):
        yield _change(ChangeKind.BLOCK, f"{code} is new, and blocks it", code)
    for code in sorted({*now.findings} - {*before.findings, *before.blocks}):
        if code in asks_again:
            yield _change(ChangeKind.FINDING, f"{code} is new", code)


def changes_of_move(
    before: ScopedMove, now: ScopedMove, asks_again: Collection[str]
) -> Iterator[ScopeChange]:
    """Yield what has changed about a move of a plan, its VIF, target and terms included."""
    if now.virtual_interface_id != before.virtual_interface_id:
        vifs = f"{now.virtual_interface_id}, not {before.virtual_interface_id}"
        yield _change(ChangeKind.TARGET, f"it would move {vifs}")
    if now.target != before.target:
        yield _change(ChangeKind.TARGET, f"it would go to {now.target}, not to {before.target}")
    if now.terms != before.terms:
        yield _change(ChangeKind.TERMS, "its terms are others")
    yield from changes(before, now, asks_again)


def changes_in_words(found: Iterable[ScopeChange]) -> Iterator[str]:
    """Yield in words what has changed, without new blocks, which are findings of their own."""
    for change in found:
        if change.kind is not ChangeKind.BLOCK:
            of = f"move {change.move}: " if change.move else ""
            vif = f"{change.virtual_interface_id}: " if change.move else ""
            yield f"{of}{vif}changed since it was checked: {change.message}"


def _change(kind: ChangeKind, message: str, code: str | None = None) -> ScopeChange:
    return ScopeChange(kind=kind, code=code, message=shortened(message, LONGEST_MESSAGE))
