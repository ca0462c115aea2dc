"""Which ports let nothing pass: BGP does not come up there, whatever a timeline says."""

import pytest

from simulator.directconnect import ArrivalTimeline
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    LAG,
    MEMBER,
    SOURCE,
    TARGET,
    Api,
    FakeClock,
    Json,
    vif,
    world,
)

UP, DOWN = ("available", ["up"]), ("down", ["down"])
SECOND = "dxcon-member02"


def links(*states: str) -> list[Json]:
    """The members of a LAG in these states."""
    return [
        {"connectionId": name, "connectionState": state}
        for name, state in zip((MEMBER, SECOND), states, strict=False)
    ]


def after_the_arrival(dx: SimulatedDirectConnect, clock: FakeClock) -> tuple[str, list[str]]:
    """Wait until nothing changes any more; return the state of the VIF and of its peers."""
    clock.tick(1000)
    dx.advance()
    last = dx.history[-1]
    return last.virtual_interface_state, list(last.bgp.values())


@pytest.mark.parametrize(
    ("lag", "expected"),
    [
        ({"connections": []}, DOWN),
        ({"connections": [], "minimumLinks": 1}, DOWN),
        ({"connections": links("down")}, DOWN),
        ({"connections": links("available")}, UP),
        ({"connections": links("available", "down"), "minimumLinks": 1}, UP),
        ({"connections": links("available", "down"), "minimumLinks": 2}, DOWN),
        ({"connections": links("available", "available"), "minimumLinks": 2}, UP),
    ],
)
def test_a_lag_needs_its_links(
    dx: SimulatedDirectConnect,
    api: Api,
    clock: FakeClock,
    lag: Json,
    expected: tuple[str, list[str]],
) -> None:
    dx.load(world(lag=lag))
    api.associate(LAG)
    assert after_the_arrival(dx, clock) == expected


@pytest.mark.parametrize(("vlan", "expected"), [(101, UP), (3034, DOWN)])
def test_a_hosted_connection_passes_its_own_vlan(
    dx: SimulatedDirectConnect,
    api: Api,
    clock: FakeClock,
    vlan: int,
    expected: tuple[str, list[str]],
) -> None:
    dx.load(world(target={"vlan": vlan}))
    api.associate(TARGET)
    assert after_the_arrival(dx, clock) == expected


def test_no_timeline_brings_up_what_does_not_pass(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    up = {"bgpPeers": [{"bgpStatus": "up"}], "virtualInterfaceState": "available", "after": 5}
    steps = ArrivalTimeline.model_validate({"steps": [up]})
    dx.load(world(lag={"connections": []}), [steps])
    api.associate(LAG)
    assert after_the_arrival(dx, clock) == DOWN


@pytest.mark.parametrize(("status", "expected"), [("up", UP), ("down", DOWN)])
def test_what_carried_a_vif_when_the_world_began_does_so_again(
    dx: SimulatedDirectConnect,
    api: Api,
    clock: FakeClock,
    status: str,
    expected: tuple[str, list[str]],
) -> None:
    # given a VIF on a hosted connection of another VLAN, and a move to a dedicated one
    peer = {**vif()["bgpPeers"][0], "bgpStatus": status}
    dx.load(world(vif(bgpPeers=[peer]), source={"vlan": 3034}))
    api.associate(TARGET)
    assert after_the_arrival(dx, clock) == UP
    # when
    api.associate(SOURCE)
    # then
    assert after_the_arrival(dx, clock) == expected
