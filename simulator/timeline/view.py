"""Renders a run as a timeline: lanes for each VIF, then what happened when."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from simulator.directconnect import Transition
from simulator.runs.interruptions import in_words
from simulator.runs.record import Record, execution_of
from simulator.timeline.executions import NamedExecution, runs, subjects
from simulator.timeline.lanes import lanes
from simulator.timeline.moments import happenings
from simulator.timeline.styles import BAD, DULL, GOOD, WAITING
from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import PlanOutcome

SEVERITY_STYLES = {"block": BAD, "warn": WAITING}
OUTCOME_STYLES: dict[str, str] = {
    Outcome.SUCCEEDED: GOOD,
    Outcome.UNCHANGED: GOOD,
    Outcome.PLANNED: GOOD,
    Outcome.ROLLED_BACK: WAITING,
    PlanOutcome.COMPLETED: GOOD,
    PlanOutcome.PARTLY_COMPLETED: WAITING,
}


def timeline(record: Record) -> RenderableType:
    """Return the timeline of a run of one or several migrations or plans."""
    scenario = record.scenario
    title = Text.assemble((scenario.name, "bold"), "  ", (scenario.summary, DULL))
    parts: list[RenderableType] = [title, Text()]
    shown = runs(record)
    told = subjects(record, shown)
    if any(len(seen) > 1 for seen in told.values()):
        parts += [lanes(told, shown, record.started_at, _end(record, shown)), Text()]
    parts += [happenings(record, shown, told), Text()]
    if found := list(_found(record)):
        parts += [_findings(found), Text()]
    parts.append(_ending(record, shown, told))
    return Group(*parts)


def _found(record: Record) -> Iterator[dict[str, Any]]:
    """Yield the findings of preflight, each once, even if a plan and its move report it."""
    told = set()
    for finding in record.findings:
        if (words := (finding["code"], finding["message"])) not in told:
            told.add(words)
            yield finding


def _findings(findings: Sequence[dict[str, Any]]) -> Table:
    """Render the findings of preflight, each with its remedy."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for finding in findings:
        severity, who = finding["severity"], finding["acknowledgedBy"]
        style = DULL if who else SEVERITY_STYLES.get(severity, "")
        table.add_row(
            Text(severity, style),
            Text.assemble(
                (finding["code"], "bold"),
                f"  {_move_of(finding)}{finding['message']}\n",
                (f"acknowledged by {who}" if who else finding["remedy"], DULL),
            ),
        )
    return table


def _move_of(finding: dict[str, Any]) -> str:
    """Return which move of a plan a finding is about, as the begin of a sentence."""
    number = finding.get("move")
    return f"move {number}: " if number else ""


def _ending(
    record: Record, shown: Sequence[NamedExecution], told: Mapping[str, Sequence[Transition]]
) -> Panel:
    outcome = record.outcome or "nothing was started"
    style = OUTCOME_STYLES.get(outcome, BAD)
    parts: list[RenderableType] = [
        Text.assemble((outcome, f"bold {style}"), f"  {record.message}"),
    ]
    traffic = [in_words(seen) for seen in told.values()] if len(told) == 1 else []
    if len(shown) > 1 or len(told) > 1:
        parts.append(_endings(record, shown, told))
        traffic = []
    elif not told:
        traffic = ["no virtual interface was touched"]
    figures = [
        *traffic,
        f"{_lasted(shown)}simulated in {record.wall_seconds:.1f} s",
        f"{len(record.calls)} Direct Connect calls",
        f"{sum(run.transitions for run in shown)} state transitions",
    ]
    parts.append(Text(" · ".join(figures), DULL))
    return Panel(Group(*parts), border_style=style, padding=(0, 1))


def _endings(
    record: Record, shown: Sequence[NamedExecution], told: Mapping[str, Sequence[Transition]]
) -> Table:
    """Render the outcome of each execution, and the interruptions of each VIF's traffic."""
    ends = {
        execution_of(event): event["detail"]["data"]["outcome"]
        for event in [*record.plan_ends, *record.final_events]
    }
    table = Table.grid(padding=(0, 2))
    rest = dict(told)
    for run in shown:
        outcome = ends.get(run.arn, "no end was told")
        seen = rest.pop(run.vif, None) if run.vif else None
        table.add_row(
            Text(run.who),
            Text(outcome, OUTCOME_STYLES.get(outcome, BAD)),
            Text(in_words(seen) if seen else "", DULL),
        )
    for vif, seen in rest.items():
        table.add_row(Text(vif), Text("nothing was started", BAD), Text(in_words(seen), DULL))
    return table


def _end(record: Record, shown: Sequence[NamedExecution]) -> datetime:
    return max([*_moments(shown), record.started_at + timedelta(seconds=1)])


def _lasted(shown: Sequence[NamedExecution]) -> str:
    """Return how long it took, as the begin of a phrase; empty where it ended at once."""
    seconds = round(_taken(shown).total_seconds())
    return f"{seconds} s, " if seconds else ""


def _taken(shown: Sequence[NamedExecution]) -> timedelta:
    """Return how long it took from the first one's start to the last one's end."""
    moments = _moments(shown)
    return max(moments) - min(moments) if moments else timedelta()


def _moments(shown: Sequence[NamedExecution]) -> list[datetime]:
    return [event["timestamp"] for run in shown for event in run.history]
