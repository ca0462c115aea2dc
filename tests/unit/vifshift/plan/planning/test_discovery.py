"""What is read of a Region for a plan, and what of it may fail."""

import pytest

from tests.unit.vifshift.fakes import ACCOUNT, REGION, FakeAccount
from tests.unit.vifshift.plan.plans import P, Q, fleet_of, name, region, vif
from vifshift.domain.errors import CallDenied, CallError, CallFailed, CallThrottled
from vifshift.domain.request import Request
from vifshift.plan.planning.discovery import survey_fleet


@pytest.mark.parametrize("size", [1, 300])
def test_a_region_is_read_once_whatever_is_in_it(size: int) -> None:
    # given
    fake = region(*(vif(number, P) for number in range(size)))
    # when
    fleet_of(fake)
    # then
    assert fake.calls == {"virtual_interfaces": 1, "connections": 1, "lags": 1}
    assert fake.associated == []


def test_what_surrounds_it_is_part_of_the_answer() -> None:
    around = fleet_of(region(vif(1, P))).surroundings
    assert (around.region, around.caller_account, around.calendar_state) == (
        REGION,
        ACCOUNT,
        "OPEN",
    )
    assert (around.health_events, around.unchecked) == ((), ())


def test_without_a_calendar_in_the_settings_none_is_read() -> None:
    account = FakeAccount(calendar_state=CallDenied("denied"))
    around = survey_fleet(region(), account, REGION).surroundings
    assert (around.calendar_state, around.unchecked) == (None, ())


@pytest.mark.parametrize("method", ["caller", "calendar_state", "health_events"])
@pytest.mark.parametrize("error", [CallDenied("denied"), CallThrottled("slow")])
def test_what_can_be_done_without_is_noted(method: str, error: CallError) -> None:
    [unchecked] = fleet_of(region(), FakeAccount(**{method: error})).surroundings.unchecked
    assert unchecked.reason == str(error)


@pytest.mark.parametrize("operation", ["virtual_interfaces", "connections", "lags"])
def test_without_the_rest_nothing_can_be_judged(operation: str) -> None:
    fake = region(vif(1, P))
    fake.fail(operation, CallFailed("500"))
    with pytest.raises(CallFailed):
        fleet_of(fake)


def test_tags_are_for_the_plan_and_no_part_of_what_is_judged() -> None:
    # given
    fake = region(vif(1, P))
    fake.tags[name(1)] = {"site": "berlin"}
    # when
    fleet = fleet_of(fake)
    # then
    assert [each.has({"site": "berlin"}) for each in fleet.tagged_on(P)] == [True]
    request = Request(virtual_interface_id=name(1), connection_id=Q)
    assert "berlin" not in fleet.network(request).model_dump_json()
