"""The result of a replay, and the known reasons for differences."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple


class Difference(NamedTuple):
    """A difference between the two interpreters.

    `what` names what was compared, and the place in it; `state` is empty at the execution's end.
    """

    scenario: str
    machine: str
    state: str
    what: str
    recorded: str
    replayed: str

    def __str__(self) -> str:
        return (
            f"{self.scenario}: {self.machine}: {self.state or 'end'}: {self.what}: "
            f"{self.recorded} in the simulator, {self.replayed} in sfnx"
        )


@dataclass
class ReplayOutcome:
    """The result of an execution's replay.

    `cut` is why the recording ends before the execution would have, or None;
    `compared` are the numbers of what was compared, `taken` of what had to be taken from the
    recording, by what it is.
    """

    machine: str
    is_item: bool
    cut: str | None
    states: set[str] = field(default_factory=set)
    compared: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Difference]:
        """Return the differences without a known reason."""
        return [each for each in self.differences if reason(each) is None]


EXPLAINED: Final[dict[str, Callable[[Difference], bool]]] = {}
"""Differences that are known, by their reason; as tight as they can be told from others."""


def reason(difference: Difference) -> str | None:
    """Return the known reason for a difference, or None."""
    return next((why for why, applies in EXPLAINED.items() if applies(difference)), None)
