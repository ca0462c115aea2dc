"""Events that a rule does not ask for, told by their source or detail-type alone.

moto copies each event for each rule, and lists all its values, before it compares any. Most rules
are about events of another source or detail-type.
"""

from typing import Any, Final

from moto.events.models import EventPattern

from simulator.core.context import CloudContext
from simulator.core.repairs import speed

REPAIRS: Final = (
    speed(
        "moto.events.models:EventPattern.matches_event",
        costs="All values of an event are listed for each rule, whatever the rule is about.",
        test="moto_speed/test_event_patterns.py",
    ),
)

_TELLING: Final = ("source", "detail-type")


def repair(context: CloudContext) -> None:
    """Compare what tells most events apart before anything else."""
    match: Any = EventPattern.matches_event

    def matches_event(self: Any, event: Any) -> bool:
        return not is_another(self._pattern, event) and bool(match(self, event))

    context.patches.set(EventPattern, "matches_event", matches_event)


def is_another(pattern: Any, event: Any) -> bool:
    """Return whether a pattern lists plain texts for a field, and an event has another one."""
    for name in _TELLING:
        wanted, given = (pattern or {}).get(name), event.get(name)
        if type(wanted) is not list or type(given) is not str:
            continue
        if given not in wanted and all(type(each) is str for each in wanted):
            return True
    return False
