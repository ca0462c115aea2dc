"""How often each thing was reached, in seeds, and what never was."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from simulator.explore.coverage.exclusions import EXCLUDED
from simulator.explore.coverage.things import ReachKind, Thing


class Tally(NamedTuple):
    """Counts of seeds by thing, of what exists and may be reached."""

    seeds: int
    existing: Sequence[Thing]
    counts: Counter[Thing]

    @property
    def never(self) -> list[Thing]:
        """Return what was never reached, though it can be."""
        return [each for each in self.existing if not self.counts[each] and each not in EXCLUDED]

    @property
    def unknown(self) -> list[Thing]:
        """Return what was reached, though it is not known to exist."""
        return sorted(self.counts.keys() - set(self.existing))

    @property
    def needless(self) -> list[Thing]:
        """Return what is excluded, though it does not exist, or was reached."""
        known = set(self.existing)
        return [each for each in EXCLUDED if each not in known or self.counts[each]]

    def of(self, kind: ReachKind) -> list[tuple[str, int]]:
        """Return the names of a kind with their counts, the rarest last."""
        named = dict.fromkeys(
            each.name for each in (*self.existing, *self.counts) if each.kind is kind
        )
        counted = [(name, self.counts[Thing(kind, name)]) for name in named]
        return sorted(counted, key=lambda each: (-each[1], each[0]))


def tally(existing: Sequence[Thing], reached: Iterable[Iterable[Thing]]) -> Tally:
    """Count in how many seeds each thing was reached."""
    sets = [set(each) for each in reached]
    return Tally(len(sets), existing, Counter(thing for each in sets for thing in each))
