"""The index of the reports of several runs: a page that leads to all of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import PackageLoader, PrefixLoader
from markupsafe import Markup

from simulator.runs import reports
from simulator.runs.record import Record
from simulator.usage_error import UsageError
from vifshift.reports.base.environment import TEMPLATES
from vifshift.reports.base.page_parts import Badge, OutcomeStyle
from vifshift.reports.plan.styles import MOVES, PLANS

INDEX: Final = "index"
PAGE: Final = f"{INDEX}.html"
MARK: Final = Markup('<meta name="generator" content="vifshift simulator: index of reports">')
"""By which an index is told from a page of somebody else's, which is not replaced."""
NOTHING_TOLD: Final = Badge("Nothing told", OutcomeStyle.WARN)
_BADGES: Final = {**MOVES, **{outcome.value: badge for outcome, badge in PLANS.items()}}
_TEMPLATES: Final = TEMPLATES.overlay(
    loader=PrefixLoader(
        {
            "base": PackageLoader("vifshift.reports.base"),
            "runs": PackageLoader("simulator.runs"),
        }
    )
)


class IndexEntry(NamedTuple):
    """A scenario that was run: how it ended, why it should, what is not as expected, its pages."""

    name: str
    summary: str
    because: str
    badge: Badge
    failures: tuple[str, ...]
    files: tuple[str, ...]


class IndexedReports:
    """The reports of several runs in one folder, with a page that leads to all of them."""

    def __init__(self, folder: Path) -> None:
        """Raise `UsageError` if the index would replace a page that is none."""
        self._folder = folder
        self._entries: list[IndexEntry] = []
        self._taken = {INDEX}
        found = folder / PAGE
        if found.is_file() and MARK not in found.read_text("utf-8", errors="replace"):
            raise UsageError(f"{found} is no index of reports, and is not replaced.")

    def add(self, record: Record, failures: Sequence[str]) -> list[Path]:
        """Write the reports of a run, and the index; return the paths of the run's pages."""
        scenario = record.scenario
        texts = reports.pages(record, self._free(scenario.name))
        pages = reports.write(texts, self._folder)
        self._entries.append(
            IndexEntry(
                name=scenario.name,
                summary=scenario.summary,
                because=scenario.because,
                badge=_badge(record.outcome),
                failures=tuple(failures),
                files=tuple(page.name for page in pages),
            )
        )
        (self._folder / PAGE).write_text(render(self._entries), encoding="utf-8")
        return pages

    def _free(self, name: str) -> str:
        """Return a name of which no file is: two scenarios may have the same one."""
        number, found = 1, name
        while found.casefold() in self._taken:
            number += 1
            found = f"{name}-{number}"
        self._taken.add(found.casefold())
        return found


def render(entries: Iterable[IndexEntry]) -> str:
    """Return the index as HTML; text that people wrote is escaped."""
    shown = tuple(entries)
    return _TEMPLATES.get_template("runs/index.html.j2").render(
        entries=shown, wrong=sum(bool(each.failures) for each in shown), mark=MARK
    )


def _badge(outcome: str | None) -> Badge:
    if outcome is None:
        return NOTHING_TOLD
    return _BADGES.get(outcome) or Badge(outcome, OutcomeStyle.WARN)
