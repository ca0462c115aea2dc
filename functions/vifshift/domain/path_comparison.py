"""What another path carries of a VIF's routes, by address family, direction and prefix."""

from collections import defaultdict
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from vifshift.domain.model import Model
from vifshift.domain.routes import RouteSet

DEFAULT_ROUTES = {"0.0.0.0/0", "::/0"}


class PathComparison(Model):
    """What another path lacks of a VIF's routes, and which of them can't be compared by name.

    Both are parts of the VIF's own sets; one whose prefixes are not known has no `cidrs`.
    """

    lacks: tuple[RouteSet, ...] = ()
    uncompared: tuple[RouteSet, ...] = ()


def compare_path(mine: Iterable[RouteSet], theirs: Iterable[RouteSet]) -> PathComparison:
    """Return what a path with the routes `theirs` carries of the routes `mine`.

    It carries a prefix with the prefix itself, or with a less specific one that covers it. More
    specific ones do not count, even if all of them together cover it.
    """
    others = {each.kind: each for each in theirs}
    lacks: list[RouteSet] = []
    uncompared: list[RouteSet] = []
    for routes in mine:
        other = others.get(routes.kind)
        if routes.count == 0:
            continue
        if other is None or other.count == 0:
            lacks.append(routes)
            continue
        known, names = known_cidrs(routes), known_cidrs(other)
        if not DEFAULT_ROUTES.isdisjoint(names):
            continue
        if routes.names is None or other.names is None:
            uncompared.append(part(routes, ()))
        if other.names is not None and (lacking := Prefixes(names).without(known)):
            lacks.append(part(routes, lacking))
    return PathComparison(lacks=tuple(lacks), uncompared=tuple(uncompared))


def known_cidrs(routes: RouteSet) -> tuple[str, ...]:
    """Return the prefixes of a set that are known, which may not be all of them."""
    return tuple(sorted(routes.names or ())) if routes.cidrs is None else routes.cidrs


def part(routes: RouteSet, cidrs: tuple[str, ...]) -> RouteSet:
    """Return the named part of a set of routes; without names, the set as a number."""
    return RouteSet(
        address_family=routes.address_family,
        route_direction=routes.route_direction,
        count=len(cidrs) or routes.count,
        cidrs=cidrs or None,
        is_at_least=routes.is_at_least and not cidrs,
    )


class Prefixes:
    """Prefixes that can be asked whether they cover others; a lookup takes a step a length."""

    def __init__(self, cidrs: Iterable[str]) -> None:
        """Keep the prefixes as they are spelled, and by length only once that is needed."""
        self._cidrs = frozenset(cidrs)
        self._known: dict[tuple[int, int], set[int]] | None = None

    def without(self, cidrs: Iterable[str]) -> tuple[str, ...]:
        """Return those of other prefixes that none of these is equal to, or covers."""
        return tuple(each for each in cidrs if each not in self._cidrs and not self._covers(each))

    def _covers(self, cidr: str) -> bool:
        network = _network(cidr)
        if network is None:
            return False
        address, bits = int(network.network_address), network.max_prefixlen
        return any(
            version == network.version
            and length <= network.prefixlen
            and address >> (bits - length) in starts
            for (version, length), starts in self._by_length.items()
        )

    @property
    def _by_length(self) -> dict[tuple[int, int], set[int]]:
        """Return the leading bits of the prefixes, by IP version and length."""
        if self._known is None:
            starts: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
            for network in (found for each in self._cidrs if (found := _network(each))):
                start = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
                starts[network.version, network.prefixlen].add(start)
            self._known = dict(starts)
        return self._known


def _network(cidr: str) -> IPv4Network | IPv6Network | None:
    """Return a prefix, None if it is not spelled as one."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError:
        return None
