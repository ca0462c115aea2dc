"""Judges the events of AWS Health: whether AWS works on resources while a move needs them.

AWS: "Concepts for AWS Health", and the API reference of AWS Health (Event, AffectedEntity).
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from vifshift.domain.findings import Move
from vifshift.domain.network import HealthEvent, Network, VirtualInterface
from vifshift.domain.partitions import partition_of
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.request import Request

OPEN, UPCOMING = "open", "upcoming"
NOTICE: Final = "accountNotification"
EVERYWHERE: Final = frozenset({"", "global"})
"""The Regions of an event that has none."""
WHOLE: Final = ("", "UNKNOWN", "AWS_ACCOUNT")
"""The entities that stand for all of a Region or account, as does the account's id."""
_ACCOUNT = re.compile(r"[0-9]{12}")
_CALLED_OFF = re.compile(r"(^|_)(CANCELL?ED|CANCELLATION|COMPLETED?|COMPLETION)(_|$)")
_RESOURCE_TYPES = ("dxcon", "dxlag", "dxvif")


class Subjects(NamedTuple):
    """What the entities of an event stand for: some ids, or all of a Region or account."""

    ids: frozenset[str]
    has_whole: bool


class Period(NamedTuple):
    """A period of time; what happens right at its end is no longer in it."""

    begins: datetime
    ends: datetime


def period_of(move: Move) -> Period:
    """Return the period that a move and its rollback may take at their longest.

    It begins when the move can start: now, or when its window opens. If it has to wait for its
    gateway until then, it is judged again when it has it.
    """
    window = move.request.window
    begins = max(move.now, window.opens_at) if window else move.now
    return Period(begins, begins + 2 * move.request.longest_way)


def works_during(
    events: Iterable[HealthEvent], period: Period, ids: Collection[str], region: str
) -> tuple[HealthEvent, ...]:
    """Return the events by which AWS works, or may work, on some resources during a period.

    `ids` are those of VIFs, connections, LAGs or gateways of a Region.
    """
    found = works_on(events, ids, region)
    return tuple(event for event in found if overlaps(event, period))


def works_on(
    events: Iterable[HealthEvent], ids: Collection[str], region: str
) -> Iterator[HealthEvent]:
    """Yield the upcoming and open events that concern resources of a Region, at any time.

    What AWS only gives notice of, or has cancelled or completed, is left out.
    """
    for event in events:
        if is_ahead(event) and event.region in {region, *EVERYWHERE} and is_about(event, ids):
            yield event


def is_ahead(event: HealthEvent) -> bool:
    """Return whether AWS works, or will work, on what an event names."""
    return (
        event.status_code in {OPEN, UPCOMING}
        and event.event_type_category != NOTICE
        and not _CALLED_OFF.search(event.event_type_code.upper())
    )


def is_about(event: HealthEvent, ids: Collection[str]) -> bool:
    """Return whether an event is about any of some resources."""
    if not event.entities:
        return is_about_all(event)
    subjects = _subjects(event.entities)
    return subjects.has_whole or not subjects.ids.isdisjoint(ids)


def is_about_all(event: HealthEvent) -> bool:
    """Return whether an event is about all of its Region or account.

    It names no entity, or one that says so: "where the extent of impact is unknown, include at
    least one entity indicating this" (AWS: DescribeAffectedEntities).
    """
    if not event.entities:
        return not event.names_others
    return _subjects(event.entities).has_whole


def is_whole(entity: str) -> bool:
    """Return whether an entity stands for all of a Region or account."""
    return entity.strip().upper() in WHOLE or bool(_ACCOUNT.fullmatch(entity.strip()))


def named(entity: str) -> str:
    """Return the id of an event's entity, which may be an ARN."""
    return entity.rpartition("/")[2]


@lru_cache(maxsize=64)
def _subjects(entities: tuple[str, ...]) -> Subjects:
    """Read the entities of an event once: each path and rule asks for those of all events."""
    return Subjects(frozenset(map(named, entities)), any(map(is_whole, entities)))


def overlaps(event: HealthEvent, period: Period) -> bool:
    """Return whether an event overlaps a period.

    An open event without a start has begun, and one without an end continues.
    """
    begins, ends = times_of(event)
    if begins is None and event.status_code != OPEN:
        return False
    return (begins is None or begins < period.ends) and (ends is None or ends > period.begins)


def times_of(event: HealthEvent) -> tuple[datetime | None, datetime | None]:
    """Return when an event begins and ends, None if not known; an end before its start is not."""
    begins, ends = _aware(event.start_time), _aware(event.end_time)
    return begins, None if begins and ends and ends < begins else ends


def resources(vif: VirtualInterface | None, *ports: Connection | Lag | None) -> frozenset[str]:
    """Return the ids that an event about a VIF, its gateway, its port, or ports would name."""
    found: set[str] = set()
    if vif:
        found |= {vif.virtual_interface_id, vif.connection_id}
        found |= {vif.direct_connect_gateway_id, vif.virtual_gateway_id}
    for port in ports:
        if port:
            found.add(port.port_id)
        if isinstance(port, Lag):
            found.update(member.port_id for member in port.connections)
    return frozenset(found - {""})


def concerned(request: Request, network: Network) -> frozenset[str]:
    """Return the ids that an event about the virtual interface or its two ports would name."""
    asked = {request.virtual_interface_id, request.connection_id}
    return resources(network.virtual_interface, network.source, network.target) | asked


def every_id(network: Network) -> frozenset[str]:
    """Return the ids of what moves and of what carries the traffic meanwhile."""
    lags = network.other_paths.lags
    ends = resources(network.virtual_interface, network.source, network.target, *lags)
    return ends.union(*map(resources, network.siblings))


def entity_values(ids: Iterable[str], region: str, accounts: Iterable[str]) -> tuple[str, ...]:
    """Return the values by which events name resources, or all of a Region or account.

    Entities are ids; some services name ARNs instead, so both are asked for.
    """
    owners = sorted({account for account in accounts if account})
    values = [*(value for value in WHOLE if value), *owners]
    for each in sorted(set(ids)):
        kind = each.partition("-")[0]
        values.append(each)
        if kind in _RESOURCE_TYPES:
            start = f"arn:{partition_of(region)}:directconnect:{region}"
            values += [f"{start}:{owner}:{kind}/{each}" for owner in owners]
    return tuple(values)


def _aware(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
