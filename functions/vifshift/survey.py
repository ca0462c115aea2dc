"""Reads what preflight judges: a Region once, over all pages, in parallel, whatever is asked."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Protocol, TypeVar

from vifshift.errors import CallDenied, CallError, CallRefused, OperationMissing
from vifshift.network import (
    Connection,
    DirectConnect,
    HealthEvent,
    Lag,
    Network,
    Unchecked,
    VirtualInterface,
)
from vifshift.request import Request
from vifshift.routes import RouteSet

READERS = 8
PERMISSIONS = {
    "the account that calls": "sts:GetCallerIdentity",
    "the change calendar": "ssm:GetCalendarState",
    "AWS Health": "health:DescribeEvents and health:DescribeAffectedEntities",
    "the gateway's attachment": "directconnect:DescribeDirectConnectGatewayAttachments",
}

T = TypeVar("T")


class Account(Protocol):
    """What surrounds Direct Connect in an account; each method may raise a `CallError`."""

    def caller(self) -> str:
        """Return the id of the account that calls."""

    def calendar_state(self, calendar: str) -> str:
        """Return OPEN or CLOSED."""

    def health_events(self) -> tuple[HealthEvent, ...] | None:
        """Return the open and upcoming Direct Connect events; None: Health is not available."""


class Reader:
    """Reads side by side; keeps account of what may not or can't be read, and raises the rest."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self.unchecked: list[Unchecked] = []

    def start(self, read: Callable[[], T]) -> Future[T]:
        """Start reading what nothing can be judged without; what it calls is counted here."""
        return self._pool.submit(copy_context().run, read)

    def settle(self, subject: str, reading: Future[T], default: T) -> T:
        """Wait for something that can be done without, and note it where it could not be read."""
        try:
            return reading.result()
        except CallError as error:
            permission = PERMISSIONS[subject]
            self.unchecked.append(
                Unchecked(subject=subject, permission=permission, reason=str(error))
            )
            return default


def survey(
    direct_connect: DirectConnect,
    account: Account,
    region: str,
    request: Request,
    *,
    calendar: str | None = None,
) -> Network:
    """Read the Region and what surrounds it.

    What may not or can't be read, and can be done without, is part of the answer; any other
    `CallError` is raised, since nothing can be judged without the rest.
    """
    name = request.virtual_interface_id
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        reader = Reader(pool)
        interfaces = reader.start(direct_connect.virtual_interfaces)
        connections = reader.start(direct_connect.connections)
        lags = reader.start(direct_connect.lags)
        caller = reader.start(account.caller)
        health = reader.start(account.health_events)
        state = reader.start(lambda: account.calendar_state(calendar) if calendar else None)
        vifs = interfaces.result()
        vif = next((each for each in vifs if each.virtual_interface_id == name), None)
        routes = reader.start(lambda: _routes(direct_connect, vif))
        attachment = reader.start(lambda: _attachment_state(direct_connect, vif))
        known_routes = _settle_routes(routes)
        network = _network(region, request, vifs, (*connections.result(), *lags.result()))
        surroundings = {
            "siblings": _siblings(vifs, vif),
            "caller_account": reader.settle("the account that calls", caller, ""),
            "attachment_state": reader.settle("the gateway's attachment", attachment, None),
            "calendar_state": reader.settle("the change calendar", state, None),
            "health_events": reader.settle("AWS Health", health, ()),
            "routes": known_routes[0],
            "routes_unreadable": known_routes[1],
        }
    return network.model_copy(update={**surroundings, "unchecked": tuple(reader.unchecked)})


def survey_ports(direct_connect: DirectConnect, region: str, request: Request) -> Network:
    """Read the two ports of a move and what rides on them, and no more; raises a `CallError`."""
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        reader = Reader(pool)
        interfaces = reader.start(direct_connect.virtual_interfaces)
        connections = reader.start(direct_connect.connections)
        lags = reader.start(direct_connect.lags)
        ports: tuple[Connection | Lag, ...] = (*connections.result(), *lags.result())
        return _network(region, request, interfaces.result(), ports)


def _network(
    region: str,
    request: Request,
    vifs: tuple[VirtualInterface, ...],
    ports: Iterable[Connection | Lag],
) -> Network:
    by_id = {port.port_id: port for port in ports}
    name = request.virtual_interface_id
    vif = next((each for each in vifs if each.virtual_interface_id == name), None)
    return Network(
        region=region,
        virtual_interface=vif,
        source=by_id.get(vif.connection_id) if vif else None,
        target=by_id.get(request.connection_id),
        on_source=_on(vifs, vif.connection_id if vif else ""),
        on_target=_on(vifs, request.connection_id),
    )


def _routes(
    direct_connect: DirectConnect, vif: VirtualInterface | None
) -> tuple[RouteSet, ...] | None:
    return direct_connect.routes(vif.virtual_interface_id, by_number=False) if vif else None


def _settle_routes(
    reading: "Future[tuple[RouteSet, ...] | None]",
) -> tuple[tuple[RouteSet, ...] | None, str | None]:
    try:
        return reading.result(), None
    except (CallDenied, CallRefused, OperationMissing) as error:
        return None, str(error)


def _attachment_state(direct_connect: DirectConnect, vif: VirtualInterface | None) -> str | None:
    if vif is None or not vif.direct_connect_gateway_id:
        return None
    return direct_connect.attachment_state(vif.direct_connect_gateway_id, vif.virtual_interface_id)


def _on(vifs: Iterable[VirtualInterface], port_id: str) -> tuple[VirtualInterface, ...]:
    return tuple(each for each in vifs if port_id and each.connection_id == port_id)


def _siblings(
    vifs: Iterable[VirtualInterface], vif: VirtualInterface | None
) -> tuple[VirtualInterface, ...]:
    """Return the other VIFs of the same gateway."""
    if vif is None or vif.redundancy_group == vif.virtual_interface_id:
        return ()
    return tuple(
        each
        for each in vifs
        if each.redundancy_group == vif.redundancy_group
        and each.virtual_interface_id != vif.virtual_interface_id
    )
