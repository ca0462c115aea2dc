"""A migration that may still run, as a picture in a terminal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.operate.executions import FoundExecution
from cli.operate.following import Shown, since
from cli.operate.lanes import Lanes
from cli.operate.waiting import doing, status, step
from vifshift.domain.durations import lasting
from vifshift.events.base import DetailType
from vifshift.reports.migration.reading import SoFar

MOST_LINES: Final = 8
_CALM: Final = frozenset({"succeeded", "completed", "unchanged", "planned", "duplicate"})
_FULL: Final = 100


def picture(shown: Shown, now: datetime, most_lines: int = MOST_LINES) -> RenderableType:
    """Return what a migration has done so far, and what it is doing; `most_lines` are of news."""
    seen = shown.seen
    parts: list[RenderableType] = [_title(shown.execution, seen), ""]
    if seen.timeline.lanes:
        before = seen.validation.before if seen.validation else None
        looks = [look.at for look in seen.looks]
        parts += [Lanes(seen.timeline, before, shown.routes, looks), ""]
    lines = news(seen)[-most_lines:] if most_lines > 0 else []
    if lines:
        parts += [_told(lines), ""]
    return Group(*parts, *_now(shown, now))


def news(seen: SoFar) -> list[tuple[datetime, str]]:
    """Return what happened, and what was observed where it is something else than before."""
    lines = [
        (each.at, str(each.detail_type))
        for each in seen.told
        if each.detail_type != DetailType.PROGRESSED
    ]
    message = ""
    for look in seen.looks:
        if look.message != message:
            message = look.message
            lines.append((look.at, f"{look.verdict.in_words(look.reason)}: {message}"))
    return sorted(lines)


def ending(execution: FoundExecution) -> Text:
    """Return the outcome and what is said of it, in a line."""
    style = "bold green" if execution.outcome in _CALM else "bold red"
    return Text.assemble((str(execution.outcome), style), f"  {execution.message}")


def indented(line: str, style: str = "") -> Padding:
    """Return a line under another one, of which all is indented if it is folded."""
    return Padding(Text(line, style), (0, 0, 0, 2))


def running(execution: FoundExecution, state: str | None, since_: datetime | None) -> Text:
    """Return the state that an execution is in, and for how long."""
    at = since_ or execution.started_at
    now_in = step(state) if state else "starting"
    how_long = f", since {at:%H:%M:%S} UTC" if at else ""
    return Text.assemble(("running", "bold yellow"), f"  {now_in}{how_long}")


def _title(execution: FoundExecution, seen: SoFar) -> Text:
    vif = str(execution.request.get("virtualInterfaceId", ""))
    migration = seen.validation.migration if seen.validation else None
    title = Text(vif, "bold")
    if migration is None:
        return title.append(f"\n{execution.name}", "dim not bold")
    if migration.snapshot.virtual_interface_name not in {"", vif}:
        title.append(f" {migration.snapshot.virtual_interface_name}", "not bold")
    title.append(f"\n{migration.source} → {migration.target}  ", "not bold")
    return title.append(execution.name, "dim not bold")


def _told(lines: list[tuple[datetime, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for at, line in lines:
        table.add_row(f"{at:%H:%M:%S}", Text(line))
    return table


def _now(shown: Shown, now: datetime) -> Iterator[RenderableType]:
    execution, seen = shown.execution, shown.seen
    if execution.outcome:
        yield ending(execution)
        return
    taken = f" ({lasting(since(execution.started_at, now))} in all)"
    yield running(execution, seen.state, seen.entered_at).append(taken, "dim")
    if shown.live:
        yield indented(f"{status(shown.live)}{_routes(shown)}")
    for line in doing(execution.name, seen, now):
        yield indented(line)
    if shown.note:
        yield indented(shown.note, "dim")


def _routes(shown: Shown) -> str:
    percent = shown.routes[-1].percent if shown.routes else None
    if percent is None:
        return ""
    return ", all routes" if percent == _FULL else f", {percent:.0f}% of the routes"
