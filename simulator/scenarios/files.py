"""Scenario files: where they are, and their content before it is validated."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from simulator.usage_error import UsageError
from tools.suggestions import suggestion

SCENARIOS = Path(__file__).resolve().parent
"""The scenarios that ship, in folders by what fails."""

DEEPEST = 100
"""How deep a file may be nested: libyaml's own loader has no limit, and crashes the process."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadScenarioError(UsageError):
    """A scenario file is invalid; the message has a line for each mistake."""


class Title(NamedTuple):
    """The name and summary of a scenario, and the outcome that it expects, if it does."""

    name: str
    summary: str
    outcome: str = ""


def read(path: Path) -> Any:
    """Return the content of a YAML file; raises `BadScenarioError`."""
    return parsed(path, text_of(path))


def text_of(path: Path) -> str:
    """Return the text of a file; raises `BadScenarioError`."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadScenarioError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadScenarioError(f"{path}: is not UTF-8 text") from None


def parsed(path: Path, text: str) -> Any:
    """Return the content of a file's text; raises `BadScenarioError`."""
    try:
        for fault in _faults(text):
            raise BadScenarioError(f"{path}: {fault}")
        return yaml.load(text, _LOADER)
    except (yaml.YAMLError, ValueError) as error:
        # A ValueError is of what looks like a date and is none.
        raise BadScenarioError(f"{path}: {' '.join(str(error).split())}") from None


def title(path: Path) -> Title:
    """Return what a scenario is about, without validating the rest of its file."""
    match read(path):
        case {"name": str(name), "summary": str(summary), "expect": {"outcome": str(outcome)}}:
            return Title(name, summary, outcome)
        case {"name": str(name), "summary": str(summary)}:
            return Title(name, summary)
    raise BadScenarioError(f"{path}: has no name, or no summary")


def find(paths: Sequence[Path]) -> list[Path]:
    """Return the scenario files at the given paths, in order; those of a folder sorted by name."""
    return [
        file
        for path in paths
        for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])
    ]


def named(name: str) -> Path:
    """Return the file of the shipped scenario with this name; names are unique."""
    [file] = SCENARIOS.rglob(f"{name}.yaml")
    return file


def meant(given: Path) -> Path:
    """Return the file or folder that is given, be it by its path or by the name of what ships.

    Raises `BadScenarioError` for a name that none has.
    """
    if given.exists() or len(given.parts) != 1 or given.suffix:
        return given
    by_name = {path.stem: path for path in find([SCENARIOS])}
    by_name |= {path.name: path for path in SCENARIOS.iterdir() if path.is_dir()}
    if given.name not in by_name:
        near = suggestion(given.name, by_name) or "; `python -m simulator list` names them"
        raise BadScenarioError(f"{given}: no such file, and no scenario of this name ships{near}")
    return by_name[given.name]


def _faults(text: str) -> Iterator[str]:
    """Yield what YAML allows and a scenario does not: too deep a nesting, and a key given twice.

    The events of its parser do not recurse.
    """
    around: list[_Mapping | None] = []
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            around.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        mapping = around[-1] if around else None
        if mapping is not None and mapping.is_a_key():
            key = event.value if isinstance(event, yaml.ScalarEvent) else ""
            line = event.start_mark.line + 1 if event.start_mark else 1
            if key in mapping.lines:
                yield f"{key} in line {line} is already given in line {mapping.lines[key]}"
            elif key:
                mapping.lines[key] = line
        if isinstance(event, yaml.CollectionStartEvent):
            around.append(_Mapping() if isinstance(event, yaml.MappingStartEvent) else None)
        if len(around) > DEEPEST:
            yield f"is nested more than {DEEPEST} levels deep"


class _Mapping:
    """A mapping that is being read: the lines of its keys, and whether a key is next."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self._is_value_next = True

    def is_a_key(self) -> bool:
        """Return whether the node that begins is a key; keys and values take turns."""
        self._is_value_next = not self._is_value_next
        return not self._is_value_next
