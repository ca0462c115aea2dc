"""The operations of Direct Connect that vifshift uses, as whoever reads a network sees them."""

from collections.abc import Collection
from typing import Protocol

from vifshift.domain.network import TaggedVirtualInterface, VirtualInterface
from vifshift.domain.other_paths import AssociatedGateway, GatewayAttachment
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.routes import Kind, RouteSet


class DirectConnect(Protocol):
    """The Direct Connect operations that vifshift uses; each method may raise a `CallError`."""

    def virtual_interface(self, virtual_interface_id: str) -> VirtualInterface | None:
        """Return the VIF, or None if Direct Connect does not, or no longer, list it."""

    def virtual_interfaces(self) -> tuple[VirtualInterface, ...]:
        """Return every VIF of the Region, over all pages."""

    def tagged_virtual_interfaces(self) -> tuple[TaggedVirtualInterface, ...]:
        """Return every VIF of the Region with its tags, over all pages."""

    def virtual_interfaces_on(self, port_id: str) -> tuple[VirtualInterface, ...]:
        """Return every VIF on a connection or LAG, over all pages."""

    def port(self, port_id: str) -> Connection | Lag | None:
        """Return the connection or LAG, or None if Direct Connect does not know it."""

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection of the Region, over all pages."""

    def lags(self) -> tuple[Lag, ...]:
        """Return every LAG of the Region, over all pages."""

    def attachments(self, gateway_id: str) -> tuple[GatewayAttachment, ...]:
        """Return what is attached to a Direct Connect gateway, in all Regions and accounts."""

    def associated_gateways(self, gateway_id: str) -> tuple[AssociatedGateway, ...]:
        """Return the gateways that are associated with a Direct Connect gateway."""

    def attachment_state(self, gateway_id: str, virtual_interface_id: str) -> str | None:
        """Return the state of a VIF's attachment to its Direct Connect gateway, if it has one."""

    def routes(
        self, virtual_interface_id: str, kinds: Collection[Kind] | None = None
    ) -> tuple[RouteSet, ...]:
        """Return the VIF's routes, a set for each address family and direction that has any.

        With `kinds`, only those are read.
        """

    def associate(self, virtual_interface_id: str, connection_id: str) -> None:
        """Send AssociateVirtualInterface, once."""
