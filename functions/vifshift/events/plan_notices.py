"""The notice of each event of a plan, in plain text that is safe to show in any chat."""

from collections.abc import Iterable
from datetime import datetime

from vifshift.domain.plan_outcome import Counts, PlanOutcome
from vifshift.domain.request import Window
from vifshift.events.base import Notice
from vifshift.events.notices import (
    NOTHING_TO_DO,
    ReplyTo,
    how_to_approve,
    in_words,
    requester,
    sentence,
    worded,
)
from vifshift.events.plan import MoveSummary, PlanSubject


def window_pending(about: PlanSubject, counts: Counts, window: Window) -> Notice:
    """Return the notice of a plan that waits for its window."""
    return worded(
        f"{_name(about, counts)}: waiting for its window",
        f"Preflight has passed, and runs again when the window opens. The window is open from "
        f"{in_words(window.opens_at)} to {in_words(window.closes_at)}. {requester(about)}",
        "Nothing to do. To cancel the plan, send VIF Plan Halt Requested.",
    )


def approval_requested(
    about: PlanSubject,
    counts: Counts,
    *,
    plan_id: str,
    expires_at: datetime,
    warnings: Iterable[str],
    reply_to: ReplyTo,
) -> Notice:
    """Return the notice that asks for an approval; `warnings` are codes of findings."""
    codes = ", ".join(dict.fromkeys(warnings))
    return worded(
        f"{_name(about, counts)}: waiting for approval",
        f"{_to_do(counts)} would be moved. {f'Warnings: {codes}. ' if codes else ''}"
        f"{requester(about)} If nobody answers by {in_words(expires_at)}, the plan is rejected.",
        "",
    ).model_copy(
        update={"next_step": how_to_approve({"planId": plan_id}, reply_to, "VIF Plan Approved")}
    )


def started(about: PlanSubject, counts: Counts) -> Notice:
    """Return the notice of a plan whose first moves are about to start."""
    return worded(
        f"{_name(about, counts)}: starting",
        f"Preflight has passed. {_to_do(counts)} will be moved. {requester(about)}",
        "Nothing to do. To start no more moves, send VIF Plan Halt Requested.",
    )


def progressed(about: PlanSubject, counts: Counts, move: MoveSummary) -> Notice:
    """Return the notice of a move that has ended, with the progress of the plan."""
    return worded(
        f"{_name(about, counts)}: move {move.number}, {move.virtual_interface_id}, {move.outcome}",
        f"{in_numbers(counts)}. Move {move.number}: {move.message}.",
        NOTHING_TO_DO,
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


def _name(about: PlanSubject, counts: Counts) -> str:
    if about.source and about.target:
        return f"Plan from {about.source} to {about.target}"
    return f"Plan of {counts.moves} {'move' if counts.moves == 1 else 'moves'}"


def _to_do(counts: Counts) -> str:
    noun = "virtual interface" if counts.moves == 1 else "virtual interfaces"
    if counts.unchanged:
        return f"{counts.moves - counts.unchanged} of {counts.moves} {noun}"
    return f"{counts.moves} {noun}"


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
