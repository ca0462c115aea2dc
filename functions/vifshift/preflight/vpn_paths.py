"""Reads the VPN connections on a VIF's gateway, where no VIF carries everything meanwhile."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from vifshift.domain.network import DirectConnect, Network, VirtualInterface
from vifshift.domain.other_paths import AssociatedGateway, UnseenPath, VpnConnection
from vifshift.preflight.maintenance import is_about, is_ahead, resources
from vifshift.preflight.parallel_reads import VPNS, Reader
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
    vif: VirtualInterface,
    region: str,
) -> VpnPaths:
    """Return the VPN connections on the gateway of a VIF; what fails is recorded as unchecked."""
    if elsewhere is None:
        return NO_VPNS
    if vif.virtual_gateway_id:
        gateways: tuple[AssociatedGateway, ...] = (
            AssociatedGateway(id=vif.virtual_gateway_id, region=region),
        )
    else:
        listing = partial(direct_connect.associated_gateways, vif.direct_connect_gateway_id)
        gateways = reader.settle(VPNS, reader.start(listing), ())
    places: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for each in gateways:
        places[each.region, each.owner_account, each.kind].append(each.id)
    started = {
        place: reader.start(partial(_read, elsewhere, place, ids)) for place, ids in places.items()
    }
    found: list[VpnConnection] = []
    unseen: list[UnseenPath] = []
    for (where, owner, _), ids in places.items():
        result = reader.settle(VPNS, started[where, owner, _], ())
        if result is None:
            unseen += (
                UnseenPath(
                    virtual_interface_id=each,
                    region=where,
                    owner_account=owner,
                    reason="whose VPN connections this stack may not read",
                )
                for each in ids
            )
        else:
            found += result
    return VpnPaths(tuple(each for each in found if each.is_up), tuple(unseen))


def with_vpns(network: Network, vpns: VpnPaths) -> Network:
    """Return a network whose other paths include VPN connections."""
    paths = network.other_paths
    more = {"vpns": vpns.found, "unseen": (*paths.unseen, *vpns.unseen)}
    return network.model_copy(update={"other_paths": paths.model_copy(update=more)})


def _read(
    elsewhere: VpnsElsewhere, place: tuple[str, str, str], ids: list[str]
) -> tuple[VpnConnection, ...] | None:
    there = elsewhere(place[0], place[1])
    return None if there is None else there.vpn_connections(ids)
