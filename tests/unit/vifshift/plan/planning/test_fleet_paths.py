"""What a plan reads of the routes of its VIFs and their siblings, and how it judges them."""

import pytest

from tests.unit.vifshift.fakes import (
    REGION,
    START,
    FakeAccount,
    FakeDirectConnect,
    FakeOwnMoves,
    a_route_set,
    after,
)
from tests.unit.vifshift.plan.plans import (
    P,
    Q,
    R,
    blocks,
    go,
    judged,
    name,
    plan_of,
    region,
    sibling,
    vif,
)
from vifshift.domain.errors import CallDenied, CallThrottled
from vifshift.domain.scope import OwnMove
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.preflight.discovery import OptionalSources
from vifshift.preflight.other_paths import lately

ROUTES = (a_route_set("10.0.0.0/8"), a_route_set("192.0.2.0/24", direction="advertised"))


def pair(**fields: object) -> FakeDirectConnect:
    """Build a Region with a VIF of two paths, of which only one has all routes."""
    one = vif(1, P)
    fake = region(one, sibling(one, 2, **fields))
    fake.routes_of = {name(1): ROUTES, name(2): ROUTES[1:]}
    return fake


def test_a_plan_judges_the_other_path_by_prefix() -> None:
    [[message]] = blocks(judged(pair(), go(1, Q))).values()
    assert message.startswith("NO_REDUNDANT_PATH: no other virtual interface of gw-1 carries ipv4 ")
    assert "ipv4 accepted: 10.0.0.0/8" in message
    assert "192.0.2.0/24" not in message


def test_with_the_same_routes_on_both_paths_each_can_move() -> None:
    fake = pair()
    fake.routes_of = dict.fromkeys([name(1), name(2)], ROUTES)
    assert blocks(judged(fake, go(1, Q), go(2, R))) == {}


def test_each_vif_is_read_once_and_no_other_than_a_plan_needs() -> None:
    # given two VIFs of a gateway that move, a third that stays, and one of another gateway
    one = vif(1, P)
    fake = region(one, sibling(one, 2), sibling(one, 3), vif(4, R))
    # when
    judged(fake, go(1, Q), go(2, Q))
    # then
    assert fake.calls["routes"] == 3


def test_nothing_is_read_of_what_is_not_up() -> None:
    fake = pair(up=False)
    judged(fake, go(1, Q))
    assert fake.calls["routes"] == 1


def test_of_what_a_plan_brings_up_the_routes_are_not_known_yet() -> None:
    # given a sibling that is down where it is, and is moved first
    fake = pair(up=False)
    # when
    result = judged(fake, go(2, R), go(1, Q))
    # then
    assert blocks(result) == {}


def test_routes_that_may_not_be_read_leave_bgp_to_judge_by() -> None:
    fake = pair()
    fake.fail("routes", CallDenied("no permission"))
    result = judged(fake, go(1, Q))
    assert blocks(result) == {}
    [move] = result.moves
    assert "ROUTES_NOT_CHECKED" in [finding.code for finding in move.findings]


def test_routes_that_can_not_be_read_just_now_are_asked_for_again() -> None:
    fake = pair()
    fake.fail("routes", CallThrottled("slow"))
    with pytest.raises(CallThrottled):
        judged(fake, go(1, Q))


@pytest.mark.parametrize(
    ("origin", "is_known"), [("dxcon-farfar99", True), ("dxcon-elsewhere", False)]
)
def test_what_this_stack_is_moving_is_known_by_where_it_is(origin: str, is_known: bool) -> None:
    fake = pair(virtual_interface_state="pending")
    table = FakeOwnMoves()
    table.moved[name(2)] = OwnMove(origin, after(-60), P)
    asked = plan_of(go(1, Q)).request
    own = OptionalSources(moves=lately(table.since, START))
    fleet = survey_fleet(fake, FakeAccount(), REGION, plan=asked, optional=own)
    moved = fleet.network(asked.complete(asked.moves[0])).other_paths.moved_here  # type: ignore[index]
    assert moved == ({name(2)} if is_known else set())
