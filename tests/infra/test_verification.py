"""docs/verification.md names tests, files and commands: they are there, and each row says who."""

import re

import pytest

from simulator.synthesis import ROOT

PAGE = (ROOT / "docs" / "verification.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
SOURCES = re.compile(r"(judge|AWS|measured|nobody|our own)\b")
FOLDERS = "tests|infra|simulator|functions|examples|docs"


def rows(page: str) -> list[list[str]]:
    """Return the cells of each row of the tables, without their heads."""
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "what we rely on"]


def missing(page: str) -> set[str]:
    """Return every file and every target of make that a page names and that is not there."""
    files = set(re.findall(rf"`((?:{FOLDERS})/[\w./-]+)`", page))
    links = {f"docs/{each}" for each in re.findall(r"\]\((decisions/[^)]+)\)", page)}
    targets = set(re.findall(r"`make ([a-z-]+)", page))
    there = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    return {each for each in files | links if not (ROOT / each).exists()} | (targets - there)


def test_what_the_page_names_is_there() -> None:
    assert missing(PAGE) == set()


@pytest.mark.parametrize(
    "page",
    ["`tests/infra/test_nothing.py`", "`make nothing`", "[0](decisions/0000-nothing.md)"],
)
def test_what_is_not_there_is_seen(page: str) -> None:
    assert len(missing(page)) == 1


def test_each_row_says_who_vouches_for_it() -> None:
    assert len(rows(PAGE)) >= 30
    assert [row for row in rows(PAGE) if len(row) != 3 or not SOURCES.match(row[1])] == []


def test_a_judge_is_called_by_a_command_or_a_test() -> None:
    judged = [row for row in rows(PAGE) if row[1].startswith("judge")]

    assert judged
    assert [row for row in judged if not re.search(r"`(make |tests/)", row[2])] == []


def test_it_ends_with_what_to_look_at_first() -> None:
    *_, last = re.split(r"^## ", PAGE, flags=re.MULTILINE)

    assert last.startswith("What to look at first on a real account")
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", last, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert "docs/verification.md" in README
