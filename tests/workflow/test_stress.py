"""Two hundred executions at once: every VIF moves once, and every gateway moves one at a time.

The proof is the simulator's: what Direct Connect was called for, and what became of each VIF.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

import pytest

from simulator.directconnect import Call
from simulator.runs.record import Record
from simulator.scenarios.model import Expect, Scenario, ScenarioTrigger, ScenarioWorld
from tests.conftest import OpenSession

ASSOCIATE = "AssociateVirtualInterface"
GATEWAYS, VIFS_EACH, TIMES = 5, 4, 10
SOURCES, TARGET = ("dxcon-source01", "dxcon-source02"), "dxlag-target01"
GATEWAY_OF = {
    f"dxvif-{gateway:04}{number:04}": f"vgw-{gateway}"
    for gateway in range(GATEWAYS)
    for number in range(VIFS_EACH)
}
# 13,874 were counted, most of them of those who wait and look again.
MOST_TRANSITIONS = 18_000


class Flight(NamedTuple):
    """The time from a VIF's association until its end was told."""

    vif: str
    begin: datetime
    end: datetime


pytestmark = [pytest.mark.verify]


def a_world() -> ScenarioWorld:
    """Return the VIFs of five gateways, those of each on two connections, and a LAG for all."""
    return ScenarioWorld.model_validate(
        {
            "region": "eu-central-1",
            "account": "111122223333",
            "connections": [
                {
                    "connectionId": name,
                    "location": location,
                    "bandwidth": "10Gbps",
                    "connectionState": "available",
                }
                for name, location in zip(SOURCES, ("EqFA5", "EqFA8"), strict=True)
            ],
            "lags": [
                {
                    "lagId": TARGET,
                    "location": "EqFA5",
                    "connectionsBandwidth": "100Gbps",
                    "lagState": "available",
                    "minimumLinks": 1,
                    "connections": [
                        {"connectionId": "dxcon-member01", "connectionState": "available"}
                    ],
                }
            ],
            "virtualInterfaces": [
                {
                    "virtualInterfaceId": vif,
                    "connectionId": SOURCES[number % 2],
                    "virtualInterfaceType": "private",
                    "vlan": 101 + number,
                    "asn": 65001,
                    "virtualGatewayId": gateway,
                    "bgpPeers": [
                        {
                            "addressFamily": "ipv4",
                            "amazonAddress": f"169.254.{number}.1/30",
                            "customerAddress": f"169.254.{number}.2/30",
                            "bgpStatus": "up",
                        }
                    ],
                    "routes": {"accepted": ["10.0.0.0/8"], "advertised": ["192.168.0.0/16"]},
                }
                for number, (vif, gateway) in enumerate(GATEWAY_OF.items())
            ],
        }
    )


def a_crowd() -> list[ScenarioTrigger]:
    """Return ten events for each VIF, all at once: half of them are one request, sent again."""
    return [
        ScenarioTrigger(
            request={
                "virtualInterfaceId": vif,
                "connectionId": TARGET,
                "requestId": f"{vif}/{time // 2 if time % 2 else 'again'}",
                "lockWaitSeconds": 7200,
            }
        )
        for time in range(TIMES)
        for vif in GATEWAY_OF
    ]


@pytest.fixture(scope="module")
def record(open_session: OpenSession) -> Record:
    """What two hundred executions at once have left behind."""
    first, *others = a_crowd()
    return open_session().run(
        Scenario(
            name="stress",
            summary="Two hundred events at once.",
            world=a_world(),
            trigger=first,
            later_triggers=tuple(others),
            expect=Expect(outcome="succeeded"),
        )
    )


def associations(record: Record) -> list[Call]:
    return [call for call in record.calls if call.operation == ASSOCIATE]


def flights(record: Record) -> Iterator[Flight]:
    """Yield each VIF's flight, by the call log and the event that told of its success."""
    told = {
        event["detail"]["data"]["subject"]["virtualInterfaceId"]: event["detail"]["metadata"]
        for event in record.final_events
        if event["detail"]["data"]["outcome"] == "succeeded"
    }
    for call in associations(record):
        vif = str(call.parameters["virtualInterfaceId"])
        yield Flight(vif, call.at, datetime.fromisoformat(told[vif]["occurredAt"]))


def test_every_vif_is_moved_exactly_once(record: Record) -> None:
    called = [str(call.parameters["virtualInterfaceId"]) for call in associations(record)]
    arrived = [each.virtual_interface_id for each in record.transitions if each.cause == ASSOCIATE]

    assert sorted(called) == sorted(arrived) == sorted(GATEWAY_OF)
    assert all(call.took_effect and call.error is None for call in associations(record))
    assert record.connection_ids == dict.fromkeys(GATEWAY_OF, TARGET)


def test_no_two_vifs_of_a_gateway_are_in_flight_together(record: Record) -> None:
    together = [
        (one, other)
        for one, other in combinations(flights(record), 2)
        if GATEWAY_OF[one.vif] == GATEWAY_OF[other.vif]
        and one.begin < other.end
        and other.begin < one.end
    ]

    assert together == []


def test_gateways_do_not_wait_for_each_other(record: Record) -> None:
    begin = min(flight.begin for flight in flights(record))
    first = [flight for flight in flights(record) if flight.begin == begin]

    assert {GATEWAY_OF[flight.vif] for flight in first} == set(GATEWAY_OF.values())


def test_every_execution_ends_and_tells_it_once(record: Record) -> None:
    asked = len(GATEWAY_OF) * TIMES
    told = Counter(event["detail"]["metadata"]["executionArn"] for event in record.final_events)

    assert record.is_idle
    assert Counter(each["status"] for each in record.executions) == {"SUCCEEDED": asked}
    assert told == {each["executionArn"]: 1 for each in record.executions}
    assert (record.locks, record.dead_letters) == ([], 0)


def test_one_moves_it_and_the_others_find_it_moved_or_are_duplicates(record: Record) -> None:
    outcomes = Counter(event["detail"]["data"]["outcome"] for event in record.final_events)

    vifs = len(GATEWAY_OF)
    assert outcomes == {
        "succeeded": vifs,
        "unchanged": (TIMES // 2) * vifs,
        "duplicate": (TIMES // 2 - 1) * vifs,
    }


def test_waiting_is_not_dear(record: Record) -> None:
    entered = [
        event["type"].endswith("StateEntered") for history in record.histories for event in history
    ]

    assert sum(entered) < MOST_TRANSITIONS
