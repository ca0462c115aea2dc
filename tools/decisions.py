"""The index of decisions: `python -m tools.decisions docs/decisions/README.md` writes it.

A decision is a file `NNNN-title.md` that begins with its number and title, its status and the date
on which it was made.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "decisions"
HEAD = re.compile(
    r"# (?P<number>\d+)\. (?P<title>.+)\n\n"
    r"- Status: (?P<status>proposed|accepted|superseded by \[\d+\]\(\d{4}-[\w-]+\.md\))\n"
    r"- Date: (?P<date>\d{4}-\d{2}-\d{2})\n\n"
)
INTRODUCTION = """\
# Decisions

Why things are as they are. Each decision is half a page: the question, the answer, what was not
chosen, and what it costs. A decision is not rewritten when it changes; a later one supersedes it.

To add one, take the next number, begin the file like the others, and run
`.venv/bin/python -m tools.decisions docs/decisions/README.md`.

| | Decision | Status | Date |
|---|---|---|---|
"""


class DecisionRecord(NamedTuple):
    """What the index says of a decision."""

    number: int
    title: str
    status: str
    date: str
    file: str


def decisions(folder: Path) -> list[DecisionRecord]:
    """Return the decisions of a folder by number; raises ValueError for a wrong head or number."""
    found = [_read(path) for path in sorted(folder.glob("[0-9]*.md"))]
    for expected, decision in enumerate(found, start=1):
        if decision.number != expected or not decision.file.startswith(f"{expected:04}-"):
            raise ValueError(f"{decision.file}: is not number {expected}")
    return found


def _read(path: Path) -> DecisionRecord:
    head = HEAD.match(path.read_text(encoding="utf-8"))
    if not head:
        raise ValueError(f"{path.name}: begins without number and title, status, or date")
    return DecisionRecord(
        int(head["number"]), head["title"], head["status"], head["date"], path.name
    )


def page(folder: Path = FOLDER) -> str:
    """Return the index of a folder of decisions, as Markdown."""
    rows = (
        f"| {each.number} | [{each.title}]({each.file}) | {each.status} | {each.date} |\n"
        for each in decisions(folder)
    )
    return INTRODUCTION + "".join(rows)


def main(name: str) -> None:
    """Write the index to a file."""
    Path(name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
