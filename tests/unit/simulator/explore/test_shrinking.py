"""Shrinking: what has nothing to do with a violation goes, the rest stays."""

from simulator.explore.generators import generate
from simulator.explore.shrinking import shrink
from simulator.scenarios.model import Scenario
from simulator.scenarios.writing import as_json
from tests.unit.simulator.explore.support import SIBLING, TARGET, VIF, scenario

MANY = scenario(
    {"requestedBy": "alice", "rollback": "never", "acknowledge": ["NO_REDUNDANT_PATH"]},
    timelines=[
        {
            "when": {"connectionId": TARGET},
            "steps": [{"after": each, "bgpStatus": "up"} for each in range(8)],
        }
    ],
    faults=[
        {"operation": "DescribeLags", "error": "ThrottlingException"},
        {"operation": "DescribeConnections", "error": "ThrottlingException"},
    ],
    changes=[{"at": 5, "virtualInterfaceId": VIF, "delete": True}],
    knobs={"describeLagSeconds": 20, "refuseWhilePending": True},
)


def test_what_does_not_matter_is_left_out() -> None:
    def shows(each: Scenario) -> bool:
        has_fault = any(fault.operation == "DescribeLags" for fault in each.faults)
        return has_fault and any(step.after == 5 for line in each.timelines for step in line.steps)

    small = shrink(MANY, shows)

    assert [fault.operation for fault in small.faults] == ["DescribeLags"]
    assert [step.after for line in small.timelines for step in line.steps] == [5]
    assert small.changes == ()
    assert as_json(small).get("knobs") is None
    assert len(small.world.virtual_interfaces) == 1
    request = small.trigger.request
    assert isinstance(request, dict)
    assert set(request) == {"virtualInterfaceId", "connectionId"}
    assert [port["connectionId"] for port in small.world.connections] == ["dxcon-source01", TARGET]


def test_what_matters_stays() -> None:
    def shows(each: Scenario) -> bool:
        return each == MANY

    assert shrink(MANY, shows) == MANY


def test_only_so_many_runs_are_spent() -> None:
    runs = []

    def shows(each: Scenario) -> bool:
        runs.append(each)
        return bool(each.world.virtual_interfaces)

    shrink(generate(3).scenario, shows, most_runs=3)

    assert len(runs) == 3


def test_a_scenario_that_can_not_run_is_no_smaller_one() -> None:
    def shows(each: Scenario) -> bool:
        if not each.changes:
            raise ValueError("there is no such thing")
        return True

    assert len(shrink(MANY, shows).changes) == 1


def test_a_plan_loses_the_moves_and_settings_that_do_not_matter() -> None:
    moves = [{"virtualInterfaceId": vif, "connectionId": TARGET} for vif in (VIF, SIBLING)]
    plan = {"moves": moves, "maxConcurrency": 2, "routes": {"minRecoveredPercent": 50}}
    asked = scenario(trigger={"plan": plan})

    def shows(each: Scenario) -> bool:
        return SIBLING in str(each.trigger.plan)

    small = shrink(asked, shows)

    assert small.trigger.plan == {"moves": moves[1:]}
    assert [vif["virtualInterfaceId"] for vif in small.world.virtual_interfaces] == [SIBLING]
