"""The notice of each event of a plan, in plain text that is safe to show in any chat."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.request import Window
from vifshift.domain.scope import ScopeChange, ScopedMove
from vifshift.domain.time_spans import span
from vifshift.events.base import Notice
from vifshift.events.commands import ReplyTo, how_to_approve, how_to_refuse
from vifshift.events.notices import (
    NOTHING_TO_DO,
    digest_in_words,
    in_words,
    requester,
    sentence,
    since_then,
    worded,
)
from vifshift.events.plan import NOTHING_COVERED, Covered, MoveSummary, PlanSubject

MOST_NAMED = 3
IN_CODE = (
    "An unchanged Terraform configuration would destroy them at the next apply: freeze applies "
    "until it is updated."
)


class AskedFor(NamedTuple):
    """What is to be approved: the first moves, where all are, what has changed, and its page."""

    covered: Covered = NOTHING_COVERED
    moves: tuple[ScopedMove, ...] = ()
    changes: tuple[ScopeChange, ...] = ()
    page: str | None = None


NOTHING_SHOWN = AskedFor()


def window_pending(
    about: PlanSubject,
    counts: Counts,
    window: Window,
    asked_by: AskedBy | None = None,
    *,
    digest: str | None = None,
    plan_id: str = "",
) -> Notice:
    """Return the notice of a plan that waits for its window."""
    return worded(
        f"{_name(about, counts)}: waiting for its window",
        f"Preflight has passed, and runs again when the window opens. The window is open from "
        f"{span(window.opens_at, window.closes_at)}. {requester(about, asked_by)}"
        f"{digest_in_words(digest)}{_back(about)}",
        f"To cancel the plan{_how_to_halt(plan_id)} {IN_CODE}",
    )


def approval_requested(
    about: PlanSubject,
    counts: Counts,
    *,
    plan_id: str,
    expires_at: datetime,
    warnings: Iterable[str],
    reply_to: ReplyTo,
    asked_by: AskedBy | None = None,
    asked: AskedFor = NOTHING_SHOWN,
) -> Notice:
    """Return the notice that asks for an approval; `warnings` are codes of findings."""
    codes = ", ".join(dict.fromkeys(warnings))
    digest = asked.covered.digest
    changes = [_change(change) for change in asked.changes]
    return worded(
        f"{_name(about, counts)}: waiting for {'another ' if changes else ''}approval",
        f"{since_then(changes)}{_to_do(counts)} would be moved{_which(asked, counts)}. "
        f"{f'Warnings: {codes}. ' if codes else ''}"
        f"{requester(about, asked_by)} "
        f"If nobody answers by {in_words(expires_at)}, the plan is rejected."
        f"{digest_in_words(digest)}{_back(about)} {IN_CODE}",
        "",
    ).model_copy(
        update={
            "next_step": how_to_approve(
                {"planId": plan_id}, reply_to, "VIF Plan Approved", digest=digest
            ),
            "more": how_to_refuse({"planId": plan_id}, reply_to, "VIF Plan Refused"),
        }
    )


def started(
    about: PlanSubject,
    counts: Counts,
    asked_by: AskedBy | None = None,
    *,
    digest: str | None = None,
    plan_id: str = "",
) -> Notice:
    """Return the notice of a plan whose first moves are about to start."""
    return worded(
        f"{_name(about, counts)}: starting",
        f"Preflight has passed. {_to_do(counts)} will be moved. {requester(about, asked_by)}"
        f"{digest_in_words(digest)}{_back(about)}",
        f"To start no more moves{_how_to_halt(plan_id)} {IN_CODE}",
    )


def progressed(about: PlanSubject, counts: Counts, move: MoveSummary) -> Notice:
    """Return the notice of a move that has ended, with the progress of the plan."""
    return worded(
        f"{_name(about, counts)}: move {move.number}, {move.virtual_interface_id}, "
        f"{in_words_of(move.outcome)}",
        f"{in_numbers(counts)}. Move {move.number}: {move.message}.",
        NOTHING_TO_DO if move.outcome.is_good else _AFTER_A_FAILURE,
    )


def ended(
    about: PlanSubject, counts: Counts, outcome: PlanOutcome, message: str, next_step: str
) -> Notice:
    """Return the notice of a plan that has ended."""
    return worded(f"{_name(about, counts)}: {_HOW_IT_ENDED[outcome]}", sentence(message), next_step)


def in_numbers(counts: Counts) -> str:
    """Return how many moves ended how: `7 of 9 moved, 1 already on target, 1 failed`."""
    parts = [f"{counts.succeeded} of {counts.moves} moved"]
    for number, what in (
        (counts.unchanged, "already on target"),
        (counts.failed, "failed"),
        (counts.in_flight, "in progress"),
        (counts.not_started, "not started"),
    ):
        if number:
            parts.append(f"{number} {what}")
    return ", ".join(parts)


def _back(about: PlanSubject) -> str:
    """Return when what has moved is moved back, if that was asked for."""
    if about.return_after_hours is None:
        return ""
    hours = f"{about.return_after_hours} hour{'' if about.return_after_hours == 1 else 's'}"
    return f" If all succeed, everything is moved back {hours} after the end, by a plan of its own."


def in_words_of(outcome: MoveOutcome) -> str:
    """Return an outcome as people write it: `rolled back`."""
    return str(outcome).replace("-", " ")


def _how_to_halt(plan_id: str) -> str:
    """Return the command and the event that halt a plan, as the end of a sentence."""
    if not plan_id:
        return ", send VIF Plan Halt Requested."
    return f": vifshift halt {plan_id}, or send VIF Plan Halt Requested with this planId."


def _name(about: PlanSubject, counts: Counts) -> str:
    if about.source and about.target:
        return f"Plan from {about.source} to {about.target}"
    return f"Plan of {counts.moves} {'move' if counts.moves == 1 else 'moves'}"


def _change(change: ScopeChange) -> str:
    vif = f"{change.virtual_interface_id}: " if change.virtual_interface_id else ""
    return f"{vif}{change.message}"


def _which(asked: AskedFor, counts: Counts) -> str:
    """Return the first moves with source and target, and where the whole list is."""
    if not asked.moves:
        return ""
    named = ", ".join(
        f"{move.virtual_interface_id} from {move.source or 'its source'} to {move.target}"
        for move in asked.moves[:MOST_NAMED]
    )
    unsaid = counts.moves - MOST_NAMED
    more = f" and {unsaid} more" if unsaid > 0 else ""
    whole = asked.covered.move_list
    version = f", version {whole.version_id}" if whole and whole.version_id else ""
    return f": {named}{more}{f' (the whole list: {whole.uri}{version})' if whole else ''}"


def _to_do(counts: Counts) -> str:
    noun = "virtual interface" if counts.moves == 1 else "virtual interfaces"
    if counts.unchanged:
        return f"{counts.moves - counts.unchanged} of {counts.moves} {noun}"
    return f"{counts.moves} {noun}"


_AFTER_A_FAILURE = "The notice of this migration says what to do."
_HOW_IT_ENDED = {
    PlanOutcome.COMPLETED: "completed",
    PlanOutcome.PARTLY_COMPLETED: "done, but not all moves succeeded",
    PlanOutcome.UNCHANGED: "all are already on their targets",
    PlanOutcome.HALTED: "halted before all moves were done",
    PlanOutcome.REJECTED: "rejected, nothing was touched",
    PlanOutcome.PLANNED: "can be done (dry run)",
    PlanOutcome.DUPLICATE: "duplicate request, nothing was done",
    PlanOutcome.CANCELLED: "cancelled, nothing was touched",
    PlanOutcome.INTERRUPTED: "was interrupted",
}
