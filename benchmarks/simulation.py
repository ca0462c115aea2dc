"""What a migration costs in the simulator, and whether that grows with those that went before.

`make bench`. Each row runs so many migrations through the deployed template in one cloud, one
starting every half virtual minute, so that about six are under way at a time. In a small Region a
few VIFs go to and fro, so that what grows is what executions leave behind; in a large one each
migration has a VIF of its own, and preflight reads them all. Milliseconds are of CPU, for one
migration: over all, and over the first and the last fifth of them.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from simulator.cloud import Cloud
from simulator.directconnect import simulated
from simulator.runs.session import stack_name
from simulator.runs.staging import install
from simulator.scenarios.model import ScenarioWorld
from simulator.synthesis import synthesize

REGION, ACCOUNT = "eu-central-1", "111122223333"
PER_PORT = 10
EVERY = timedelta(seconds=30)
SIZES = (20, 200, 1000)
SMALL = 20
LONGEST = timedelta(days=3)


def port(number: int, side: int) -> str:
    """Name the connection of a VIF, on one side or on the other."""
    return f"dxcon-{'ab'[side]}{number // PER_PORT:07}"


def world(size: int) -> ScenarioWorld:
    """Build a Region of so many VIFs, ten to a connection, each with a gateway of its own."""
    subnets = [f"10.{number >> 12}.{number >> 4 & 255}" for number in range(size)]
    interfaces = [
        {
            "virtualInterfaceId": f"dxvif-{number:08}",
            "connectionId": port(number, 0),
            "virtualInterfaceType": "private",
            "virtualGatewayId": f"vgw-{number}",
            "vlan": 100 + number % PER_PORT,
            "bgpPeers": [
                {
                    "addressFamily": "ipv4",
                    "amazonAddress": f"{subnets[number]}.{number % 16 * 4 + 1}/30",
                    "customerAddress": f"{subnets[number]}.{number % 16 * 4 + 2}/30",
                    "bgpStatus": "up",
                }
            ],
            "routes": {"accepted": ["172.16.0.0/12"], "advertised": ["192.168.0.0/16"]},
        }
        for number in range(size)
    ]
    ports = sorted({port(number, side) for number in range(size) for side in (0, 1)})
    connections = [{"connectionId": each, "connectionState": "available"} for each in ports]
    return ScenarioWorld.model_validate(
        {
            "region": REGION,
            "account": ACCOUNT,
            "connections": connections,
            "virtualInterfaces": interfaces,
        }
    )


def request(migration: int, size: int) -> dict[str, object]:
    """Ask for one migration: a VIF's first one goes there, its second one back, and so on."""
    number, turn = migration % size, migration // size
    return {
        "virtualInterfaceId": f"dxvif-{number:08}",
        "connectionId": port(number, 1 - turn % 2),
        "requestId": f"CHG{migration:05}",
        "acknowledge": ["NO_REDUNDANT_PATH"],
        "convergence": {"pollSeconds": 60, "holdSeconds": 60},
    }


class Meter:
    """Reads the CPU's clock whenever a migration starts."""

    def __init__(self) -> None:
        self.began: list[float] = []

    def read(self) -> None:
        """Note where the clock is."""
        self.began.append(time.process_time())

    def milliseconds(self, first: int, last: int) -> float:
        """Return what one migration cost between two of them."""
        return (self.began[last] - self.began[first]) * 1000 / (last - first)


def measure(assembly: Path, migrations: int, size: int) -> list[str]:
    """Run the migrations, and return a row of figures."""
    install()
    meter = Meter()
    with Cloud(account=ACCOUNT, region=REGION) as cloud:
        cloud.deploy(assembly, stack_name(assembly))
        network = simulated(ACCOUNT, REGION)
        network.load(world(size))
        network.start()

        def start(migration: int) -> None:
            meter.read()
            send(cloud, request(migration, size))

        for migration in range(migrations):
            cloud.clock.call_later(migration * EVERY.total_seconds(), partial(start, migration))
        wall = time.perf_counter()
        if not cloud.run_until_idle(LONGEST):
            raise RuntimeError("the migrations did not end")
        meter.read()
        wall = time.perf_counter() - wall
        statuses = Counter(execution["status"] for execution in cloud.executions())
        calls = Counter(call.operation for call in network.calls)
    if statuses != {"SUCCEEDED": migrations}:
        raise RuntimeError(f"not all have succeeded: {dict(statuses)}")
    fifth = max(1, migrations // 5)
    return [
        f"{migrations:,}",
        f"{size:,}",
        f"{calls.total() / migrations:.1f}",
        f"{meter.milliseconds(0, migrations):.0f} ms",
        f"{meter.milliseconds(0, fifth):.0f} ms",
        f"{meter.milliseconds(migrations - fifth, migrations):.0f} ms",
        f"{wall:.1f} s",
    ]


def send(cloud: Cloud, asked: dict[str, object]) -> None:
    """Start a migration as an operator would, from the console."""
    cloud.client("stepfunctions").start_execution(
        stateMachineArn=cloud.outputs["StateMachineArn"],
        name=str(asked["requestId"]),
        input=json.dumps(asked),
    )


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print the table."""
    table = Table(box=None)
    headings = ("migrations", "VIFs", "calls of each", "CPU of each", "at first", "at last", "wall")
    for heading in headings:
        table.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        assembly = synthesize(Path(folder))
        measure(assembly, SMALL, SMALL)
        for migrations in sizes:
            for size in sorted({SMALL, migrations}):
                table.add_row(*measure(assembly, migrations, size))
    Console().print(table)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
