"""What came of a replay, and which differences have a reason that is known."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple


class Difference(NamedTuple):
    """Where the second interpreter did otherwise than the first.

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
    """What came of the replay of one execution.

    `cut` says why the recording ends before the execution would have, None where it does not;
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
        """Return the differences that nobody has a reason for."""
        return [each for each in self.differences if reason(each) is None]


EXPLAINED: Final[dict[str, Callable[[Difference], bool]]] = {}
"""Differences that are known, by their reason; as tight as they can be told from others."""


def reason(difference: Difference) -> str | None:
    """Return why a difference is none to worry about, None where it is not known."""
    return next((why for why, applies in EXPLAINED.items() if applies(difference)), None)
