"""A flood of requests while a VIF is on its way: nothing changes for that VIF."""

import re
from typing import Any, Final

import pytest

from simulator.cloud import Cloud
from simulator.directconnect import Knobs
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario, ScenarioTrigger, load, named
from tests.workflow.alarm_drills import names
from tests.workflow.test_outside_changes import SETTINGS

VIF, SOURCE = "dxvif-aaaa0001", "dxcon-source01"
SLOW: Final = Knobs(call_seconds=1)
NEW_ACCOUNT, UNRESERVED, RESERVED = 10, 100, 21
"""What a new account may run at once; what AWS leaves to all others; and what SETTINGS reserve."""
IN_SIGHT: Final = ("Associate", "Observe", "Conclude", "Answer")


def scenario(**changes: Any) -> Scenario:
    return load(named("happy-path-dual-stack-lag")).model_copy(update={"knobs": SLOW, **changes})


def flooded(session: Session, given: Scenario, requests: int, limit: int) -> Record:
    """Run a migration, and flood it from the 20th second on, in a minute."""
    asked = {"virtualInterfaceId": VIF, "connectionId": "dxlag-target01", "dryRun": True}
    flood = tuple(
        ScenarioTrigger(request=asked, times=10, at=20 + 600 * number / requests, source="anybody")
        for number in range(requests // 10)
    )

    def limited(cloud: Cloud) -> None:
        cloud.limit_concurrency(limit)

    return session.run(given.model_copy(update={"later_triggers": flood}), limited)


def throttled(record: Record, names: tuple[str, ...] = IN_SIGHT) -> set[str]:
    """Return which functions Lambda has refused to run."""
    points = (each.metric for each in record.data_points if each.metric.name == "Throttles")
    functions = {dict(each.dimensions)["FunctionName"] for each in points}
    return {name for name in names if any(f"Functions{name}" in each for each in functions)}


def told(record: Record) -> list[tuple[str, str, str]]:
    """Return what was told of the migration that came first, and when."""
    first = record.executions[0]["executionArn"]
    return [
        (each["time"], each["detail-type"], each["detail"]["data"]["notice"]["title"])
        for each in record.events
        if each["detail"].get("metadata", {}).get("executionArn") == first
    ]


@pytest.mark.parametrize(
    "held",
    [
        ("Associate", "Conclude", "Answer"),
        pytest.param(("Observe",), marks=pytest.mark.verify),
    ],
    ids=",".join,
)
def test_a_throttle_of_what_keeps_a_vif_in_sight_rings(
    session: Session, held: tuple[str, ...]
) -> None:
    def hold(cloud: Cloud) -> None:
        functions = cloud.resources_of_type("AWS::Lambda::Function")
        for logical, physical in functions.items():
            if re.sub(r"^Functions|[0-9A-F]{8}$", "", logical) in held:
                cloud.client("lambda").put_function_concurrency(
                    FunctionName=physical, ReservedConcurrentExecutions=0
                )

    record = session.run(scenario(settings=SETTINGS), hold)

    rung = {each for each in names(record.alarms) if each.endswith("Throttles")}
    assert rung == {f"{each}Throttles" for each in held}
    assert record.connection_ids[VIF] == ("dxlag-target01" if "Observe" in held else SOURCE)


@pytest.mark.verify
def test_without_reserved_concurrency_a_flood_blinds_a_new_account(session: Session) -> None:
    assert "Observe" in throttled(flooded(session, scenario(), 20, NEW_ACCOUNT))


@pytest.mark.parametrize("requests", [10, pytest.param(1000, marks=pytest.mark.verify)])
def test_a_flood_changes_nothing_for_a_vif_on_its_way(session: Session, requests: int) -> None:
    # given
    given = scenario(settings=SETTINGS)
    alone = flooded(session, given, 0, UNRESERVED + RESERVED)
    # when
    record = flooded(session, given, requests, UNRESERVED + RESERVED)
    # then
    assert told(record) == told(alone)
    assert throttled(record) == set()
    assert throttled(record, ("Validate",))
    assert len(record.executions) == requests + 1
    assert not [each for each in record.alarms if "Throttles" in each]
