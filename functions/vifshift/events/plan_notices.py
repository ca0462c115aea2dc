"""Words the events of a plan for people, safe to show in any chat."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.request import Window
from vifshift.events.notices import (
    NOTHING_TO_DO,
    Asker,
    Notice,
    ReplyTo,
    asked,
    how_to_approve,
    in_words,
    sentence,
    worded,
)


class About(Asker, Protocol):
    """What a notice says of a plan."""

    @property
    def source(self) -> str | None:
        """The port that is emptied, None where moves are named one by one."""

    @property
    def target(self) -> str | None:
        """Where it is emptied to."""


class Ended(Protocol):
    """What a notice says of a move that has ended."""

    @property
    def number(self) -> int:
        """Its number."""

    @property
    def virtual_interface_id(self) -> str:
        """Its VIF."""

    @property
    def outcome(self) -> MoveOutcome:
        """How it ended."""

    @property
    def message(self) -> str:
        """What happened."""


def window_pending(about: About, counts: Counts, window: Window) -> Notice:
    """Say that a plan waits for its window."""
    return worded(
        f"{_name(about, counts)}: waits for its window",
        f"It can be done as far as can be seen today. The window is open from "
        f"{in_words(window.opens_at)} to {in_words(window.closes_at)}. {asked(about)}",
        "Nothing to do; to call it off, send VIF Plan Halt Requested.",
    )


def approval_requested(
    about: About,
    counts: Counts,
    *,
    plan_id: str,
    expires_at: datetime,
    warnings: Iterable[str],
    reply_to: ReplyTo,
) -> Notice:
    """Ask for an approval; `warnings` are codes of findings."""
    codes = ", ".join(dict.fromkeys(warnings))
    return worded(
        f"{_name(about, counts)}: waits for approval",
        f"{_to_do(counts)} would be moved. {f'Warnings: {codes}. ' if codes else ''}"
        f"{asked(about)} Nobody's answer by {in_words(expires_at)} means no.",
        "",
    ).model_copy(
        update={"next_step": how_to_approve({"planId": plan_id}, reply_to, "VIF Plan Approved")}
    )


def started(about: About, counts: Counts) -> Notice:
    """Say that the first moves are about to start."""
    return worded(
        f"{_name(about, counts)}: starts",
        f"Preflight has passed. {_to_do(counts)} are about to be moved. {asked(about)}",
        "Nothing to do; to start no more moves, send VIF Plan Halt Requested.",
    )


def progressed(about: About, counts: Counts, move: Ended) -> Notice:
    """Say how a move has ended, and how far the plan is."""
    return worded(
        f"{_name(about, counts)}: move {move.number}, {move.virtual_interface_id}, {move.outcome}",
        f"{in_numbers(counts)}. Move {move.number}: {move.message}.",
        NOTHING_TO_DO,
    )


def ended(
    about: About, counts: Counts, outcome: PlanOutcome, message: str, next_step: str
) -> Notice:
    """Say how a plan ended."""
    return worded(f"{_name(about, counts)}: {_HOW_IT_ENDED[outcome]}", sentence(message), next_step)


def in_numbers(counts: Counts) -> str:
    """Say what has become of how many moves: `7 of 9 moved, 1 there already, 1 failed`."""
    said = [f"{counts.succeeded} of {counts.moves} moved"]
    for number, what in (
        (counts.unchanged, "there already"),
        (counts.failed, "failed"),
        (counts.in_flight, "on the way"),
        (counts.not_started, "not started"),
    ):
        if number:
            said.append(f"{number} {what}")
    return ", ".join(said)


def _name(about: About, counts: Counts) -> str:
    if about.source and about.target:
        return f"Plan from {about.source} to {about.target}"
    return f"Plan of {counts.moves} {'move' if counts.moves == 1 else 'moves'}"


def _to_do(counts: Counts) -> str:
    of = f"{counts.moves - counts.unchanged} of {counts.moves} virtual interfaces"
    return of if counts.unchanged else f"{counts.moves} virtual interfaces"


_HOW_IT_ENDED = {
    PlanOutcome.COMPLETED: "completed",
    PlanOutcome.PARTLY_COMPLETED: "done, but not all moves came good",
    PlanOutcome.UNCHANGED: "all are there already",
    PlanOutcome.HALTED: "halted before all moves were done",
    PlanOutcome.REJECTED: "rejected, nothing was touched",
    PlanOutcome.PLANNED: "can be done (dry run)",
    PlanOutcome.DUPLICATE: "was asked for twice, nothing was done",
    PlanOutcome.CANCELLED: "called off, nothing was touched",
    PlanOutcome.INTERRUPTED: "was interrupted",
}
