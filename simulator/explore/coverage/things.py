"""What can be reached, and what a run has reached, by kind and name."""

from enum import StrEnum
from typing import NamedTuple


class ReachKind(StrEnum):
    """The kinds of things, in the order in which they are printed."""

    WAIT = "wait"
    ANSWER = "answer"
    OUTCOME = "outcome"
    STATE = "state"
    TRANSITION = "transition"
    RULE = "rule"
    FAULT = "fault"


class Thing(NamedTuple):
    """One of them."""

    kind: ReachKind
    name: str

    def __str__(self) -> str:
        """Return both as one text."""
        return f"{self.kind} {self.name}"
