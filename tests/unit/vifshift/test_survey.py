"""What is read before a move is judged, and what of it may fail."""

import pytest

from tests.unit.vifshift.fakes import (
    REGION,
    RIVAL,
    SOURCE,
    TARGET,
    FakeDirectConnect,
    a_connection,
    a_lag,
    a_request,
    a_route_set,
    a_vif,
)
from vifshift.errors import (
    CallDenied,
    CallFailed,
    CallRefused,
    CallThrottled,
    CallTimedOut,
    DirectConnectError,
    OperationMissing,
)
from vifshift.survey import survey

ROUTES = (a_route_set("10.0.0.0/8"),)


def test_a_survey_reads_everything_that_preflight_judges() -> None:
    # given
    rival = a_vif(virtual_interface_id=RIVAL, connection_id=TARGET)
    fake = FakeDirectConnect(a_vif(), rival, routes=ROUTES)
    # when
    network = survey(fake, REGION, a_request())
    # then
    assert network.virtual_interface == a_vif()
    assert network.source == a_connection(SOURCE)
    assert network.target == a_lag(TARGET)
    assert network.on_target == (rival,)
    assert network.routes == ROUTES
    assert network.routes_unreadable is None


def test_each_thing_is_read_once() -> None:
    # given
    fake = FakeDirectConnect(a_vif(), routes=ROUTES)
    # when
    survey(fake, REGION, a_request())
    # then
    assert fake.calls == {
        "virtual_interface": 1,
        "port": 2,
        "routes": 1,
        "virtual_interfaces_on": 1,
    }


def test_each_route_is_asked_for_by_name() -> None:
    fake = FakeDirectConnect(a_vif(), routes=ROUTES)
    survey(fake, REGION, a_request())
    assert fake.counted == [False]


def test_an_unknown_vif_has_neither_source_nor_routes() -> None:
    # given
    fake = FakeDirectConnect()
    # when
    network = survey(fake, REGION, a_request())
    # then
    assert (network.virtual_interface, network.source, network.routes) == (None, None, None)
    assert network.target == a_lag()
    assert fake.calls["routes"] == 0


def test_nothing_rides_on_an_unknown_target() -> None:
    # given
    fake = FakeDirectConnect(a_vif(), ports=(a_connection(),))
    # when
    network = survey(fake, REGION, a_request())
    # then
    assert (network.target, network.on_target) == (None, ())
    assert fake.calls["virtual_interfaces_on"] == 0


def test_a_vif_whose_connection_is_not_told_has_no_source() -> None:
    fake = FakeDirectConnect(a_vif(connection_id=""))
    assert survey(fake, REGION, a_request()).source is None


@pytest.mark.parametrize(
    "error", [CallDenied("denied"), CallRefused("refused"), OperationMissing("missing")]
)
def test_routes_that_may_not_be_read_are_part_of_the_answer(error: DirectConnectError) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("routes", error)
    # when
    network = survey(fake, REGION, a_request())
    # then
    assert network.routes is None
    assert network.routes_unreadable == str(error)


@pytest.mark.parametrize(
    "error", [CallThrottled("slow"), CallFailed("500"), CallTimedOut("no answer")]
)
def test_routes_that_can_not_be_read_just_now_are_asked_for_again(
    error: DirectConnectError,
) -> None:
    fake = FakeDirectConnect(a_vif())
    fake.fail("routes", error)
    with pytest.raises(type(error)):
        survey(fake, REGION, a_request())


@pytest.mark.parametrize("operation", ["virtual_interface", "port", "virtual_interfaces_on"])
@pytest.mark.parametrize("error", [CallDenied("denied"), CallRefused("no"), CallFailed("500")])
def test_without_the_rest_nothing_can_be_judged(operation: str, error: DirectConnectError) -> None:
    fake = FakeDirectConnect(a_vif())
    fake.fail(operation, error)
    with pytest.raises(type(error)):
        survey(fake, REGION, a_request())


def test_a_survey_touches_nothing() -> None:
    fake = FakeDirectConnect(a_vif())
    survey(fake, REGION, a_request())
    assert fake.associated == []
