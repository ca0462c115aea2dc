"""Draws the lanes of a timeline: where each VIF is, its state, its peers and its routes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from rich.table import Table
from rich.text import Text

from simulator.directconnect import Transition
from simulator.timeline.executions import NamedExecution
from simulator.timeline.styles import BAD, DULL, GOOD, WAITING, clock
from vifshift.domain.workflow import StateName

LANE = 72
SHADES = ["cyan", "magenta", "blue", WAITING]
MARKS: dict[str, str] = {
    StateName.OBSERVE: "·",
    StateName.ASSOCIATE: "A",
    StateName.TURN_BACK: "B",
    StateName.CONCLUDE: "E",
}
STRENGTH = " ·EAB"


def lanes(
    subjects: Mapping[str, Sequence[Transition]],
    shown: Sequence[NamedExecution],
    start: datetime,
    end: datetime,
) -> Table:
    """Draw the lanes of every VIF over one axis; its id stands above them where there are more."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style=DULL, no_wrap=True)
    table.add_column(no_wrap=True)
    ports = list(dict.fromkeys(each.connection_id for seen in subjects.values() for each in seen))
    for vif, seen in subjects.items():
        if len(subjects) > 1:
            table.add_row(Text(vif, "bold"), "")
        _add_lanes_of(table, seen, ports, start, end)
        table.add_row("workflow", _workflow_lane([r for r in shown if r.vif == vif], start, end))
    table.add_row("", _axis(end - start))
    table.add_row("", _legend(ports))
    return table


def _add_lanes_of(
    table: Table,
    seen: Sequence[Transition],
    ports: Sequence[str],
    start: datetime,
    end: datetime,
) -> None:
    def lane(paint: Callable[[Transition], tuple[str, str]]) -> Text:
        text = Text()
        text.append(*paint(seen[0])).append(*paint(seen[0]))
        for column in range(LANE):
            at = start + (end - start) * (column + 0.5) / LANE
            now = next(each for each in reversed(seen) if each.at <= at or each is seen[0])
            text.append(*paint(now))
        return text

    table.add_row("on", lane(lambda now: ("▬", _shade(ports.index(now.connection_id)))))
    table.add_row("VIF", lane(lambda now: _state_mark(now.virtual_interface_state)))
    for peer in dict.fromkeys(peer for each in seen for peer in each.bgp):
        table.add_row(f"BGP {peer}", lane(partial(_peer_mark, peer)))
    if most := max(sum(each.routes.values()) for each in seen):
        table.add_row("routes", lane(lambda now: _share_mark(sum(now.routes.values()), most)))


def _workflow_lane(shown: Sequence[NamedExecution], start: datetime, end: datetime) -> Text:
    """Mark the steps where they happen; a step takes precedence over a read."""
    cells = [" "] * LANE
    for at, name in (entered for run in shown for entered in run.states):
        mark = MARKS.get(name, " ")
        column = min(LANE - 1, int(LANE * ((at - start) / (end - start))))
        if STRENGTH.index(mark) > STRENGTH.index(cells[column]):
            cells[column] = mark
    return Text("  " + "".join(cells), "bold")


def _axis(whole: timedelta) -> Text:
    """Return the axis under the lanes, with the time at each quarter."""
    text = [" "] * (LANE + 8)
    for quarter in range(5):
        label = clock(whole * quarter / 4)
        column = LANE * quarter // 4 - (len(label) - 1 if quarter == 4 else 0)  # noqa: PLR2004
        text[column : column + len(label)] = label
    return Text("  " + "".join(text).rstrip(), DULL)


def _legend(ports: Sequence[str]) -> Text:
    legend = Text("on ", DULL)
    for number, port in enumerate(ports):
        legend.append("▬ ", _shade(number)).append(f"{port}  ", DULL)
    legend.append("A", "bold").append(" associate  ", DULL).append("·", "bold")
    legend.append(" look  ", DULL).append("B", "bold").append(" rollback  ", DULL)
    return legend.append("E", "bold").append(" end", DULL)


def _shade(number: int) -> str:
    return SHADES[min(number, len(SHADES) - 1)]


def _state_mark(state: str) -> tuple[str, str]:
    styles = {"available": ("━", GOOD), "pending": ("┄", WAITING), "verifying": ("┄", WAITING)}
    return styles.get(state, ("╍", BAD))


def _peer_mark(peer: str, now: Transition) -> tuple[str, str]:
    return ("━", GOOD) if now.bgp.get(peer) == "up" else ("╍", BAD)


def _share_mark(count: int, most: int) -> tuple[str, str]:
    if count == 0:
        return "▁", BAD
    bars = "▂▃▄▅▆▇█"
    return bars[(len(bars) - 1) * count // most], GOOD if count == most else WAITING
