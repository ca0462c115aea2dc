"""The calls of a check of a gateway with 2, 4 and 8 virtual interfaces: the first, and a recheck.

`make bench`. They are those that a deployment makes to Direct Connect and CloudWatch; the account,
AWS Health and the calendar come on top, as does a call for each resiliency group.
"""

import os
from collections import Counter
from unittest.mock import patch

from moto import mock_aws
from moto.cloudwatch.responses import CloudWatchResponse
from rich.console import Console
from rich.table import Table

from benchmarks.preflight import ACCOUNT, NOW, REGION, QuietAccount
from simulator.directconnect import World, install, simulated
from simulator.moto_ext.cloudwatch.direct_connect import get_metric_data
from vifshift.adapters.background import background
from vifshift.adapters.call_counter import counting
from vifshift.adapters.directconnect import direct_connect
from vifshift.domain.access_policy import Access
from vifshift.domain.request import Request
from vifshift.preflight.background import BackgroundAsked
from vifshift.preflight.discovery import OptionalSources, survey

SIZES = (2, 4, 8)
HERE = Access(REGION, REGION)


def world(size: int) -> World:
    """Build a gateway of so many VIFs, each on a port of its own, and a target."""
    ports = [f"dxcon-port{number:04}" for number in range(size + 1)]
    interfaces = [
        {
            "virtualInterfaceId": f"dxvif-{number:08}",
            "connectionId": ports[number],
            "virtualInterfaceType": "private",
            "directConnectGatewayId": "gw-1",
            "vlan": 100 + number,
            "routes": {"accepted": ["10.0.0.0/8"], "advertised": ["192.168.0.0/16"]},
        }
        for number in range(size)
    ]
    return World.model_validate(
        {
            "region": REGION,
            "connections": [{"connectionId": port} for port in ports],
            "virtualInterfaces": interfaces,
        }
    )


def calls(size: int, *, is_first: bool) -> Counter[str]:
    """Survey a gateway, and return the calls by operation."""
    with mock_aws(), patch.object(CloudWatchResponse, "get_metric_data", get_metric_data):
        simulated(ACCOUNT, REGION).load(world(size))
        direct_connect.cache_clear()
        background.cache_clear()
        request = Request(
            virtual_interface_id="dxvif-00000000", connection_id=f"dxcon-port{size:04}"
        )
        asked = BackgroundAsked(background(HERE), NOW) if is_first else None
        with counting() as counter:
            survey(
                direct_connect(HERE),
                QuietAccount(),
                REGION,
                request,
                optional=OptionalSources(background=asked),
            )
        return Counter(counter.calls)


def main() -> None:
    """Print the table."""
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench")
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    install()
    checks = {
        f"{size} VIFs, {name}": calls(size, is_first=is_first)
        for size in SIZES
        for name, is_first in (("first", True), ("again", False))
    }
    table = Table(box=None)
    table.add_column("calls of a check")
    for heading in checks:
        table.add_column(heading, justify="right")
    for operation in sorted({name for each in checks.values() for name in each}):
        table.add_row(operation, *(str(each[operation] or "") for each in checks.values()))
    table.add_row("in all", *(str(each.total()) for each in checks.values()))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
