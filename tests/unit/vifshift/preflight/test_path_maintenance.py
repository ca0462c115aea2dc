"""AWS works on another path while a VIF moves."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    ELSEWHERE,
    REGION,
    SIBLING,
    TARGET,
    a_connection,
    a_lag,
    a_network,
    a_peer,
    a_route_set,
    a_sibling,
    a_vif,
    after,
)
from tests.unit.vifshift.judging import findings
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.network import HealthEvent, Network
from vifshift.domain.other_paths import OtherPaths
from vifshift.domain.path_comparison import PathComparison

SECOND = "dxvif-eeee0005"
ROUTES = (a_route_set("10.0.0.0/8"),)
LAG = "dxlag-other001"


def an_event(*entities: str, region: str = REGION, **fields: Any) -> HealthEvent:
    """Build maintenance that has been announced for the time of the move."""
    return HealthEvent(
        **{
            "arn": "arn:1",
            "event_type_code": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
            "event_type_category": "scheduledChange",
            "status_code": "upcoming",
            "region": region,
            "entities": entities,
            "start_time": after(60),
            "end_time": after(6000),
            **fields,
        }
    )


def a_pair(event: HealthEvent, **fields: Any) -> Network:
    """Build a network whose one other path carries everything."""
    compared = {SIBLING: PathComparison()}
    return a_network(
        **{
            "routes": ROUTES,
            "health_events": (event,),
            "other_paths": OtherPaths(compared=compared),
            **fields,
        }
    )


def judged(network: Network, **request: Any) -> dict[str, Finding]:
    """Judge a network, and return what was found by code."""
    return {finding.code: finding for finding in findings(network, **request)}


@pytest.mark.parametrize("entity", [SIBLING, ELSEWHERE, f"arn:x:{REGION}:1:dxcon/{ELSEWHERE}"])
def test_maintenance_on_the_only_other_path_blocks_as_that_on_the_two_ends(entity: str) -> None:
    found = judged(a_pair(an_event(entity)))
    finding = found["MAINTENANCE_DURING_MOVE"]
    assert finding.severity is Severity.BLOCK
    assert f"so that {SIBLING} may carry nothing" in finding.message
    assert "nothing else carries ipv4 accepted: 10.0.0.0/8" in finding.message
    assert "NO_REDUNDANT_PATH" not in found


@pytest.mark.parametrize(
    "event",
    [
        an_event("dxcon-stranger1"),
        an_event(SIBLING, region="us-east-1"),
        an_event(SIBLING, status_code="closed"),
        an_event(SIBLING, event_type_code="AWS_DIRECTCONNECT_MAINTENANCE_CANCELLED"),
        an_event(SIBLING, event_type_category="accountNotification"),
    ],
    ids=["of others", "elsewhere", "closed", "cancelled", "a notice"],
)
def test_what_is_no_maintenance_of_the_other_path_is_none(event: HealthEvent) -> None:
    assert not {"MAINTENANCE_DURING_MOVE", "MAINTENANCE_ANNOUNCED"} & judged(a_pair(event)).keys()


def test_maintenance_at_another_time_is_announced() -> None:
    late = an_event(SIBLING, start_time=after(90_000), end_time=after(99_000))
    found = judged(a_pair(late))
    assert "MAINTENANCE_DURING_MOVE" not in found
    assert f"another path: {SIBLING}" in found["MAINTENANCE_ANNOUNCED"].message


@pytest.mark.parametrize("entity", [LAG, "dxcon-member11"])
def test_the_members_of_a_siblings_lag_are_part_of_it(entity: str) -> None:
    lag = a_lag(LAG, connections=(a_connection("dxcon-member11"),))
    paths = OtherPaths(compared={SIBLING: PathComparison()}, lags=(lag,))
    network = a_pair(an_event(entity), siblings=(a_sibling(connection_id=LAG),), other_paths=paths)
    assert judged(network)["MAINTENANCE_DURING_MOVE"].blocks


def test_with_a_third_path_that_carries_all_it_is_a_warning() -> None:
    third = a_sibling(virtual_interface_id=SECOND, connection_id="dxcon-third001")
    network = a_pair(an_event(SIBLING), siblings=(a_sibling(), third))
    finding = judged(network)["MAINTENANCE_DURING_MOVE"]
    assert finding.severity is Severity.WARN
    assert f"the rest is carried by {SECOND}" in finding.message


def test_a_third_path_that_carries_less_does_not_do() -> None:
    third = a_sibling(virtual_interface_id=SECOND, connection_id="dxcon-third001")
    paths = OtherPaths(compared={SIBLING: PathComparison(), SECOND: PathComparison(lacks=ROUTES)})
    network = a_pair(an_event(SIBLING), siblings=(a_sibling(), third), other_paths=paths)
    assert judged(network)["MAINTENANCE_DURING_MOVE"].severity is Severity.BLOCK


def test_a_path_that_is_down_anyway_is_not_missed() -> None:
    down = a_sibling(virtual_interface_state="down")
    found = judged(a_pair(an_event(SIBLING), siblings=(down,)))
    assert found.keys() == {"NO_REDUNDANT_PATH"}


def test_it_can_be_acknowledged() -> None:
    found = judged(a_pair(an_event(SIBLING)), acknowledge=["MAINTENANCE_DURING_MOVE"])
    assert not found["MAINTENANCE_DURING_MOVE"].blocks


def test_by_public_vifs_it_is_a_warning() -> None:
    public = {"virtual_interface_type": "public", "direct_connect_gateway_id": ""}
    network = a_pair(
        an_event(SIBLING), virtual_interface=a_vif(**public), siblings=(a_sibling(**public),)
    )
    assert judged(network)["MAINTENANCE_DURING_MOVE"].severity is Severity.WARN


@pytest.mark.parametrize(
    ("entity", "severity"),
    [
        ("dxcon-source01", Severity.WARN),
        (SIBLING, Severity.WARN),
        (TARGET, Severity.BLOCK),
        ("UNKNOWN", Severity.BLOCK),
    ],
)
def test_a_dead_vif_is_kept_back_only_by_maintenance_where_it_goes(
    entity: str, severity: Severity
) -> None:
    dead = a_vif(a_peer(bgp_status="down"), virtual_interface_state="down")
    found = judged(a_pair(an_event(entity), virtual_interface=dead))
    assert found["MAINTENANCE_DURING_MOVE"].severity is severity
