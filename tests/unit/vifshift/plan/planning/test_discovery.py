"""What is read of a Region for a plan, and what of it may fail."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import ACCOUNT, REGION, FakeAccount
from tests.unit.vifshift.plan.plans import P, Q, fleet_of, go, name, region, vif
from vifshift.domain.errors import CallDenied, CallError, CallFailed, CallThrottled, NotSeen
from vifshift.domain.network import HealthEvent
from vifshift.domain.plan_request import parse_plan
from vifshift.domain.request import Request
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.preflight.discovery import CheckAttempt


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


@pytest.mark.parametrize("method", ["caller", "calendar_state", "health_events"])
def test_what_fails_in_passing_is_read_again_while_there_is_another_attempt(method: str) -> None:
    account = FakeAccount(**{method: CallThrottled("slow")})
    with pytest.raises(CallThrottled):
        survey_fleet(
            region(), account, REGION, calendar="freeze", attempt=CheckAttempt(is_last=False)
        )


def test_of_a_region_all_that_events_may_affect_is_asked_for() -> None:
    account = FakeAccount()
    account.events = (HealthEvent(status_code="open"),)
    fleet_of(region(vif(1, P)), account)
    assert {name(1), P, Q, "UNKNOWN", ACCOUNT} <= account.values


@pytest.mark.parametrize("operation", ["virtual_interfaces", "connections", "lags"])
def test_without_the_rest_nothing_can_be_judged(operation: str) -> None:
    fake = region(vif(1, P))
    fake.fail(operation, CallFailed("500"))
    with pytest.raises(CallFailed):
        fleet_of(fake)


@pytest.mark.parametrize(
    ("listed", "asked", "doubted"),
    [
        ([1], {"moves": [go(1, Q), go(2, Q), go(3, Q)]}, f"{name(2)}, {name(3)}"),
        ([], {"evacuate": {"from": P, "to": Q}}, f"any virtual interface on {P}"),
        ([1], {"moves": [go(1, Q)]}, None),
        ([1], {"evacuate": {"from": Q, "to": P}}, None),
    ],
)
def test_what_a_plan_moves_and_is_not_listed_may_be_a_gap(
    listed: list[int], asked: Any, doubted: str | None
) -> None:
    fake = region(*(vif(number, P) for number in listed))
    request = parse_plan(asked).request

    attempt = CheckAttempt(is_gap_over=False)
    if doubted is None:
        survey_fleet(fake, FakeAccount(), REGION, plan=request, attempt=attempt)
    else:
        with pytest.raises(NotSeen, match=f"does not list {doubted}$"):
            survey_fleet(fake, FakeAccount(), REGION, plan=request, attempt=attempt)
    assert survey_fleet(fake, FakeAccount(), REGION)


def test_tags_are_for_the_plan_and_for_the_policy() -> None:
    # given
    fake = region(vif(1, P))
    fake.tags[name(1)] = {"site": "berlin"}
    # when
    fleet = fleet_of(fake)
    # then
    assert [each.has({"site": "berlin"}) for each in fleet.tagged_on(P)] == [True]
    request = Request(virtual_interface_id=name(1), connection_id=Q)
    assert fleet.network(request).tags == {"site": "berlin"}
