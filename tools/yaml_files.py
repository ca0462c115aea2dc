"""A YAML or JSON file that a person writes, with the line of each of its parts."""

import json
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import JsonValue

from vifshift.domain.values import LARGEST_INTEGER

Place = Sequence[int | str]

_ALREADY_GIVEN = "is already given in line"


class BadDocumentError(ValueError):
    """A file that can't be read; each of its `faults` begins with the file's name and line."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults

    @property
    def is_ambiguous(self) -> bool:
        """Return whether a key is given twice."""
        return any(_ALREADY_GIVEN in fault for fault in self.faults)


class _Loader(yaml.SafeLoader):
    """Reads YAML as the equivalent JSON: a time stays the text that was written."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Document:
    """A file's value, with the lines of its parts."""

    def __init__(self, name: str, value: JsonValue, root: yaml.Node | None) -> None:
        self.name = name
        self.value = value
        self._root = root

    @classmethod
    def read(cls, path: Path, name: str) -> Self:
        """Read a file; `name` is its name in faults. Raises `BadDocumentError`."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise BadDocumentError(f"{name}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise BadDocumentError(f"{name}: is not UTF-8 text") from None
        if path.suffix == ".json":
            text = _checked(text, name)
        return cls._of(text, name)

    @classmethod
    def _of(cls, text: str, name: str) -> Self:
        try:
            loader = _Loader(text)
            root = loader.get_single_node()
            faults = list(_faults(root, (), loader))
            if not faults:
                value = loader.construct_document(root) if root else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            where = f"{name}:{mark.line + 1}" if mark else name
            raise BadDocumentError(f"{where}: {error.problem or error.context}") from None
        except yaml.YAMLError as error:
            raise BadDocumentError(f"{name}: {' '.join(str(error).split())}") from None
        if faults:
            raise BadDocumentError(*(f"{name}:{line}: {fault}" for line, fault in faults))
        return cls(name, value, root)

    def line(self, place: Place) -> int:
        """Return the line of a part, or of the innermost existing part around it."""
        node = self._root
        line = _line(node) if node else 1
        for step in place:
            found = _part(node, step)
            if found is None:
                break
            key, node = found
            line = _line(key)
        return line


def _checked(text: str, name: str) -> str:
    """Return JSON as YAML, in which tabs are not allowed; refuse what is not JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise BadDocumentError(f"{name}:{error.lineno}: {error.msg}") from None
    except ValueError:
        # A number with thousands of digits, whose line is found when it is read as YAML.
        pass
    return text.replace("\t", " ")


def _faults(
    node: yaml.Node | None, around: tuple[yaml.Node, ...], loader: _Loader
) -> Iterator[tuple[int, str]]:
    """Yield what YAML allows and requests don't: duplicate keys, and keys that are not text.

    A value that JSON does not have, such as `.inf`, is a fault as well.
    """
    if node in around:
        yield _line(node), "contains itself"
    elif isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield _line(key), "a key must be text"
                continue
            if key.value in seen:
                yield _line(key), f"{key.value}: {_ALREADY_GIVEN} {seen[key.value]}"
            seen.setdefault(key.value, _line(key))
            yield from _faults(value, (*around, node), loader)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _faults(item, (*around, node), loader)
    elif isinstance(node, yaml.ScalarNode) and not _is_possible(node, loader):
        yield _line(node), "has a value that JSON does not have"


def _is_possible(node: yaml.ScalarNode, loader: _Loader) -> bool:
    """Return whether a single value is text, true, false, null or a number that JSON passes on."""
    try:
        value = loader.construct_object(node)
    except ValueError:
        return False
    if isinstance(value, int | float):
        return isfinite(value) and abs(value) <= LARGEST_INTEGER
    return value is None or isinstance(value, str)


def _part(node: Any, step: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the node at which a part begins, and the part itself."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
