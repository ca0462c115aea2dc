"""Compares a move with what was checked before, which may be what somebody has approved."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from vifshift.domain.findings import Finding, Move
from vifshift.domain.lock_holder import LockHolder
from vifshift.domain.migration import Decision, GivenApproval
from vifshift.domain.observation import VifStatus
from vifshift.domain.request import Request
from vifshift.domain.request_envelope import RequestEnvelope
from vifshift.domain.scope import (
    LONGEST_FLIGHT,
    LONGEST_MESSAGE,
    MOST_CHANGES,
    ChangeKind,
    CheckedScope,
    Circumstances,
    OwnMove,
    ScopeChange,
    changes,
)
from vifshift.domain.sizes import shortened
from vifshift.preflight.checks import ASKS_AGAIN
from vifshift.preflight.circumstances import not_our_own
from vifshift.preflight.first_check import standing

TIME_IS_UP = "WINDOW_NOT_OPEN"
"""What blocks a move from now on, whatever a person answers."""
OURS_PERHAPS = {ChangeKind.SOURCE, ChangeKind.FINDING}

OwnMoves = Callable[[Collection[str], datetime], Mapping[str, OwnMove]]
"""Returns by id which of some VIFs this stack has moved since a time; raises a `CallError`."""


class LastCheck(NamedTuple):
    """What was found when a request was checked before, if it was.

    `seen` is the VIF as it was then, and `holder` who has held the gateway's lock since, as far as
    is known. `given` are the approvals of what was checked, None if nobody was asked. `findings`
    are those of then, of which what is read once still stands.
    """

    is_recheck: bool = False
    checked: CheckedScope | None = None
    own_moves: OwnMoves = lambda ids, since: {}
    seen: VifStatus | None = None
    holder: LockHolder | None = None
    given: tuple[GivenApproval, ...] | None = None
    findings: tuple[Finding, ...] = ()

    def standing(self, found: Iterable[Finding], now: datetime) -> tuple[Finding, ...]:
        """Return what was found before of what a recheck does not read, besides what is `found`."""
        if not self.is_recheck:
            return ()
        return standing(self.findings, found, self.checked.at if self.checked else None, now)

    def moved(self, request: Request) -> str:
        """Return who has moved the VIF of a request since, or nothing."""
        return self.holder.moved(request.virtual_interface_id) if self.holder else ""

    def moved_to(self, request: Request) -> str:
        """Return where the VIF of a request was moved to since, or nothing."""
        return self.holder.connection_id if self.holder and self.moved(request) else ""


class Baseline(NamedTuple):
    """What was checked before, and when."""

    circumstances: Circumstances
    at: datetime


def baseline(asked: RequestEnvelope, checked: CheckedScope | None) -> Baseline | None:
    """Return what a move is compared with: its own last check, or else that of its plan."""
    if checked:
        return Baseline(checked.move, checked.at)
    plan = asked.plan
    if plan and plan.checked and plan.checked_at:
        return Baseline(plan.checked, plan.checked_at)
    return None


def approval_minutes(asked: RequestEnvelope) -> int | None:
    """Return for how long a changed move is asked about, None where nobody had to approve it."""
    if asked.plan and asked.plan.approval_minutes is not None:
        return asked.plan.approval_minutes
    approval = asked.request.approval
    return approval.timeout_minutes if approval.required else None


def changed(
    before: Baseline, move: Move, now: Circumstances, own_moves: OwnMoves
) -> tuple[ScopeChange, ...]:
    """Return what has changed since a check, without what this stack has moved itself."""
    found = tuple(changes(before.circumstances, now, ASKS_AGAIN))
    if any(change.kind in OURS_PERHAPS for change in found):
        concerned = {move.request.virtual_interface_id}
        concerned |= {sibling.virtual_interface_id for sibling in move.network.siblings}
        found = not_our_own(
            found, move, own_moves(concerned, before.at - LONGEST_FLIGHT), before.at
        )
    return found[:MOST_CHANGES]


def worded(found: Iterable[ScopeChange], findings: Iterable[Finding]) -> tuple[ScopeChange, ...]:
    """Return changes with the messages of the findings that are new."""
    messages = {finding.code: finding.message for finding in reversed(tuple(findings))}

    def word(change: ScopeChange) -> ScopeChange:
        if change.code not in messages:
            return change
        message = shortened(f"{change.message}: {messages[change.code]}", LONGEST_MESSAGE)
        return change.model_copy(update={"message": message})

    return tuple(map(word, found))


def decide_on_changes(
    decision: Decision,
    found: Collection[ScopeChange],
    findings: Iterable[Finding],
    *,
    asks: bool,
) -> Decision:
    """Return the decision on a move or a plan that has changed: ask people again, or reject it.

    What is blocked as it was when they were asked is not asked about again, and neither is what
    has run out of time.
    """
    if not found:
        return decision
    is_too_late = any(each.code == TIME_IS_UP and each.blocks for each in findings)
    return Decision.ASK_AGAIN if asks and not is_too_late else Decision.REJECTED
