"""Shows an overview of what is to be done in a terminal: the same that pages show."""

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from vifshift.domain.durations import lasting
from vifshift.domain.overview import FREEZE, MoveOverview, PlanOverview
from vifshift.domain.overview_words import (
    meanwhile,
    order,
    over_time,
    paths,
    takes,
    window,
    window_span,
)
from vifshift.preflight.judged_rules import in_words

REJECTED: Final = "not estimated, since it would be rejected"
_WIDTH: Final = 40
_MOST_ROWS: Final = 40
_SHADES: Final = ("cyan", "magenta", "blue", "yellow")


def sections(overview: PlanOverview, *, is_rejected: bool) -> Iterator[RenderableType]:
    """Yield what happens when, what is cut off meanwhile, and what stays behind."""
    told = REJECTED if is_rejected and not overview.to_do else takes(overview)
    yield Text.assemble(("Time: ", "bold"), told)
    if fit := overview.window:
        style = "" if fit.seconds_left_at_longest >= 0 else "yellow"
        yield Text.assemble(("Window: ", "bold"), window_span(fit), "; ", (window(fit), style))
    if overview.to_do:
        yield from _picture(overview)
    for gateway in overview.gateways:
        steps = [f"{paths(redundancy)} {when}" for when, redundancy in over_time(gateway)]
        yield Text.assemble((f"Paths of {gateway.gateway}: ", "bold"), " → ".join(steps))
    yield from _cut_off(overview)
    yield from _staying(overview)
    if overview.to_do:
        yield Text(FREEZE, style="dim")


def passed(overview: PlanOverview) -> Iterator[Text]:
    """Yield every rule that has judged and found nothing, and those that could not judge."""
    found = in_words(overview.passed)
    yield Text(f"\nPassed ({len(found)} checks):", style="bold")
    for each in found:
        yield Text.assemble(("✓ ", "green"), f"{each.code}  ", (each.summary, "dim"))
    unknown = in_words(overview.not_judged)
    if unknown:
        yield Text(f"\nNot checked in full, for want of data ({len(unknown)}):", style="bold")
    for each in unknown:
        yield Text.assemble(("? ", "yellow"), f"{each.code}  ", (each.summary, "dim"))


def _picture(overview: PlanOverview) -> Iterator[RenderableType]:
    """Yield the order of the moves: a bar for each, from its start to its end."""
    yield Text.assemble(("Order: ", "bold"), order(overview) or "one move")
    table = Table.grid(padding=(0, 1))
    for _ in range(4):
        table.add_column(no_wrap=True)
    to_do = [each for each in overview.moves if each.is_to_be_done]
    track_of = {number: track for track, some in enumerate(overview.tracks) for number in some}
    shown = sorted(to_do, key=lambda each: (each.starts_seconds or 0, each.number))
    for each in shown[:_MOST_ROWS]:
        style = _SHADES[track_of.get(each.number, 0) % len(_SHADES)]
        table.add_row(
            Text(f"{each.number}", style="dim"),
            each.virtual_interface_id,
            Text(_bar(each, overview), style=style),
            Text(
                f"{lasting(each.starts_seconds or 0)} to {lasting(each.ends_seconds or 0)}",
                style="dim",
            ),
        )
    yield table
    if (unsaid := overview.to_do - len(shown[:_MOST_ROWS])) > 0:
        yield Text(f"and {unsaid} more", style="dim")


def _bar(move: MoveOverview, overview: PlanOverview) -> str:
    whole = max(1, overview.duration.expected_seconds)
    first = round(_WIDTH * (move.starts_seconds or 0) / whole)
    last = max(first + 1, round(_WIDTH * (move.ends_seconds or 0) / whole))
    return f"{'·' * first}{'█' * (last - first)}{'·' * (_WIDTH - last)}"[:_WIDTH]


def _cut_off(overview: PlanOverview) -> Iterator[Text]:
    for each in overview.moves[:_MOST_ROWS]:
        if each.is_to_be_done:
            style = "yellow" if each.cut_off or not each.during.paths else ""
            yield Text.assemble(
                (f"While move {each.number} is on its way", "bold"),
                f", about {lasting(each.duration.interruption_seconds)}: ",
                (meanwhile(each), style),
            )


def _staying(overview: PlanOverview) -> Iterator[Text]:
    for each in overview.staying:
        yield Text.assemble(
            ("Stays ", "bold"),
            f"on {each.connection_id}: {each.virtual_interface_id} ({each.message})",
        )
    if (unsaid := overview.staying_count - len(overview.staying)) > 0:
        yield Text(f"and {unsaid} more stay", style="dim")
