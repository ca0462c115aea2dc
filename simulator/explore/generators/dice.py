"""Seeded random choices, from `Random.random` alone, which Python keeps stable across versions."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """The random choices that generators make."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def chance(self, percent: float) -> bool:
        """Return True with this probability, in percent."""
        return 100 * self._random.random() < percent

    def whole(self, least: int, most: int) -> int:
        """Return an integer between both ends, inclusive."""
        return least + int(self._random.random() * (most - least + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several items, all equally likely."""
        return choices[self.whole(0, len(choices) - 1)]

    def weigh(self, weights: Mapping[T, float]) -> T:
        """Return one of several items, by weight."""
        rest = self._random.random() * sum(weights.values())
        for choice, weight in weights.items():
            rest -= weight
            if rest < 0:
                return choice
        return choice

    def moment(self, latest: int) -> int:
        """Return a number of seconds, more often small than large, since most happens early."""
        return self.whole(0, self.whole(1, latest))

    def about(self, deadlines: Sequence[int], latest: int) -> int:
        """Return a number of seconds, often near a time at which much is decided."""
        if self.chance(50):
            return max(0, self.pick(deadlines) + self.whole(-20, 40))
        return self.moment(latest)
