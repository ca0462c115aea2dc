"""Shows what a check has found in a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.acknowledging import acknowledgeable, as_options
from cli.check.overview_screen import passed, sections
from cli.check.result import CheckResult, ShownMove
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Decision

_MARKS: Final = {
    Severity.BLOCK: ("✗", "bold red"),
    Severity.WARN: ("!", "yellow"),
    Severity.INFO: ("i", "cyan"),
}
_DECISIONS: Final = {
    Decision.PLANNED: ("Nothing prevents it.", "bold green"),
    Decision.UNCHANGED: ("Nothing is to be done: it works where it is to be.", "bold green"),
    Decision.REJECTED: ("It would be rejected.", "bold red"),
}
_WEIGHT: Final = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFO: 2}
_MOST_PATHS: Final = 8


def show(result: CheckResult, console: Console, *, lists_passed: bool = True) -> None:
    """Print what would move, what was found, and what was checked and passed, or how much of it."""
    console.print(Group(*_parts(result, lists_passed)), soft_wrap=False)


def _parts(result: CheckResult, lists_passed: bool) -> Iterator[RenderableType]:
    sentence, style = _DECISIONS.get(result.decision, (str(result.decision), "bold"))
    yield Text.assemble((sentence, style), "\n")
    if result.moves:
        yield _moves(result)
        yield ""
    if result.overview:
        yield from sections(result.overview, is_rejected=result.is_blocked)
        yield ""
    if result.order_that_works:
        yield Text(f"It would pass in this order: {_listed(result.order_that_works)}.")
    for fault in result.faults:
        yield Text.assemble(("✗ ", "bold red"), fault)
    found = sorted(_found(result), key=lambda each: _WEIGHT[each[1].severity])
    for number, finding in found:
        yield _finding(finding, number if len(result.moves) > 1 else None)
    if result.overview and lists_passed:
        yield from passed(result.overview)
    elif result.overview:
        yield Text(f"\nPassed: {len(result.overview.passed)} checks.", style="bold")
    yield Text(f"\nSettings: {result.settings}. Nothing was changed.", style="dim")
    if result.digest and not result.is_blocked:
        yield Text(f"Digest: {result.digest}", style="dim")


def _moves(result: CheckResult) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    columns = ("", "virtual interface", "VLAN", "gateway", "from", "to", "BGP", "other paths")
    for column in columns:
        table.add_column(column, overflow="fold")
    for move in result.moves:
        table.add_row(
            str(move.number),
            _title(move),
            str(move.vlan or "?"),
            move.gateway or "-",
            move.source or "?",
            move.target,
            Text("\n").join(_peers(move)),
            Text("\n").join(_other_paths(move)),
        )
    return table


def _title(move: ShownMove) -> Text:
    kind = f" ({move.virtual_interface_type})" if move.virtual_interface_type else ""
    name = f"\n{move.name}" if move.name not in {"", move.virtual_interface_id} else ""
    return Text.assemble(move.virtual_interface_id, (f"{kind}{name}", "dim"))


def _peers(move: ShownMove) -> Iterator[Text]:
    for name, status in move.bgp_peers.items():
        yield Text(f"{name} {status}", style="green" if status == "up" else "red")


def _other_paths(move: ShownMove) -> Iterator[Text]:
    for path in move.other_paths[:_MOST_PATHS]:
        says = "up" if path.works else "down"
        yield Text(f"{path.virtual_interface_id} {says}", style="green" if path.works else "red")
    if unsaid := len(move.other_paths) - _MOST_PATHS:
        if unsaid > 0:
            yield Text(f"and {unsaid} more")
    if not move.other_paths:
        yield Text("none", style="yellow")


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _found(result: CheckResult) -> Iterator[tuple[int | None, Finding]]:
    yield from ((None, finding) for finding in result.findings)
    for move in result.moves:
        yield from ((move.number, finding) for finding in move.findings)


def _finding(finding: Finding, number: int | None) -> Text:
    mark, style = _MARKS[finding.severity]
    about = f"move {number}: " if number else ""
    text = Text.assemble(
        (f"{mark} {finding.code}", style), f"  {about}{finding.message}", "\n  ", finding.remedy
    )
    if finding.blocks and acknowledgeable([finding.code]):
        text.append(f"\n  To accept it: {as_options([finding.code])}", style="dim")
    if finding.acknowledged_by:
        text.append(f"\n  Acknowledged by {finding.acknowledged_by}.", style="dim")
    return text
