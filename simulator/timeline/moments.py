"""The moments of a timeline: requests, calls, events and changes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from simulator.directconnect import Transition
from simulator.runs.record import Record
from simulator.timeline.executions import NamedExecution, names_of, teller_of
from simulator.timeline.styles import BAD, DULL, GOOD, WAITING, clock
from vifshift.domain.workflow import PlanState, StateName
from vifshift.events.base import SOURCE, DetailType
from vifshift.events.migration import FINAL
from vifshift.events.plan import PLAN_FINAL

BOOKKEEPING = {
    StateName.REGISTER,
    StateName.LIST_BY_REQUEST,
    StateName.UNLIST,
    StateName.STRIKE_OFF,
}
SILENT = {StateName.PAUSE, StateName.OBSERVE, StateName.ANNOUNCE_PROGRESS, *BOOKKEEPING}
LOUD = {StateName.ASSOCIATE, StateName.TURN_BACK}
ENDS = {*FINAL.values(), *PLAN_FINAL.values()}
EVENT_STYLES: dict[str, str] = {
    **dict.fromkeys([DetailType.SUCCEEDED, DetailType.UNCHANGED, DetailType.PLANNED], GOOD),
    **dict.fromkeys([DetailType.PLAN_COMPLETED, DetailType.PLAN_PLANNED], GOOD),
    **dict.fromkeys([DetailType.ROLLING_BACK, DetailType.ROLLED_BACK], WAITING),
    **dict.fromkeys([DetailType.REJECTED, DetailType.ROLLBACK_FAILED], BAD),
    **dict.fromkeys([DetailType.PLAN_REJECTED, DetailType.PLAN_HALTED], BAD),
    DetailType.NEEDS_ATTENTION: BAD,
}


class MomentKind(StrEnum):
    """The kinds of moments, in the order in which those of the same time are shown."""

    REQUEST = "request"
    WORKFLOW = "workflow"
    EVENT = "event"
    NETWORK = "network"


class Moment(NamedTuple):
    """Something that happened; `who` is empty if there is only one execution.

    What is late comes after all else of its kind and time, as the end of a plan after its moves'.
    """

    at: datetime
    kind: MomentKind
    who: str
    text: str
    style: str
    is_late: bool = False


def happenings(
    record: Record, shown: Sequence[NamedExecution], subjects: Mapping[str, Sequence[Transition]]
) -> Table:
    """Return what happened, with consecutive steps of an execution in one line."""
    moments = list(_moments(record, shown, subjects))
    is_named = any(moment.who for moment in moments)
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style=DULL, no_wrap=True)
    table.add_column(style=DULL, no_wrap=True)
    if is_named:
        table.add_column(no_wrap=True)
    table.add_column()
    for at, group in groupby(_in_order(moments, shown), key=lambda each: each.at):
        time = clock(at - record.started_at)
        for (kind, who), same in groupby(group, key=lambda each: (each.kind, each.who)):
            for text in _lines(kind, list(same)):
                table.add_row(time, kind, *([Text(who)] if is_named else []), text)
                time = ""
    return table


def _in_order(moments: Sequence[Moment], shown: Sequence[NamedExecution]) -> list[Moment]:
    """Sort by time, then by kind, then by the order in which executions were started."""
    kinds, order = list(MomentKind), [run.who for run in shown]

    def place(moment: Moment) -> tuple[datetime, int, bool, int]:
        is_step = moment.kind is MomentKind.WORKFLOW and moment.who in order
        number = order.index(moment.who) if is_step else 0
        return moment.at, kinds.index(moment.kind), moment.is_late, number

    return sorted(moments, key=place)


def _lines(kind: MomentKind, together: Sequence[Moment]) -> Iterator[Text]:
    texts = [Text(each.text, each.style) for each in together]
    if kind is MomentKind.WORKFLOW:
        yield Text(" → ").join(texts)
    else:
        yield from texts


def _moments(
    record: Record, shown: Sequence[NamedExecution], subjects: Mapping[str, Sequence[Transition]]
) -> Iterator[Moment]:
    names = names_of(shown)
    if window := record.scenario.trigger.window:
        text = f"the window {window} opens"
        yield Moment(record.started_at, MomentKind.REQUEST, "", text, "bold")
    for event in record.events:
        at, name = datetime.fromisoformat(event["time"]), event["detail-type"]
        if event["source"] != SOURCE:
            yield Moment(at, MomentKind.REQUEST, "", name, "bold")
            continue
        text = f"{name}  {_told(event)}".rstrip()
        yield Moment(
            at, MomentKind.EVENT, teller_of(event, names), text, EVENT_STYLES.get(name, "")
        )
    for vif, seen in subjects.items():
        for before, now in pairwise(seen):
            if text := _difference(before, now):
                who = vif if names else ""
                yield Moment(now.at, MomentKind.NETWORK, who, text, _look(now))
    for run in shown:
        yield from _steps(run, names.get(run.arn, ""))


def _told(event: dict[str, Any]) -> str:
    """Return an event as one line; the final one is shown at the end."""
    data = event["detail"]["data"]
    if event["detail-type"] in ENDS:
        return ""
    if "outcome" in (move := data.get("move") or {}):
        return f"{move['virtualInterfaceId']}: {move['outcome']}"
    return str(data.get("message", ""))


def _steps(run: NamedExecution, who: str) -> Iterator[Moment]:
    """Yield the steps of an execution, with consecutive reads as one."""
    looks: list[datetime] = []
    is_late = False
    for at, name in run.states:
        is_late = is_late or name == PlanState.CONCLUDE
        if name == StateName.OBSERVE:
            looks.append(at)
        if name in SILENT:
            continue
        if looks:
            yield Moment(looks[0], MomentKind.WORKFLOW, who, _looked(looks), "")
            looks = []
        yield Moment(at, MomentKind.WORKFLOW, who, name, "bold" if name in LOUD else "", is_late)
    if looks:
        yield Moment(looks[0], MomentKind.WORKFLOW, who, _looked(looks), "")


def _looked(looks: Sequence[datetime]) -> str:
    if len(looks) == 1:
        return "Observe"
    return f"Observe, {len(looks)} times in {clock(looks[-1] - looks[0])}"


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


def _look(now: Transition) -> str:
    if now.virtual_interface_state == "available" and all(s == "up" for s in now.bgp.values()):
        return GOOD
    return WAITING if now.virtual_interface_state in {"available", "pending"} else BAD
