"""Reads the VPN connections on a VIF's gateway, where no VIF carries everything meanwhile."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.network import Network, VirtualInterface
from vifshift.domain.other_paths import AssociatedGateway, UnseenPath, VpnConnection
from vifshift.preflight.maintenance import is_about, is_ahead, resources
from vifshift.preflight.parallel_reads import VPNS, Reader, some_of
from vifshift.preflight.path_coverage import cut_off, families_without, is_judged_by_name


class VpnReader(Protocol):
    """The VPN connections of a Region and account."""

    def vpn_connections(self, gateway_ids: Sequence[str]) -> tuple[VpnConnection, ...]:
        """Return those of some gateways of one kind; may raise a `CallError`."""


VpnsElsewhere = Callable[[str, str], VpnReader | None]
"""Returns the VPN connections of a Region and an account, None where they may not be read.

It may raise a `CallError`.
"""


class VpnPaths(NamedTuple):
    """The VPN connections of a gateway, and the gateways whose own could not be read."""

    found: tuple[VpnConnection, ...] = ()
    unseen: tuple[UnseenPath, ...] = ()


NO_VPNS = VpnPaths()


class VpnPlace(NamedTuple):
    """Where gateways of a kind are, whose VPN connections one call returns."""

    region: str
    owner_account: str
    kind: str


ByGateway = Mapping[str, Sequence[VpnConnection]]
UNREADABLE: ByGateway = {}
"""Stands for a place that may not be read."""
MOST_VALUES = 100
"""The most gateways a call: EC2 limits the values of a filter, and its API reference not how."""
MOST_GATEWAYS = 500
"""The most gateways of a plan whose VPN connections are read."""


def may_need_vpns(network: Network) -> bool:
    """Return whether no other VIF may carry something of a VIF while it moves."""
    vif = network.virtual_interface
    if vif is None or vif.is_public or not vif.shows_gateway or vif.is_dead:
        return False
    paths = [each for each in network.siblings if each.works]
    if not paths or cut_off(network, paths):
        return True
    if not is_judged_by_name(network) and families_without(network, paths):
        return True
    ids = frozenset().union(*map(resources, paths)) | resources(None, *network.other_paths.lags)
    return any(is_ahead(event) and is_about(event, ids) for event in network.health_events or ())


def read_vpns(
    reader: Reader,
    direct_connect: DirectConnect,
    elsewhere: VpnsElsewhere | None,
    vifs: Iterable[VirtualInterface],
    region: str,
) -> dict[str, VpnPaths]:
    """Return by gateway the VPN connections on the gateways of VIFs.

    Those of all gateways of one place are read together. What fails is recorded as unchecked.
    """
    if elsewhere is None:
        return {}
    gateways = {vif.gateway_id: vif for vif in vifs}
    if left_out := [*gateways][MOST_GATEWAYS:]:
        reader.leave_out(
            VPNS,
            f"those of {len(left_out)} gateways are not read beforehand ({some_of(left_out)}); "
            "each migration reads them again",
        )
    associated = _associated(
        reader,
        direct_connect,
        {each: gateways[each] for each in [*gateways][:MOST_GATEWAYS]},
        region,
    )
    places: defaultdict[VpnPlace, dict[str, None]] = defaultdict(dict)
    for each in (one for some in associated.values() for one in some):
        places[_place(each)][each.id] = None
    found = _read_places(reader, elsewhere, {place: [*ids] for place, ids in places.items()})
    return {
        gateway: VpnPaths(
            found=tuple(vpn for each in some for vpn in found[_place(each)].get(each.id, ())),
            unseen=tuple(_unseen(each) for each in some if found[_place(each)] is UNREADABLE),
        )
        for gateway, some in associated.items()
    }


def _associated(
    reader: Reader,
    direct_connect: DirectConnect,
    gateways: Mapping[str, VirtualInterface],
    region: str,
) -> dict[str, tuple[AssociatedGateway, ...]]:
    """Return the gateways that VPN connections may end on, by the gateway of the VIFs."""
    listings = {
        gateway: reader.start(partial(direct_connect.associated_gateways, gateway))
        for gateway, vif in gateways.items()
        if not vif.virtual_gateway_id
    }
    return {
        gateway: reader.settle(VPNS, listings[gateway], ())
        if gateway in listings
        else (AssociatedGateway(id=gateway, region=region),)
        for gateway in gateways
    }


def _read_places(
    reader: Reader, elsewhere: VpnsElsewhere, places: Mapping[VpnPlace, Sequence[str]]
) -> dict[VpnPlace, ByGateway]:
    """Return by place the VPN connections that are up, by the gateway that they end on."""
    started = {
        place: [
            reader.start(partial(_read, elsewhere, place, ids[start : start + MOST_VALUES]))
            for start in range(0, len(ids), MOST_VALUES)
        ]
        for place, ids in places.items()
    }
    found: dict[VpnPlace, ByGateway] = {}
    for place, readings in started.items():
        by_gateway: defaultdict[str, list[VpnConnection]] = defaultdict(list)
        for reading in readings:
            result = reader.settle(VPNS, reading, ())
            if result is None:
                found[place] = UNREADABLE
            for each in result or ():
                if each.is_up:
                    by_gateway[each.gateway_id].append(each)
        found.setdefault(place, by_gateway)
    return found


def _place(gateway: AssociatedGateway) -> VpnPlace:
    return VpnPlace(gateway.region, gateway.owner_account, gateway.kind)


def _unseen(gateway: AssociatedGateway) -> UnseenPath:
    return UnseenPath(
        virtual_interface_id=gateway.id,
        region=gateway.region,
        owner_account=gateway.owner_account,
        reason="whose VPN connections this stack may not read",
    )


def with_vpns(network: Network, vpns: VpnPaths) -> Network:
    """Return a network whose other paths include VPN connections."""
    paths = network.other_paths
    more = {"vpns": vpns.found, "unseen": (*paths.unseen, *vpns.unseen)}
    return network.model_copy(update={"other_paths": paths.model_copy(update=more)})


def _read(
    elsewhere: VpnsElsewhere, place: VpnPlace, ids: Sequence[str]
) -> tuple[VpnConnection, ...] | None:
    there = elsewhere(place.region, place.owner_account)
    return None if there is None else there.vpn_connections(ids)
