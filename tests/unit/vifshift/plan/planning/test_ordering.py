"""The order of a plan's moves: the one given, one that would work, and least critical first."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import ACCOUNT, START, FakeDirectConnect, a_connection
from tests.unit.vifshift.plan.drawing import LIMITS, Drawn, plans, workable_plans
from tests.unit.vifshift.plan.plans import (
    P,
    Q,
    R,
    S,
    blocks,
    codes,
    fleet_of,
    go,
    judged,
    name,
    plan_of,
    region,
    sibling,
    vif,
)
from vifshift.domain.findings import Limits, Quotas
from vifshift.domain.migration import Decision
from vifshift.plan.planning.preflight import PlanPreflight, preflight
from vifshift.plan.planning.projection import CONFLICTS

ONE = Limits(Quotas(private_or_public_per_port=1))
ROOMY = Limits()
LEAST: dict[str, Any] = {"order": "least-critical-first"}


def message(result: PlanPreflight, code: str) -> str:
    """Return what the one finding of a code says."""
    [found] = [finding.message for finding in result.findings if finding.code == code]
    return found


# Another order.


def test_an_order_that_would_work_is_told() -> None:
    # given a VLAN that is free only once the second move is done
    fake = region(vif(1, P, 101), vif(2, Q, 101), vif(3, S))
    # when
    result = judged(fake, go(1, Q), go(2, R), go(3, R))
    # then
    assert result.decision is Decision.REJECTED
    assert result.order_that_works == (2, 1, 3)
    assert message(result, "ORDER_WOULD_WORK") == ("in the order 2, 1, 3 no move blocks another")
    assert blocks(result) == {
        1: [f"VLAN_TAKEN: VLAN 101 is already used on {Q} by {name(2)}, which move 2 takes away"]
    }


def test_a_chain_is_turned_round() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101), vif(3, R, 101))
    result = judged(fake, go(1, Q), go(2, R), go(3, S))
    assert result.order_that_works == (3, 2, 1)
    assert "which move 2 would take away" not in str(blocks(result)[1])
    assert str(blocks(result)[2]).count("which move 3 takes away") == 1


@pytest.mark.parametrize(
    ("resource", "port"),
    [
        ({"rate_limit": "50Mbps"}, {"rate_limiter_status": {"remaining": 0}}),
        (
            {"prefix_pool_allocated_count_ipv4": 100},
            {"prefix_pool_unallocated_count_ipv4": 0},
        ),
    ],
)
def test_whatever_runs_out_may_be_freed_first(
    resource: dict[str, Any], port: dict[str, Any]
) -> None:
    ports = [a_connection(Q, owner_account=ACCOUNT, **port)]
    fake = region(vif(1, P, **resource), vif(2, Q, **resource), ports=ports)
    assert judged(fake, go(1, Q), go(2, R)).order_that_works == (2, 1)


def test_an_address_may_be_freed_first() -> None:
    fake = region(vif(1, P), vif(2, Q, peers=vif(1, P).bgp_peers))
    assert judged(fake, go(1, Q), go(2, R)).order_that_works == (2, 1)


def test_a_full_port_is_emptied_as_fast_as_it_is_filled() -> None:
    # given two ports of three VIFs each, and no more room on either
    vifs = [vif(number, P if number < 4 else Q) for number in range(1, 7)]
    limits = Limits(Quotas(private_or_public_per_port=3))
    # when
    result = judged(
        region(*vifs),
        *(go(number, Q if number < 4 else R) for number in range(1, 7)),
        limits=limits,
    )
    # then
    assert result.order_that_works == (4, 1, 5, 2, 6, 3)


def test_redundancy_may_have_to_be_brought_up_first() -> None:
    # given two VIFs of one gateway; the one that is up would leave nobody behind
    first = vif(1, P)
    fake = region(first, sibling(first, 2, port=Q, up=False))
    del fake.vifs[name(5000)], fake.vifs[name(5001)]
    # when
    result = judged(fake, go(1, R), go(2, S))
    # then
    assert blocks(result) == {
        1: [
            f"NO_REDUNDANT_PATH: no other virtual interface of gw-1 is up: {name(2)} (down); move "
            "2 may bring one up"
        ]
    }
    assert result.order_that_works == (2, 1)


def test_what_is_taken_early_may_be_what_others_have_missed() -> None:
    # given one place left on Q: the first move takes it, which only the third can make free again
    vifs = [vif(1, P), vif(2, R), vif(3, Q)]
    limits = Limits(Quotas(private_or_public_per_port=2, total_per_port=51))
    fake = region(*vifs, vif(4, R))
    # when
    result = judged(fake, go(1, Q), go(2, Q), go(3, R), limits=limits)
    # then
    assert result.order_that_works is not None
    assert result.order_that_works.index(2) < result.order_that_works.index(1)


def test_what_no_order_helps_is_named_beside_the_order() -> None:
    # given a target that is down, and two moves in the wrong order
    fake = region(
        vif(1, P, 101),
        vif(2, Q, 101),
        vif(3, P),
        ports=[a_connection(S, state="down", owner_account=ACCOUNT)],
    )
    # when
    result = judged(fake, go(3, S), go(1, Q), go(2, R))
    # then
    assert result.order_that_works == (1, 3, 2)
    assert message(result, "ORDER_WOULD_WORK").endswith(", once what else blocks move 1 is fixed")


def test_no_order_is_told_where_none_helps() -> None:
    # given a VLAN that nobody frees
    fake = region(vif(1, P, 101), vif(2, Q, 101), vif(3, R))
    result = judged(fake, go(1, Q), go(3, S))
    assert (codes(result), result.order_that_works) == ([], None)


def test_who_is_waited_for_and_blocked_itself_is_told() -> None:
    fake = region(
        vif(1, P, 101),
        vif(2, Q, 101),
        vif(3, R, 101),
    )
    result = judged(fake, go(2, R), go(1, Q))
    assert blocks(result)[2] == [
        f"VLAN_TAKEN: VLAN 101 is already used on {Q} by {name(2)}, which move 1 would take away "
        "if it were not blocked itself"
    ]
    assert codes(result) == []


def test_of_a_long_order_what_changes_is_told() -> None:
    # given thirty moves, of which the first has to wait for the last
    fake = region(vif(0, P, 101), vif(29, Q, 101), *(vif(number, R) for number in range(1, 29)))
    moves = [go(0, Q), *(go(number, S) for number in range(1, 29)), go(29, R)]
    # when
    result = judged(fake, *moves)
    # then
    assert result.order_that_works == (*range(2, 31), 1)
    assert message(result, "ORDER_WOULD_WORK") == (
        "with move 1 after move 30, no move blocks another"
    )


def test_of_a_long_order_with_many_changes_the_first_are_told() -> None:
    # given two ports of thirty VIFs each with the same VLANs
    numbers = range(30)
    fake = region(
        *(vif(number, P, 100 + number) for number in numbers),
        *(vif(100 + number, Q, 100 + number) for number in numbers),
    )
    moves = [go(number, Q) for number in numbers] + [go(100 + number, R) for number in numbers]
    # when
    result = judged(fake, *moves)
    # then
    found = message(result, "ORDER_WOULD_WORK")
    assert found.startswith("with move 1 after move 31, move 2 after move 32, ")
    assert " and 10 more later, no move blocks" in found
    assert len(found) < 1000


# Swaps.


def test_a_swap_needs_a_third_port() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101))
    result = judged(fake, go(1, Q), go(2, P))
    assert result.decision is Decision.REJECTED
    assert message(result, "SWAP_NEEDS_A_THIRD_PORT") == (
        f"moves 1 and 2 wait for each other: {name(1)} needs VLAN 101 of {name(2)} on {Q}, "
        f"{name(2)} needs VLAN 101 of {name(1)} on {P}"
    )
    assert result.order_that_works is None


def test_a_swap_by_way_of_a_third_port_passes() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101))
    result = judged(fake, go(1, R), go(2, P), go(1, Q), acknowledge=["MOVED_TWICE"])
    assert result.decision is Decision.PROCEED


def test_a_swap_by_way_of_a_third_port_in_the_wrong_order_is_put_right() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101))
    result = judged(fake, go(2, P), go(1, R), go(1, Q), acknowledge=["MOVED_TWICE"])
    assert result.order_that_works == (2, 1, 3)


def test_a_swap_of_vlans_that_differ_is_no_swap_at_all() -> None:
    result = judged(region(vif(1, P, 101), vif(2, Q, 102)), go(1, Q), go(2, P))
    assert result.decision is Decision.PROCEED


def test_a_swap_between_full_ports_is_one() -> None:
    result = judged(region(vif(1, P), vif(2, Q)), go(1, Q), go(2, P), limits=ONE)
    assert message(result, "SWAP_NEEDS_A_THIRD_PORT") == (
        f"moves 1 and 2 wait for each other: {name(1)} needs the room of {name(2)} on {Q}, "
        f"{name(2)} needs the room of {name(1)} on {P}"
    )


def test_a_swap_of_addresses_is_one() -> None:
    fake = region(vif(1, P), vif(2, Q, peers=vif(1, P).bgp_peers))
    found = message(judged(fake, go(1, Q), go(2, P)), "SWAP_NEEDS_A_THIRD_PORT")
    assert f"{name(1)} needs an address of {name(2)} on {Q}" in found


def test_a_ring_is_told_with_what_waits_behind_it_left_out() -> None:
    # given a ring of eight ports, and one more that waits for the ring
    ring = [f"dxcon-ring{number:04}" for number in range(8)]
    ports = [a_connection(port, owner_account=ACCOUNT) for port in ring]
    vifs = [vif(number, port, 101) for number, port in enumerate(ring)]
    fake = region(*vifs, vif(9, P, 101), ports=ports)
    moves = [go(number, other) for number, (_, other) in enumerate(pairwise([*ring, ring[0]]))]
    # when
    found = message(judged(fake, go(9, ring[0]), *moves), "SWAP_NEEDS_A_THIRD_PORT")
    # then
    assert found.startswith("moves 2, 3, 4, 5, 6 and 3 more wait for each other: ")
    assert found.endswith(", and 3 more")
    assert name(9) not in found


def test_many_swaps_make_a_short_list() -> None:
    vifs, moves = [], []
    for number in range(30):
        vifs += [vif(number, P, 100 + number), vif(50 + number, Q, 100 + number)]
        moves += [go(number, Q), go(50 + number, P)]
    found = [finding.message for finding in judged(region(*vifs), *moves).findings]
    assert len(found) == 21
    assert found[-1] == "10 more groups of moves wait for each other"


# Least critical first.


def test_the_vif_with_the_most_redundancy_goes_first() -> None:
    # given gateways with one path left: at the same device, on another one, at another location
    ports = [
        a_connection(P, owner_account=ACCOUNT),
        a_connection(Q, owner_account=ACCOUNT),
    ]
    here: dict[str, Any] = {"location": "EqFA5", "aws_logical_device_id": "dev-1"}
    vifs = [vif(number, P, **here) for number in (1, 2, 3, 4)]
    siblings = [
        sibling(vifs[0], 11, **here),
        sibling(vifs[1], 12, **{**here, "aws_logical_device_id": "dev-2"}),
        sibling(vifs[2], 13, location="EqDA2", aws_logical_device_id="dev-3"),
        sibling(vifs[3], 14, **here),
        sibling(vifs[3], 15, **here),
    ]
    # when
    result = judged(
        region(*vifs, *siblings, ports=ports), *(go(number, Q) for number in (1, 2, 3, 4)), **LEAST
    )
    # then
    assert result.decision is Decision.PROCEED
    assert [move.number for move in result.moves] == [3, 2, 4, 1]
    assert result.tracks == ((3, 2, 4, 1),)


def test_moves_of_the_same_redundancy_stay_in_the_order_given() -> None:
    fake = region(*(vif(number, P) for number in (3, 1, 2)))
    result = judged(fake, go(3, Q), go(1, Q), go(2, Q), **LEAST)
    assert [move.number for move in result.moves] == [1, 2, 3]


def test_the_most_redundant_goes_first_only_where_its_target_is_free() -> None:
    # given a VIF with much redundancy that waits for the place of one with little
    first, second = vif(1, P, 101), vif(2, Q, 101)
    fake = region(first, second, *(sibling(first, number) for number in (11, 12, 13)))
    # when
    result = judged(fake, go(2, R), go(1, Q), **LEAST)
    # then
    assert result.decision is Decision.PROCEED
    assert [move.number for move in result.moves] == [1, 2]


def test_an_order_by_redundancy_needs_none_that_was_given() -> None:
    # given moves whose order does not work as given
    fake = region(vif(1, P, 101), vif(2, Q, 101))
    result = judged(fake, go(1, Q), go(2, R), **LEAST)
    assert result.decision is Decision.PROCEED
    assert [move.number for move in result.moves] == [2, 1]


def test_the_order_given_is_kept_where_the_other_gets_stuck() -> None:
    # given one place on Q, which the most redundant would take from those who could free more
    first = vif(1, P)
    limits = Limits(Quotas(private_or_public_per_port=2, total_per_port=51))
    fake = region(
        first,
        vif(2, R),
        vif(3, Q),
        vif(4, R),
        *(sibling(first, 11 + number) for number in range(1, 2)),
        sibling(first, 19, port=S),
    )
    # when
    result = judged(fake, go(2, Q), go(3, R), go(1, Q), limits=limits, **LEAST)
    # then
    assert result.decision is Decision.PROCEED
    assert ([move.number for move in result.moves], codes(result)) == ([1, 2, 3], ["ORDER_KEPT"])


# What holds in any Region.


def run(
    drawn: Drawn, numbers: Sequence[int] = (), limits: Limits = LIMITS, **fields: Any
) -> PlanPreflight:
    """Judge a drawn plan, in the order given or in another one."""
    moves = [drawn.moves[number - 1] for number in numbers] if numbers else drawn.moves
    asked = plan_of(*moves, acknowledge=drawn.acknowledge, **fields)
    return preflight(asked, fleet_of(drawn.region), START, limits)


@given(data=st.data(), drawn=workable_plans())
def test_an_order_that_is_told_works(data: st.DataObject, drawn: Drawn) -> None:
    # given a plan that works, in some other order
    order = data.draw(st.permutations(range(1, len(drawn.moves) + 1)))
    # when
    result = run(drawn, order)
    # then
    event("told" if result.order_that_works else result.decision)
    if result.order_that_works:
        told = [order[number - 1] for number in result.order_that_works]
        assert sorted(told) == sorted(order)
        assert run(drawn, told).decision is Decision.PROCEED


@given(data=st.data(), drawn=workable_plans(ROOMY, with_room=True))
def test_where_just_vlans_and_addresses_are_in_the_way_an_order_is_always_found(
    data: st.DataObject, drawn: Drawn
) -> None:
    # given
    order = data.draw(st.permutations(range(1, len(drawn.moves) + 1)))
    # when
    result = run(drawn, order, ROOMY)
    # then
    event("told" if result.order_that_works else result.decision)
    assert result.decision is not Decision.REJECTED or result.order_that_works


@given(drawn=plans())
def test_an_order_that_is_told_leaves_no_move_in_the_way_of_another(drawn: Drawn) -> None:
    result = run(drawn)
    if order := result.order_that_works:
        others = [each for some in blocks(run(drawn, order)).values() for each in some]
        assert not {each.partition(":")[0] for each in others} & CONFLICTS


@given(drawn=workable_plans() | plans())
def test_least_critical_first_never_turns_a_plan_that_works_into_one_that_does_not(
    drawn: Drawn,
) -> None:
    # given
    given_order, other = run(drawn), run(drawn, order="least-critical-first")
    # when
    works = given_order.decision is not Decision.REJECTED
    event(f"works as given: {works}, otherwise: {other.decision is not Decision.REJECTED}")
    # then
    assert not works or other.decision is given_order.decision
    assert sorted(move.number for move in other.moves) == list(range(1, len(drawn.moves) + 1))


@given(drawn=workable_plans() | plans())
def test_an_order_by_redundancy_passes_step_by_step(drawn: Drawn) -> None:
    result = run(drawn, order="least-critical-first")
    if result.decision is not Decision.REJECTED:
        numbers = tuple(move.number for move in result.moves)
        assert run(drawn, numbers).decision is result.decision


def test_a_plan_is_judged_with_what_it_is_given_alone() -> None:
    fake: FakeDirectConnect = region(vif(1, P))
    fleet = fleet_of(fake)
    fake.vifs.clear()
    assert preflight(plan_of(go(1, Q)), fleet, START).decision is Decision.PROCEED
