"""Whether a port lets the frames of a virtual interface pass: without that, there is no BGP.

A LAG needs its minimum of links, and one at least (AWS: "Link aggregation groups"); a hosted
connection passes only the VLAN that the partner gave it (seen: Terraform providers of partners).
"""

from simulator.directconnect.fields import number
from simulator.directconnect.network.inventory import Inventory
from simulator.directconnect.network.state import (
    PortKind,
    SimulatedPort,
    SimulatedVirtualInterface,
)
from simulator.directconnect.timeline import Effect

_UP, _DOWN, _AVAILABLE = "up", "down", "available"


class Passages:
    """The ports that let nothing of a VIF pass, as of now.

    What carried a VIF when the world began does so, whatever its state reads: a world may say that.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._proven = {
            (vif.id, vif.connection_id)
            for vif in inventory.virtual_interfaces.values()
            if any(peer.status == _UP for peer in vif.live_peers) and self._is_shut(vif)
        }

    def is_shut(self, vif: SimulatedVirtualInterface) -> bool:
        """Return whether nothing of a VIF passes where it is."""
        return (vif.id, vif.connection_id) not in self._proven and self._is_shut(vif)

    def _is_shut(self, vif: SimulatedVirtualInterface) -> bool:
        port = self._inventory.ports.get(vif.connection_id)
        if port is None:
            return False
        return self._lacks_links(port) or (port.is_hosted and _vlan(port) != vif.vlan)

    def _lacks_links(self, port: SimulatedPort) -> bool:
        if port.kind is not PortKind.LAG:
            return False
        links = sum(each.state == _AVAILABLE for each in self._inventory.members(port.id))
        return links < max(1, number(port.fields, "minimumLinks") or 0)


def shut(effect: Effect) -> Effect:
    """Return what becomes of an effect where nothing passes: nothing comes up."""
    peers = tuple(
        peer.model_copy(update={"bgp_status": _DOWN}) if peer.bgp_status == _UP else peer
        for peer in effect.bgp_peers
    )
    is_up = effect.bgp_status == _UP
    is_available = effect.virtual_interface_state == _AVAILABLE
    return effect.model_copy(
        update={
            "bgp_peers": peers,
            "bgp_status": _DOWN if is_up else effect.bgp_status,
            "virtual_interface_state": (_DOWN if is_available else effect.virtual_interface_state),
        }
    )


def _vlan(port: SimulatedPort) -> int:
    return number(port.fields, "vlan") or 0
