"""How many routes there were before the move, and as they were last read."""

from collections.abc import Sequence

from vifshift.domain.migration import Migration
from vifshift.domain.observation import Reason
from vifshift.domain.routes import RouteChange
from vifshift.reports.migration.model import ObservationRecord, RouteCount


def route_counts(
    migration: Migration, changes: Sequence[RouteChange], looks: Sequence[ObservationRecord]
) -> tuple[RouteCount, ...]:
    """Return the number of routes in each set, before and now.

    A set that is no change is as before if all was as expected at last; else that is not known.
    """
    changed = {(each.address_family, each.route_direction): each for each in changes}
    is_as_before = bool(looks) and looks[-1].reason is Reason.AS_EXPECTED
    found = []
    for each in migration.expectation.routes or ():
        change = changed.pop(each.kind, None)
        as_before = each.number if is_as_before else None
        found.append(
            RouteCount(
                address_family=each.address_family,
                route_direction=each.route_direction,
                before=each.number,
                now=str(change.now) if change else as_before,
            )
        )
    found += [
        RouteCount(
            address_family=each.address_family,
            route_direction=each.route_direction,
            before=str(each.before),
            now=str(each.now),
        )
        for each in changed.values()
    ]
    return tuple(found)
