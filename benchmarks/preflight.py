"""What preflight costs in Regions of 50, 500 and 5,000 VIFs: calls, pages, time and memory.

`make bench`. The Region is the simulator's, so the time of reading is that of boto3 and moto in
this process; the calls and the CPU time of the rules are those of a deployment. The last column has
every VIF of the Region on source and target both, and all of one gateway.
"""

import os
import time
import tracemalloc
from datetime import UTC, datetime

from moto import mock_aws
from rich.console import Console
from rich.table import Table

from simulator.directconnect import World, install, simulated
from vifshift.adapters.account import AccountAdapter
from vifshift.adapters.directconnect import direct_connect
from vifshift.domain.access_policy import Access
from vifshift.domain.findings import Move
from vifshift.domain.network import HealthEvent
from vifshift.domain.request import Request
from vifshift.preflight.checks import preflight
from vifshift.preflight.discovery import survey

REGION, ACCOUNT = "eu-central-1", "111122223333"
PER_PORT = 50
NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


class QuietAccount(AccountAdapter):
    """What surrounds Direct Connect, without calls."""

    def __init__(self) -> None:
        """Use no client."""

    def caller(self) -> str:
        """Return the account of the world."""
        return ACCOUNT

    def health_events(self) -> tuple[HealthEvent, ...]:
        """Return no event."""
        return ()


def world(size: int) -> World:
    """Build a Region of so many VIFs, 50 to a port, ten to a gateway."""
    ports = [f"dxcon-port{number:04}" for number in range(size // PER_PORT + 1)]
    subnets = [f"10.{number >> 12}.{number >> 4 & 255}" for number in range(size)]
    interfaces = [
        {
            "virtualInterfaceId": f"dxvif-{number:08}",
            "connectionId": ports[number // PER_PORT],
            "virtualInterfaceType": "private",
            "virtualGatewayId": f"vgw-{number % (size // 10)}",
            "vlan": 100 + number % PER_PORT,
            "bgpPeers": [
                {
                    "addressFamily": "ipv4",
                    "amazonAddress": f"{subnets[number]}.{number % 16 * 4 + 1}/30",
                    "customerAddress": f"{subnets[number]}.{number % 16 * 4 + 2}/30",
                    "bgpStatus": "up",
                }
            ],
        }
        for number in range(size)
    ]
    connections = [{"connectionId": port, "connectionState": "available"} for port in ports]
    return World.model_validate(
        {"region": REGION, "connections": connections, "virtualInterfaces": interfaces}
    )


def measure(size: int) -> list[str]:
    """Survey and judge one migration, and return a row of figures."""
    with mock_aws():
        network = simulated(ACCOUNT, REGION)
        network.load(world(size))
        direct_connect.cache_clear()
        request = Request(
            virtual_interface_id="dxvif-00000000", connection_id=f"dxcon-port{size // PER_PORT:04}"
        )
        tracemalloc.start()
        began = time.perf_counter()
        view = survey(direct_connect(Access(REGION, REGION)), QuietAccount(), REGION, request)
        read = time.perf_counter() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        calls = [call.operation for call in network.calls]
        crowd = direct_connect(Access(REGION, REGION)).virtual_interfaces()
        judged = cpu_seconds(Move(request=request, network=view, now=NOW))
        crowded = view.model_copy(
            update={"on_source": crowd, "on_target": crowd, "siblings": crowd[1:]}
        )
        judged_crowded = cpu_seconds(Move(request=request, network=crowded, now=NOW))
    return [
        f"{size:,}",
        str(len(calls)),
        str(calls.count("DescribeVirtualInterfaces")),
        f"{read:.2f} s",
        f"{peak / 2**20:.0f} MiB",
        f"{judged * 1000:.1f} ms",
        f"{judged_crowded * 1000:.0f} ms",
    ]


def cpu_seconds(move: Move) -> float:
    """Judge a move, and return what that costs."""
    began = time.process_time()
    preflight(move)
    return time.process_time() - began


def main() -> None:
    """Print the table."""
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench")
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    install()
    table = Table(box=None)
    headings = ("VIFs", "calls", "pages of VIFs", "read", "peak", "rules", "rules, all on one port")
    for heading in headings:
        table.add_column(heading, justify="right")
    for size in (50, 500, 5000):
        table.add_row(*measure(size))
    Console().print(table)


if __name__ == "__main__":
    main()
