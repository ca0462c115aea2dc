"""The events of AWS Health that concern a Region, indexed by the ids that they name."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from vifshift.domain.network import HealthEvent
from vifshift.preflight.maintenance import is_about_all, is_whole, named


class Maintenance:
    """The events of AWS Health, indexed by the ids that they name.

    An event may name half a Region, so it is returned with only the ids that were asked for.
    """

    def __init__(self, events: Iterable[HealthEvent]) -> None:
        """Index the events."""
        self._events = tuple(events)
        self._of_all = [number for number, each in enumerate(self._events) if is_about_all(each)]
        self._naming: defaultdict[str, dict[int, list[str]]] = defaultdict(dict)
        for number, event in enumerate(self._events):
            for entity in event.entities:
                self._naming[named(entity)].setdefault(number, []).append(entity)

    @property
    def names_any(self) -> bool:
        """Return whether any event names a resource."""
        return bool(self._naming)

    def of(self, *ids: Collection[str]) -> Iterator[HealthEvent]:
        """Yield the events that name one of the ids, or all of a Region or account."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for each in self._named_among(ids):
            for number, entities in self._naming[each].items():
                found[number] += entities
        for number in sorted({*found, *self._of_all}):
            event = self._events[number]
            whole = filter(is_whole, event.entities) if number in self._of_all else ()
            told = tuple(sorted({*found[number], *whole}))
            update = {"entities": told, "names_others": len(told) < len(event.entities)}
            yield event.model_copy(update=update)

    def _named_among(self, ids: Collection[Collection[str]]) -> set[str]:
        """Return which of some ids are named; whichever are fewer are looked up in the others."""
        if len(self._naming) < sum(map(len, ids)):
            return {name for name in self._naming if any(name in some for some in ids)}
        return {name for some in ids for name in some if name in self._naming}
