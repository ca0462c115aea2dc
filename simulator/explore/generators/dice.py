"""Chance, from a seed, by nothing but `Random.random`: Python promises that it stays the same."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """What a drawing asks of chance."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def chance(self, percent: float) -> bool:
        """Say yes so many times out of a hundred."""
        return 100 * self._random.random() < percent

    def whole(self, least: int, most: int) -> int:
        """Return a whole number, both ends included."""
        return least + int(self._random.random() * (most - least + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several, each as likely."""
        return choices[self.whole(0, len(choices) - 1)]

    def weigh(self, weights: Mapping[T, float]) -> T:
        """Return one of several, as likely as its weight."""
        rest = self._random.random() * sum(weights.values())
        for choice, weight in weights.items():
            rest -= weight
            if rest < 0:
                return choice
        return choice

    def moment(self, latest: int) -> int:
        """Return seconds, early ones more often than late ones: most happens early."""
        return self.whole(0, self.whole(1, latest))

    def about(self, deadlines: Sequence[int], latest: int) -> int:
        """Return seconds, often those around a time when much is decided."""
        if self.chance(50):
            return max(0, self.pick(deadlines) + self.whole(-20, 40))
        return self.moment(latest)
