"""What was read of the other paths of a VIF."""

from pydantic import Field

from vifshift.domain.model import Model, View
from vifshift.domain.path_comparison import PathComparison
from vifshift.domain.ports import Lag


class GatewayAttachment(View):
    """The attachment of a VIF to a Direct Connect gateway, in any Region and account."""

    virtual_interface_id: str = ""
    virtual_interface_region: str = ""
    virtual_interface_owner_account: str = ""
    attachment_state: str = ""


class UnseenPath(Model):
    """A VIF that is attached to the gateway, and could not be read, with the reason."""

    virtual_interface_id: str
    region: str
    owner_account: str
    reason: str

    def __str__(self) -> str:
        """Return what is known of it, for people."""
        owner = f" of {self.owner_account}" if self.owner_account else ""
        where = self.region or "an unknown Region"
        return f"{self.virtual_interface_id}{owner} is attached in {where}, {self.reason}"


class AssociatedGateway(View):
    """A virtual private gateway or transit gateway that is associated with a gateway."""

    id: str = ""
    region: str = ""
    owner_account: str = ""

    @property
    def kind(self) -> str:
        """Return what kind of gateway it is: `vgw` or `tgw`."""
        return self.id.partition("-")[0]


class VpnConnection(Model):
    """A site-to-site VPN connection on a gateway, and whether a tunnel of it carries traffic."""

    vpn_connection_id: str
    gateway_id: str
    address_family: str
    is_up: bool


class OtherPaths(Model):
    """What was read of the paths that carry the traffic while a VIF moves.

    `compared` says by VIF id what siblings carry of its routes; of those that it does not have,
    the routes were not read, or can't be (`unreadable`, with the reason). `moved_here` are
    siblings that this stack is moving itself, and `lags` those that siblings are on.
    `vpns` are VPN connections that are up, and were read only where no VIF carries everything.
    `unseen` are attached to the gateway, and could not be read; of a gateway that `is_unlisted`, it
    is not known what else is attached.
    """

    compared: dict[str, PathComparison] = Field(default_factory=dict)
    unreadable: dict[str, str] = Field(default_factory=dict)
    moved_here: frozenset[str] = frozenset()
    lags: tuple[Lag, ...] = ()
    unseen: tuple[UnseenPath, ...] = ()
    vpns: tuple[VpnConnection, ...] = ()
    is_unlisted: bool = False

    @property
    def may_be_more(self) -> bool:
        """Return whether there may be other paths than those that were read."""
        return bool(self.unseen) or self.is_unlisted


NO_OTHER_PATHS = OtherPaths()
