"""Which events of AWS Health count: where, what kind, of what, and when."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    REGION,
    SOURCE,
    START,
    TARGET,
    VIF,
    a_connection,
    a_lag,
    a_vif,
    after,
)
from tests.unit.vifshift.judging import THERE_AND_BACK, a_move, window
from vifshift.domain.network import HealthEvent
from vifshift.preflight.maintenance import (
    Period,
    entity_values,
    period_of,
    resources,
    works_during,
)

HOUR = Period(START, after(3600))


def an_event(**fields: Any) -> HealthEvent:
    """Build an open event about the target, which has begun and has no end."""
    return HealthEvent.model_validate(
        {
            "event_type_code": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
            "event_type_category": "scheduledChange",
            "status_code": "open",
            "region": REGION,
            "start_time": after(-60),
            "entities": [TARGET],
            **fields,
        }
    )


def counts(event: HealthEvent, *ids: str) -> bool:
    """Return whether an event counts for resources, by default the target, during an hour."""
    return works_during([event], HOUR, ids or (TARGET,), REGION) == (event,)


@pytest.mark.parametrize("region", [REGION, "", "global"])
@pytest.mark.parametrize("entities", [[TARGET], []])
def test_what_is_here_or_everywhere_counts(region: str, entities: list[str]) -> None:
    assert counts(an_event(region=region, entities=entities))


@pytest.mark.parametrize("entities", [[TARGET], [], ["UNKNOWN"], [ACCOUNT]])
def test_what_is_in_another_region_does_not_count(entities: list[str]) -> None:
    assert not counts(an_event(region="sa-east-1", entities=entities))


@pytest.mark.parametrize(
    "category", ["issue", "scheduledChange", "investigation", "", "somethingNew"]
)
def test_work_and_trouble_count(category: str) -> None:
    assert counts(an_event(event_type_category=category))


def test_a_notice_does_not_count() -> None:
    assert not counts(an_event(event_type_category="accountNotification"))


@pytest.mark.parametrize(
    "entity",
    ["UNKNOWN", "unknown", "AWS_ACCOUNT", ACCOUNT, "999988887777", "", TARGET, f"a:b/{TARGET}"],
)
def test_an_entity_may_stand_for_all_of_a_region_or_account(entity: str) -> None:
    assert counts(an_event(entities=["dxcon-other001", entity]))


@pytest.mark.parametrize("entities", [["dxcon-other001"], ["1111222233334"], [f"{TARGET}2"]])
def test_what_is_of_others_does_not_count(entities: list[str]) -> None:
    assert not counts(an_event(entities=entities))


def test_an_event_whose_entities_are_all_of_others_is_not_one_without_entities() -> None:
    assert not counts(an_event(entities=[], names_others=True))
    assert counts(an_event(entities=[], names_others=False))


@pytest.mark.parametrize(
    "code",
    [
        "AWS_DIRECTCONNECT_MAINTENANCE_CANCELLED",
        "AWS_DIRECTCONNECT_MAINTENANCE_CANCELED",
        "AWS_DIRECTCONNECT_MAINTENANCE_COMPLETE",
        "AWS_DIRECTCONNECT_EMERGENCY_MAINTENANCE_COMPLETED",
        "aws_directconnect_maintenance_cancellation_notice",
    ],
)
def test_what_is_called_off_or_done_does_not_count(code: str) -> None:
    assert not counts(an_event(event_type_code=code))


@pytest.mark.parametrize(
    "code",
    [
        "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
        "AWS_DIRECTCONNECT_EMERGENCY_MAINTENANCE_SCHEDULED",
        "AWS_DIRECTCONNECT_MAINTENANCE_INCOMPLETE",
        "AWS_DIRECTCONNECT_OPERATIONAL_ISSUE",
        "",
    ],
)
def test_what_is_not_counts(code: str) -> None:
    assert counts(an_event(event_type_code=code))


@pytest.mark.parametrize("status", ["closed", "", "somethingNew"])
def test_only_what_is_open_or_upcoming_counts(status: str) -> None:
    assert not counts(an_event(status_code=status))


@pytest.mark.parametrize(
    ("status", "begins", "ends", "is_during"),
    [
        ("upcoming", 3599, 9000, True),
        ("upcoming", 3600, 9000, False),
        ("upcoming", -60, None, True),
        ("upcoming", None, 60, False),
        ("open", None, None, True),
        ("open", -60, 0, False),
        ("open", -60, 1, True),
        ("open", 60, -60, True),
        ("upcoming", 3600, -60, False),
    ],
)
def test_what_is_not_known_of_its_times_does_not_hide_it(
    status: str, begins: float | None, ends: float | None, is_during: bool
) -> None:
    times = {
        "start_time": None if begins is None else after(begins),
        "end_time": None if ends is None else after(ends),
    }
    assert counts(an_event(status_code=status, **times)) is is_during


@pytest.mark.parametrize(
    ("asked", "begins"),
    [({}, 0), (window(-60, 9000), 0), (window(600, 9000), 600)],
)
def test_a_move_takes_its_time_from_when_it_can_start(asked: dict[str, str], begins: float) -> None:
    move = a_move(window=asked) if asked else a_move()
    assert period_of(move) == (after(begins), after(begins + THERE_AND_BACK))


def test_a_vif_is_affected_through_its_port_the_members_of_that_and_its_gateway() -> None:
    lag = a_lag(connections=(a_connection("dxcon-member01"),))
    found = resources(a_vif(direct_connect_gateway_id="gw-1"), lag)
    assert found == {VIF, SOURCE, "gw-1", TARGET, "dxcon-member01"}
    assert resources(None) == frozenset()


def test_resources_are_asked_for_by_id_and_by_arn() -> None:
    values = entity_values([TARGET, "gw-1"], "cn-north-1", [ACCOUNT, ""])
    assert values == (
        "UNKNOWN",
        "AWS_ACCOUNT",
        ACCOUNT,
        TARGET,
        f"arn:aws-cn:directconnect:cn-north-1:{ACCOUNT}:dxlag/{TARGET}",
        "gw-1",
    )
