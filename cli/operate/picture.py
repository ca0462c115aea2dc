"""A migration that may still run, as a picture in a terminal."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.operate.executions import FoundExecution
from vifshift.domain.durations import lasting
from vifshift.events.base import DetailType
from vifshift.reports.migration.model import Lane, Mark, Timeline
from vifshift.reports.migration.reading import SoFar
from vifshift.reports.migration.timeline import UNSEEN

_WIDTH: Final = 72
_GOOD: Final = frozenset({"up", "available"})
_ON_ITS_WAY: Final = frozenset({"pending", "verifying", "confirming"})
_MOST_LINES: Final = 8
_PROGRESS: Final = DetailType.PROGRESSED
_SHADES: Final = ("cyan", "magenta", "blue", "yellow")
_CONNECTION: Final = "connectionId"
_CALM: Final = frozenset({"succeeded", "completed", "unchanged", "planned", "duplicate"})


def picture(execution: FoundExecution, seen: SoFar, now: datetime) -> RenderableType:
    """Return what a migration has done so far, and what it is doing."""
    parts: list[RenderableType] = [_title(execution, seen), ""]
    if seen.timeline.lanes:
        parts += [_lanes(seen.timeline), ""]
    parts += [*_latest(seen, now), "", _now(execution, seen, now)]
    return Group(*parts)


def _title(execution: FoundExecution, seen: SoFar) -> Text:
    request = execution.request
    vif = str(request.get("virtualInterfaceId", ""))
    migration = seen.validation.migration if seen.validation else None
    way = f"{migration.source} → {migration.target}" if migration else ""
    return Text.assemble((vif, "bold"), f"  {way}  ", (execution.name, "dim"))


def _lanes(timeline: Timeline) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    ports: list[str] = []
    for lane in timeline.lanes:
        if lane.name == _CONNECTION:
            values = (each.value for each in lane.segments)
            ports = list(dict.fromkeys(each for each in values if each != UNSEEN))
        table.add_row(_name(lane), _painted(lane, timeline, ports))
    table.add_row("workflow", _marked(timeline.marks, timeline))
    length = timeline.ends_at - timeline.starts_at
    table.add_row("", Text(f"0{lasting(length):>{_WIDTH - 1}}", style="dim"))
    legend = Text(style="dim")
    for number, port in enumerate(ports):
        legend.append("▬ ", _SHADES[min(number, len(_SHADES) - 1)]).append(f"{port}  ")
    table.add_row("", legend.append("A associate  ! event"))
    return table


def _name(lane: Lane) -> str:
    return {_CONNECTION: "on", "virtualInterfaceState": "VIF"}.get(lane.name, f"BGP {lane.name}")


def _painted(lane: Lane, timeline: Timeline, ports: list[str]) -> Text:
    text = Text()
    length = timeline.ends_at - timeline.starts_at
    for column in range(_WIDTH):
        at = timeline.starts_at + length * ((column + 0.5) / _WIDTH)
        value = next(
            (each.value for each in lane.segments if each.starts_at <= at < each.ends_at), ""
        )
        if lane.name == _CONNECTION and value in ports:
            text.append("▬", _SHADES[min(ports.index(value), len(_SHADES) - 1)])
        else:
            text.append(*_mark_of(value))
    return text


def _mark_of(value: str) -> tuple[str, str]:
    if value in _GOOD:
        return "━", "green"
    if value in _ON_ITS_WAY or value in {"", UNSEEN}:
        return "┄", "yellow"
    return "╍", "red"


def _marked(marks: tuple[Mark, ...], timeline: Timeline) -> Text:
    cells = [" "] * _WIDTH
    length = timeline.ends_at - timeline.starts_at
    for mark in marks:
        if mark.kind == "step":
            continue
        column = min(_WIDTH - 1, int(_WIDTH * ((mark.at - timeline.starts_at) / length)))
        if cells[column] != "A":
            cells[column] = "A" if mark.kind == "association" else "!"
    return Text("".join(cells), "bold")


def _latest(seen: SoFar, now: datetime) -> Iterator[Text]:
    """Yield what happened last: what was observed first, and what was told, but not both twice."""
    lines = [
        (each.at, str(each.detail_type)) for each in seen.told if each.detail_type != _PROGRESS
    ]
    message = ""
    for look in seen.looks:
        if look.message != message:
            message = look.message
            lines.append((look.at, f"{look.verdict}: {message}"))
    for at, line in sorted(lines)[-_MOST_LINES:]:
        yield Text.assemble((f"{_ago(now - at):>16}  ", "dim"), line)


def _now(execution: FoundExecution, seen: SoFar, now: datetime) -> Text:
    if execution.outcome:
        style = "bold green" if execution.outcome in _CALM else "bold red"
        return Text.assemble((execution.outcome, style), f"  {execution.message}")
    since = execution.started_at
    for_ = f", for {lasting(now - since)}" if since else ""
    return Text.assemble(("running", "bold yellow"), f"  {seen.state or 'starting'}{for_}")


def _ago(passed: timedelta) -> str:
    return f"{lasting(max(passed, timedelta()))} ago"
