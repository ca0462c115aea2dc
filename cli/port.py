"""The command `vifshift empty`: says what is on a connection or LAG, or that nothing is."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer
from pydantic import JsonValue
from rich.table import Table

from cli.arguments import BLOCKED, Common, Unsuccessful, in_json
from cli.check.reading import use
from tools.terminal import PlainConsole, say
from vifshift.adapters.directconnect import direct_connect
from vifshift.domain.access_policy import Access
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.port_left import judge_port

EXAMPLES: Final = """\b
Examples:
  vifshift empty dxcon-ffabc123
  vifshift --json empty dxlag-ffdef456
"""


def empty(
    context: typer.Context,
    port: Annotated[str, typer.Argument(metavar="PORT", help="The connection or LAG.")],
) -> None:
    """Print what is on a port, or that it can be deleted; exit with 2 if something is on it."""
    common: Common = context.obj
    environment = common.environment()
    use(environment, common.profile)
    reader = direct_connect(Access(environment.region, environment.region))
    attached = tuple(
        vif
        for vif in reader.virtual_interfaces_on(port)
        if vif.virtual_interface_state != VirtualInterfaceState.DELETED
    )
    left = judge_port(port, reader.port(port), attached)
    if common.json:
        in_json(
            {
                "connectionId": port,
                "portIsEmpty": left.is_empty,
                "virtualInterfaces": [_described(vif) for vif in attached],
            }
        )
    elif attached:
        are = "interface is" if len(attached) == 1 else "interfaces are"
        say(f"{len(attached)} virtual {are} on {port}:")
        PlainConsole().print(_table(attached))
    else:
        said = left.in_words
        say(f"{said[0].upper()}{said[1:]}.")
    if not left.is_empty:
        raise Unsuccessful(BLOCKED)


def _described(vif: VirtualInterface) -> dict[str, JsonValue]:
    return {
        "virtualInterfaceId": vif.virtual_interface_id,
        "virtualInterfaceName": vif.virtual_interface_name,
        "virtualInterfaceType": vif.virtual_interface_type,
        "vlan": vif.vlan,
        "virtualInterfaceState": vif.virtual_interface_state,
        "bgpPeers": {str(peer.key): peer.bgp_status for peer in vif.live_peers},
    }


def _table(vifs: Sequence[VirtualInterface]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("virtual interface", "name", "type", "VLAN", "state", "BGP"):
        table.add_column(column, overflow="fold")
    for vif in vifs:
        peers = "\n".join(f"{peer.key} {peer.bgp_status}" for peer in vif.live_peers)
        table.add_row(
            vif.virtual_interface_id,
            vif.virtual_interface_name,
            vif.virtual_interface_type,
            str(vif.vlan),
            vif.virtual_interface_state,
            peers,
        )
    return table
