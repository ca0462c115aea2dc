"""Shows a run as a timeline: lanes for the VIF, its peers and routes, then what happened when."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from simulator.directconnect import Transition
from simulator.record import Record
from vifshift.events import ANSWERS, FINAL, DetailType
from vifshift.workflow import StateName

LANE = 72
GOOD, WAITING, BAD, DULL = "green", "yellow", "red", "bright_black"
SILENT = {
    StateName.PAUSE,
    StateName.OBSERVE,
    StateName.ANNOUNCE_PROGRESS,
}
SEVERITY_STYLES = {"block": BAD, "warn": WAITING}
LOUD = {StateName.ASSOCIATE, StateName.TURN_BACK}
OUTCOME_STYLES = {"succeeded": GOOD, "unchanged": GOOD, "planned": GOOD, "rolled-back": WAITING}


class Kind(StrEnum):
    """Whose doing a moment is; of one time, in this order."""

    REQUEST = "request"
    WORKFLOW = "workflow"
    EVENT = "event"
    NETWORK = "network"


class Moment(NamedTuple):
    """Something that happened."""

    at: datetime
    kind: Kind
    text: str
    style: str


def timeline(record: Record) -> RenderableType:
    """Return the whole picture of one run."""
    scenario = record.scenario
    title = Text.assemble((scenario.name, "bold"), "  ", (scenario.summary, DULL))
    parts: list[RenderableType] = [title, Text()]
    seen = _seen(record)
    if len(seen) > 1:
        parts += [_lanes(record, seen), Text()]
    parts += [_happenings(record, seen), Text()]
    if findings := [finding for event in record.final_events for finding in _told(event)]:
        parts += [_findings(findings), Text()]
    parts.append(_ending(record, seen))
    return Group(*parts)


def interruption(seen: Sequence[Transition]) -> timedelta | None:
    """Return how long not all peers that were up at first were up, from the first loss to the end.

    None where they are still not all up; zero where they never were not.
    """
    if not seen:
        return timedelta()
    needed = [peer for peer, status in seen[0].bgp.items() if status == "up"]
    bad = [any(each.bgp.get(peer) != "up" for peer in needed) for each in seen]
    if not any(bad):
        return timedelta()
    if bad[-1]:
        return None
    last_bad = len(bad) - 1 - bad[::-1].index(True)
    return seen[last_bad + 1].at - seen[bad.index(True)].at


def _seen(record: Record) -> list[Transition]:
    """Return what happened to the VIF that moved, or that was to move."""
    request = record.scenario.asked(record.scenario.trigger)
    wanted = request.get("virtualInterfaceId") if isinstance(request, dict) else None
    return [each for each in record.transitions if each.virtual_interface_id == wanted]


def _lanes(record: Record, seen: Sequence[Transition]) -> Table:
    start, end = record.started_at, max(record.started_at + timedelta(seconds=1), _end(record))
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style=DULL, no_wrap=True)
    table.add_column(no_wrap=True)

    def lane(paint: Callable[[Transition], tuple[str, str]]) -> Text:
        text = Text()
        text.append(*paint(seen[0])).append(*paint(seen[0]))
        for column in range(LANE):
            at = start + (end - start) * (column + 0.5) / LANE
            now = next(each for each in reversed(seen) if each.at <= at or each is seen[0])
            text.append(*paint(now))
        return text

    ports = list(dict.fromkeys(each.connection_id for each in seen))
    shades = ["cyan", "magenta", "blue", WAITING]
    table.add_row(
        "on", lane(lambda now: ("▬", shades[min(ports.index(now.connection_id), len(shades) - 1)]))
    )
    table.add_row("VIF", lane(lambda now: _state_mark(now.virtual_interface_state)))
    for peer in dict.fromkeys(peer for each in seen for peer in each.bgp):
        table.add_row(f"BGP {peer}", lane(partial(_peer_mark, peer)))
    most = max((sum(each.routes.values()) for each in seen), default=0)
    if most:
        table.add_row("routes", lane(lambda now: _share_mark(sum(now.routes.values()), most)))
    table.add_row("workflow", _workflow_lane(record, start, end))
    table.add_row("", _axis(end - start))
    legend = Text("on ", DULL)
    for port, shade in zip(ports, shades, strict=False):
        legend.append("▬ ", shade).append(f"{port}  ", DULL)
    legend.append("A", "bold").append(" associate  ", DULL).append("·", "bold")
    legend.append(" look  ", DULL).append("B", "bold").append(" turn back  ", DULL)
    table.add_row("", legend.append("E", "bold").append(" end", DULL))
    return table


def _workflow_lane(record: Record, start: datetime, end: datetime) -> Text:
    """Mark the steps where they happen; a step is stronger than a look."""
    marks = {
        StateName.OBSERVE: "·",
        StateName.ASSOCIATE: "A",
        StateName.TURN_BACK: "B",
        StateName.CONCLUDE: "E",
    }
    strength = " ·EAB"
    cells = [" "] * LANE
    for at, name in _states(record):
        mark = marks.get(StateName(name), " ")
        column = min(LANE - 1, int(LANE * ((at - start) / (end - start))))
        if strength.index(mark) > strength.index(cells[column]):
            cells[column] = mark
    return Text("  " + "".join(cells), "bold")


def _axis(whole: timedelta) -> Text:
    """Write the time under the lanes, at quarters."""
    text = [" "] * (LANE + 8)
    for quarter in range(5):
        label = _clock(whole * quarter / 4)
        column = LANE * quarter // 4 - (len(label) - 1 if quarter == 4 else 0)  # noqa: PLR2004
        text[column : column + len(label)] = label
    return Text("  " + "".join(text).rstrip(), DULL)


def _happenings(record: Record, seen: Sequence[Transition]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style=DULL, no_wrap=True)
    table.add_column(style=DULL, no_wrap=True)
    table.add_column()
    kinds = list(Kind)
    moments = sorted(_moments(record, seen), key=lambda each: (each.at, kinds.index(each.kind)))
    for at, group in groupby(moments, key=lambda each: each.at):
        clock = _clock(at - record.started_at)
        for kind, same in groupby(group, key=lambda each: each.kind):
            together = list(same)
            if kind is Kind.WORKFLOW:
                text = Text(" → ").join(Text(each.text, each.style) for each in together)
                table.add_row(clock, kind, text)
            else:
                for each in together:
                    table.add_row(clock, kind, Text(each.text, each.style))
                    clock = ""
            clock = ""
    return table


def _moments(record: Record, seen: Sequence[Transition]) -> Iterator[Moment]:
    if window := record.scenario.trigger.window:
        yield Moment(record.started_at, Kind.REQUEST, f"the window {window} opens", "bold")
    for event in record.events:
        at = datetime.fromisoformat(event["time"])
        name = event["detail-type"]
        if name in {DetailType.REQUESTED, *ANSWERS}:
            yield Moment(at, Kind.REQUEST, name, "bold")
        else:
            told = event["detail"]["data"].get("message", "")
            if name in FINAL.values():
                told = ""
            yield Moment(at, Kind.EVENT, f"{name}  {told}".rstrip(), _event_style(name))
    for before, now in pairwise(seen):
        if text := _difference(before, now):
            yield Moment(now.at, Kind.NETWORK, text, _look(now))
    yield from _steps(record)


def _steps(record: Record) -> Iterator[Moment]:
    """Yield the workflow's steps, looks that follow each other in one."""
    looks: list[datetime] = []
    for at, name in _states(record):
        if name == StateName.OBSERVE:
            looks.append(at)
        if name in SILENT:
            continue
        if looks:
            yield Moment(looks[0], Kind.WORKFLOW, _looked(looks), "")
            looks = []
        yield Moment(at, Kind.WORKFLOW, name, "bold" if name in LOUD else "")


def _looked(looks: Sequence[datetime]) -> str:
    if len(looks) == 1:
        return "Observe"
    return f"Observe, {len(looks)} times in {_clock(looks[-1] - looks[0])}"


def _states(record: Record) -> Iterator[tuple[datetime, str]]:
    """Yield when a state was entered, for all but the choices."""
    for event in record.history:
        if event["type"].endswith("StateEntered") and event["type"] != "ChoiceStateEntered":
            yield event["timestamp"], event["stateEnteredEventDetails"]["name"]


def _difference(before: Transition, now: Transition) -> str:
    parts = []
    if now.connection_id != before.connection_id:
        parts.append(f"on {now.connection_id}")
    if now.virtual_interface_state != before.virtual_interface_state:
        parts.append(now.virtual_interface_state)
    changed = [
        f"{peer} {status}" for peer, status in now.bgp.items() if before.bgp.get(peer) != status
    ]
    parts += [f"BGP {'; '.join(changed)}"] if changed else []
    routes, of = sum(now.routes.values()), sum(before.routes.values())
    parts += [f"{routes} routes"] if routes != of else []
    return ", ".join(parts)


def _told(event: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = event["detail"]["data"]["findings"]
    return found


def _findings(findings: Sequence[dict[str, Any]]) -> Table:
    """Show what preflight found, worst first, each with what to do about it."""
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
                f"  {finding['message']}\n",
                (f"acknowledged by {who}" if who else finding["remedy"], DULL),
            ),
        )
    return table


def _ending(record: Record, seen: Sequence[Transition]) -> Panel:
    outcome = record.outcome or "nothing was started"
    style = OUTCOME_STYLES.get(outcome, BAD)
    lost = interruption(seen)
    traffic = (
        "traffic still interrupted"
        if lost is None
        else f"traffic interrupted for {lost.total_seconds():.0f} s"
        if lost
        else "traffic not interrupted"
    )
    summary = record.summary([])
    figures = (
        f"{traffic} · {summary['virtualSeconds']:.0f} s, simulated in "
        f"{summary['wallSeconds']:.1f} s · {sum(summary['apiCalls'].values())} Direct Connect "
        f"calls · {summary['transitions']} state transitions"
    )
    body = Text.assemble((outcome, f"bold {style}"), f"  {record.message}\n", (figures, DULL))
    return Panel(body, border_style=style, padding=(0, 1))


def _end(record: Record) -> datetime:
    moments = [event["timestamp"] for event in record.history]
    return max(moments, default=record.started_at)


def _clock(passed: timedelta) -> str:
    minutes, seconds = divmod(round(passed.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


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


def _look(now: Transition) -> str:
    if now.virtual_interface_state == "available" and all(s == "up" for s in now.bgp.values()):
        return GOOD
    return WAITING if now.virtual_interface_state in {"available", "pending"} else BAD


def _event_style(kind: str) -> str:
    if kind in {DetailType.SUCCEEDED, DetailType.UNCHANGED, DetailType.PLANNED}:
        return GOOD
    if kind in {DetailType.ROLLING_BACK, DetailType.ROLLED_BACK}:
        return WAITING
    if kind in {DetailType.REJECTED, DetailType.ROLLBACK_FAILED, DetailType.NEEDS_ATTENTION}:
        return BAD
    return ""
