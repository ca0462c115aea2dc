"""Renders the report of a plan: one HTML file, in the manner of a migration's."""

from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.reports.base import words
from vifshift.reports.base.environment import TEMPLATES
from vifshift.reports.base.findings import worst_first
from vifshift.reports.base.head import Fact, Feeling
from vifshift.reports.plan.model import MoveReport, PlanReport
from vifshift.reports.plan.picture import lay_out
from vifshift.reports.plan.styles import MOVES, PLANS, in_a_word, tally
from vifshift.reports.plan.table_rows import found_on_moves, groups

MOST_NAMED = 10
"""How many moves that call a person are named at the top; the table has all."""

CALLS_A_PERSON = {
    MoveOutcome.ROLLBACK_FAILED,
    MoveOutcome.NEEDS_ATTENTION,
    MoveOutcome.INTERRUPTED,
}

RUN_AGAIN = (
    "Nothing of these was touched. Run the same plan again: it leaves alone what is on its target, "
    "and does what is left."
)
NOT_STARTED = {
    PlanOutcome.PLANNED: (
        "A dry run starts nothing. Run the same plan again without dryRun to do these."
    ),
    PlanOutcome.REJECTED: (
        "Nothing was touched. Do what the findings say, then run the same plan again."
    ),
    PlanOutcome.CANCELLED: (
        "Nothing of these was touched. Run the same plan again when it is wanted."
    ),
}


def render(report: PlanReport) -> str:
    """Return the page; texts of people are text in it, whatever they hold."""
    return TEMPLATES.get_template("plan/page.html.j2").render(
        report=report,
        badge=PLANS[report.outcome],
        badges=MOVES,
        in_a_word=in_a_word,
        ends=_ends(report),
        facts=(_in_place(report), _failed(report), _left(report), _duration(report)),
        is_urgent=bool(_calling(report)),
        calling=_calling(report),
        most_named=MOST_NAMED,
        parts=tally(report.moves),
        drawing=lay_out(report),
        groups=groups(report),
        not_started=NOT_STARTED.get(report.outcome, RUN_AGAIN),
        longest=_longest(report),
        findings=worst_first(report.findings),
        no_findings="Preflight had nothing to say of the plan as a whole.",
        found_on_moves=found_on_moves(report.moves),
    )


def _calling(report: PlanReport) -> list[MoveReport]:
    """Return the moves that somebody must look at: nobody knows them to be well."""
    return [move for move in report.moves if move.outcome in CALLS_A_PERSON]


def _ends(report: PlanReport) -> tuple[str, str] | None:
    """Return from where to where, if it is the same for all moves, as where a port is emptied."""
    ends = {(move.source, move.target) for move in report.moves}
    match list(ends):
        case [(str(source), target)]:
            return source, target
        case _:
            return None


def _in_place(report: PlanReport) -> Fact:
    counts = report.counts
    done = counts.succeeded + counts.unchanged
    feeling = Feeling.GOOD if done == counts.moves else Feeling.CALM
    note = f"{counts.unchanged} of them were before" if counts.unchanged else ""
    return Fact("On their target", f"{done} of {counts.moves}", note, feeling)


def _failed(report: PlanReport) -> Fact:
    failures = [move.outcome for move in report.moves if move.outcome.is_failure]
    parts = [
        f"{failures.count(outcome)} {in_a_word(outcome)}"
        for outcome in MoveOutcome
        if outcome in failures
    ]
    feeling = Feeling.CALM
    if failures:
        feeling = Feeling.BAD if CALLS_A_PERSON & set(failures) else Feeling.WARN
    note = words.listed(parts) if parts else ""
    return Fact("Failed", str(report.counts.failed), note, feeling)


def _left(report: PlanReport) -> Fact:
    counts = report.counts
    note = f"{counts.in_flight} still on their way" if counts.in_flight else ""
    is_expected = report.outcome in {PlanOutcome.PLANNED, PlanOutcome.CANCELLED}
    feeling = Feeling.WARN if counts.not_started and not is_expected else Feeling.CALM
    return Fact("Not started", str(counts.not_started), note, feeling)


def _duration(report: PlanReport) -> Fact:
    since, until = words.stamp(report.started_at), words.stamp(report.ended_at)
    return Fact(
        "It took", words.lasting(report.ended_at - report.started_at), f"{since} to {until}"
    )


def _longest(report: PlanReport) -> MoveReport | None:
    """Return the move with the longest interruption that is known."""
    interrupted = (move for move in report.moves if move.interruption_seconds)
    return max(interrupted, key=lambda move: move.interruption_seconds or 0, default=None)
