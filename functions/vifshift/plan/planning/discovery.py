"""Reads a Region once, for all the moves of a plan.

Neither routes nor attachments are read: each migration reads its own right before its move.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from vifshift.domain.errors import not_listed
from vifshift.domain.network import DirectConnect, VirtualInterface
from vifshift.domain.plan_request import PlanRequest
from vifshift.plan.planning.fleet import Fleet, Port, Surroundings
from vifshift.preflight.background import FleetBackgroundReads
from vifshift.preflight.discovery import (
    NO_SOURCES,
    Account,
    OptionalSources,
    affected,
    up_before_last_move,
)
from vifshift.preflight.maintenance import entity_values, resources
from vifshift.preflight.moves_in_progress import Wanted, moved_by
from vifshift.preflight.parallel_reads import LOCKS, READERS, Reader


def survey_fleet(
    direct_connect: DirectConnect,
    account: Account,
    region: str,
    *,
    calendar: str | None = None,
    asked: PlanRequest | None = None,
    is_gap_over: bool = True,
    optional: OptionalSources = NO_SOURCES,
) -> Fleet:
    """Return all VIFs of a Region with their tags, all ports, and their surroundings.

    What only the first check reads is read for all moves at once. What is
    optional and can't be read is listed in `unchecked`. Raises a `CallError` if anything
    else can't be read, and, unless `is_gap_over`, `NotSeen` if VIFs that the plan `asked` for moves
    are not listed, which may be a gap in sight.
    """
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        reader = Reader(pool)
        vifs = reader.start(direct_connect.tagged_virtual_interfaces)
        connections = reader.start(direct_connect.connections)
        lags = reader.start(direct_connect.lags)
        background = _background(reader, optional)
        caller = reader.start(account.caller)
        events = reader.start(account.health_events)
        state = reader.start(lambda: account.calendar_state(calendar) if calendar else None)
        caller_account = reader.settle("the account that calls", caller, "")
        calendar_state = reader.settle("the change calendar", state, None)
        ports: tuple[Port, ...] = (*connections.result(), *lags.result())
        ids = resources(None, *ports).union(*map(resources, vifs.result()))
        values = partial(entity_values, ids, region, [caller_account])
        health = reader.start(partial(affected, account, events, values))
        health_events = reader.settle("AWS Health", health, ())
        moving = reader.start(lambda: moved_by(optional.locks, _wanted(asked, vifs.result())))
        moving_now = reader.settle(LOCKS, moving, {})
        surroundings = Surroundings(
            region=region,
            caller_account=caller_account,
            calendar_state=calendar_state,
            health_events=health_events,
            background=background and background.settle(ports),
            unchecked=tuple(reader.unchecked),
        )
        up_before = up_before_last_move(optional.records, vifs.result())
        fleet = Fleet(vifs.result(), ports, surroundings, up_before, moving_now)
    if asked and not is_gap_over and (unlisted := fleet.unlisted(asked)):
        raise not_listed(unlisted)
    return fleet


def _background(reader: Reader, optional: OptionalSources) -> FleetBackgroundReads | None:
    sources = optional.background
    return FleetBackgroundReads(reader, sources) if sources else None


def _wanted(asked: PlanRequest | None, vifs: Iterable[VirtualInterface]) -> Iterator[Wanted]:
    """Yield the VIFs that a plan moves, and where to."""
    if asked is None:
        return
    targets = {move.virtual_interface_id: move.connection_id for move in asked.moves or ()}
    leaving = asked.evacuate
    for vif in vifs:
        if vif.virtual_interface_id in targets:
            yield vif, targets[vif.virtual_interface_id]
        elif leaving and vif.connection_id in {leaving.source, leaving.target}:
            yield vif, leaving.target
