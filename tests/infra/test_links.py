"""Every link in the documents leads somewhere, and the README stays a way in."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.documented_commands import DOCUMENTS, ROOT

MOST_WORDS = 1000
CHANGELOG = ROOT / "CHANGELOG.md"
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


def without_code(text: str) -> str:
    """Return a text without its blocks of code."""
    return FENCED.sub("", text)


@cache
def anchors(document: Path) -> frozenset[str]:
    """Return the anchors of the headings of a document, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.*)$", without_code(document.read_text("utf-8")), re.MULTILINE)
    found: list[str] = []
    for heading in headings:
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower().strip()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = found.count(anchor)
        found.append(f"{anchor}-{count}" if count else anchor)
    return frozenset(found)


def broken(document: Path, text: str) -> list[str]:
    """Return the links of a text of a document that lead nowhere in this repository."""
    wrong = []
    prose = re.sub(r"`[^`]*`", "", without_code(text))
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (document.parent / name).resolve() if name else document
        if not (target == ROOT or ROOT in target.parents) or not target.exists():
            wrong.append(link)
        elif anchor and (target.suffix != ".md" or anchor not in anchors(target)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("document", [*DOCUMENTS, CHANGELOG], ids=lambda path: path.stem)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert broken(document, document.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[a](docs/reference.md#side-by-side) [b](LICENSE) [c](https://example.com/x)", []),
        ("[a](#your-first-migration), `[x](nowhere.md)`", []),
        ("[a](docs/referense.md)", ["docs/referense.md"]),
        ("[a](docs/reference.md#nowhere)", ["docs/reference.md#nowhere"]),
        ("[a](#nowhere)", ["#nowhere"]),
        ("[a](../elsewhere.md)", ["../elsewhere.md"]),
        ("![a](docs/sistem.svg)", ["docs/sistem.svg"]),
    ],
)
def test_what_leads_nowhere_is_found(text: str, wrong: list[str]) -> None:
    assert broken(ROOT / "README.md", text) == wrong


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= MOST_WORDS


def test_every_document_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "README.md").read_text("utf-8")
    written = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}

    assert {each for each in written if f"({each}" not in guide} <= {"moto-repairs.md"}
