"""The rows of the tables on a plan's page: failures first, in tables of limited length."""

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
    """A move, with the relative link to its own page; None if it has none."""

    move: MoveReport
    link: str | None


class MoveGroupPart(NamedTuple):
    """Some of the moves of a group; `is_open` if they are expanded on a screen."""

    rows: tuple[MoveRow, ...]
    is_open: bool


class MoveGroup(NamedTuple):
    """Moves that are shown under one heading."""

    title: str
    number: int
    parts: tuple[MoveGroupPart, ...]

    @property
    def is_started(self) -> bool:
        """Return whether these moves were started."""
        return self.title != NOT_STARTED

    @property
    def is_under_way(self) -> bool:
        """Return whether these moves have not ended yet."""
        return self.title == IN_FLIGHT


class FoundOnMoves(NamedTuple):
    """A finding that several moves have, with the message for each of them."""

    finding: Finding
    seen: tuple[tuple[MoveReport, str], ...]


FAILED = "Failed"
IN_FLIGHT = "In progress"
NOT_STARTED = "Not started"
SUCCEEDED = "Moved"
UNCHANGED = "Already on target"
TITLES = (FAILED, IN_FLIGHT, NOT_STARTED, SUCCEEDED, UNCHANGED)
_TITLES = {
    MoveOutcome.SUCCEEDED: SUCCEEDED,
    MoveOutcome.UNCHANGED: UNCHANGED,
    MoveOutcome.NOT_STARTED: NOT_STARTED,
    MoveOutcome.IN_FLIGHT: IN_FLIGHT,
}


def groups(report: PlanReport) -> tuple[MoveGroup, ...]:
    """Return the moves grouped by outcome, failures first, each group in the plan's order."""
    found: dict[str, list[MoveReport]] = {title: [] for title in TITLES}
    for move in report.moves:
        found[_TITLES.get(move.outcome, FAILED)].append(move)
    return tuple(
        MoveGroup(title, len(moves), tuple(_parts(title, moves, report)))
        for title, moves in found.items()
        if moves
    )


def _parts(title: str, moves: list[MoveReport], report: PlanReport) -> Iterable[MoveGroupPart]:
    is_short = len(moves) <= MOST_OPEN_ROWS
    for first in range(0, len(moves), MOST_IN_A_TABLE):
        some = moves[first : first + MOST_IN_A_TABLE]
        yield MoveGroupPart(
            rows=tuple(MoveRow(move, _link(report, move)) for move in some),
            is_open=is_short or (title == FAILED and first == 0),
        )


def _link(report: PlanReport, move: MoveReport) -> str | None:
    """Return the relative link from the plan's page to a move's, both in one bucket."""
    if move.evidence is None:
        return None
    _, _, key = move.evidence.html_uri.removeprefix("s3://").partition("/")
    folder = f"/plans/{report.started_at:%Y/%m/%d}/{report.plan_id}"
    # A colon is quoted too, so that no key can be read as the scheme of a URL.
    return quote(posixpath.relpath(f"/{key}", folder), safe="/")


def found_on_moves(moves: Iterable[MoveReport]) -> tuple[FoundOnMoves, ...]:
    """Return the findings of the moves, each once with all of its moves, most severe first."""
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
    """Return the key to sort findings by; those with equal keys are shown as one."""
    severity = list(Severity).index(finding.severity)
    acknowledged_by = finding.acknowledged_by or ""
    return not finding.blocks, severity, finding.code, finding.remedy, acknowledged_by
