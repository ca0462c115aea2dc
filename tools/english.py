"""Find phrases that a native reader stumbles over: `python -m tools.english [FILE…]`.

Without files, it reads all hand-written Markdown, the scenarios and examples, and the code. Of a
Python file it reads docstrings and string constants, and of a YAML file the texts for people, so
that names and keys do not count.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
CODE = ("functions", "infra", "models", "simulator", "cli", "tools", "examples", "benchmarks")
SCENARIOS = ("simulator", "examples")
GENERATED = ("docs/events.md", "docs/findings.md", "docs/scenarios.md")
"""Pages that are made from the code: their phrases are found there."""
TEXTS = ("summary", "because", "description", "reason")
"""The keys of a YAML file whose values people read, in lowercase."""

PHRASES = {
    r"(can't|cannot|can not|can|could) be had": "is unavailable, is available",
    r"(come|comes|came|coming) good": "recover, converge, succeed",
    r"(come|comes|came|coming) to pass": "happen",
    r"what (comes|came|has come|must come|will come) of": "the result of, what happens to",
    r"on end": "in a row",
    r"(for|to|in the words of) who(?! (is|are))": "for those who, of the person who, for …",
    r"who (keeps|plans|silences)": "those who keep, plan, silence",
    r"(tell|tells|telling|told) of": "report, notify of, mention",
    r"(could not|can't|cannot) be told(?! apart| from)": "undelivered, can't be reported",
    r"had of it": "rephrase",
    r"(the )?ways? there(?! and)": "forward, the move to the target",
    r"ways? back": "rollback, return path",
    r"(ways? )?there and back": "forward and rollback",
    r"(get|gets|got|getting) to (its|their) (own )?end": "finish, end normally",
    r"(is|are|runs?|waits?|exists?) no more(?! of| than)": "no longer",
    r"by night": "at night",
    r"nobody's answer": "if nobody answers",
    r"mend(s|ed|ing)?": "fix, correct, repair",
    r"anew": "again, from the start",
    r"for ever": "forever",
    r"belongs? into": "belongs in",
    r"(rings?|rang|rung|ringing)": "fires, goes off (an alarm)",
    # A finding "asks again": docs/findings.md.
    r"ask again": "send the request again",
    r"gone back to": "returned to",
    r"(is|are) (another|others)(?= each|[.,:;])": "changes, is different",
    r"looks? whether": "check whether",
    r"(ride|rides|riding) on": "is on, is attached to",
    r"stands? here": "is here, follows",
    r"(stand|stands|stood) in(?! (\S+ )?way\b| for\b)": "is in, is listed in",
    r"shall": "should, must",
    r"(is|are|was|were) let (end|finish|go on)": "is allowed to finish",
    r"puts? out": "returns, outputs",
    r"more and more seldom": "less and less often",
    r"time enough": "enough time",
    r"in (its|their) middle": "midway, partway",
    r"lived through": "tolerated, survived",
    r"wants? (it|them) so": "requires it",
    r"(counts?|[\d,]+) letters": "characters",
    r"from the (landing|end of the move) on": "from … onward",
    r"beside (what|the stack's own)": "in addition to, besides",
    r"per cent": "percent",
    r"where (nobody|somebody) (said|asked|says|asks)": "if nobody …, if not given",
    r"out of sight": "unreadable, not visible",
    r"(asked|asks) for twice": "duplicate",
    r"(call|calls|called|calling) (it|them|a migration|a plan) off": "cancel",
    r"^Says?": "Return, Describe, Decide",
    r"^Words?": "Return the text of, Write",
    r"^Tells? (how|of|that|what|whether|which|who)": "Return, Report, Describe",
}
"""What not to write, and what to write instead.

A phrase is a regular expression of whole words, in any case; its spaces stand for any white space.
One that begins with `^` is looked for at the beginning of docstrings alone.
"""


class Text(NamedTuple):
    """What people read, the line that it begins in, and whether it is a docstring."""

    line: int
    text: str
    is_docstring: bool = False


class Hit(NamedTuple):
    """A phrase that was found, and what to write instead."""

    line: int
    phrase: str
    instead: str


def _compiled(phrase: str) -> re.Pattern[str]:
    body = phrase.removeprefix("^").replace(" ", r"\s+").replace("'", r"['\u2019]")
    start = r"\A\s*" if phrase.startswith("^") else r"(?<![\w-])"
    return re.compile(rf"{start}(?:{body})(?![\w-])", re.IGNORECASE)


PATTERNS = {_compiled(phrase): (phrase, instead) for phrase, instead in PHRASES.items()}


def hits(texts: Iterable[Text]) -> Iterator[Hit]:
    """Yield the phrases that are found in texts, each word once, in the order of each text."""
    for line, text, is_docstring in texts:
        found = [
            (match.start(), -match.end(), instead)
            for pattern, (phrase, instead) in PATTERNS.items()
            if is_docstring or not phrase.startswith("^")
            for match in pattern.finditer(text)
        ]
        read = 0
        for start, end, instead in sorted(found):
            if start >= read:
                read = -end
                words = " ".join(text[start:read].split())
                yield Hit(line + text.count("\n", 0, start), words, instead)


def texts_of(path: Path) -> Iterator[Text]:
    """Yield what people read in a file: all of Markdown, strings of Python, some of YAML."""
    source = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".py":
            yield from python_texts(source)
        case ".yaml":
            yield from yaml_texts(source)
        case _:
            yield Text(1, source)


def python_texts(source: str) -> Iterator[Text]:
    """Yield docstrings, those of attributes among them, and strings of more than one word."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if len(text.split()) > 1:
                yield Text(node.lineno, text, id(node) in docstrings)


def yaml_texts(source: str) -> Iterator[Text]:
    """Yield the values of the keys `TEXTS`, wherever they are."""
    nodes = [each for each in yaml.compose_all(source, yaml.CSafeLoader) if each]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if isinstance(value, yaml.ScalarNode) and str(key.value).lower() in TEXTS:
                    yield Text(value.start_mark.line + 1, value.value)
                nodes.append(value)
        elif isinstance(node, yaml.SequenceNode):
            nodes.extend(node.value)


def files(root: Path) -> Iterator[Path]:
    """Yield what is read when no file is named."""
    yield from sorted([*root.glob("*.md"), *root.glob("docs/**/*.md")])
    for folder in CODE:
        yield from sorted((root / folder).rglob("*.py"))
    for folder in SCENARIOS:
        yield from sorted((root / folder).rglob("*.yaml"))


def _is_read(path: Path) -> bool:
    generated = {ROOT / each for each in GENERATED}
    return path.resolve() not in {*generated, Path(__file__).resolve()}


def main(*names: str) -> int:
    """Print what to write instead; 1 where there is anything."""
    paths: Sequence[Path] = [Path(name) for name in names] or list(files(ROOT))
    faults = 0
    for path in filter(_is_read, paths):
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        for hit in sorted(hits(texts_of(path))):
            print(f"{shown}:{hit.line}: “{hit.phrase}”: write {hit.instead}")
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
