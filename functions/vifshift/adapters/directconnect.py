"""The adapter for Direct Connect: the only module that uses boto3's client for it.

Every response becomes an allow-listed view at once, so that no `authKey` or `customerRouterConfig`
leaves this module.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from vifshift.adapters.aws import Send, call, pages
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import assume, client
from vifshift.domain.access_policy import Access, AccessPolicy, access_elsewhere
from vifshift.domain.errors import CallRefused, ReadRefused
from vifshift.domain.network import TaggedVirtualInterface, VirtualInterface
from vifshift.domain.other_paths import AssociatedGateway, GatewayAttachment
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.routes import KINDS, MOST_ROUTES, Kind, RouteSet

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

PAGE = 100
ASSOCIATED = "associated"
MOST_OF_A_KIND = 10_000
MOST_READ = 20_000
"""How many routes are read at most: two hundred pages, one after the other."""


@lru_cache(maxsize=8)
def direct_connect(access: Access) -> "DirectConnectAdapter":
    """Return the adapter for a Region and role; it is kept while the Lambda is warm."""
    return DirectConnectAdapter(client("directconnect", access.region, access))


def own_direct_connect() -> "DirectConnectAdapter":
    """Return the adapter for the stack's own account and Region."""
    home = environment().region
    return direct_connect(Access(home, home))


def readers_elsewhere(
    policy: AccessPolicy, access: Access, own_account: str
) -> Callable[[str, str], "DirectConnectAdapter | None"]:
    """Return what gives Direct Connect in the Regions and accounts that the stack may read."""

    def reader(region: str, owner_account: str) -> DirectConnectAdapter | None:
        there = access_elsewhere(policy, access, own_account, region, owner_account)
        if there is None:
            return None
        assume(there)
        return direct_connect(there)

    return reader


class DirectConnectAdapter:
    """Implements `vifshift.domain.direct_connect.DirectConnect` with boto3."""

    def __init__(self, client: "DirectConnectClient") -> None:
        """Use a client that does not retry."""
        self._client = client

    def virtual_interface(self, virtual_interface_id: str) -> VirtualInterface | None:
        """Return the VIF, or None: for an unknown id, Direct Connect returns an empty list."""
        for item in self._virtual_interfaces(virtualInterfaceId=virtual_interface_id):
            return VirtualInterface.model_validate(item)
        return None

    def virtual_interfaces(self) -> tuple[VirtualInterface, ...]:
        """Return every VIF of the Region."""
        return tuple(map(VirtualInterface.model_validate, self._virtual_interfaces()))

    def tagged_virtual_interfaces(self) -> tuple[TaggedVirtualInterface, ...]:
        """Return every VIF of the Region, with its tags."""
        return tuple(map(TaggedVirtualInterface.model_validate, self._virtual_interfaces()))

    def tags_of(self, virtual_interface_id: str) -> dict[str, str]:
        """Return the tags of a VIF; none for an unknown id."""
        for item in self._virtual_interfaces(virtualInterfaceId=virtual_interface_id):
            vif = TaggedVirtualInterface.model_validate(item)
            return {tag.key: tag.value for tag in vif.tags}
        return {}

    def virtual_interfaces_on(self, port_id: str) -> tuple[VirtualInterface, ...]:
        """Return every VIF on a connection or LAG; none if it is unknown."""
        items = self._virtual_interfaces(connectionId=port_id)
        return tuple(map(VirtualInterface.model_validate, items))

    def port(self, port_id: str) -> Connection | Lag | None:
        """Return the connection or LAG, or None.

        Direct Connect refuses an unknown id with an error that other refusals have as well, so
        after a refusal the id is looked up in the list of all ports.
        """
        try:
            found = self._port(port_id)
        except CallRefused:
            every = self.lags() if _is_lag(port_id) else self.connections()
            found = tuple(port for port in every if port.port_id == port_id)
        return next(iter(found), None)

    def _port(self, port_id: str) -> tuple[Connection | Lag, ...]:
        if _is_lag(port_id):
            items = self._list("lags", "describe_lags", call, lagId=port_id)
            return tuple(map(Lag.model_validate, items))
        items = self._list("connections", "describe_connections", call, connectionId=port_id)
        return tuple(map(Connection.model_validate, items))

    def _virtual_interfaces(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        return self._list("virtualInterfaces", "describe_virtual_interfaces", **arguments)

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection of the Region."""
        items = self._list("connections", "describe_connections")
        return tuple(map(Connection.model_validate, items))

    def lags(self) -> tuple[Lag, ...]:
        """Return every LAG of the Region."""
        return tuple(map(Lag.model_validate, self._list("lags", "describe_lags")))

    def attachments(self, gateway_id: str) -> tuple[GatewayAttachment, ...]:
        """Return what is attached to a Direct Connect gateway, in all Regions and accounts."""
        items = self._list(
            "directConnectGatewayAttachments",
            "describe_direct_connect_gateway_attachments",
            directConnectGatewayId=gateway_id,
        )
        return tuple(map(GatewayAttachment.model_validate, items))

    def associated_gateways(self, gateway_id: str) -> tuple[AssociatedGateway, ...]:
        """Return the gateways that are associated with a Direct Connect gateway."""
        items = self._list(
            "directConnectGatewayAssociations",
            "describe_direct_connect_gateway_associations",
            directConnectGatewayId=gateway_id,
        )
        associated = (each for each in items if each.get("associationState") == ASSOCIATED)
        return tuple(
            AssociatedGateway.model_validate(each.get("associatedGateway") or {})
            for each in associated
        )

    def attachment_state(self, gateway_id: str, virtual_interface_id: str) -> str | None:
        """Return the state of a VIF's attachment to its Direct Connect gateway, if it has one."""
        attachments = self._list(
            "directConnectGatewayAttachments",
            "describe_direct_connect_gateway_attachments",
            directConnectGatewayId=gateway_id,
            virtualInterfaceId=virtual_interface_id,
        )
        return next((str(each["attachmentState"]) for each in attachments), None)

    def routes(
        self, virtual_interface_id: str, kinds: Collection[Kind] | None = None
    ) -> tuple[RouteSet, ...]:
        """Return the routes by address family and direction; of `kinds` only, if they are given.

        If there are more than a thousand, each kind is listed by itself, and cut by itself: the
        order of a list is arbitrary, and a large set must not cut a small one short.
        """
        if kinds is None:
            listing = islice(self._routes(virtual_interface_id), MOST_ROUTES + 1)
            every = [_route(route) for route in listing]
            if len(every) <= MOST_ROUTES:
                return _sets(every)
        found: list[RouteSet] = []
        left = MOST_READ
        for kind in KINDS if kinds is None else sorted(kinds):
            most = min(MOST_OF_A_KIND, max(PAGE, left))
            routes, is_cut = self._of_kind(virtual_interface_id, kind, most)
            left -= len(routes)
            found += (each.model_copy(update={"is_at_least": is_cut}) for each in _sets(routes))
        return tuple(found)

    def _of_kind(
        self, virtual_interface_id: str, kind: Kind, most: int
    ) -> tuple[list["_Route"], bool]:
        """Return the routes of a kind, `most` of them, and whether there are more."""
        filters = {"addressFamily": kind[0], "routeDirection": kind[1]}
        listing = self._routes(virtual_interface_id, filters=filters)
        routes = [_route(route) for route in islice(listing, most)]
        return routes, next(listing, None) is not None

    def _routes(self, virtual_interface_id: str, **filters: Any) -> Iterator[dict[str, Any]]:
        return self._list(
            "routes",
            "list_virtual_interface_routes",
            virtualInterfaceId=virtual_interface_id,
            **filters,
        )

    def associate(self, virtual_interface_id: str, connection_id: str) -> None:
        """Send AssociateVirtualInterface once; its response has secrets, and is dropped."""
        call(
            self._client,
            "associate_virtual_interface",
            virtualInterfaceId=virtual_interface_id,
            connectionId=connection_id,
        )

    def _list(
        self, key: str, operation: str, send: Send | None = None, **arguments: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages: boto3 has no paginator for Direct Connect."""
        asked = {**arguments, "maxResults": PAGE}
        for page in pages(self._client, operation, send=send or read, **asked):
            yield from page.get(key) or ()


def read(client: Any, operation: str, **arguments: object) -> dict[str, Any]:
    """Call an operation that only reads, and once more if it is refused.

    Direct Connect refuses reads in passing, in the words in which it refuses unknown ids. Raises
    `ReadRefused` if it is refused twice.
    """
    try:
        return call(client, operation, **arguments)
    except CallRefused:
        pass
    try:
        return call(client, operation, **arguments)
    except CallRefused as error:
        raise ReadRefused(str(error)) from None


def _is_lag(port_id: str) -> bool:
    return port_id.startswith("dxlag-")


class _Route(NamedTuple):
    """A route as it is kept of a listing."""

    kind: Kind
    cidr: str
    attributes: str


def _route(route: dict[str, Any]) -> _Route:
    kind = route.get("addressFamily", ""), route.get("routeDirection", "")
    return _Route(kind, route.get("cidr", ""), _attributes(route))


def _sets(routes: Iterable[_Route]) -> tuple[RouteSet, ...]:
    """Return routes in sets by kind; those to one prefix, by several peers, are one route."""
    found: defaultdict[Kind, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for route in routes:
        found[route.kind][route.cidr].add(route.attributes)
    return tuple(_set(kind, found[kind]) for kind in sorted(found))


def _set(kind: Kind, cidrs: Mapping[str, set[str]]) -> RouteSet:
    return RouteSet(
        address_family=kind[0],
        route_direction=kind[1],
        count=len(cidrs),
        cidrs=tuple(sorted(cidrs)),
        attributes=tuple(" | ".join(sorted(cidrs[cidr])) for cidr in sorted(cidrs)),
    )


def _attributes(route: dict[str, Any]) -> str:
    """Return AS path and communities as one text, such as `65001 {65010 65011}; 7224:9100`."""
    segments = []
    for segment in route.get("asPath") or ():
        numbers = " ".join(map(str, segment.get("path") or ()))
        segments.append(f"{{{numbers}}}" if segment.get("pathType") == "set" else numbers)
    return f"{' '.join(segments)}; {' '.join(sorted(route.get('communities') or ()))}"
