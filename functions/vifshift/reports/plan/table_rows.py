"""The rows of the page's tables: what needs somebody first, and never too many at once."""

import posixpath
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

from vifshift.domain.findings import Finding, Severity
from vifshift.domain.plan_outcome import MoveOutcome
from vifshift.reports.base.environment import MOST_OPEN_ROWS
from vifshift.reports.plan.model import MoveReport, PlanReport

MOST_IN_A_TABLE = 100


class MoveRow(NamedTuple):
    """A move, with the way from the plan's page to its own; None where it has none."""

    move: MoveReport
    link: str | None


class Part(NamedTuple):
    """Some of the moves of a group; `is_open` on a screen."""

    rows: tuple[MoveRow, ...]
    is_open: bool


class Group(NamedTuple):
    """Moves that are shown under one heading."""

    title: str
    number: int
    parts: tuple[Part, ...]

    @property
    def is_started(self) -> bool:
        """Say whether there is anything to tell of these but that they have still to be done."""
        return self.title != NOT_STARTED

    @property
    def is_under_way(self) -> bool:
        """Say whether these have not ended yet."""
        return self.title == IN_FLIGHT


class FoundOnMoves(NamedTuple):
    """A finding that several moves share, with what was seen at each of them."""

    finding: Finding
    seen: tuple[tuple[MoveReport, str], ...]


FAILED = "Failed"
IN_FLIGHT = "On their way"
NOT_STARTED = "Not started"
SUCCEEDED = "Moved"
UNCHANGED = "On their target already"
TITLES = (FAILED, IN_FLIGHT, NOT_STARTED, SUCCEEDED, UNCHANGED)
_TITLES = {
    MoveOutcome.SUCCEEDED: SUCCEEDED,
    MoveOutcome.UNCHANGED: UNCHANGED,
    MoveOutcome.NOT_STARTED: NOT_STARTED,
    MoveOutcome.IN_FLIGHT: IN_FLIGHT,
}


def groups(report: PlanReport) -> tuple[Group, ...]:
    """Return the moves by what became of them, failures first, each group in the plan's order."""
    found: dict[str, list[MoveReport]] = {title: [] for title in TITLES}
    for move in report.moves:
        found[_TITLES.get(move.outcome, FAILED)].append(move)
    return tuple(
        Group(title, len(moves), tuple(_parts(title, moves, report)))
        for title, moves in found.items()
        if moves
    )


def _parts(title: str, moves: list[MoveReport], report: PlanReport) -> Iterable[Part]:
    is_short = len(moves) <= MOST_OPEN_ROWS
    for first in range(0, len(moves), MOST_IN_A_TABLE):
        some = moves[first : first + MOST_IN_A_TABLE]
        yield Part(
            rows=tuple(MoveRow(move, _link(report, move)) for move in some),
            is_open=is_short or (title == FAILED and first == 0),
        )


def _link(report: PlanReport, move: MoveReport) -> str | None:
    """Return the way from the plan's page to a move's, both in one bucket."""
    if move.evidence is None:
        return None
    _, _, key = move.evidence.html_uri.removeprefix("s3://").partition("/")
    folder = f"/plans/{report.started_at:%Y/%m/%d}/{report.plan_id}"
    # A colon is quoted too, so that no key can be read as the scheme of an address.
    return quote(posixpath.relpath(f"/{key}", folder), safe="/")


def found_on_moves(moves: Iterable[MoveReport]) -> tuple[FoundOnMoves, ...]:
    """Return the findings of the moves, each once with all that it was found on, worst first."""
    found = sorted(
        ((finding, move) for move in moves for finding in move.findings),
        key=lambda each: (*_weight(each[0]), each[1].number),
    )
    return tuple(
        FoundOnMoves(some[0][0], tuple((move, finding.message) for finding, move in some))
        for _, same in groupby(found, key=lambda each: _weight(each[0]))
        for some in [list(same)]
    )


def _weight(finding: Finding) -> tuple[bool, int, str, str, str]:
    """Return what findings are sorted by, and the same for those that are shown as one."""
    severity = list(Severity).index(finding.severity)
    acknowledged_by = finding.acknowledged_by or ""
    return not finding.blocks, severity, finding.code, finding.remedy, acknowledged_by
