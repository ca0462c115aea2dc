"""Only what was judged by data that was read counts as passed."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import a_network, a_sibling, a_vif
from tests.unit.vifshift.judging import a_move
from vifshift.domain.background import Background
from vifshift.domain.findings import Move
from vifshift.preflight.checks import preflight
from vifshift.preflight.judged_rules import LISTS, MAINTENANCE, TRAFFIC, RuleTally, in_words

READ = Background(resiliency_groups=(), history={})


def tally(move: Move) -> RuleTally:
    found = RuleTally()
    found.add(move, (each.code for each in preflight(move)))
    return found


def judged(**fields: Any) -> RuleTally:
    return tally(a_move(a_network(siblings=(a_sibling(),), **{"background": READ, **fields})))


def test_what_was_read_and_found_nothing_has_passed() -> None:
    assert {"VLAN_TAKEN", "NO_REDUNDANT_PATH", *MAINTENANCE} <= {*judged().passed}


@pytest.mark.parametrize(
    ("fields", "unknown"),
    [
        ({"health_events": None}, MAINTENANCE),
        ({"background": None}, (*TRAFFIC, "RESILIENCY_MODEL_NOT_MET", "OTHER_PATH_WAS_DOWN")),
        ({"background": Background()}, TRAFFIC),
        ({"cut_lists": ("DescribeVirtualInterfaces",)}, (*LISTS, *MAINTENANCE)),
        ({"routes_unreadable": "denied"}, ("OTHER_PATHS_CARRY_LESS",)),
        ({"calendar_state": "?"}, ("CALENDAR_CLOSED",)),
        ({"attachment_state": None}, ("GATEWAY_NOT_ATTACHED",)),
    ],
    ids=["health", "background", "history", "lists", "routes", "calendar", "attachment"],
)
def test_what_could_not_be_read_has_not_passed(
    fields: dict[str, Any], unknown: tuple[str, ...]
) -> None:
    found = judged(**fields)

    assert not {*unknown} & {*found.passed}
    assert {*unknown} <= {*found.not_judged}


def test_a_gateway_that_is_not_shown_passes_no_check_of_its_paths() -> None:
    hosted = a_vif(direct_connect_gateway_id="", virtual_gateway_id="", owner_account="1" * 12)
    found = judged(virtual_interface=hosted)

    assert "NO_REDUNDANT_PATH" not in found.passed


def test_one_move_that_fails_is_enough() -> None:
    found = RuleTally()
    move = a_move(a_network(background=READ))
    found.add(move, ["VLAN_TAKEN"])
    found.add(move, [])

    assert "VLAN_TAKEN" not in found.passed
    assert "VLAN_TAKEN" not in found.not_judged


def test_each_check_is_said_in_words_and_unknown_codes_are_left_out() -> None:
    [said] = in_words(["VLAN_TAKEN", "OF_ANOTHER_RELEASE"])

    assert said.summary == "Direct Connect refuses a VLAN that the target already carries."
