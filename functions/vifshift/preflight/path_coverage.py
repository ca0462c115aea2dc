"""Which other paths of a VIF count, and what of its routes they carry together."""

from collections.abc import Iterable, Iterator, Sequence

from vifshift.domain.findings import Move
from vifshift.domain.network import Network, VirtualInterface, VirtualInterfaceState
from vifshift.domain.path_comparison import known_cidrs, part
from vifshift.domain.routes import RouteSet

MOST_NAMED = 5


def siblings(move: Move) -> tuple[VirtualInterface, ...]:
    """Return the other virtual interfaces of the gateway, without those being deleted."""
    name = move.request.virtual_interface_id
    return tuple(
        [
            other
            for other in move.network.siblings
            if not other.is_gone and other.virtual_interface_id != name
        ]
    )


def counting(move: Move) -> tuple[VirtualInterface, ...]:
    """Return the siblings that can carry traffic now: those that are up."""
    return tuple([other for other in siblings(move) if other.works])


def is_waited_for(move: Move) -> bool:
    """Return whether a sibling is on its way because this stack moves it, and is judged after that.

    One that somebody else moves may never arrive. Once the gateway is locked, as in a recheck,
    nothing is waited for, and neither is it in a dry run.
    """
    return not (move.is_recheck or move.request.dry_run) and any(
        other.virtual_interface_state == VirtualInterfaceState.PENDING
        and other.virtual_interface_id in move.network.other_paths.moved_here
        for other in siblings(move)
    )


def lacked(network: Network, path: VirtualInterface) -> tuple[RouteSet, ...]:
    """Return what a path that is up lacks of the VIF's routes, by name where that is known.

    A path whose routes are not known carries everything of the address families that are up.
    """
    compared = network.other_paths.compared.get(path.virtual_interface_id)
    known = {str(each): each for each in (compared.lacks if compared else ())}
    return tuple(
        routes if routes.address_family not in path.families_up else known[str(routes)]
        for routes in _carried(network)
        if routes.address_family not in path.families_up or str(routes) in known
    )


def uncompared(network: Network, path: VirtualInterface) -> tuple[RouteSet, ...]:
    """Return which of the VIF's routes could not be compared by name with those of a path."""
    compared = network.other_paths.compared.get(path.virtual_interface_id)
    return compared.uncompared if compared else ()


def vpn_families(network: Network) -> frozenset[str]:
    """Return the address families that a VPN connection on the gateway carries."""
    return frozenset(each.address_family for each in network.other_paths.vpns)


def cut_off(network: Network, paths: Sequence[VirtualInterface]) -> tuple[RouteSet, ...]:
    """Return the VIF's routes that none of the paths carries, and no VPN connection either.

    Which prefixes a VPN connection carries is not known: it counts for all of its address family.
    """
    by_vpn = vpn_families(network)
    found = cut_off_from_vifs(network, paths)
    return tuple(routes for routes in found if routes.address_family not in by_vpn)


def cut_off_from_vifs(network: Network, paths: Sequence[VirtualInterface]) -> tuple[RouteSet, ...]:
    """Return the VIF's routes that none of the paths carries."""
    lacks = [{str(each): each for each in lacked(network, path)} for path in paths]
    found = (
        _in_all(routes, [each.get(str(routes)) for each in lacks]) for routes in _carried(network)
    )
    return tuple(each for each in found if each is not None)


def families_without(network: Network, paths: Iterable[VirtualInterface]) -> tuple[str, ...]:
    """Return the VIF's address families that are up, and that none of the paths has up."""
    vif = network.virtual_interface
    others = {family for path in paths for family in path.families_up} | vpn_families(network)
    return tuple(family for family in (vif.families_up if vif else ()) if family not in others)


def is_judged_by_name(network: Network) -> bool:
    """Return whether the VIF's routes are known, and there are any."""
    return any(_carried(network))


def named(routes: Sequence[RouteSet], most: int = MOST_NAMED) -> str:
    """Return sets of routes in words, with their first prefixes, and how many more there are."""
    shown = _shares([len(known_cidrs(each)) for each in routes], most)
    return "; ".join(_named(each, count) for each, count in zip(routes, shown, strict=True))


def _named(routes: RouteSet, shown: int) -> str:
    if not shown:
        return f"{routes}: {routes.number} prefixes"
    unsaid = routes.count - shown
    more = f" and {unsaid} more" if unsaid else ""
    return f"{routes}: {', '.join(known_cidrs(routes)[:shown])}{more}"


def _shares(counts: Sequence[int], most: int) -> list[int]:
    """Return how many of each may be shown: one of each, before a second one of any."""
    shown = [0] * len(counts)
    for _ in range(most):
        open_ = [index for index, count in enumerate(counts) if shown[index] < count]
        if not open_:
            break
        shown[min(open_, key=lambda index: shown[index])] += 1
    return shown


def _carried(network: Network) -> Iterator[RouteSet]:
    return (routes for routes in network.routes or () if routes.count)


def _in_all(routes: RouteSet, lacks: Sequence[RouteSet | None]) -> RouteSet | None:
    """Return what of a set all paths lack, None if that is nothing."""
    if any(each is None for each in lacks):
        return None
    partly = [set(known_cidrs(each)) for each in lacks if each and each.count < routes.count]
    known = known_cidrs(routes)
    if not partly:
        return routes
    missing = tuple(cidr for cidr in known if all(cidr in each for each in partly))
    return part(routes, missing) if missing else None
