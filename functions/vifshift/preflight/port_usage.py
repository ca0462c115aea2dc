"""Reads the VIF and the ports of a request, from the whole Region or only by their ids."""

from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple, Protocol

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.request import Request
from vifshift.preflight.parallel_reads import Reader

LAG = "dxlag-"


class PortUsage(NamedTuple):
    """The VIF of a request, the two ports with their VIFs, and the VIF's siblings with their LAGs.

    `unlisted` are the VIFs that were asked for, and that Direct Connect does not list. `region` is
    None where only what was asked for was read.
    """

    vif: VirtualInterface | None
    source: Connection | Lag | None
    target: Connection | Lag | None
    on_source: tuple[VirtualInterface, ...]
    on_target: tuple[VirtualInterface, ...]
    siblings: tuple[VirtualInterface, ...]
    unlisted: tuple[str, ...] = ()
    region: "RegionRead | None" = None
    sibling_lags: tuple[Lag, ...] = ()


class RegionRead(NamedTuple):
    """All VIFs and ports of a Region."""

    vifs: tuple[VirtualInterface, ...]
    ports: tuple[Connection | Lag, ...]


class PortUsageReads(Protocol):
    """Reads that have been started; each method may raise a `CallError`."""

    def vif(self) -> VirtualInterface | None:
        """Wait for the VIF to move; None if it does not exist."""

    def port_usage(self) -> PortUsage:
        """Wait for all reads."""


class WholeRegion:
    """Reads all VIFs and ports of a Region."""

    def __init__(self, reader: Reader, direct_connect: DirectConnect, request: Request) -> None:
        """Start reading."""
        self._request = request
        self._vifs = reader.start(direct_connect.virtual_interfaces)
        self._connections = reader.start(direct_connect.connections)
        self._lags = reader.start(direct_connect.lags)

    def vif(self) -> VirtualInterface | None:
        """Wait for the VIF to move; None if it does not exist."""
        name = self._request.virtual_interface_id
        vifs = self._vifs.result()
        return next((vif for vif in vifs if vif.virtual_interface_id == name), None)

    def port_usage(self) -> PortUsage:
        """Wait for all reads."""
        vifs, vif, target = self._vifs.result(), self.vif(), self._request.connection_id
        ports: tuple[Connection | Lag, ...] = (*self._connections.result(), *self._lags.result())
        by_id = {port.port_id: port for port in ports}
        siblings = siblings_among(vifs, vif)
        return PortUsage(
            vif=vif,
            source=by_id.get(vif.connection_id) if vif else None,
            target=by_id.get(target),
            on_source=_on(vifs, vif.connection_id if vif else ""),
            on_target=_on(vifs, target),
            siblings=siblings,
            unlisted=() if vif else (self._request.virtual_interface_id,),
            region=RegionRead(vifs, ports),
            sibling_lags=lags_among(map(by_id.get, lag_ids(siblings))),
        )


class BothEnds:
    """Reads the VIF, the two ports with their VIFs, and the siblings, all by id."""

    def __init__(
        self,
        reader: Reader,
        direct_connect: DirectConnect,
        request: Request,
        siblings: Iterable[str],
    ) -> None:
        """Start reading; the source is read once the VIF is known."""
        self._reader, self._direct_connect, self._request = reader, direct_connect, request
        self._vif = reader.start(
            partial(direct_connect.virtual_interface, request.virtual_interface_id)
        )
        self._target = self._start(request.connection_id)
        self._siblings = {
            each: reader.start(partial(direct_connect.virtual_interface, each)) for each in siblings
        }
        self._source: PortReads | None = None

    def vif(self) -> VirtualInterface | None:
        """Wait for the VIF to move, and start reading its source."""
        vif = self._vif.result()
        if vif and vif.connection_id and self._source is None:
            self._source = self._start(vif.connection_id)
        return vif

    def port_usage(self) -> PortUsage:
        """Wait for all reads; a sibling that is gone or has another gateway is left out."""
        vif = self.vif()
        found = [sibling for each in self._siblings.values() if (sibling := each.result())]
        siblings = siblings_among(found, vif)
        lags = [
            self._reader.start(partial(self._direct_connect.port, each))
            for each in lag_ids(siblings)
        ]
        asked = {self._request.virtual_interface_id: self._vif, **self._siblings}
        return PortUsage(
            vif=vif,
            source=self._source.port.result() if self._source else None,
            target=self._target.port.result(),
            on_source=self._source.attached.result() if self._source else (),
            on_target=self._target.attached.result(),
            siblings=siblings,
            unlisted=tuple(name for name, read in asked.items() if read.result() is None),
            sibling_lags=lags_among(each.result() for each in lags),
        )

    def _start(self, port_id: str) -> "PortReads":
        return PortReads(
            self._reader.start(partial(self._direct_connect.port, port_id)),
            self._reader.start(partial(self._direct_connect.virtual_interfaces_on, port_id)),
        )


class PortReads(NamedTuple):
    """The reads of one port: the port itself, and its VIFs."""

    port: Future[Connection | Lag | None]
    attached: Future[tuple[VirtualInterface, ...]]


def lag_ids(vifs: Iterable[VirtualInterface]) -> tuple[str, ...]:
    """Return the LAGs that VIFs are on and may carry traffic over, each once."""
    lags = (vif.connection_id for vif in vifs if vif.works and vif.connection_id.startswith(LAG))
    return tuple(dict.fromkeys(lags))


def lags_among(ports: Iterable[Connection | Lag | None]) -> tuple[Lag, ...]:
    """Return those that are LAGs, whose members an event of AWS Health may name."""
    return tuple(port for port in ports if isinstance(port, Lag))


def siblings_among(
    vifs: Iterable[VirtualInterface], vif: VirtualInterface | None
) -> tuple[VirtualInterface, ...]:
    """Return the other VIFs of the same gateway; none if its gateway is not shown."""
    if vif is None or not vif.shows_gateway:
        return ()
    return tuple(
        each
        for each in vifs
        if each.redundancy_group == vif.redundancy_group
        and each.virtual_interface_id != vif.virtual_interface_id
    )


def _on(vifs: Iterable[VirtualInterface], port_id: str) -> tuple[VirtualInterface, ...]:
    return tuple(each for each in vifs if port_id and each.connection_id == port_id)
