"""Scenario files: where they are, and their content before it is validated."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from simulator.scenarios.yaml_faults import YamlFault, faults_of
from simulator.usage_error import UsageError
from tools.suggestions import suggestion

SCENARIOS = Path(__file__).resolve().parent
"""The scenarios that ship, in folders by what fails."""


class _FileLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML as the equivalent JSON: a time stays the text that was written."""


_FileLoader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_LOADER: type[yaml.SafeLoader] = _FileLoader


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
    content = b""
    try:
        content = path.read_bytes()
        return content.decode("utf-8").replace("\r\n", "\n")
    except OSError as error:
        raise BadScenarioError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        odd = content[error.start]
        raise BadScenarioError(f"{path}:{line}: is not UTF-8 text: byte 0x{odd:02x}") from None


def parsed(path: object, text: str) -> Any:
    """Return the content of a file's text; raises `BadScenarioError`, each line with its place."""
    content, faults = parsed_with_faults(path, text)
    if faults:
        lines = (f"{path}:{line}: {words}" for line, words, _ in sorted(faults))
        raise BadScenarioError("\n".join(lines))
    return content


def parsed_with_faults(path: object, text: str) -> tuple[Any, list[YamlFault]]:
    """Return the content of a file's text, and what YAML allows and a scenario does not.

    Raises `BadScenarioError` for what has no content that could be looked at.
    """
    try:
        faults = list(faults_of(text, _LOADER))
        if any(fault.is_fatal for fault in faults):
            lines = (f"{path}:{fault.line}: {fault.words}" for fault in sorted(faults))
            raise BadScenarioError("\n".join(lines))
        return yaml.load(text, _LOADER), faults
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadScenarioError(f"{path}:{line}: {_words(error)}{_hint(text, line)}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadScenarioError(f"{path}:{line}: {error.reason}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadScenarioError(f"{path}: {' '.join(str(error).split())}") from None


def _words(error: yaml.MarkedYAMLError) -> str:
    """Return what the YAML parser says: the problem, and what it was doing, with its line."""
    problem = error.problem or "is not YAML"
    if not error.context:
        return problem
    since = f", which begins in line {error.context_mark.line + 1}" if error.context_mark else ""
    return f"{error.context}{since}: {problem}"


def _hint(text: str, line: int) -> str:
    """Return what is often the cause where YAML can't be read."""
    for each in text.split("\n")[max(0, line - 2) : line]:
        if "\t" in each[: len(each) - len(each.lstrip())]:
            return "; YAML is indented with spaces, and here is a tab"
    return ""


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
