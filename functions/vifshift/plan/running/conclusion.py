"""Concludes a plan: one outcome, and a message and a next step for people."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from vifshift.domain.claim import ANOTHER_SENDER, Claimant
from vifshift.domain.claim import NEXT_STEP as CLAIMED_NEXT_STEP
from vifshift.domain.errors import ExecutionError, PlanHalted, message_of_lambda
from vifshift.domain.migration import Approval, Decision, Execution
from vifshift.domain.model import Model
from vifshift.domain.outcomes import UNDECIDED, outcome_before_moves
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.port_left import PortLeft
from vifshift.domain.scope import changes_in_words
from vifshift.domain.sizes import shortened
from vifshift.domain.workflow import CONDITION_FAILED, REFUSED, TIMED_OUT
from vifshift.events import plan_announcements as announcements
from vifshift.events import plan_notices as notices
from vifshift.events.plan import (
    LONGEST_END,
    LONGEST_MESSAGE,
    MOST_FAILED,
    NOTHING_COVERED,
    MoveSummary,
    PlanAnnouncement,
    PlanEnded,
    PlanSubject,
)
from vifshift.migration.conclusion import Problem
from vifshift.plan.planning.preparation import Preparation
from vifshift.plan.running.advance import HoldReason, is_limit_reached
from vifshift.plan.running.conclusion_words import AFTER_MOVES, IN_NUMBERS, WHAT, after
from vifshift.plan.running.results import MoveResult, Results

MOST_NAMED = 5
URGENT = {
    MoveOutcome.ROLLBACK_FAILED,
    MoveOutcome.NEEDS_ATTENTION,
    MoveOutcome.INTERRUPTED,
}


class PlanExecutionState(Model):
    """What a plan's execution knows when it ends; `status` is that of an interrupted execution."""

    request_id: str
    preparation: Preparation | None = None
    approval: Approval | None = None
    problem: Problem | None = None
    status: str | None = None
    claimant: Claimant | None = None
    sender: str = ""

    @property
    def is_of_another_sender(self) -> bool:
        """Return whether the plan's id was claimed for a request of another sender."""
        return self.claimant is not None and self.claimant.is_of_another(self.sender)


class PlanConclusion(Model):
    """The outcome, the error and cause that the execution fails with, and the final event."""

    outcome: PlanOutcome
    error: ExecutionError | None
    cause: str
    announcement: PlanAnnouncement


class _End(NamedTuple):
    """What the message and the next step are made from."""

    state: PlanExecutionState
    results: Results
    outcome: PlanOutcome
    counts: Counts
    port: PortLeft | None = None


def port_to_read(state: PlanExecutionState) -> str | None:
    """Return the port that a plan was to empty, None if it empties none, or moved nothing."""
    preparation = state.preparation
    request = preparation.request if preparation else None
    if preparation is None or request is None or request.evacuate is None:
        return None
    has_run = preparation.decision in {Decision.PROCEED, Decision.UNCHANGED}
    return request.evacuate.source if has_run else None


def conclude(
    state: PlanExecutionState,
    results: Results,
    *,
    execution: Execution,
    now: datetime,
    port: PortLeft | None = None,
) -> PlanConclusion:
    """Return the outcome of a plan, and its final event; `port` is the one that it was to empty."""
    preparation = state.preparation
    counts = results.counts if results.moves else _prepared(preparation)
    outcome = _outcome(state, results, counts)
    told = port if outcome in AFTER_MOVES else None
    end = _End(state, results, outcome, counts, told)
    message = shortened(_message(end), LONGEST_END)
    next_step = _next_step(end)
    about = preparation.subject if preparation else PlanSubject()
    return PlanConclusion(
        outcome=outcome,
        error=outcome.error,
        cause=message,
        announcement=announcements.ended(
            announcements.metadata(execution, state.request_id, now),
            PlanEnded(
                subject=about,
                notice=notices.ended(about, counts, outcome, message, next_step),
                outcome=outcome,
                reason_code=_reason_code(end),
                message=message,
                next_step=next_step,
                counts=counts,
                failed=tuple(map(_summary, results.failed))[:MOST_FAILED],
                findings=preparation.findings if preparation else (),
                approval=state.approval,
                port_is_empty=told.is_empty if told else None,
                left_on_port=told.left if told else (),
                **(preparation.covered if preparation else NOTHING_COVERED)._asdict(),
            ),
        ),
    )


def _prepared(preparation: Preparation | None) -> Counts:
    return preparation.counts if preparation else Counts()


def _outcome(state: PlanExecutionState, results: Results, counts: Counts) -> PlanOutcome:
    preparation, problem = state.preparation, state.problem
    if state.status:
        return PlanOutcome.INTERRUPTED
    if preparation is None and problem and problem.error == CONDITION_FAILED:
        return PlanOutcome.DUPLICATE
    if preparation is None or preparation.decision not in UNDECIDED:
        return outcome_before_moves(preparation.decision if preparation else None)
    if not results.was_touched:
        is_called_off = problem is not None and problem.error == PlanHalted.__name__
        if is_called_off or results.standing.halted_by:
            return PlanOutcome.CANCELLED
        return outcome_before_moves(preparation.decision) if problem else PlanOutcome.HALTED
    if counts.not_started:
        return PlanOutcome.HALTED
    if counts.failed or counts.in_flight:
        return PlanOutcome.PARTLY_COMPLETED
    return PlanOutcome.COMPLETED if counts.succeeded else PlanOutcome.UNCHANGED


def _message(end: _End) -> str:
    what = WHAT[end.outcome]
    if end.outcome in IN_NUMBERS:
        what = f"{what}{notices.in_numbers(end.counts)}"
    return "; ".join([what, *_reasons(end)])


def _reasons(end: _End) -> Iterator[str]:
    """Yield the reasons, most important first."""
    state, results = end.state, end.results
    if end.outcome is PlanOutcome.DUPLICATE:
        claimant = state.claimant or Claimant(execution_arn="")
        yield claimant.message(state.request_id, state.sender)
        return
    if state.status:
        yield f"the execution was stopped ({state.status})"
    if end.port:
        yield end.port.in_words
    if by := results.standing.halted_by:
        yield f"halted by {by}"
    if state.problem:
        yield _problem_message(state)
    if end.outcome is PlanOutcome.HALTED:
        yield from _limits(end)
    if end.outcome in {PlanOutcome.HALTED, PlanOutcome.INTERRUPTED}:
        yield from _not_started(results)
    failed = list(results.failed)
    for each in failed[:MOST_FAILED]:
        yield f"{_name(each)}, {each.outcome}: {each.ending.message}"
    if unsaid := len(failed[MOST_FAILED:]):
        yield f"and {unsaid} more have failed"
    preparation = state.preparation
    if preparation and end.outcome in {PlanOutcome.REJECTED, PlanOutcome.PLANNED}:
        yield from preparation.faults
        yield from changes_in_words(preparation.changes)
        for finding in preparation.findings:
            if finding.blocks or (end.outcome is PlanOutcome.PLANNED and not finding.is_note):
                of = f"move {finding.move}: " if finding.move else ""
                yield f"{of}{finding.code}: {finding.message}"


def _limits(end: _End) -> Iterator[str]:
    """Yield which limit of the plan prevented moves from starting."""
    match _why(end):
        case HoldReason.FAILURES:
            yield "the limit of failed moves was reached"
        case HoldReason.WINDOW:
            yield "the time left in the window was too short for the rest"


def _not_started(results: Results) -> Iterator[str]:
    """Yield which virtual interfaces were not touched, the first of them by name."""
    vifs = [
        each.move.virtual_interface_id
        for each in results.moves
        if each.outcome is MoveOutcome.NOT_STARTED
    ]
    if vifs:
        unsaid = len(vifs) - MOST_NAMED
        more = f" and {unsaid} more" if unsaid > 0 else ""
        yield f"not started: {', '.join(vifs[:MOST_NAMED])}{more}"


def _why(end: _End) -> HoldReason | None:
    """Return what prevented moves from starting, None if it was a step that failed."""
    standing, preparation = end.results.standing, end.state.preparation
    rules = preparation.rules if preparation else None
    if standing.halted_by:
        return HoldReason.HALTED
    if rules and is_limit_reached(rules, standing):
        return HoldReason.FAILURES
    if end.state.problem:
        return None
    return HoldReason.WINDOW if rules and rules.closes_at else None


def _problem_message(state: PlanExecutionState) -> str:
    """Return the message of the problem for people."""
    problem = state.problem
    if problem is None:
        return ""
    approval = state.preparation and state.preparation.request
    if problem.error == TIMED_OUT and approval and approval.approval.required:
        if state.approval is None:
            return "nobody approved it in time"
    if problem.error == PlanHalted.__name__:
        told = message_of_lambda(problem.cause)
        return problem.cause if told is None else told
    if problem.error == REFUSED:
        return f"refused by {problem.cause}"
    return problem.message


def _reason_code(end: _End) -> str | None:
    """Return what prevented its completion, as a code."""
    state = end.state
    if end.outcome is PlanOutcome.INTERRUPTED:
        return state.status
    if end.outcome is PlanOutcome.CANCELLED:
        return HoldReason.HALTED.upper()
    if end.outcome is PlanOutcome.HALTED and (why := _why(end)):
        return why.upper()
    if state.is_of_another_sender:
        return ANOTHER_SENDER
    if state.problem:
        return state.problem.error
    return HoldReason.FAILURES.upper() if end.counts.failed else None


def _next_step(end: _End) -> str:
    is_of_another = end.outcome is PlanOutcome.DUPLICATE and end.state.is_of_another_sender
    step = CLAIMED_NEXT_STEP if is_of_another else after(end.outcome, end.counts)
    urgent = [each for each in end.results.moves if each.outcome in URGENT]
    if not urgent:
        return step
    named = ", ".join(map(_name, urgent[:MOST_NAMED]))
    unsaid = len(urgent) - MOST_NAMED
    more = f" and {unsaid} more" if unsaid > 0 else ""
    return f"Act now: check {named}{more}; the final event of each has its next step. {step}"


def _name(result: MoveResult) -> str:
    return f"move {result.move.number} ({result.move.virtual_interface_id})"


def _summary(result: MoveResult) -> MoveSummary:
    return MoveSummary(
        number=result.move.number,
        virtual_interface_id=result.move.virtual_interface_id,
        outcome=result.outcome,
        message=shortened(result.ending.message, LONGEST_MESSAGE),
    )
