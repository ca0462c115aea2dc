"""What is read for a move of a plan, which knows the siblings of its VIF: as little as can be."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    ELSEWHERE,
    REGION,
    RIVAL,
    SIBLING,
    SOURCE,
    START,
    TARGET,
    VIF,
    FakeAccount,
    FakeDirectConnect,
    a_connection,
    a_lag,
    a_request,
    a_rival,
    a_route_set,
    a_sibling,
    a_vif,
)
from tests.unit.vifshift.plan.drawing import LIMITS, Drawn, plans
from tests.unit.vifshift.plan.plans import fleet_of
from vifshift.domain.errors import CallDenied, CallFailed, NotSeen
from vifshift.domain.findings import Move
from vifshift.domain.network import Network
from vifshift.domain.request import Request
from vifshift.preflight.checks import preflight
from vifshift.preflight.discovery import CheckAttempt, survey


def surveyed(
    fake: FakeDirectConnect, siblings: tuple[str, ...] | None = (SIBLING,), **request: str
) -> Network:
    """Survey the usual request, as a move of a plan unless it is told otherwise."""
    asked = a_request(**request)
    return survey(fake, FakeAccount(), REGION, asked, calendar="freeze", siblings=siblings)


@pytest.mark.parametrize("size", [0, 500])
def test_what_is_read_does_not_grow_with_the_region(size: int) -> None:
    # given
    crowd = [
        a_vif(
            virtual_interface_id=f"dxvif-{number:08}",
            connection_id=ELSEWHERE,
            direct_connect_gateway_id="",
        )
        for number in range(size)
    ]
    fake = FakeDirectConnect(a_vif(), a_sibling(), *crowd)
    # when
    surveyed(fake)
    # then
    assert fake.calls == {
        "virtual_interface": 2,
        "virtual_interfaces_on": 2,
        "port": 2,
        "routes": 2,
        "attachment_state": 1,
    }
    assert fake.associated == []


def test_it_is_what_is_read_of_the_whole_region() -> None:
    # given
    routes = (a_route_set("10.0.0.0/8"),)
    fake = FakeDirectConnect(a_vif(), a_rival(), a_sibling(), routes=routes)
    # when, then
    assert surveyed(fake, (RIVAL, SIBLING)) == surveyed(fake, siblings=None)


def test_a_sibling_that_is_not_listed_may_be_a_gap_and_only_then_is_gone() -> None:
    fake = FakeDirectConnect(a_vif())
    asked = a_request()

    with pytest.raises(NotSeen, match=f"does not list {SIBLING}$"):
        survey(
            fake,
            FakeAccount(),
            REGION,
            asked,
            siblings=(SIBLING,),
            attempt=CheckAttempt(is_gap_over=False),
        )
    assert survey(fake, FakeAccount(), REGION, asked, siblings=(SIBLING,)).siblings == ()


@given(data=st.data(), drawn=plans())
def test_with_all_siblings_known_the_verdict_is_that_on_the_whole_region(
    data: st.DataObject, drawn: Drawn
) -> None:
    # given
    request = Request.model_validate(data.draw(st.sampled_from(drawn.moves)))
    vif = drawn.region.vifs[request.virtual_interface_id]
    known = [each.virtual_interface_id for each in fleet_of(drawn.region).siblings(vif)]
    # when
    whole, little = (verdict(drawn.region, request, siblings) for siblings in (None, tuple(known)))
    # then
    event("blocked" if any("block" in each for each in whole) else "let through")
    assert little == whole


@pytest.mark.verify
@given(data=st.data(), drawn=plans())
def test_with_siblings_missing_nothing_is_let_through_that_would_be_blocked(
    data: st.DataObject, drawn: Drawn
) -> None:
    # given any ids for siblings: some of them, strangers, or the VIF itself
    request = Request.model_validate(data.draw(st.sampled_from(drawn.moves)))
    ids = st.sampled_from([*sorted(drawn.region.vifs), "dxvif-nobody00"])
    siblings = tuple(data.draw(st.lists(ids, max_size=4)))
    # when
    whole = {code for code, severity in verdict(drawn.region, request, None) if severity == "block"}
    little = {
        code for code, severity in verdict(drawn.region, request, siblings) if severity == "block"
    }
    # then
    assert whole <= little


def verdict(
    fake: FakeDirectConnect, request: Request, siblings: tuple[str, ...] | None
) -> list[tuple[str, str]]:
    """Survey and judge a request."""
    network = survey(fake, FakeAccount(), REGION, request, calendar="freeze", siblings=siblings)
    move = Move(request=request, network=network, now=START, quotas=LIMITS.quotas)
    return [(finding.code, finding.severity) for finding in preflight(move)]


def test_what_is_no_sibling_any_more_is_none() -> None:
    # given one that has gone to another gateway, and one that has none
    others = (a_sibling(direct_connect_gateway_id="gw-2"), a_rival(direct_connect_gateway_id=""))
    fake = FakeDirectConnect(a_vif(), *others)
    # when
    network = surveyed(fake, siblings=(SIBLING, RIVAL, VIF, "dxvif-nobody00"))
    # then
    assert network.siblings == ()


def test_a_vif_that_has_no_gateway_any_more_has_no_siblings() -> None:
    fake = FakeDirectConnect(a_vif(direct_connect_gateway_id=""), a_sibling())
    assert surveyed(fake).siblings == ()


def test_an_unknown_vif_has_neither_source_nor_routes() -> None:
    # given
    fake = FakeDirectConnect(a_sibling())
    # when
    network = surveyed(fake)
    # then
    assert (network.virtual_interface, network.source, network.routes) == (None, None, None)
    assert (network.on_source, network.siblings, network.target) == ((), (), a_lag())
    assert fake.calls["routes"] == 0


def test_nothing_rides_on_an_unknown_target() -> None:
    network = surveyed(FakeDirectConnect(a_vif(), ports=(a_connection(),)))
    assert (network.target, network.on_target) == (None, ())


def test_a_vif_whose_connection_is_not_told_has_no_source() -> None:
    network = surveyed(FakeDirectConnect(a_vif(connection_id="")))
    assert (network.source, network.on_source) == (None, ())


def test_a_vif_that_is_on_its_target_already_has_one_port() -> None:
    network = surveyed(FakeDirectConnect(a_vif(connection_id=TARGET)))
    assert network.source == network.target == a_lag()
    assert network.on_source == network.on_target


@pytest.mark.parametrize("operation", ["virtual_interface", "virtual_interfaces_on", "port"])
@pytest.mark.parametrize("error", [CallDenied("denied"), CallFailed("500")])
def test_without_these_nothing_can_be_judged(
    operation: str, error: CallDenied | CallFailed
) -> None:
    fake = FakeDirectConnect(a_vif(), a_sibling())
    fake.fail(operation, error)
    with pytest.raises(type(error)):
        surveyed(fake)


def test_a_source_on_a_port_that_is_not_listed_is_not_seen() -> None:
    network = surveyed(FakeDirectConnect(a_vif(), a_sibling(), ports=(a_lag(),)))
    assert (network.source, network.on_source) == (None, (a_vif(),))
    assert SOURCE == a_vif().connection_id
