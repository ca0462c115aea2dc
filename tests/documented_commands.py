"""The commands in the documents: those in blocks of `sh`, and those between backquotes.

A block whose first line is `# needs AWS` needs an account, or a local cloud of
`python -m simulator serve`; all others run as they are, after `make setup`.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
NEEDS_AWS: Final = "# needs AWS"
DOCUMENTS: Final = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
    ]
)
PROGRAMS: Final = ("make", "vifshift", "aws", "python", "pytest", "pre-commit")
OTHERS: Final = frozenset(
    {"sha256sum", "base64", "openssl", "echo", "export", "jq", "pip", "cat", "zip"}
)
"""Programs whose options are not looked at."""
SUBSTITUTE: Final = "what-another-command-prints"


class Block(NamedTuple):
    """A fenced block of a document: its language, and the line in which its content begins."""

    document: Path
    line: int
    language: str
    text: str

    @property
    def needs_aws(self) -> bool:
        """Return whether it says that it needs an account."""
        return self.text.lstrip().startswith(NEEDS_AWS)

    @property
    def place(self) -> str:
        """Return the document and the line."""
        return f"{self.document.relative_to(ROOT)}:{self.line}"


class Command(NamedTuple):
    """A command, where it is written, and whether it is in a block of commands."""

    place: str
    words: tuple[str, ...]
    is_in_block: bool


def blocks(document: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    lines = document.read_text("utf-8").split("\n")
    start, language = None, ""
    for number, line in enumerate(lines, start=1):
        fence = re.match(r" *```(\S*)", line)
        if fence and start is None:
            start, language = number, fence[1]
        elif fence:
            yield Block(document, number, language, "\n".join(lines[start or 0 : number - 1]))
            start = None


def in_blocks(document: Path) -> Iterator[Command]:
    """Yield the commands of the blocks of a document."""
    for block in blocks(document):
        if block.language == "sh":
            for words in commands_of(block.text):
                yield Command(block.place, words, is_in_block=True)


def in_text(document: Path) -> Iterator[Command]:
    """Yield what is between backquotes in a document, and begins like a command of ours."""
    text = document.read_text("utf-8")
    fenced = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
    for span in re.findall(r"`([^`]+)`", fenced.sub("", text)):
        words = _split(" ".join(span.split()))
        if len(words) > 1 and _program(words[0]) in PROGRAMS:
            yield Command(str(document.relative_to(ROOT)), tuple(words), is_in_block=False)


def commands_of(text: str) -> list[tuple[str, ...]]:
    """Return the commands in a text of a shell, each as its words, those of `$(…)` first."""
    found: list[tuple[str, ...]] = []
    for line in _lines(text):
        outer = re.sub(r"\s# .*$", "", line)
        while "$(" in outer:
            before, _, rest = outer.partition("$(")
            inner = _within_brackets(rest)
            found += commands_of(inner)
            outer = f"{before}{SUBSTITUTE}{rest[len(inner) + 1 :]}"
        for part in re.split(r" && | \|\| | \| |; ", outer):
            words = _split(re.sub(r"\$[A-Z_]+", SUBSTITUTE, part))
            while words and (words[0] in {"do", "done"} or re.match(r"[A-Z_]+=", words[0])):
                words = words[1:]
            if words and words[0] not in {"for", "export"}:
                found.append(tuple(words))
    return found


def _within_brackets(text: str) -> str:
    """Return a text up to the bracket that closes one before it."""
    depth = 1
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return text[:place]
    raise ValueError(f"unfinished: {text}")


def _program(word: str) -> str:
    return word.removeprefix(".venv/bin/")


def _split(text: str) -> list[str]:
    try:
        words = shlex.split(text, comments=True)
    except ValueError:
        return []
    return [_program(words[0]), *words[1:]] if words else []


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text; one ends where its quotes are closed, and no `\\` continues it."""
    waiting = ""
    for line in text.replace("\\\n", " ").split("\n"):
        waiting = f"{waiting}\n{line}" if waiting else line
        try:
            shlex.split(waiting, comments=True)
        except ValueError:
            continue
        if waiting.strip() and not waiting.lstrip().startswith("#"):
            yield waiting.strip()
        waiting = ""
    assert not waiting, f"unfinished: {waiting}"
