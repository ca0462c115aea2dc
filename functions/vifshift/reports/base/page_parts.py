"""The parts that all report pages have: the badge, the facts, and the findings in their order."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from vifshift.domain.findings import Finding, Severity


class OutcomeStyle(StrEnum):
    """How an outcome is shown."""

    GOOD = "good"
    CALM = "calm"
    WARN = "warn"
    BAD = "bad"


class Badge(NamedTuple):
    """An outcome in a word."""

    text: str
    style: OutcomeStyle


class Fact(NamedTuple):
    """One of the few things that everybody wants to know first."""

    name: str
    value: str
    note: str
    style: OutcomeStyle = OutcomeStyle.CALM


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return what still blocks first, then by severity."""
    order = list(Severity)
    return sorted(findings, key=lambda each: (not each.blocks, order.index(each.severity)))
