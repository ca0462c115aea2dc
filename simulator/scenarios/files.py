"""The files of scenarios: where they are, and what stands in one before it is a scenario."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from simulator.usage_error import UsageError

SCENARIOS = Path(__file__).resolve().parent
"""The scenarios that ship, in folders by what fails."""

DEEPEST = 100
"""How deep a file may be nested: libyaml's own loader has no limit, and crashes the process."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadScenarioError(UsageError):
    """A scenario file that can't be read: one line with file, key and what is allowed."""


class Title(NamedTuple):
    """What a list of scenarios says of one."""

    name: str
    summary: str


def read(path: Path) -> Any:
    """Return what stands in a file, whatever it is; raises `BadScenarioError`."""
    try:
        text = path.read_text(encoding="utf-8")
        if _is_too_deep(text):
            raise BadScenarioError(f"{path}: is nested more than {DEEPEST} deep")
        return yaml.load(text, _LOADER)
    except OSError as error:
        raise BadScenarioError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadScenarioError(f"{path}: is not UTF-8 text") from None
    except (yaml.YAMLError, ValueError) as error:
        # A ValueError is of what looks like a date and is none.
        raise BadScenarioError(f"{path}: {' '.join(str(error).split())}") from None


def title(path: Path) -> Title:
    """Return what a scenario is called and about, without a look at the rest of its file."""
    match read(path):
        case {"name": str(name), "summary": str(summary)}:
            return Title(name, summary)
    raise BadScenarioError(f"{path}: has no name, or no summary")


def find(paths: Sequence[Path]) -> list[Path]:
    """Return the scenario files among paths, in order, those of a folder by name."""
    return [
        file
        for path in paths
        for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])
    ]


def named(name: str) -> Path:
    """Return the scenario of this name that ships; each name stands once."""
    [file] = SCENARIOS.rglob(f"{name}.yaml")
    return file


def _is_too_deep(text: str) -> bool:
    """Say whether a text is nested too deep; its events come one after the other, at any depth."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return True
    return False
