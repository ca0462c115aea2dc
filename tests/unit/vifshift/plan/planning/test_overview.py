"""What people are shown of a plan before it runs: times, what is left meanwhile, what stays."""

from typing import Any

from tests.unit.vifshift.plan.plans import P, Q, R, go, judged, name, region, sibling, vif
from vifshift.domain.migration import Decision
from vifshift.domain.overview import MOST_MOVES, MOST_STAYING, MoveStage, PlanOverview, Redundancy
from vifshift.domain.overview_words import over_time, takes, window

ONE, TWO, THREE = (vif(number, P, location=f"Eq{number}") for number in (1, 2, 3))
WINDOW = {"opensAt": "2026-07-01T09:00:00Z", "closesAt": "2026-07-01T10:00:00Z"}


def shown(*vifs: Any, ports: Any = (), moves: Any = (), **fields: Any) -> PlanOverview:
    return judged(region(*vifs, ports=ports), *moves, **fields).overview


def evacuated(*vifs: Any, **fields: Any) -> PlanOverview:
    return shown(*vifs, evacuate={"from": P, "to": Q, **fields.pop("how", {})}, **fields)


def test_moves_of_one_track_follow_one_another() -> None:
    found = evacuated(ONE, TWO)

    times = [(each.starts_seconds, each.ends_seconds) for each in found.moves]
    assert times == [(0, 210), (210, 420)]
    assert (found.to_do, found.tracks) == (2, ((1, 2),))
    assert takes(found).startswith("7 min expected, ")


def test_tracks_go_on_side_by_side() -> None:
    found = evacuated(ONE, TWO, maxConcurrency=2)

    assert [each.starts_seconds for each in found.moves] == [0, 0]
    assert found.duration.expected_seconds == 210


def test_a_move_says_what_moves_from_where_to_where() -> None:
    [move] = evacuated(ONE).moves

    assert (move.virtual_interface_id, move.vlan) == (name(1), 1001)
    assert (move.source, move.source_location, move.target) == (P, "Eq1", Q)
    assert (move.gateway, move.decision) == ("gw-1", Decision.PROCEED)
    [peer] = move.peers
    assert (peer.name, peer.bgp_status) == ("ipv4 10.0.1.2", "up")


def test_the_redundancy_of_a_gateway_over_time() -> None:
    both = (ONE, vif(2, P, direct_connect_gateway_id="gw-1", location="Eq1"))
    found = evacuated(*both, sibling(ONE, 9, location="EqFar"))

    [gateway] = found.gateways
    assert gateway.gateway == "gw-1"
    assert [(each.stage, each.redundancy.paths) for each in gateway.steps] == [
        (MoveStage.BEFORE, 3),
        (MoveStage.DURING, 2),
        (MoveStage.AFTER, 3),
        (MoveStage.DURING, 2),
        (MoveStage.AFTER, 3),
    ]
    assert gateway.steps[0].redundancy.locations == 2
    assert gateway.least.paths == 2
    assert [when for when, _ in over_time(gateway)] == [
        "now",
        "during move 1",
        "after move 1",
        "during move 2",
        "after move 2",
    ]


def test_what_is_down_is_no_path() -> None:
    found = evacuated(ONE, sibling(ONE, 9, up=False), acknowledge=["NO_REDUNDANT_PATH"])

    [move] = found.moves
    assert move.during == Redundancy(paths=0, locations=0)
    assert [each.works for each in move.other_paths] == [False]
    assert move.before.paths == 1


def test_what_stays_behind_says_why() -> None:
    how = {"exclude": [name(2)], "types": ["private"]}
    found = evacuated(ONE, TWO, vif(3, P, virtual_interface_type="transit"), how=how)

    assert [(each.virtual_interface_id, each.message) for each in found.staying] == [
        (name(2), "excluded"),
        (name(3), "excluded, since it is transit"),
    ]
    assert {each.connection_id for each in found.staying} == {P}


def test_what_no_move_is_of_stays_as_well_and_what_is_gone_does_not() -> None:
    gone = vif(3, P, virtual_interface_state="deleted")
    found = shown(ONE, TWO, gone, moves=[go(1, Q)])

    [stays] = found.staying
    assert (stays.virtual_interface_id, stays.message) == (name(2), "no move of this plan is of it")


def test_many_that_stay_are_counted() -> None:
    many = [vif(number, P) for number in range(2, 4 + MOST_STAYING)]
    found = shown(ONE, *many, moves=[go(1, Q)])

    assert len(found.staying) == MOST_STAYING
    assert found.staying_count == len(many)


def test_many_moves_are_counted_and_the_first_are_shown() -> None:
    many = [vif(number, P if number % 2 else R) for number in range(1, MOST_MOVES + 6)]
    found = shown(*many, moves=[go(number, Q) for number in range(1, MOST_MOVES + 6)])

    assert len(found.moves) == MOST_MOVES
    assert found.unsaid_moves == 5


def test_a_window_that_fits_and_one_that_may_not() -> None:
    fits = evacuated(ONE, window=WINDOW).window
    longer = evacuated(ONE, TWO, THREE, window=WINDOW).window

    assert fits and window(fits).startswith("it fits: at its longest, ")
    assert longer and longer.seconds_left > 0 > longer.seconds_left_at_longest
    assert window(longer).startswith("it is expected to fit, and at its longest would end ")


def test_what_passed_has_judged_everything_and_found_nothing() -> None:
    found = evacuated(ONE)

    assert "VLAN_TAKEN" in found.passed
    assert not {*found.passed} & {*found.not_judged}


def test_what_one_move_breaks_has_not_passed() -> None:
    rival = vif(7, Q, vlan=1002)
    found = evacuated(ONE, TWO, rival)

    assert "VLAN_TAKEN" not in found.passed
    assert "JUMBO_FRAMES" in found.passed


def test_a_plan_that_is_blocked_has_no_times() -> None:
    found = evacuated(ONE, TWO, vif(7, Q, vlan=1002))

    assert found.to_do == 0
    assert not any(each.is_to_be_done for each in found.moves)
    assert takes(found) == "nothing is to be done"


def test_what_is_on_its_target_is_not_to_be_done() -> None:
    found = shown(ONE, vif(2, Q), moves=[go(1, Q), go(2, Q)])

    assert (found.count, found.to_do) == (2, 1)
    assert [each.is_to_be_done for each in found.moves] == [True, False]
