"""The table of the three movers, as Markdown, and its place in docs/reference.md."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import mean

from benchmarks.side_by_side.comparison import Compared, Mover
from benchmarks.side_by_side.figures import Move

BEGIN = "<!-- side by side: python -m benchmarks.side_by_side docs/reference.md -->"
END = "<!-- end of side by side -->"
STAYS = "stays cut off"
WRONG = "told wrongly"

Figure = Callable[[Move], float | None]


def within(text: str, table: str) -> str:
    """Return a text with the table in the place that is marked for it."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}"


def table(found: Compared) -> str:
    """Return the table: means of a world's moves, then of all moves; the ratio is to the loop."""
    heads = ["", *(mover.value for mover in Mover), "vifshift : loop"]
    rows = [heads, ["---", *("---:" for _ in heads[1:])], *_rows(found)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows(found: Compared) -> Iterator[list[str]]:
    for world, movers in found.items():
        yield _row(f"{world.title}: outage", movers, lambda move: move.outage_seconds, "s")
    for world, movers in found.items():
        yield _row(f"{world.title}: told after", movers, _told_seconds, "s", WRONG)
    movers = {mover: [move for each in found.values() for move in each[mover]] for mover in Mover}
    wrong = {mover: sum(move.is_wrong for move in movers[mover]) for mover in Mover}
    told = [f"{wrong[mover]} of {len(movers[mover])}" for mover in Mover]
    yield ["wrong answers", *told, _ratio(wrong[Mover.VIFSHIFT], wrong[Mover.LOOP])]
    yield _row("calls of a move", movers, lambda move: move.calls, "")
    yield _row("state transitions of a move", movers, lambda move: move.transitions, "")
    yield _row("cost of 1,000 moves", movers, lambda move: move.dollars * 1000, "$")


def _told_seconds(move: Move) -> float | None:
    return None if move.is_wrong else move.told_seconds


def _row(
    title: str, movers: dict[Mover, list[Move]], figure: Figure, unit: str, otherwise: str = STAYS
) -> list[str]:
    means = {mover: _mean(map(figure, moves)) for mover, moves in movers.items()}
    cells = [_told(means[mover], unit, otherwise) for mover in Mover]
    return [title, *cells, _ratio(means[Mover.VIFSHIFT], means[Mover.LOOP])]


def _mean(figures: Iterable[float | None]) -> float | None:
    known: Sequence[float | None] = list(figures)
    numbers = [each for each in known if each is not None]
    return mean(numbers) if len(numbers) == len(known) else None


def _told(figure: float | None, unit: str, otherwise: str) -> str:
    if figure is None:
        return otherwise
    if unit == "$":
        return f"${figure:.2f}"
    return f"{figure:.1f} {unit}".rstrip()


def _ratio(ours: float | None, theirs: float | None) -> str:
    return f"{ours / theirs:.2f}" if ours is not None and theirs else "-"
