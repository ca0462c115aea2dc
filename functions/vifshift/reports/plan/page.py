"""Renders the report of a plan: one HTML file that loads no other and runs no script."""

from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.reports.base import words
from vifshift.reports.base.environment import TEMPLATES
from vifshift.reports.base.page_parts import Fact, OutcomeStyle, worst_first
from vifshift.reports.overview.sections import facts
from vifshift.reports.overview.sections import lay_out as sections
from vifshift.reports.plan.model import MoveReport, PlanReport
from vifshift.reports.plan.progress_chart import lay_out
from vifshift.reports.plan.styles import MOVES, PLANS, in_a_word, outcome_bars
from vifshift.reports.plan.table_rows import found_on_moves, groups

MOST_NAMED = 10
"""The most moves that need a person's attention at the top of the page; the table has all."""

CALLS_A_PERSON = {
    MoveOutcome.ROLLBACK_FAILED,
    MoveOutcome.NEEDS_ATTENTION,
    MoveOutcome.INTERRUPTED,
}

SHOWN = {PlanOutcome.PLANNED, PlanOutcome.REJECTED, PlanOutcome.CANCELLED}
"""Nothing was moved, so that what was to be done is still the story."""

RUN_AGAIN = (
    "None of these was touched. Run the same plan again: it leaves alone what is on its target, "
    "and does the rest."
)
NOT_STARTED = {
    PlanOutcome.PLANNED: (
        "A dry run starts nothing. Run the same plan again without dryRun to do these."
    ),
    PlanOutcome.REJECTED: (
        "Nothing was touched. Follow the findings' remedies, then run the same plan again."
    ),
    PlanOutcome.CANCELLED: (
        "None of these was touched. Run the same plan again when you want the moves."
    ),
}


def render(report: PlanReport) -> str:
    """Return the page as HTML; text that people wrote is escaped."""
    return TEMPLATES.get_template("plan/page.html.j2").render(
        report=report,
        badge=PLANS[report.outcome],
        badges=MOVES,
        in_a_word=in_a_word,
        ends=_ends(report),
        facts=_facts(report),
        is_urgent=bool(_calling(report)),
        calling=_calling(report),
        most_named=MOST_NAMED,
        parts=() if report.outcome is PlanOutcome.PLANNED else outcome_bars(report.moves),
        drawing=lay_out(report),
        sections=sections(report.overview if report.outcome in SHOWN else None),
        findings_are_the_story=report.outcome in SHOWN,
        is_planned=report.outcome is PlanOutcome.PLANNED,
        groups=groups(report),
        not_started=NOT_STARTED.get(report.outcome, RUN_AGAIN),
        longest=_longest(report),
        findings=worst_first(report.findings),
        no_findings="Preflight had no findings about the plan as a whole.",
        found_on_moves=found_on_moves(report.moves),
    )


def _calling(report: PlanReport) -> list[MoveReport]:
    """Return the moves that need a person's attention."""
    return [move for move in report.moves if move.outcome in CALLS_A_PERSON]


def _ends(report: PlanReport) -> tuple[str, str] | None:
    """Return source and target if they are the same for all moves, as in an evacuation."""
    ends = {(move.source, move.target) for move in report.moves}
    match list(ends):
        case [(str(source), target)]:
            return source, target
        case _:
            return None


def _facts(report: PlanReport) -> tuple[Fact, ...]:
    """Return the facts at the top; a dry run has no results, but something to do."""
    if report.outcome is PlanOutcome.PLANNED and report.overview:
        return facts(report.overview)
    if report.outcome is not PlanOutcome.PLANNED:
        return _in_place(report), _failed(report), _left(report), _duration(report)
    return tuple(
        each for each in (_to_move(report), _in_order(report), _failed(report)) if each.value != "0"
    )


def _to_move(report: PlanReport) -> Fact:
    unchanged = report.counts.unchanged
    note = f"{unchanged} more on target already" if unchanged else ""
    return Fact("To move", str(report.counts.not_started), note, OutcomeStyle.GOOD)


def _in_order(report: PlanReport) -> Fact:
    at_once = report.max_concurrency
    return Fact("At a time", str(at_once), "never two of one gateway", OutcomeStyle.CALM)


def _in_place(report: PlanReport) -> Fact:
    counts = report.counts
    done = counts.succeeded + counts.unchanged
    style = OutcomeStyle.GOOD if done == counts.moves else OutcomeStyle.CALM
    note = f"{counts.unchanged} of them before the plan" if counts.unchanged else ""
    return Fact("On target", f"{done} of {counts.moves}", note, style)


def _failed(report: PlanReport) -> Fact:
    failures = [move.outcome for move in report.moves if move.outcome.is_failure]
    parts = [
        f"{failures.count(outcome)} {in_a_word(outcome)}"
        for outcome in MoveOutcome
        if outcome in failures
    ]
    style = OutcomeStyle.CALM
    if failures:
        style = OutcomeStyle.BAD if CALLS_A_PERSON & set(failures) else OutcomeStyle.WARN
    note = words.listed(parts) if parts else ""
    return Fact("Failed", str(report.counts.failed), note, style)


def _left(report: PlanReport) -> Fact:
    counts = report.counts
    note = f"{counts.in_flight} still in progress" if counts.in_flight else ""
    is_expected = report.outcome in {PlanOutcome.PLANNED, PlanOutcome.CANCELLED}
    style = OutcomeStyle.WARN if counts.not_started and not is_expected else OutcomeStyle.CALM
    return Fact("Not started", str(counts.not_started), note, style)


def _duration(report: PlanReport) -> Fact:
    since, until = words.stamp(report.started_at), words.stamp(report.ended_at)
    return Fact(
        "Duration", words.lasting(report.ended_at - report.started_at), f"{since} to {until}"
    )


def _longest(report: PlanReport) -> MoveReport | None:
    """Return the move with the longest known interruption."""
    interrupted = (move for move in report.moves if move.interruption_seconds)
    return max(interrupted, key=lambda move: move.interruption_seconds or 0, default=None)
