"""What YAML allows and a scenario does not, each with its line."""

from collections.abc import Iterator
from typing import NamedTuple

import yaml

DEEPEST = 100
"""How deep a file may be nested: libyaml's own loader has no limit, and crashes the process."""

MOST_PARTS = 2_000_000
"""So many parts may a file have with its aliases written out: a few lines can mean billions."""


class YamlFault(NamedTuple):
    """What is wrong in a line; after a fatal fault the rest can't be looked at."""

    line: int
    words: str
    is_fatal: bool = False


def faults_of(text: str, loader: type[yaml.SafeLoader]) -> Iterator[YamlFault]:
    """Yield each fault; raises `yaml.YAMLError` for what is no YAML.

    Too deep a nesting, keys that are given twice or are no text, what contains itself, and
    aliases that stand for too much.
    """
    depth = 0
    # The events of the parser do not recurse; to compose what is too deep would.
    for event in yaml.parse(text, loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                yield YamlFault(line, f"is nested more than {DEEPEST} levels deep", is_fatal=True)
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    root = yaml.compose(text, loader)
    if root is None:
        return
    found = list(_faults(root, (), set()))
    yield from found
    if not any(fault.is_fatal for fault in found) and _parts(root, {}) > MOST_PARTS:
        words = f"the file: its aliases stand for more than {MOST_PARTS:,} parts"
        yield YamlFault(1, words, is_fatal=True)


def _faults(
    node: yaml.Node, around: tuple[yaml.Node, ...], known: set[yaml.Node]
) -> Iterator[YamlFault]:
    """Yield the faults of a node and of what is in it; what has an alias is read once."""
    if node in around:
        yield YamlFault(_line(node), "contains itself", is_fatal=True)
    elif node in known:
        return
    elif isinstance(node, yaml.MappingNode):
        known.add(node)
        lines: dict[str, int] = {}
        for key, value in node.value:
            yield from _faults_of_key(key, lines)
            yield from _faults(value, (*around, node), known)
    elif isinstance(node, yaml.SequenceNode):
        known.add(node)
        for item in node.value:
            yield from _faults(item, (*around, node), known)


def _faults_of_key(key: yaml.Node, lines: dict[str, int]) -> Iterator[YamlFault]:
    if not isinstance(key, yaml.ScalarNode):
        yield YamlFault(_line(key), "a key must be text", is_fatal=True)
    elif key.value in lines:
        yield YamlFault(_line(key), f"{key.value}: is already given in line {lines[key.value]}")
    else:
        lines[key.value] = _line(key)
        if not key.tag.endswith((":str", ":merge")):
            words = f"{key.value}: a key must be text; write {key.value!r} in quotes"
            yield YamlFault(_line(key), words)


def _parts(node: yaml.Node, known: dict[yaml.Node, int]) -> int:
    """Return how many parts a node has, with aliases written out."""
    if node not in known:
        inner: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            inner = [each for pair in node.value for each in pair]
        elif isinstance(node, yaml.SequenceNode):
            inner = node.value
        known[node] = 1 + sum(_parts(each, known) for each in inner)
    return known[node]


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
