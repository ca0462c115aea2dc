"""Tracks: what depends on each other follows one another, all else may go side by side."""

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import ACCOUNT, START, a_connection, a_hosted_connection
from tests.unit.vifshift.plan.drawing import LIMITS, Drawn, plans, workable_plans
from tests.unit.vifshift.plan.plans import (
    P,
    Q,
    R,
    S,
    fleet_of,
    go,
    judged,
    plan_of,
    region,
    sibling,
    vif,
)
from vifshift.domain.findings import Limits, Quotas
from vifshift.domain.migration import Decision
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.preflight import preflight

MANY: dict[str, Any] = {"maxConcurrency": 50}


def test_moves_that_share_nothing_go_side_by_side() -> None:
    fake = region(*(vif(number, P) for number in (1, 2, 3)))
    assert judged(fake, go(1, Q), go(2, Q), go(3, R), **MANY).tracks == ((1,), (2,), (3,))


def test_moves_go_one_after_the_other_unless_more_are_asked_for() -> None:
    fake = region(*(vif(number, P) for number in (1, 2, 3)))
    assert judged(fake, go(3, Q), go(1, Q), go(2, R)).tracks == ((1, 2, 3),)


def test_the_vifs_of_a_gateway_follow_one_another() -> None:
    first = vif(1, P)
    fake = region(first, vif(2, P), sibling(first, 3, port=R), sibling(first, 4))
    assert judged(fake, go(1, Q), go(2, Q), go(3, Q), **MANY).tracks == ((1, 3), (2,))


def test_who_takes_a_vlan_follows_who_frees_it() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101), vif(3, P))
    assert judged(fake, go(2, R), go(3, Q), go(1, Q), **MANY).tracks == ((1, 3), (2,))


def test_one_vlan_on_different_ports_is_no_bond() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101))
    assert judged(fake, go(1, R), go(2, S), **MANY).tracks == ((1,), (2,))


def test_who_takes_an_address_follows_who_frees_it() -> None:
    # given a network that is part of another
    wide = (
        vif(1, P)
        .bgp_peers[0]
        .model_copy(update={"amazon_address": "10.0.2.1/24", "customer_address": "10.0.2.2/24"})
    )
    fake = region(vif(1, Q, peers=(wide,)), vif(2, P), vif(3, P))
    assert judged(fake, go(1, R), go(3, Q), go(2, Q), **MANY).tracks == ((1, 3), (2,))


def test_where_there_is_room_for_all_no_port_is_a_bond() -> None:
    fake = region(*(vif(number, P) for number in range(1, 51)))
    moves = [go(number, Q) for number in range(1, 51)]
    assert len(judged(fake, *moves, **MANY).tracks) == 50


def test_where_arrivals_need_departures_a_port_is_a_bond() -> None:
    # given room for two on Q, one of which is taken
    limits = Limits(Quotas(private_or_public_per_port=2))
    fake = region(vif(1, P), vif(2, R), vif(3, Q), vif(4, S))
    # when
    alone = judged(fake, go(1, Q), go(4, P), limits=limits, **MANY)
    crowded = judged(fake, go(1, Q), go(3, S), go(2, Q), go(4, P), limits=limits, **MANY)
    # then
    assert alone.tracks == ((1,), (2,))
    assert crowded.decision is Decision.PROCEED
    assert (1, 2, 3) in crowded.tracks


def test_a_quota_of_transit_vifs_binds_none_of_another_type() -> None:
    limits = Limits(Quotas(transit_per_port=1))
    kind: dict[str, Any] = {"virtual_interface_type": "transit"}
    fake = region(vif(1, P, **kind), vif(2, Q, **kind), vif(3, Q), vif(4, P))
    result = judged(fake, go(2, R), go(3, R), go(1, Q), go(4, Q), limits=limits, **MANY)
    assert result.tracks == ((1, 3), (2,), (4,))


def test_a_hosted_connection_is_a_bond() -> None:
    hosted = a_hosted_connection(Q, owner_account=ACCOUNT, vlan=1001)
    fake = region(vif(1, P), vif(2, Q), ports=[hosted])
    assert judged(fake, go(2, R), go(1, Q), **MANY).tracks == ((1, 2),)


@pytest.mark.parametrize(
    ("needed", "left"),
    [
        ({"rate_limit": "50Mbps"}, {"rate_limiter_status": {"remaining": 0}}),
        ({"rate_limit": "50Mbps"}, {"rate_limiter_status": {"in_use": 10}}),
        ({"prefix_pool_allocated_count_ipv4": 7}, {"prefix_pool_unallocated_count_ipv4": 6}),
        ({"prefix_pool_allocated_count_ipv6": 7}, {"prefix_pool_unallocated_count_ipv6": 6}),
    ],
)
def test_what_runs_short_binds_those_that_need_it(
    needed: dict[str, Any], left: dict[str, Any]
) -> None:
    ports = [a_connection(Q, owner_account=ACCOUNT, **left)]
    fake = region(vif(1, P, **needed), vif(2, Q, **needed), vif(3, P), vif(4, Q), ports=ports)
    result = judged(fake, go(2, R), go(3, Q), go(1, Q), go(4, R), **MANY)
    assert result.tracks == ((1, 3), (2,), (4,))


def test_rate_limiters_that_nobody_counts_are_counted_by_what_rides_there() -> None:
    limits = Limits(Quotas(rate_limited_per_port=1))
    slow: dict[str, Any] = {"rate_limit": "50Mbps"}
    fake = region(vif(1, P, **slow), vif(2, Q, **slow))
    assert judged(fake, go(2, R), go(1, Q), limits=limits, **MANY).tracks == ((1, 2),)


def test_what_is_there_already_is_on_no_track() -> None:
    fake = region(vif(1, Q), vif(2, P))
    assert judged(fake, go(1, Q), go(2, Q), **MANY).tracks == ((2,),)


# What a track is for.


@given(data=st.data(), drawn=workable_plans() | plans())
def test_tracks_may_be_done_in_any_interleaving(data: st.DataObject, drawn: Drawn) -> None:
    # given
    fleet = fleet_of(drawn.region)
    asked = plan_of(*drawn.moves, acknowledge=drawn.acknowledge, **MANY)
    result = preflight(asked, fleet, START, LIMITS)
    tracks = [list(track) for track in result.tracks]
    event(f"{result.decision} with {'several tracks' if len(tracks) > 1 else 'one track or none'}")
    # when each move is taken from a track at random
    while tracks:
        track = data.draw(st.sampled_from(tracks))
        move = drawn.moves[track.pop(0) - 1]
        tracks = [each for each in tracks if each]
        # then
        assert drawn.passes(fleet, move, LIMITS)
        fleet.move(move["virtualInterfaceId"], move["connectionId"])


@given(data=st.data(), drawn=workable_plans())
def test_a_move_can_go_back_whatever_other_tracks_have_done(
    data: st.DataObject, drawn: Drawn
) -> None:
    # given a move that fails, after any number of those on other tracks
    fleet = fleet_of(drawn.region)
    asked = plan_of(*drawn.moves, acknowledge=drawn.acknowledge, **MANY)
    result = preflight(asked, fleet, START, LIMITS)
    failing = data.draw(st.sampled_from(result.tracks))
    others = [list(track) for track in result.tracks if track is not failing]
    home = drawn.region.vifs[drawn.moves[failing[0] - 1]["virtualInterfaceId"]].connection_id
    _take(fleet, drawn, failing[0])
    event("with others" if others else "alone")
    # when
    for track in others:
        for number in track[: data.draw(st.integers(0, len(track)))]:
            _take(fleet, drawn, number)
    # then
    back = {**drawn.moves[failing[0] - 1], "connectionId": home}
    assert drawn.passes(fleet, back, LIMITS)


def _take(fleet: Fleet, drawn: Drawn, number: int) -> None:
    move = drawn.moves[number - 1]
    fleet.move(move["virtualInterfaceId"], move["connectionId"])
