"""IAM policy documents, parsed; what is not understood is refused, and never taken for a grant."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

ELEMENTS: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "Condition",
    }
)
_EFFECTS: Final = frozenset({"Allow", "Deny"})
_KINDS: Final = frozenset({"AWS", "Service"})
_VARIABLE: Final = "${"


class UnsupportedPolicyError(ValueError):
    """A policy holds something that is not evaluated here."""


class Patterns(NamedTuple):
    """What a statement is about, with wildcards; `negated` stands for NotAction, NotResource."""

    patterns: tuple[str, ...]
    negated: bool

    def take(self, value: str) -> bool:
        """Return whether a value is among them."""
        return any(like(pattern, value) for pattern in self.patterns) is not self.negated


class PolicyCondition(NamedTuple):
    """One key of a statement's conditions, in lower case, and the values that are compared."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A statement of a policy; without `principals` it is of an identity's policy."""

    allows: bool
    actions: Patterns
    resources: Patterns | None
    principals: frozenset[tuple[str, str]] | None
    conditions: tuple[PolicyCondition, ...]

    def is_about(self, action: str, resource: str) -> bool:
        """Return whether it is about this action and resource."""
        # A trust policy names no resource: it is the role's own.
        return self.actions.take(action.lower()) and (
            self.resources is None or self.resources.take(resource)
        )


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Statement, ...]:
    """Return the statements of a policy document; raises `UnsupportedPolicyError`."""
    document = json.loads(text)
    return tuple(_statement(each) for each in _items(document["Statement"]))


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> re.Pattern[str]:
    pieces = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return re.compile("".join(pieces), re.DOTALL)


def like(pattern: str, value: str) -> bool:
    """Return whether a value is as a pattern has it: * for any characters, ? for any one."""
    return _pattern(pattern).fullmatch(value) is not None


def _statement(given: Mapping[str, Any]) -> Statement:
    if unknown := given.keys() - ELEMENTS:
        raise UnsupportedPolicyError(f"Elements that are not evaluated here: {sorted(unknown)}")
    if given["Effect"] not in _EFFECTS:
        raise UnsupportedPolicyError(f"Not an effect: {given['Effect']!r}")
    actions = _patterns(given, "Action")
    if actions is None:
        raise UnsupportedPolicyError("A statement without an action")
    return Statement(
        allows=given["Effect"] == "Allow",
        actions=Patterns(tuple(each.lower() for each in actions.patterns), actions.negated),
        resources=_patterns(given, "Resource"),
        principals=_principals(given["Principal"]) if "Principal" in given else None,
        conditions=tuple(_conditions(given.get("Condition", {}))),
    )


def _patterns(given: Mapping[str, Any], name: str) -> Patterns | None:
    for key, negated in ((name, False), (f"Not{name}", True)):
        if key in given:
            patterns = tuple(map(str, _items(given[key])))
            for pattern in patterns:
                if _VARIABLE in pattern:
                    raise UnsupportedPolicyError(
                        f"Policy variables are not evaluated here: {pattern}"
                    )
            return Patterns(patterns, negated)
    return None


def _principals(given: str | Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return kinds and names: AWS accounts and roles, or services."""
    if isinstance(given, str):
        given = {"AWS": given}
    if unknown := given.keys() - _KINDS:
        raise UnsupportedPolicyError(f"Principals that are not evaluated here: {sorted(unknown)}")
    return frozenset((kind, str(name)) for kind, names in given.items() for name in _items(names))


def _conditions(given: Mapping[str, Mapping[str, Any]]) -> Iterator[PolicyCondition]:
    for operator, keys in given.items():
        for key, values in keys.items():
            texts = tuple(_text(each) for each in _items(values))
            if any(_VARIABLE in text for text in texts):
                raise UnsupportedPolicyError(f"Policy variables are not evaluated here: {texts}")
            yield PolicyCondition(operator, key.lower(), texts)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]
