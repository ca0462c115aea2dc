"""What a plan of 50, 500 and 5,000 moves costs: calls, time and memory, and what a move costs.

`make bench`. The moves are over a tenth as many connections, half of them full of what is to move
to the other half. The Region is the simulator's, so the time of reading is that of boto3 and moto
in this process; the calls, and what judging costs, are those of a deployment. Two weeks of metrics
of each virtual interface are judged as well. Then comes a plan whose order does not work, so that
another is looked for: ports are to be filled that are emptied later. The peak is what judging that
plan takes at most, beside the Region; the last column is the largest that this process has been,
the simulated Region and what measures the peak included. Times are those of the CPU, lest other
work on the machine count.
"""

import os
import resource
import time
import tracemalloc
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from moto import mock_aws
from rich.console import Console
from rich.table import Table

from benchmarks.preflight import ACCOUNT, NOW, REGION, QuietAccount
from simulator.directconnect import World, install, simulated
from vifshift.adapters.directconnect import direct_connect
from vifshift.domain.access_policy import Access
from vifshift.domain.background import LastFailoverTests, ResiliencyGroups, VifHistory
from vifshift.domain.migration import Decision
from vifshift.domain.plan_request import PlanRequest, PlanRequestEnvelope, parse_plan
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.preflight import PlanPreflight, preflight
from vifshift.preflight.background import BackgroundAsked
from vifshift.preflight.discovery import OptionalSources

PER_PORT = 20
"""How many virtual interfaces are on a port before or afterwards."""

WIDTH = 130

T = TypeVar("T")


def vif(number: int) -> str:
    """Name a virtual interface."""
    return f"dxvif-{number:08}"


def port(number: int) -> str:
    """Name a connection."""
    return f"dxcon-port{number:04}"


def world(size: int) -> World:
    """Build a Region of so many VIFs, two of each gateway, and of twice the ports they need."""
    needed = -(-size // PER_PORT)
    subnets = [f"10.{number >> 12}.{number >> 4 & 255}" for number in range(size)]
    interfaces = [
        {
            "virtualInterfaceId": vif(number),
            "connectionId": port(number % needed),
            "virtualInterfaceType": "private",
            "virtualGatewayId": f"vgw-{number // 2}",
            "vlan": 100 + number // needed,
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
    connections = [
        {"connectionId": port(number), "connectionState": "available"}
        for number in range(2 * needed)
    ]
    return World.model_validate(
        {"region": REGION, "connections": connections, "virtualInterfaces": interfaces}
    )


def to_empty_ports(size: int) -> PlanRequestEnvelope:
    """Ask for each virtual interface to go to a port of its own half."""
    needed = -(-size // PER_PORT)
    return _plan([(number, needed + number % needed) for number in range(size)])


def in_the_wrong_order(size: int) -> PlanRequestEnvelope:
    """Ask for each port to take what is on the one before it: just the last of them is free."""
    needed = -(-size // PER_PORT)
    return _plan([(number, number % needed + 1) for number in range(size)])


def _plan(moves: list[tuple[int, int]]) -> PlanRequestEnvelope:
    return parse_plan(
        {
            "moves": [
                {"virtualInterfaceId": vif(number), "connectionId": port(target)}
                for number, target in moves
            ],
            "maxConcurrency": 10,
        }
    )


class Quiet:
    """A `BackgroundSources` in memory: each virtual interface carries a little, all the time."""

    def resiliency_groups(self) -> ResiliencyGroups:
        """Return none."""
        return ResiliencyGroups()

    def failover_tests(self, virtual_interface_id: str | None = None) -> LastFailoverTests:
        """Return none."""
        return LastFailoverTests(asked=None)

    def history(
        self, virtual_interface_ids: Sequence[str], with_bgp: Collection[str], now: datetime
    ) -> Mapping[str, VifHistory]:
        """Return the same for each."""
        same = VifHistory(egress=1e6, ingress=1e6, hours=336, up=frozenset({"ipv4"}))
        return dict.fromkeys(virtual_interface_ids, same)


def measure(size: int) -> list[str]:
    """Read a Region, judge two plans, and return a row of figures."""
    plan = to_empty_ports(size)
    with mock_aws():
        network = simulated(ACCOUNT, REGION)
        network.load(world(size))
        direct_connect.cache_clear()
        fleet, reading = timed(lambda: _read(plan.request))
        calls = len(network.calls)
    result, judging = timed(lambda: preflight(plan, fleet, NOW))
    assert result.decision is Decision.PROCEED, result.findings
    other = in_the_wrong_order(size)
    wrong, searching = timed(lambda: preflight(other, fleet, NOW))
    assert wrong.decision is Decision.REJECTED
    return [
        f"{size:,}",
        str(2 * -(-size // PER_PORT)),
        str(calls),
        f"{reading:.2f} s",
        f"{judging:.2f} s",
        f"{judging / size * 1000:.2f} ms",
        str(len(result.tracks)),
        f"{searching:.2f} s",
        f"{searching / size * 1000:.2f} ms",
        "found" if wrong.order_that_works else "none",
        f"{peak(lambda: preflight(other, fleet, NOW)):.0f} MiB",
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB",
    ]


def _read(plan: PlanRequest) -> Fleet:
    return survey_fleet(
        direct_connect(Access(REGION, REGION)),
        QuietAccount(),
        REGION,
        plan=plan,
        optional=OptionalSources(background=BackgroundAsked(Quiet(), NOW)),
    )


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Do something, and return how many seconds of the CPU it has taken."""
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def peak(work: Callable[[], PlanPreflight]) -> float:
    """Return how many MiB something takes at its most, besides what is there."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20


def main() -> None:
    """Print the table."""
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench")
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    install()
    table = Table(box=None)
    for heading in (
        *("moves", "ports", "calls", "read", "judged", "a move", "tracks"),
        *("wrong order", "a move", "another", "peak", "in all"),
    ):
        table.add_column(heading, justify="right")
    for size in (50, 500, 5000):
        table.add_row(*measure(size))
    Console(width=WIDTH).print(table)


if __name__ == "__main__":
    main()
