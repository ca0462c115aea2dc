"""A plan as a whole: each move is judged against the network as it will be when its turn comes."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    REGION,
    SECRET,
    START,
    FakeAccount,
    FakePeerRecords,
    a_connection,
    a_hosted_connection,
    a_lag,
    a_peer,
    after,
)
from tests.unit.vifshift.judging import window
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
from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.errors import CallDenied
from vifshift.domain.findings import Limits, Quotas, Severity
from vifshift.domain.migration import Decision
from vifshift.domain.network import HealthEvent
from vifshift.domain.request import Trigger
from vifshift.domain.request_envelope import PlanContext, parse_request
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.plan.planning.preflight import PlanPreflight, barriers, preflight
from vifshift.preflight.discovery import OptionalSources

LAG = "dxlag-target01"
ONE_OF_A_KIND = Limits(Quotas(private_or_public_per_port=1))


def test_a_plan_that_nothing_speaks_against_proceeds() -> None:
    result = judged(region(vif(1, P), vif(2, P)), go(1, Q), go(2, Q))
    assert result.decision is Decision.PROCEED
    assert [(move.number, move.decision) for move in result.moves] == [
        (1, Decision.PROCEED),
        (2, Decision.PROCEED),
    ]
    assert (result.findings, result.order_that_works) == ((), None)


def test_a_move_tells_where_its_vif_is_and_who_its_siblings_are() -> None:
    # given a sibling that is down, one that is up, and one that is gone
    vifs = [
        vif(1, P),
        sibling(vif(1, P), 2, port=R, up=False),
        sibling(vif(1, P), 3),
        sibling(vif(1, P), 4, virtual_interface_state="deleted"),
    ]
    # when
    [move] = judged(region(*vifs), go(1, Q)).moves
    # then
    assert (move.source, move.gateway) == (P, "gw-1")
    assert move.siblings == (name(3), name(2))


def test_a_gateway_of_many_is_named_up_to_the_limit_and_first_what_is_up() -> None:
    # given
    others = [sibling(vif(1, P), 100 + number, up=number > 60) for number in range(70)]
    # when
    [move] = judged(region(vif(1, P), *others), go(1, Q)).moves
    # then
    assert len(move.siblings) == 30
    assert {name(100 + number) for number in range(61, 70)} <= set(move.siblings)


def test_a_move_is_asked_for_with_what_the_plan_knows_of_it() -> None:
    # given
    result = judged(
        region(vif(1, P)), go(1, Q), reason="the port is retired", window=window(0, 7200)
    )
    # when
    asked = result.moves[0].asked("plan-1", "change-1#1")
    # then
    assert parse_request(asked.to_json()) == asked
    assert asked.trigger is Trigger.PLAN
    assert asked.plan == PlanContext(plan_id="plan-1", number=1, siblings=(name(5000),))
    assert asked.request == result.moves[0].request


def test_what_is_gone_takes_no_place_on_its_target() -> None:
    fake = region(vif(1, P, 101, virtual_interface_state="deleted"), vif(2, P, 101))
    result = judged(fake, go(1, Q), go(2, Q))
    assert (result.decision, [move.number for move in result.moves]) == (Decision.PROCEED, [2])
    assert [finding.code for finding in result.findings] == ["MOVE_FELL_AWAY"]


def test_what_was_never_there_is_no_move_that_fell_away() -> None:
    result = judged(region(vif(2, P)), go(1, Q), go(2, Q))
    assert result.decision is Decision.REJECTED
    assert blocks(result) == {
        1: [f"VIRTUAL_INTERFACE_NOT_FOUND: {name(1)} does not exist in eu-central-1"]
    }


def test_what_was_moved_before_and_is_not_listed_any_more_fell_away() -> None:
    # given
    records = FakePeerRecords()
    records.keep(name(1), [a_peer().key], now=0)
    request = plan_of(go(1, Q), go(2, Q))
    fleet = survey_fleet(
        region(vif(2, P)),
        FakeAccount(),
        REGION,
        plan=request.request,
        optional=OptionalSources(lambda: records),
    )
    # when
    result = preflight(request, fleet, START)
    # then
    assert [move.number for move in result.moves] == [2]
    assert [each.message for each in result.findings if each.code == "MOVE_FELL_AWAY"] == [
        f"{name(1)} (move 1) is no longer there to be moved"
    ]


# What is on its target already, and does not work there.


def test_what_does_not_work_on_its_target_is_left_alone_and_keeps_no_other_from_moving() -> None:
    result = judged(region(vif(1, Q, up=False), vif(2, P)), go(1, Q), go(2, Q))
    assert (result.decision, result.tracks) == (Decision.PROCEED, ((2,),))
    [left, moved] = result.moves
    assert (left.decision, left.is_left_alone) == (Decision.REJECTED, True)
    assert (moved.decision, moved.is_left_alone) == (Decision.PROCEED, False)
    [finding] = left.findings
    assert (finding.code, finding.severity) == ("ALREADY_ON_TARGET", Severity.WARN)
    assert finding.message.endswith("is down (BGP: ipv4 10.0.1.2 down); it is left as it is")


def test_where_nothing_else_is_to_be_moved_it_blocks_the_plan() -> None:
    result = judged(region(vif(1, Q, up=False), vif(2, Q)), go(1, Q), go(2, Q))
    assert result.decision is Decision.REJECTED
    assert list(blocks(result)) == [1]


def test_what_is_left_alone_brings_no_redundancy() -> None:
    # given two VIFs of one gateway, of which the one on its target is down, as is their backup
    second = vif(2, P)
    vifs = [sibling(second, 1, port=Q, up=False), second, sibling(second, 3, up=False)]
    # when
    result = judged(region(*vifs), go(1, Q), go(2, Q))
    # then
    assert list(blocks(result)) == [1, 2]
    assert blocks(result)[2][0].startswith("NO_REDUNDANT_PATH: ")


# What the moves before have left, or taken.


def test_two_vifs_with_one_vlan_do_not_both_fit_on_a_lag() -> None:
    # given
    fake = region(vif(1, P, 101), vif(2, Q, 101), ports=[a_lag(LAG)])
    # when
    result = judged(fake, go(1, LAG), go(2, LAG))
    # then
    assert result.decision is Decision.REJECTED
    assert blocks(result) == {
        2: [f"VLAN_TAKEN: VLAN 101 will be used on {LAG} by {name(1)} after move 1"]
    }


def test_two_vifs_with_one_subnet_do_not_both_fit_on_a_port() -> None:
    fake = region(vif(1, P), vif(2, Q, peers=vif(1, P).bgp_peers))
    assert blocks(judged(fake, go(1, R), go(2, R))) == {
        2: [f"ADDRESS_TAKEN: 10.0.1.0/30 will overlap 10.0.1.0/30 of {name(1)} on {R} after move 1"]
    }


def test_a_vlan_that_an_earlier_move_frees_is_free() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101))
    result = judged(fake, go(2, R), go(1, Q))
    assert (result.decision, blocks(result)) == (Decision.PROCEED, {})


def test_an_address_that_an_earlier_move_frees_is_free() -> None:
    fake = region(vif(1, P), vif(2, Q, peers=vif(1, P).bgp_peers))
    assert judged(fake, go(2, R), go(1, Q)).decision is Decision.PROCEED


def test_moves_fill_the_quota_of_a_port() -> None:
    fake = region(*(vif(number, P) for number in range(1, 4)))
    result = judged(fake, go(1, Q), go(2, Q), limits=ONE_OF_A_KIND)
    assert blocks(result) == {
        2: [
            f"VIRTUAL_INTERFACE_QUOTA: {Q} carries 1 of 1 private and public virtual interfaces "
            "after move 1"
        ]
    }


def test_moves_make_room_in_the_quota_of_a_port() -> None:
    fake = region(vif(1, P), vif(2, Q))
    result = judged(fake, go(2, R), go(1, Q), limits=ONE_OF_A_KIND)
    assert result.decision is Decision.PROCEED


def test_what_will_make_room_is_told() -> None:
    fake = region(vif(1, P), vif(2, Q))
    result = judged(fake, go(1, Q), go(2, R), limits=ONE_OF_A_KIND)
    [[message]] = blocks(result).values()
    assert message.endswith(
        "carries 1 of 1 private and public virtual interfaces; move 2 makes room"
    )


def test_a_hosted_connection_takes_the_first_alone() -> None:
    fake = region(vif(1, P), vif(2, P), ports=[a_hosted_connection(Q, owner_account=ACCOUNT)])
    result = judged(fake, go(1, Q), go(2, Q), acknowledge=["HOSTED_VLAN_DIFFERS"])
    assert blocks(result) == {
        2: [
            f"HOSTED_CONNECTION_FULL: {Q} is a hosted connection and carries 1 of 1 virtual "
            "interfaces after move 1"
        ]
    }


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ({"remaining": 1, "in_use": 9}, "has 0 rate limiters left, 10 in use after move 1"),
        ({"remaining": 1}, "has 0 rate limiters left after move 1"),
        ({"in_use": 9}, "uses 10 of 10 rate limiters after move 1"),
    ],
)
def test_moves_use_rate_limiters_up(status: dict[str, int], message: str) -> None:
    # given
    port = a_connection(Q, owner_account=ACCOUNT, rate_limiter_status=status)
    limited = [vif(number, P, rate_limit="50Mbps") for number in (1, 2)]
    # when
    result = judged(region(*limited, vif(3, P), ports=[port]), go(1, Q), go(2, Q), go(3, Q))
    # then
    assert blocks(result) == {2: [f"RATE_LIMITERS_EXHAUSTED: {Q} {message}"]}


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_moves_use_prefixes_up_and_give_them_back(family: str) -> None:
    # given 100 prefixes left on one port, and all of another's taken by a VIF
    left, allocated = (
        f"prefix_pool_unallocated_count_{family}",
        f"prefix_pool_allocated_count_{family}",
    )
    ports = [
        a_connection(Q, owner_account=ACCOUNT, **{left: 100}),
        a_connection(R, owner_account=ACCOUNT, **{left: 0}),
    ]
    needing: dict[str, Any] = {allocated: 60}
    fake = region(vif(1, P, **needing), vif(2, P, **needing), vif(3, R, **needing), ports=ports)
    # when
    too_many, in_turn = judged(fake, go(1, Q), go(2, Q)), judged(fake, go(3, Q), go(1, R))
    # then
    assert blocks(too_many) == {
        2: [
            f"PREFIX_POOL_EXHAUSTED: {name(2)} has 60 {family} prefixes allocated, {Q} has 40 left "
            "after move 1"
        ]
    }
    assert in_turn.decision is Decision.PROCEED


def test_a_vif_that_has_come_good_carries_the_traffic_of_the_next() -> None:
    # given two VIFs of a gateway on a dead port, and the second of them waits for the first
    dead = a_connection(P, state="down", owner_account=ACCOUNT)
    first = vif(1, P, up=False)
    fake = region(first, sibling(first, 2, port=P, up=False), ports=[dead])
    del fake.vifs[name(5000)], fake.vifs[name(5001)]
    # when
    result = judged(fake, go(1, Q, acknowledge=["NO_REDUNDANT_PATH"]), go(2, R))
    # then
    assert (result.decision, blocks(result)) == (Decision.PROCEED, {})


def test_a_device_that_an_earlier_move_shares_is_told_of() -> None:
    # given
    ports = [
        a_connection(port, owner_account=ACCOUNT, aws_logical_device_id="EqFA5-1")
        for port in (Q, R)
    ]
    first = vif(1, P)
    fake = region(first, sibling(first, 2, port=S), ports=ports)
    # when
    [_, second] = judged(fake, go(1, Q), go(2, R)).moves
    # then
    assert f"{R} is on EqFA5-1, as is {name(1)} (available) after move 1" in [
        finding.message for finding in second.findings
    ]


def test_nobody_is_told_of_moves_that_do_not_concern_them() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101), vif(3, R))
    result = judged(fake, go(3, S), go(1, Q))
    assert blocks(result) == {2: [f"VLAN_TAKEN: VLAN 101 is already used on {Q} by {name(2)}"]}


# What is blocked, and what is not.


def test_a_move_that_is_blocked_blocks_the_plan() -> None:
    fake = region(
        vif(1, P), vif(2, P), ports=[a_connection(R, state="down", owner_account=ACCOUNT)]
    )
    result = judged(fake, go(1, Q), go(2, R), dryRun=True)
    assert result.decision is Decision.REJECTED
    assert blocks(result) == {2: [f"TARGET_STATE: {R} is down"]}
    assert result.tracks == ()


def test_every_move_that_is_blocked_is_named_at_once() -> None:
    fake = region(vif(1, P))
    result = judged(fake, go(7, Q), go(1, "dxcon-nowhere1"), go(8, Q))
    assert {
        number: [each.partition(":")[0] for each in found]
        for number, found in blocks(result).items()
    } == {
        1: ["VIRTUAL_INTERFACE_NOT_FOUND"],
        2: ["TARGET_NOT_FOUND"],
        3: ["VIRTUAL_INTERFACE_NOT_FOUND"],
    }
    assert (result.moves[0].source, result.moves[0].gateway) == (None, None)


def test_what_blocks_a_move_by_itself_does_not_block_those_after_it() -> None:
    # given a VIF that frees a VLAN, but is under a failover test as yet
    fake = region(vif(1, P, 101), vif(2, Q, 101, virtual_interface_state="testing"))
    # when
    result = judged(fake, go(2, R), go(1, Q))
    # then
    assert list(blocks(result)) == [1]


def test_what_a_move_acknowledges_is_let_through_for_it_alone() -> None:
    fake = region(vif(1, P), vif(2, P))
    for number in (5000, 5001):
        del fake.vifs[name(number)]
    result = judged(fake, go(1, Q, acknowledge=["NO_REDUNDANT_PATH"], requestedBy="ana"), go(2, Q))
    assert list(blocks(result)) == [2]
    assert result.moves[0].findings[0].acknowledged_by == "ana"


def test_what_the_plan_acknowledges_is_let_through_for_all() -> None:
    fake = region(vif(1, P), vif(2, P))
    for number in (5000, 5001):
        del fake.vifs[name(number)]
    result = judged(fake, go(1, Q), go(2, Q), acknowledge=["NO_REDUNDANT_PATH"])
    assert result.decision is Decision.PROCEED


def test_what_can_not_be_acknowledged_is_said_once() -> None:
    result = judged(region(vif(1, P), vif(2, P)), go(1, Q), go(2, Q), acknowledge=["VLAN_TAKEN"])
    assert codes(result) == ["NOT_OVERRIDABLE"]
    assert [move.findings for move in result.moves] == [(), ()]


# What is there already.


def test_moves_that_are_done_already_pass_as_unchanged() -> None:
    result = judged(region(vif(1, P), vif(2, Q)), go(1, Q), go(2, Q))
    assert result.decision is Decision.PROCEED
    assert [move.decision for move in result.moves] == [Decision.PROCEED, Decision.UNCHANGED]
    assert result.tracks == ((1,),)


def test_a_plan_that_is_done_already_is_unchanged() -> None:
    result = judged(region(vif(1, Q), vif(2, Q)), go(1, Q), go(2, Q), dryRun=True)
    assert (result.decision, result.tracks) == (Decision.UNCHANGED, ())


def test_what_is_there_already_is_not_asked_for_redundancy() -> None:
    fake = region(vif(1, Q))
    del fake.vifs[name(5000)]
    [move] = judged(fake, go(1, Q)).moves
    assert (move.decision, move.findings) == (Decision.UNCHANGED, ())


def test_an_empty_plan_has_nothing_to_do() -> None:
    result = judged(region(vif(1, P)))
    assert (result.decision, codes(result)) == (Decision.UNCHANGED, ["NOTHING_TO_MOVE"])
    assert (result.moves, result.tracks) == ((), ())


def test_a_dry_run_ends_as_planned_and_has_its_tracks() -> None:
    result = judged(region(vif(1, P)), go(1, Q), dryRun=True)
    assert (result.decision, result.tracks) == (Decision.PLANNED, ((1,),))


# Two moves of one VIF.


def test_two_moves_of_one_vif_block_the_plan() -> None:
    result = judged(region(vif(1, P)), go(1, Q), go(1, R))
    assert result.decision is Decision.REJECTED
    assert [finding.message for finding in result.findings] == [
        f"{name(1)} is moved by moves 1 and 2"
    ]


def test_two_moves_of_one_vif_follow_each_other_where_that_is_acknowledged() -> None:
    result = judged(
        region(vif(1, P)), go(1, Q), go(1, R), acknowledge=["MOVED_TWICE"], maxConcurrency=9
    )
    assert result.decision is Decision.PROCEED
    assert [move.source for move in result.moves] == [P, Q]
    assert result.tracks == ((1, 2),)


def test_many_vifs_that_are_moved_twice_make_a_short_list() -> None:
    numbers = range(1, 31)
    fake = region(*(vif(number, P) for number in numbers))
    result = judged(fake, *(go(number, port) for number in numbers for port in (Q, R)))
    twice = [finding for finding in result.findings if finding.code == "MOVED_TWICE"]
    assert len(twice) == 21
    assert twice[-1].message == "10 more virtual interfaces are moved more than once"


# What concerns all moves alike is said of the plan, once.


def test_a_closed_calendar_blocks_the_plan_and_not_each_move() -> None:
    account = FakeAccount()
    account.calendars["freeze"] = "CLOSED"
    result = judged(region(vif(1, P), vif(2, P)), go(1, Q), go(2, Q), account=account)
    assert (result.decision, codes(result)) == (Decision.REJECTED, ["CALENDAR_CLOSED"])
    assert [move.decision for move in result.moves] == [Decision.PROCEED] * 2


def test_what_could_not_be_read_is_said_once() -> None:
    account = FakeAccount(caller=CallDenied("denied"))
    account.events = None
    result = judged(region(vif(1, P), vif(2, P)), go(1, Q), go(2, Q), account=account)
    assert codes(result) == ["COULD_NOT_CHECK", "HEALTH_NOT_CHECKED"]
    assert [move.findings for move in result.moves] == [(), ()]


def test_maintenance_is_told_of_the_moves_that_it_meets_by_what_it_names_of_them() -> None:
    # given
    account = FakeAccount()
    account.events = (
        HealthEvent(
            event_type_code="AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
            status_code="upcoming",
            start_time=after(60),
            end_time=after(7200),
            entities=(
                f"arn:aws:directconnect:::dxcon/{R}",
                *(f"dxcon-other{n:03}" for n in range(500)),
            ),
        ),
    )
    # when
    result = judged(region(vif(1, P), vif(2, P)), go(1, Q), go(2, R), account=account)
    # then
    [[message]] = blocks(result).values()
    assert f"is upcoming for arn:aws:directconnect:::dxcon/{R} and others, from" in message
    assert "dxcon-other" not in message


def test_a_region_out_of_reach_is_not_read() -> None:
    access_policy = AccessPolicy(home="eu-central-1")
    there = plan_of(go(1, Q), region="us-east-1", roleArn="arn:aws:iam::444455556666:role/dx")
    found = barriers(there, access_policy, START)
    assert [finding.code for finding in found] == ["ROLE_NOT_ALLOWED", "REGION_NOT_ALLOWED"]
    assert barriers(plan_of(go(1, Q)), access_policy, START) == ()


# The window.


def test_a_window_too_short_for_one_move_blocks_it() -> None:
    result = judged(region(vif(1, P)), go(1, Q), window=window(0, 600))
    assert [found[0].partition(":")[0] for found in blocks(result).values()] == ["WINDOW_NOT_OPEN"]


@pytest.mark.parametrize(
    ("minutes", "at_once", "late"), [(64, 1, 0), (63, 1, 1), (47, 1, 2), (47, 2, 1), (47, 3, 0)]
)
def test_a_window_that_may_be_too_short_for_all_is_a_warning(
    minutes: int, at_once: int, late: int
) -> None:
    # given three moves, each of which takes 16 minutes at its longest, and as long to go back
    fake = region(*(vif(number, P) for number in (1, 2, 3)))
    # when
    result = judged(
        fake,
        *(go(number, Q) for number in (1, 2, 3)),
        window=window(0, minutes * 60),
        maxConcurrency=at_once,
    )
    # then
    assert result.decision is Decision.PROCEED
    expected = [
        f"if each move takes as long as it can, {late} of 3 moves start too late to finish a move "
        "and a rollback before the window closes"
    ]
    assert [finding.message for finding in result.findings] == (expected if late else [])


# Its shape.


def test_the_result_survives_its_way_as_json() -> None:
    fake = region(vif(1, P, 101), vif(2, Q, 101))
    result = judged(fake, go(1, Q), go(2, R), reason=SECRET)
    assert PlanPreflight.model_validate_json(result.model_dump_json()) == result


def test_the_fleet_is_left_as_it_was() -> None:
    # given
    fleet = fleet_of(region(vif(1, P, 101), vif(2, Q, 101)))
    asked = plan_of(go(2, R), go(1, Q))
    # when
    first, second = preflight(asked, fleet, START), preflight(asked, fleet, START)
    # then
    assert first == second
    assert [each.virtual_interface_id for each in fleet.on(P)] == [name(1)]


def test_findings_come_worst_first() -> None:
    account = FakeAccount()
    account.events = None
    result = judged(region(vif(1, P)), go(1, Q), go(1, R), account=account, acknowledge=["X"])
    severities = [finding.severity for finding in result.findings]
    assert severities == [Severity.BLOCK, Severity.WARN, Severity.INFO]
