"""The true states of a VIF over time, and what Describe may have shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from simulator.directconnect import Knobs, StaleView, Transition

ASSOCIATE = "AssociateVirtualInterface"
CARRYING = {"available", "testing"}
GONE = {"deleting", "deleted"}


class VifView(NamedTuple):
    """The state of a VIF, true or as shown; routes are always the true ones.

    `prefixes` says which they are.
    """

    connection_id: str
    state: str
    bgp: dict[str, str]
    routes: dict[str, int]
    prefixes: Mapping[str, frozenset[str]] = MappingProxyType({})

    def __str__(self) -> str:
        """Return it without its prefixes, which may be thousands."""
        return str(tuple(self[:4]))

    @property
    def up(self) -> set[str]:
        """Return the peers that are up."""
        return {peer for peer, status in self.bgp.items() if status == "up"}

    @property
    def carries(self) -> bool:
        """Return whether any traffic can flow."""
        return self.state in CARRYING and bool(self.up)

    @property
    def works(self) -> bool:
        """Return whether it is available with at least one peer up."""
        return self.state == "available" and bool(self.up)

    @property
    def is_gone(self) -> bool:
        """Return whether it is deleted or being deleted."""
        return self.state in GONE


class Spell(NamedTuple):
    """A period without a change; `end` is exclusive."""

    begin: datetime
    end: datetime
    view: VifView


@dataclass(frozen=True)
class Truth:
    """One VIF's history."""

    transitions: Sequence[Transition]
    knobs: Knobs
    shown_instead: frozenset[str] = frozenset()

    def at(self, time: datetime) -> VifView:
        """Return the state at a time, after everything of that time; at first, as it began."""
        earlier = [each for each in self.transitions if each.at <= time]
        return _view(earlier[-1] if earlier else self.transitions[0])

    @property
    def moves(self) -> list[Transition]:
        """Return the times at which it arrived at another port, whoever moved it."""
        return [
            now
            for before, now in pairwise(self.transitions)
            if now.connection_id != before.connection_id
        ]

    @property
    def own_moves(self) -> list[Transition]:
        """Return the moves caused by AssociateVirtualInterface."""
        return [move for move in self.moves if move.cause == ASSOCIATE]

    def spells(self, begin: datetime, end: datetime) -> Iterator[Spell]:
        """Yield the states between two times, a spell for each."""
        times = [begin, *(each.at for each in self.transitions if begin < each.at < end), end]
        for start, stop in pairwise(times):
            if start < stop:
                yield Spell(start, stop, self.at(start))

    def shown_at(self, time: datetime) -> list[VifView]:
        """Return what a read at this time may have been shown."""
        return [view for each in self._true_at(time) for view in self._shown(each, time)]

    def shown_first_at(self, time: datetime) -> list[VifView]:
        """Return what a read at this time may have been shown before any call of that time."""
        return list(self._shown(self._true_at(time)[0], time))

    def proven_at(self, time: datetime) -> list[VifView]:
        """Return what may be claimed about this time; staleness excuses no claim about own moves.

        Whoever moved a VIF knows that Describe may lag, but not that somebody else moved it.
        """
        moves = [move for move in self.moves if move.at <= time]
        if moves and moves[-1].cause != ASSOCIATE:
            return self.shown_at(time)
        return [_view(each) for each in self._true_at(time)]

    def _true_at(self, time: datetime) -> list[Transition]:
        """Return the states it may have had when a call of this time was answered.

        What happens on the network at a time precedes the calls of that time; the effect of a call
        may have come before or after another call of the same time.
        """
        earlier = [each for each in self.transitions if each.at < time]
        present = [each for each in self.transitions if each.at == time]
        sequence = [*earlier[-1:], *present]
        calls = [index for index, each in enumerate(sequence) if self._is_by_call(each, time)]
        first = max(0, calls[0] - 1) if calls else len(sequence) - 1
        return sequence[first:]

    def shown_between(self, begin: datetime, end: datetime) -> list[VifView]:
        """Return everything that may have been shown between two times, inclusive."""
        times = [begin, *(each.at for each in self.transitions if begin < each.at < end), end]
        lag = timedelta(seconds=self.knobs.describe_lag_seconds)
        caught_up = [move.at + lag for move in self.moves]
        times += [time for time in caught_up if begin <= time <= end]
        return [view for time in times for view in self.shown_at(time)]

    def _is_by_call(self, transition: Transition, time: datetime) -> bool:
        return transition.at == time and transition.cause == ASSOCIATE

    def _shown(self, truth: Transition, time: datetime) -> Iterator[VifView]:
        """Yield the true state, and what a lagging Describe may show instead."""
        now = _view(truth)
        yield from (now._replace(connection_id=each) for each in sorted(self.shown_instead))
        lag = timedelta(seconds=self.knobs.describe_lag_seconds)
        index = self.transitions.index(truth)
        moves = [each for each in self.moves if self.transitions.index(each) <= index]
        if not lag or not moves or time >= moves[-1].at + lag:
            yield now
            return
        past = _view(self.transitions[self.transitions.index(moves[-1]) - 1])
        if self.knobs.describe_lag_shows is StaleView.EVERYTHING:
            yield past._replace(routes=now.routes, prefixes=now.prefixes)
        else:
            yield now._replace(connection_id=past.connection_id)
        if self.knobs.describe_lag_alternates:
            yield now

    def longest(
        self, begin: datetime, end: datetime, is_so: Callable[[VifView], bool]
    ) -> timedelta:
        """Return the longest uninterrupted time for which a condition held."""
        longest, since = timedelta(0), None
        for spell in self.spells(begin, end):
            since = (since or spell.begin) if is_so(spell.view) else None
            longest = max(longest, spell.end - since) if since else longest
        return longest


def _view(transition: Transition) -> VifView:
    return VifView(
        transition.connection_id,
        transition.virtual_interface_state,
        transition.bgp,
        transition.routes,
        transition.prefixes,
    )
