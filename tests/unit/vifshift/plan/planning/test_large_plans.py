"""What a plan of 5,000 moves costs, counted: rules run, VIFs looked at, orders tried."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.vifshift.fakes import ACCOUNT, START, FakeDirectConnect, a_connection
from tests.unit.vifshift.plan.plans import fleet_of, go, plan_of, vif
from vifshift.domain.findings import RULES, Move, Rule
from vifshift.domain.migration import Decision
from vifshift.domain.plan_request import MOST_MOVES
from vifshift.plan.planning.preflight import PlanPreflight, preflight
from vifshift.preflight import checks as single

PER_PORT = 20
CHEAP: dict[str, Any] = {"acknowledge": ["NO_REDUNDANT_PATH"]}
SIZES = [500, pytest.param(2000, marks=pytest.mark.verify)]


@dataclass
class Costs:
    """How often each rule was run, and how many VIFs it was shown at most."""

    runs: Counter[str] = field(default_factory=Counter)
    most_shown: int = 0


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> Costs:
    """Count what the rules are asked."""
    counted = Costs()

    def counting(rule: Rule) -> Rule:
        def judge(move: Move) -> Iterator[str]:
            counted.runs[rule.code] += 1
            network = move.network
            shown = (network.on_source, network.on_target, network.siblings)
            counted.most_shown = max(counted.most_shown, *map(len, shown))
            return rule.judge(move)

        return rule._replace(judge=judge)

    monkeypatch.setattr(single, "RULES", [counting(rule) for rule in RULES])
    return counted


def port(number: int) -> str:
    return f"dxcon-port{number:04}"


def large_region(size: int) -> FakeDirectConnect:
    """Build a Region of so many VIFs on half of its ports."""
    needed = size // PER_PORT
    vifs = (
        vif(number, port(number % needed), 100 + number // needed, direct_connect_gateway_id="")
        for number in range(size)
    )
    ports = tuple(a_connection(port(number), owner_account=ACCOUNT) for number in range(2 * needed))
    return FakeDirectConnect(*vifs, ports=ports)


def to_empty_ports(size: int, **fields: str) -> PlanPreflight:
    """Judge a plan that moves each to a port of its own half."""
    needed = size // PER_PORT
    moves = (go(number, port(needed + number % needed)) for number in range(size))
    asked = plan_of(*moves, maxConcurrency=50, **CHEAP, **fields)
    return preflight(asked, fleet_of(large_region(size)), START)


def in_the_wrong_order(size: int) -> PlanPreflight:
    """Judge a plan that fills ports which it empties later."""
    needed = size // PER_PORT
    moves = (go(number, port(number % needed + 1)) for number in range(size))
    return preflight(plan_of(*moves, **CHEAP), fleet_of(large_region(size)), START)


@pytest.mark.parametrize("size", [500, pytest.param(MOST_MOVES, marks=pytest.mark.verify)])
def test_each_rule_is_run_once_a_move_and_shown_what_rides_on_its_ports(
    costs: Costs, size: int
) -> None:
    result = to_empty_ports(size)
    assert result.decision is Decision.PROCEED
    assert set(costs.runs.values()) == {size}
    assert costs.most_shown == PER_PORT
    assert len(result.tracks) == size


@pytest.mark.verify
def test_an_order_by_redundancy_costs_no_more(costs: Costs) -> None:
    to_empty_ports(1000, order="least-critical-first")
    assert set(costs.runs.values()) == {1000}


@pytest.mark.parametrize("size", SIZES)
def test_another_order_is_looked_for_in_few_tries(costs: Costs, size: int) -> None:
    result = in_the_wrong_order(size)
    assert result.order_that_works is not None
    assert costs.runs["TARGET_STATE"] == size
    assert costs.runs["VLAN_TAKEN"] <= 3 * size


@pytest.mark.parametrize("size", SIZES)
def test_where_all_wait_for_one_port_none_is_tried_in_vain_again_and_again(
    costs: Costs, size: int
) -> None:
    # given a full port that fifty leave, and many more that want to go there
    fake = large_region(size)
    full = [vif(size + number, "dxcon-fullfull", vlan=1) for number in range(50)]
    fake.vifs |= {each.virtual_interface_id: each for each in full}
    fake.ports["dxcon-fullfull"] = a_connection("dxcon-fullfull", owner_account=ACCOUNT)
    moves = [go(number, "dxcon-fullfull") for number in range(size - 50)]
    moves += [go(size + number, port(size // PER_PORT + number)) for number in range(50)]
    # when
    result = preflight(plan_of(*moves, **CHEAP), fleet_of(fake), START)
    # then
    assert result.decision is Decision.REJECTED
    assert costs.runs["VIRTUAL_INTERFACE_QUOTA"] < 3 * size + 1000


@pytest.mark.verify
def test_a_plan_whose_vifs_are_all_of_one_gateway_is_judged_too() -> None:
    # given
    size = 300
    crowd = [
        vif(number, port(number // 50), direct_connect_gateway_id="gw") for number in range(size)
    ]
    ports = tuple(a_connection(port(number), owner_account=ACCOUNT) for number in range(12))
    moves = [go(number, port(6 + number // 50)) for number in range(size)]
    # when
    result = preflight(
        plan_of(*moves, maxConcurrency=50), fleet_of(FakeDirectConnect(*crowd, ports=ports)), START
    )
    # then
    assert result.decision is Decision.PROCEED
    assert result.tracks == (tuple(range(1, size + 1)),)
