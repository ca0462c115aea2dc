"""A plan that may still run, as a picture in a terminal: a bar, its tracks, its moves."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from cli.operate.following import since
from cli.operate.lanes import LONGEST
from cli.operate.picture import ending, indented, running
from cli.operate.plan_following import OnItsWay, ShownPlan
from cli.operate.waiting import for_approval, for_window, status, step
from vifshift.domain.durations import lasting
from vifshift.domain.migration import Decision
from vifshift.domain.move_durations import MoveDuration, duration_of_plan
from vifshift.domain.plan_outcome import Counts, MoveOutcome
from vifshift.domain.workflow import PlanState
from vifshift.reports.migration.reading import SoFar

MOST_TRACKS: Final = 8
_MOST_FAILED: Final = 5
_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    "done": ("●", "green"),
    "failed": ("✗", "red"),
    "way": ("▶", "yellow"),
    "todo": ("○", "dim"),
    "kept": ("·", "dim"),
}


def plan_picture(
    shown: ShownPlan, now: datetime, what: str, most_tracks: int = MOST_TRACKS
) -> RenderableType:
    """Return what a plan has done so far, and which of its moves are on their way."""
    parts: list[RenderableType] = [
        Text.assemble((what, "bold"), "\n", (shown.execution.name, "dim")),
        "",
    ]
    marks = _marks(shown)
    if marks:
        parts += [Bar(marks), _counted(marks), ""]
        parts += _tracks(shown, marks, most_tracks)
        parts.append("")
    if failed := list(_failed(shown)):
        parts += [*failed, ""]
    if shown.on_their_way and shown.execution.outcome is None:
        parts += [_moves(shown.on_their_way), ""]
    return Group(*parts, *_now(shown, now))


class Bar:
    """A bar of all moves: those that are done, failed, on their way, and to be done."""

    def __init__(self, marks: Mapping[int, str]) -> None:
        self._marks = marks

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the bar, as wide as the terminal allows."""
        width = min(LONGEST, options.max_width)
        order = ("done", "failed", "way", "kept", "todo")
        kinds = sorted(self._marks.values(), key=order.index)
        styles = {"done": "green", "failed": "red", "way": "yellow", "kept": "dim", "todo": "dim"}
        letters = {"done": "█", "failed": "▓", "way": "▒", "kept": "░", "todo": "░"}
        text = Text()
        for column in range(width):
            kind = kinds[column * len(kinds) // width]
            text.append(letters[kind], styles[kind])
        yield text


def _marks(shown: ShownPlan) -> dict[int, str]:
    """Return how each move stands, by its number."""
    on_their_way = {each.move.number for each in shown.on_their_way}
    found = {}
    for move in shown.kept.moves:
        outcome = shown.ended.get(move.number)
        if move.decision is Decision.UNCHANGED or (outcome and outcome.is_good):
            found[move.number] = "done"
        elif outcome and outcome.is_failure:
            found[move.number] = "failed"
        elif move.number in on_their_way:
            found[move.number] = "way"
        else:
            found[move.number] = "kept" if outcome or shown.execution.outcome else "todo"
    return found


def _counted(marks: Mapping[int, str]) -> Text:
    kinds = list(marks.values())
    words = {"done": "moved", "failed": "failed", "way": "on the way", "todo": "to do"}
    words["kept"] = "not started"
    said = [f"{kinds.count(kind)} {word}" for kind, word in words.items() if kind in kinds]
    return Text(f"{len(kinds)} {'move' if len(kinds) == 1 else 'moves'}: {', '.join(said)}")


def _tracks(shown: ShownPlan, marks: Mapping[int, str], most: int) -> Iterator[Text]:
    """Yield the tracks, whose moves follow one another, the ones with something to tell first."""
    tracks = list(enumerate(shown.kept.tracks, 1))
    busy = [each for each in tracks if {"way", "failed"} & {marks[n] for n in each[1]}]
    chosen = sorted((*busy, *(each for each in tracks if each not in busy))[:most])
    for number, track in chosen:
        text = Text(f"track {number}  ", "dim")
        for move in track:
            text.append(*_MARKS[marks[move]]).append(f"{move} ", "dim")
        yield text
    if unsaid := len(tracks) - len(chosen):
        yield Text(f"and {unsaid} more tracks", "dim")


def _moves(on_their_way: tuple[OnItsWay, ...]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    for _ in range(2):
        table.add_column(overflow="fold")
    for each in on_their_way:
        if each.seen is None and len(on_their_way) > 1:
            continue
        move = each.move
        name = f" {move.name}" if move.name not in {None, move.virtual_interface_id} else ""
        table.add_row(
            Text.assemble(
                _MARKS["way"], f"{move.number} {move.virtual_interface_id}{name}\n  → {move.target}"
            ),
            Text(_does(each.seen)),
        )
    unsaid = sum(each.seen is None for each in on_their_way)
    if unsaid and len(on_their_way) > 1:
        table.add_row(Text(f"and {unsaid} more"), "")
    return table


def _does(seen: SoFar | None) -> str:
    if seen is None or seen.state is None:
        return "is being started"
    if seen.looks and seen.looks[-1].picture:
        return f"{step(seen.state)}\n{status(seen.looks[-1].picture)}"
    return step(seen.state)


def _failed(shown: ShownPlan) -> Iterator[Text]:
    failed = [move for move in shown.kept.moves if _has_failed(shown.ended.get(move.number))]
    for move in failed[:_MOST_FAILED]:
        outcome = shown.ended[move.number]
        said = f"{move.number} {move.virtual_interface_id}: {outcome}"
        yield Text.assemble(_MARKS["failed"], said)
    if unsaid := len(failed[_MOST_FAILED:]):
        yield Text(f"and {unsaid} more failed")


def _has_failed(outcome: MoveOutcome | None) -> bool:
    return outcome is not None and outcome.is_failure


def time_left(shown: ShownPlan) -> str | None:
    """Return how long the moves take that are not done yet, None without any."""
    options = shown.preparation.request if shown.preparation else None
    open_ = {number for number, mark in _marks(shown).items() if mark in {"todo", "way"}}
    if options is None or not open_ or not shown.kept.tracks:
        return None
    tracks = [tuple(n for n in track if n in open_) for track in shown.kept.tracks]
    each = MoveDuration.of(options.slowest, options.rollback)
    durations = dict.fromkeys(open_, each)
    whole = duration_of_plan(
        [track for track in tracks if track], durations, options.max_concurrency
    )
    expected, longest = lasting(whole.expected_seconds), lasting(whole.longest_seconds)
    return f"what is left takes about {expected}, and {longest} at most"


def _now(shown: ShownPlan, now: datetime) -> Iterator[RenderableType]:
    execution = shown.execution
    if execution.outcome:
        yield ending(execution)
    else:
        taken = f" ({lasting(since(execution.started_at, now))} in all)"
        yield running(execution, shown.state, shown.entered_at).append(taken, "dim")
        request = shown.preparation.request if shown.preparation else None
        lines: Iterator[str] = iter(())
        if shown.state == PlanState.ASK_FOR_APPROVAL:
            lines = for_approval(execution.name, request, shown.entered_at, now)
        elif shown.state == PlanState.WAIT_FOR_WINDOW:
            lines = for_window(request, now)
        for line in lines:
            yield indented(line)
        if left := time_left(shown):
            yield indented(left)
    if shown.standing.halted_by:
        yield indented(f"halted by {shown.standing.halted_by}", "yellow")
    if shown.note:
        yield indented(shown.note, "dim")


def plan_news(before: ShownPlan | None, shown: ShownPlan) -> Iterator[str]:
    """Yield what is new of a plan, in lines."""
    known = before.ended if before else {}
    under_way = {each.move.number for each in before.on_their_way} if before else set()
    by_number = {move.number: move for move in shown.kept.moves}
    if shown.state and (before is None or before.state != shown.state):
        yield step(shown.state)
    for each in shown.on_their_way:
        if each.move.number not in under_way:
            yield f"move {each.move.number} {each.move.virtual_interface_id} → {each.move.target}"
    for number, outcome in shown.ended.items():
        if number not in known and number in by_number:
            yield f"move {number} {by_number[number].virtual_interface_id}: {outcome}"


def counts(shown: ShownPlan) -> Counts:
    """Return how many moves have ended how."""
    marks = list(_marks(shown).values())
    unchanged = sum(move.decision is Decision.UNCHANGED for move in shown.kept.moves) + sum(
        outcome is MoveOutcome.UNCHANGED for outcome in shown.ended.values()
    )
    return Counts(
        moves=len(marks),
        succeeded=marks.count("done") - unchanged,
        unchanged=unchanged,
        failed=marks.count("failed"),
        not_started=marks.count("todo") + marks.count("kept"),
        in_flight=marks.count("way"),
    )
