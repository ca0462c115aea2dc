"""What is said first on a page: the outcome in a word, and the few facts to know."""

from enum import StrEnum
from typing import NamedTuple


class Feeling(StrEnum):
    """How an outcome is shown."""

    GOOD = "good"
    CALM = "calm"
    WARN = "warn"
    BAD = "bad"


class Badge(NamedTuple):
    """An outcome in a word."""

    text: str
    feeling: Feeling


class Fact(NamedTuple):
    """One of the few things that everybody wants to know first."""

    name: str
    value: str
    note: str
    feeling: Feeling = Feeling.CALM
