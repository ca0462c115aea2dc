"""What a plan for a whole fleet costs: 2,000 moves over 200 connections, from start to report.

`make fleet`, or `python -m benchmarks.fleet MOVES`. The VIFs of a gateway ride on two connections,
so that each move has a sibling; each goes to a connection of its own. A few never come good, and go
back. What must always hold is judged by the simulator's own log of calls.
"""

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario
from simulator.synthesis import synthesize

MOVES = 2_000
PER_CONNECTION = 10
AT_ONCE = 50
BAD_EVERY = 400
ASSOCIATE = "AssociateVirtualInterface"


def scenario(moves: int, bad_every: int = BAD_EVERY) -> Scenario:
    """Build the fleet, the plan that moves all of it, and the trouble that a few moves have."""
    numbers = range(moves)
    bad = [vif(number) for number in numbers if number % bad_every == bad_every // 2]
    ports = sorted({port(number, side) for number in numbers for side in ("a", "b")})
    return Scenario.model_validate(
        {
            "name": "fleet",
            "summary": f"{moves} moves over {len(ports) // 2} connections.",
            "because": "What one VIF can do, a fleet has to be able to do.",
            "world": {
                "region": "eu-central-1",
                "account": "111122223333",
                "connections": [
                    {"connectionId": each, "connectionState": "available"} for each in ports
                ],
                "virtualInterfaces": [interface(number, moves) for number in numbers],
            },
            "timelines": [
                {
                    "when": {"virtualInterfaceId": name, "connectionId": port_of(name, "b")},
                    "steps": [{"after": 0, "virtualInterfaceState": "down", "bgpStatus": "down"}],
                }
                for name in bad
            ],
            "trigger": {
                "kind": "event",
                "listed": True,
                "plan": {
                    "moves": [
                        {"virtualInterfaceId": vif(number), "connectionId": port(number, "b")}
                        for number in numbers
                    ],
                    "maxConcurrency": AT_ONCE,
                    "stopAfterFailures": moves,
                    "convergence": {"timeoutSeconds": 120, "pollSeconds": 60, "holdSeconds": 30},
                },
            },
            "expect": {"outcome": "partly-completed" if bad else "completed"},
        }
    )


def vif(number: int) -> str:
    """Name a VIF."""
    return f"dxvif-{number:08}"


def port(number: int, side: str) -> str:
    """Name the connection that a VIF comes from, or the one that it goes to."""
    return f"dxcon-{side}{number // PER_CONNECTION:07}"


def port_of(name: str, side: str) -> str:
    """Name the connection of a VIF that is known by its id."""
    return port(int(name.partition("-")[2]), side)


def interface(number: int, moves: int) -> dict[str, Any]:
    """Build a VIF; the one half a fleet away is of the same gateway."""
    subnet = f"10.{number >> 12}.{number >> 4 & 255}"
    host = number % 16 * 4
    return {
        "virtualInterfaceId": vif(number),
        "connectionId": port(number, "a"),
        "virtualInterfaceType": "private",
        "virtualGatewayId": f"vgw-{number % (moves // 2)}",
        "vlan": 100 + number % PER_CONNECTION,
        "bgpPeers": [
            {
                "addressFamily": "ipv4",
                "amazonAddress": f"{subnet}.{host + 1}/30",
                "customerAddress": f"{subnet}.{host + 2}/30",
                "bgpStatus": "up",
            }
        ],
        "routes": {"accepted": ["172.16.0.0/12"], "advertised": ["192.168.0.0/16"]},
    }


def lands_twice(record: Record) -> list[str]:
    """Return the VIFs that were sent to one port more than once."""
    sent = Counter(
        (call.parameters["virtualInterfaceId"], call.parameters["connectionId"])
        for call in record.calls
        if call.operation == ASSOCIATE
    )
    return [f"{name} to {where}" for (name, where), times in sent.items() if times > 1]


def flies_together(record: Record) -> Iterator[str]:
    """Yield where a VIF set out while another one of its gateway was on its way."""
    gateways = {
        str(each["virtualInterfaceId"]): each["virtualGatewayId"]
        for each in record.scenario.world.virtual_interfaces
    }
    ends = {
        str(move.request["virtualInterfaceId"]): move.execution["stopDate"] for move in record.moves
    }
    flights: dict[object, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    seen: set[str] = set()
    for call in record.calls:
        name = str(call.parameters.get("virtualInterfaceId"))
        if call.operation == ASSOCIATE and name not in seen:
            seen.add(name)
            flights[gateways[name]].append((call.at, ends[name], name))
    for each in flights.values():
        for (_, end, name), (begin, _, other) in pairwise(sorted(each)):
            if begin < end:
                yield f"{other} while {name}"


def measure(moves: int) -> Record:
    """Run the plan, print what it cost, and return what it left behind."""
    with tempfile.TemporaryDirectory() as folder, Session(synthesize(Path(folder))) as session:
        record = session.run(scenario(moves))
    histories = [len(history) for history in record.histories]
    entered = sum(
        event["type"].endswith("StateEntered") for each in record.histories for event in each
    )
    payloads = (
        len(text)
        for history in record.histories
        for event in history
        for details in event.values()
        if isinstance(details, dict)
        for text in (details.get("input"), details.get("output"))
        if isinstance(text, str)
    )
    table = Table(box=None, show_header=False)
    for name, value in {
        "outcome": record.outcome,
        "moves by outcome": json.dumps(Counter(record.move_outcomes.values())),
        "executions": f"{len(record.executions):,}",
        "state transitions": f"{entered:,}",
        "Direct Connect calls": f"{len(record.calls):,}",
        "longest history": f"{max(histories):,} events",
        "largest payload": f"{max(payloads):,} characters",
        "events sent": f"{len(record.events):,}",
        "evidence": f"{len(record.evidence):,} objects",
        "virtual time": f"{record.virtual_seconds / 3600:.1f} h",
        "wall time": f"{record.wall_seconds:.0f} s",
        "landed twice": ", ".join(lands_twice(record)) or "none",
        "two of a gateway in flight": ", ".join(flies_together(record)) or "none",
    }.items():
        table.add_row(name, str(value))
    Console().print(table)
    return record


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else MOVES)
