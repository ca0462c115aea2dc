"""A Region that can be moved forward, and the slice of it that a move meets."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    REGION,
    START,
    FakeAccount,
    FakeDirectConnect,
    a_connection,
    a_peer,
)
from tests.unit.vifshift.plan.drawing import EVENTS, LIMITS, PORTS, Drawn, plans
from tests.unit.vifshift.plan.plans import FAR, P, Q, R, fleet_of, name, region, sibling, vif
from vifshift.domain.background import Background, VifHistory
from vifshift.domain.findings import Move
from vifshift.domain.network import HealthEvent, Network
from vifshift.domain.request import Request
from vifshift.plan.planning.fleet import Fleet
from vifshift.preflight.checks import preflight
from vifshift.preflight.discovery import survey


def verdict(network: Network, request: Request) -> list[tuple[str, str]]:
    """Judge a network, and return what was found, whatever was said of it."""
    move = Move(request=request, network=network, now=START, quotas=LIMITS.quotas)
    return [(finding.code, finding.severity) for finding in preflight(move)]


def surveyed(fake: FakeDirectConnect, request: Request, account: FakeAccount) -> Network:
    """Survey a whole Region, as a migration of its own does."""
    return survey(fake, account, REGION, request, calendar="freeze")


@given(drawn=plans(), events=st.none() | EVENTS, calendar=st.sampled_from(["OPEN", "CLOSED"]))
def test_a_slice_is_judged_as_the_whole_region_is(
    drawn: Drawn, events: tuple[HealthEvent, ...] | None, calendar: str
) -> None:
    # given
    account = FakeAccount()
    account.events, account.calendars["freeze"] = events, calendar
    fleet = fleet_of(drawn.region, account)
    for move in drawn.moves:
        request = Request.model_validate(move)
        # when
        network = fleet.network(request)
        # then
        assert verdict(network, request) == verdict(
            surveyed(drawn.region, request, account), request
        )


@given(drawn=plans())
def test_a_slice_of_a_fleet_that_was_moved_is_judged_as_the_region_would_be(drawn: Drawn) -> None:
    # given
    fleet = fleet_of(drawn.region)
    for move in drawn.moves:
        request = Request.model_validate(move)
        # when
        fleet.move(request.virtual_interface_id, request.connection_id)
        # then
        region = region_of(fleet)
        for asked in (Request.model_validate(each) for each in drawn.moves):
            whole = surveyed(region, asked, FakeAccount())
            assert verdict(fleet.network(asked), asked) == verdict(whole, asked)


def region_of(fleet: Fleet) -> FakeDirectConnect:
    """Build the Region that a fleet stands for by now."""
    ports = [port for each in (*PORTS, FAR) if (port := fleet.port(each))]
    vifs = [vif for number in range(9) if (vif := fleet.vif(name(number)))]
    return FakeDirectConnect(*vifs, ports=tuple(ports))


@given(drawn=plans())
def test_there_and_back_is_where_it_was(drawn: Drawn) -> None:
    # given
    fleet = fleet_of(drawn.region)
    before = {each: fleet.port(each) for each in PORTS}
    for move in drawn.moves:
        request = Request.model_validate(move)
        home = drawn.region.vifs[request.virtual_interface_id].connection_id
        # when
        fleet.move(request.virtual_interface_id, request.connection_id)
        fleet.move(request.virtual_interface_id, home)
    # then
    assert {each: fleet.port(each) for each in PORTS} == before


def test_a_vif_that_has_come_good_is_at_its_new_port_with_the_peers_it_must_have() -> None:
    # given a VIF with a peer that is up, one that never was, and one on its way out
    peers = (
        a_peer(),
        a_peer(customer_address="169.254.2.2/30", bgp_status="down"),
        a_peer(customer_address="169.254.3.2/30", bgp_peer_state="deleting"),
    )
    port = a_connection(Q, owner_account=ACCOUNT, location="EqDA2", aws_logical_device_id="dev-2")
    fleet = fleet_of(region(vif(1, P, peers=peers), ports=[port]))
    # when
    fleet.move(name(1), Q)
    # then
    moved = fleet.vif(name(1))
    assert moved is not None
    assert (moved.connection_id, moved.location, moved.aws_logical_device_id) == (
        Q,
        "EqDA2",
        "dev-2",
    )
    assert [(str(peer.key), peer.bgp_status) for peer in moved.bgp_peers] == [
        ("ipv4 169.254.1.2", "up"),
        ("ipv4 169.254.2.2", "down"),
    ]


def test_a_vif_from_a_dead_port_comes_good_with_all_its_peers() -> None:
    fleet = fleet_of(region(vif(1, P, up=False)))
    fleet.move(name(1), Q)
    moved = fleet.vif(name(1))
    assert moved is not None
    assert moved.works


def test_what_ports_carry_follows_the_moves() -> None:
    # given two VIFs on one port, and two others that are to join them on another
    fleet = fleet_of(region(vif(1, P), vif(2, P), vif(3, Q), vif(4, R)))
    same = VifHistory(egress=1e9, ingress=1e9, hours=336)
    background = Background(history=dict.fromkeys(map(name, (1, 2, 3, 4)), same))
    fleet.surroundings = fleet.surroundings.model_copy(update={"background": background})

    def carried(number: int) -> float:
        request = Request(virtual_interface_id=name(number), connection_id=Q)
        background = fleet.network(request).background
        assert background is not None
        return background.loads[Q].egress

    # then it counts what is there without what moves, before and after each move
    assert [carried(1), carried(4), carried(3)] == [1e9, 1e9, 0]
    fleet.move(name(1), Q)
    assert [carried(2), carried(1), carried(3)] == [2e9, 1e9, 1e9]
    fleet.move(name(1), P)
    assert [carried(1), carried(2)] == [1e9, 1e9]


def test_a_copy_goes_its_own_way() -> None:
    # given
    fleet = fleet_of(region(vif(1, P, rate_limit="50Mbps"), ports=[limited(Q)]))
    other = fleet.copy()
    # when
    other.move(name(1), Q)
    # then
    assert [each.virtual_interface_id for each in fleet.on(P)] == [name(1)]
    assert (other.on(P), fleet.on(Q)) == ((), ())
    assert fleet.port(Q) == limited(Q)
    assert other.port(Q) == limited(Q, in_use=4, remaining=6)


def limited(port_id: str, in_use: int = 3, remaining: int = 7) -> Any:
    status = {"in_use": in_use, "remaining": remaining}
    return a_connection(port_id, owner_account=ACCOUNT, rate_limiter_status=status)


@pytest.mark.parametrize("size", [10, 1000])
def test_a_slice_has_what_a_move_meets_and_no_more(size: int) -> None:
    # given a move between two ports with two VIFs each, in a Region of any size
    crowd = [vif(100 + number, FAR) for number in range(size)]
    moving = vif(1, P)
    fleet = fleet_of(region(moving, vif(2, P), vif(3, Q), vif(4, Q), sibling(moving, 5), *crowd))
    # when
    network = fleet.network(Request(virtual_interface_id=name(1), connection_id=Q))
    # then
    there = (network.on_source, network.on_target, network.siblings)
    assert [len(each) for each in there] == [2, 2, 1]


def test_what_is_not_known_is_not_there() -> None:
    network = fleet_of(region()).network(
        Request(virtual_interface_id=name(1), connection_id="dxcon-nowhere1")
    )
    assert (network.virtual_interface, network.source, network.target) == (None, None, None)
    assert (network.on_source, network.on_target, network.siblings) == ((), (), ())


def test_a_vif_whose_port_is_not_told_meets_nobody_on_it() -> None:
    fleet = fleet_of(region(vif(1, ""), vif(2, "")))
    network = fleet.network(Request(virtual_interface_id=name(1), connection_id=Q))
    assert (network.source, network.on_source) == (None, ())
    assert name(1) in fleet


@pytest.mark.parametrize("entity", [name(2), R, "gw-1"])
def test_what_is_announced_for_a_sibling_is_kept_with_every_move(entity: str) -> None:
    # given a VIF, and a sibling that is going to be on another port
    account = FakeAccount()
    account.events = (HealthEvent(status_code="open", entities=(entity, "dxcon-other001")),)
    one = vif(1, P)
    fleet = fleet_of(region(one, sibling(one, 2, port=FAR)), account)
    request = Request(virtual_interface_id=name(1), connection_id=Q)
    before = fleet.network(request).health_events or ()
    # when
    fleet.move(name(2), R)
    # then
    [event] = fleet.network(request).health_events or ()
    assert (event.entities, event.names_others) == ((entity,), True)
    assert bool(before) is (entity != R)
