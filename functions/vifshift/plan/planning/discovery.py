"""Reads a Region once, for all the moves of a plan.

Neither routes nor attachments are read: each migration reads its own right before its move.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from vifshift.domain.errors import not_listed
from vifshift.domain.network import CHANGE_CALENDAR, DirectConnect
from vifshift.domain.plan_request import PlanRequest
from vifshift.plan.planning.fleet import Fleet, Port, Surroundings
from vifshift.preflight.background import BackgroundSources, FleetBackgroundReads
from vifshift.preflight.discovery import Account, PeerRecords, affected, up_before_last_move
from vifshift.preflight.maintenance import entity_values, resources
from vifshift.preflight.parallel_reads import READERS, Reader


def survey_fleet(
    direct_connect: DirectConnect,
    account: Account,
    region: str,
    *,
    calendar: str | None = None,
    expected: PlanRequest | None = None,
    is_last_attempt: bool = True,
    records: Callable[[], PeerRecords] | None = None,
    sources: BackgroundSources | None = None,
) -> Fleet:
    """Return all VIFs of a Region with their tags, all ports, and their surroundings.

    With `sources`, what only the first check reads is read as well, for all moves at once. What is
    optional and can't be read is listed in `unchecked`. Raises a `CallError` if anything else can't
    be read, or if it is not the last attempt and the error may pass, and `NotSeen` if VIFs that the
    `expected` plan moves are not listed, which may be a gap in sight.
    """
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        reader = Reader(pool, is_last=is_last_attempt)
        vifs = reader.start(direct_connect.tagged_virtual_interfaces)
        connections = reader.start(direct_connect.connections)
        lags = reader.start(direct_connect.lags)
        background = FleetBackgroundReads(reader, sources) if sources else None
        caller = reader.start(account.caller)
        events = reader.start(account.health_events)
        state = reader.start(lambda: account.calendar_state(calendar) if calendar else None)
        caller_account = reader.settle("the account that calls", caller, "")
        calendar_state = reader.settle(CHANGE_CALENDAR, state, None)
        ports: tuple[Port, ...] = (*connections.result(), *lags.result())
        ids = resources(None, *ports).union(*map(resources, vifs.result()))
        values = partial(entity_values, ids, region, [caller_account])
        health = reader.start(partial(affected, account, events, values))
        health_events = reader.settle("AWS Health", health, ())
        surroundings = Surroundings(
            region=region,
            caller_account=caller_account,
            calendar_state=calendar_state,
            health_events=health_events,
            background=background and background.settle(ports),
            unchecked=tuple(reader.unchecked),
        )
        up_before = up_before_last_move(records, vifs.result())
        fleet = Fleet(vifs.result(), ports, surroundings, up_before)
    if expected and (unlisted := fleet.unlisted(expected)):
        raise not_listed(unlisted)
    return fleet
