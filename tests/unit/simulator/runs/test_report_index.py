"""The index over the reports of several runs."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.runs.record import Record
from simulator.runs.report_index import PAGE, IndexedReports
from simulator.usage_error import UsageError
from tests.unit.simulator.explore.support import MIGRATION, rolled_back, succeeded

BECAUSE = "BGP comes up on the target."
SHOUT = "<script>alert('\"&')</script>"


def ran(made: Record, name: str, **fields: Any) -> Record:
    """Return a run of a scenario that is called so."""
    changed = {"name": name, "because": BECAUSE, **fields}
    folder = f"migrations/2026/07/01/{MIGRATION}"
    return replace(
        made,
        scenario=made.scenario.model_copy(update=changed),
        evidence={f"{folder}/report.html": "a page", f"{folder}/report.json": "{}"},
    )


def links(page: str) -> list[str]:
    """Return where a page leads to."""
    return re.findall(r'href="([^"]+)"', page)


def test_it_says_how_each_run_ended_and_why_and_leads_to_its_report(tmp_path: Path) -> None:
    # given
    reports = IndexedReports(tmp_path)
    # when
    reports.add(ran(succeeded(), "all-well"), [])
    reports.add(ran(rolled_back(), "no-bgp", because="BGP never comes up."), ["outcome: wrong"])
    # then
    page = (tmp_path / PAGE).read_text("utf-8")
    assert links(page) == ["all-well.html", "no-bgp.html"]
    assert all((tmp_path / link).is_file() for link in links(page))
    for text in ("Succeeded", "Rolled back", BECAUSE, "BGP never comes up.", "outcome: wrong"):
        assert text in page
    assert "1 not as expected" in page
    assert "2 scenarios" in page


def test_a_run_that_told_nothing_is_listed_without_a_report(tmp_path: Path) -> None:
    silent = replace(ran(succeeded(), "silent"), events=[], evidence={})
    IndexedReports(tmp_path).add(silent, [])
    page = (tmp_path / PAGE).read_text("utf-8")
    assert "silent" in page
    assert "Nothing told" in page
    assert links(page) == []


def test_what_people_wrote_is_escaped(tmp_path: Path) -> None:
    made = ran(succeeded(), "shouted", summary=SHOUT, because=f"{SHOUT} \u202e")
    IndexedReports(tmp_path).add(made, [SHOUT])
    page = (tmp_path / PAGE).read_text("utf-8")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3
    assert "[U+202E]" in page


@pytest.mark.parametrize("name", ["same", "index", "INDEX"])
def test_no_report_replaces_another_or_the_index(tmp_path: Path, name: str) -> None:
    reports = IndexedReports(tmp_path)
    pages = [page for _ in range(2) for page in reports.add(ran(succeeded(), name), [])]
    assert len({page.name.casefold() for page in pages}) == 2
    page = (tmp_path / PAGE).read_text("utf-8")
    assert links(page) == [each.name for each in pages]


def test_a_link_leads_to_a_name_with_odd_characters(tmp_path: Path) -> None:
    [page] = IndexedReports(tmp_path).add(ran(succeeded(), "a b#c?d%41"), [])
    assert page.is_file()
    assert links((tmp_path / PAGE).read_text("utf-8")) == ["a%20b%23c%3Fd%2541.html"]


def test_an_earlier_index_is_replaced_and_another_page_is_not(tmp_path: Path) -> None:
    # given an index of an earlier run
    IndexedReports(tmp_path).add(ran(succeeded(), "earlier"), [])
    IndexedReports(tmp_path).add(ran(succeeded(), "later"), [])
    assert links((tmp_path / PAGE).read_text("utf-8")) == ["later.html"]
    # and a page of somebody else's
    (tmp_path / PAGE).write_text("<h1>My site</h1>", "utf-8")
    # then
    with pytest.raises(UsageError, match="not replaced"):
        IndexedReports(tmp_path)
    assert (tmp_path / PAGE).read_text("utf-8") == "<h1>My site</h1>"
