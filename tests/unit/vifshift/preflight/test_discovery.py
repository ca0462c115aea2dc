"""What is read before a move is judged, and what of it may fail."""

import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    ELSEWHERE,
    REGION,
    RIVAL,
    SOURCE,
    TARGET,
    VIF,
    FakeAccount,
    FakeDirectConnect,
    FakePeerRecords,
    a_connection,
    a_lag,
    a_peer,
    a_request,
    a_route_set,
    a_vif,
    an_ipv6_peer,
)
from vifshift.domain.bgp import BgpPeer
from vifshift.domain.errors import (
    CallDenied,
    CallError,
    CallFailed,
    CallRefused,
    CallThrottled,
    CallTimedOut,
    NotSeen,
    OperationMissing,
    ReadRefused,
)
from vifshift.domain.network import HealthEvent, Network, VirtualInterface
from vifshift.preflight.discovery import CheckAttempt, OptionalSources, survey

ROUTES = (a_route_set("10.0.0.0/8"),)
ERRORS = [CallDenied("denied"), CallRefused("refused"), OperationMissing("missing")]
PASSING = [
    CallThrottled("slow"),
    CallFailed("500"),
    CallTimedOut("no answer"),
    ReadRefused("could not find"),
]


def surveyed(
    fake: FakeDirectConnect, account: FakeAccount | None = None, calendar: str | None = "freeze"
) -> Network:
    """Survey the usual request."""
    return survey(fake, account or FakeAccount(), REGION, a_request(), calendar=calendar)


def test_a_survey_reads_everything_that_preflight_judges() -> None:
    # given
    rival = a_vif(virtual_interface_id=RIVAL, connection_id=TARGET)
    fake = FakeDirectConnect(a_vif(), rival, routes=ROUTES)
    # when
    network = surveyed(fake)
    # then
    assert network.virtual_interface == a_vif()
    assert network.source == a_connection(SOURCE)
    assert network.target == a_lag(TARGET)
    assert (network.on_source, network.on_target) == ((a_vif(),), (rival,))
    assert (network.routes, network.routes_unreadable) == (ROUTES, None)
    assert (network.caller_account, network.calendar_state) == (ACCOUNT, "OPEN")
    assert (network.attachment_state, network.health_events) == ("attached", ())
    assert network.unchecked == ()


def test_a_region_is_read_once_whatever_is_in_it_and_the_routes_of_each_sibling() -> None:
    # given
    rivals = [a_vif(virtual_interface_id=f"dxvif-{number:08}") for number in range(20)]
    fake = FakeDirectConnect(a_vif(), *rivals, routes=ROUTES)
    # when
    surveyed(fake)
    # then
    assert fake.calls == {
        "virtual_interfaces": 1,
        "connections": 1,
        "lags": 1,
        "routes": 1 + len(rivals),
        "attachment_state": 1,
    }


@pytest.mark.parametrize("siblings", [None, ()])
def test_a_vif_that_is_not_listed_may_be_a_gap_and_only_then_does_not_exist(
    siblings: tuple[str, ...] | None,
) -> None:
    fake, asked = FakeDirectConnect(), a_request()

    with pytest.raises(NotSeen, match=f"does not list {asked.virtual_interface_id}$"):
        survey(
            fake,
            FakeAccount(),
            REGION,
            asked,
            siblings=siblings,
            attempt=CheckAttempt(is_gap_over=False),
        )
    network = survey(fake, FakeAccount(), REGION, asked, siblings=siblings)
    assert network.virtual_interface is None


def test_siblings_are_the_other_vifs_of_the_gateway() -> None:
    # given
    sibling = a_vif(virtual_interface_id=RIVAL, connection_id=ELSEWHERE)
    stranger = a_vif(virtual_interface_id="dxvif-cccc0003", direct_connect_gateway_id="gw-2")
    # when
    network = surveyed(FakeDirectConnect(a_vif(), sibling, stranger))
    # then
    assert network.siblings == (sibling,)


def test_a_vif_without_a_gateway_has_neither_siblings_nor_an_attachment() -> None:
    # given
    public = a_vif(direct_connect_gateway_id="")
    fake = FakeDirectConnect(
        public, a_vif(virtual_interface_id=RIVAL, direct_connect_gateway_id="")
    )
    # when
    network = surveyed(fake)
    # then
    assert (network.siblings, network.attachment_state) == ((), None)
    assert fake.calls["attachment_state"] == 0


def test_public_vifs_of_one_account_and_region_are_siblings() -> None:
    def public(**fields: str) -> VirtualInterface:
        kind = {"virtual_interface_type": "public", "direct_connect_gateway_id": ""}
        return a_vif(**{**kind, **fields})

    other = public(virtual_interface_id=RIVAL)
    stranger = public(virtual_interface_id="dxvif-cccc0003", owner_account="999988887777")
    network = surveyed(FakeDirectConnect(public(), other, stranger))
    assert (network.siblings, network.attachment_state) == ((other,), None)


@pytest.mark.parametrize(
    ("peers", "is_read"),
    [
        ((a_peer(), an_ipv6_peer(bgp_status="down")), True),
        ((a_peer(), an_ipv6_peer()), False),
        ((a_peer(bgp_status="down"), an_ipv6_peer(bgp_status="down")), True),
    ],
)
def test_the_record_is_read_only_where_some_peers_are_down(
    peers: tuple[BgpPeer, ...], is_read: bool
) -> None:
    records = FakePeerRecords()
    records.keep(VIF, [an_ipv6_peer().key], now=0)
    fake = FakeDirectConnect(a_vif(*peers))
    network = survey(
        fake, FakeAccount(), REGION, a_request(), optional=OptionalSources(lambda: records)
    )
    assert network.up_before == ({an_ipv6_peer().key} if is_read else frozenset())


def test_all_routes_are_read_at_once() -> None:
    fake = FakeDirectConnect(a_vif(), routes=ROUTES)
    surveyed(fake)
    assert fake.kinds_read == [None]


def test_without_a_calendar_in_the_settings_none_is_read() -> None:
    account = FakeAccount(calendar_state=CallDenied("denied"))
    network = surveyed(FakeDirectConnect(a_vif()), account, calendar=None)
    assert (network.calendar_state, network.unchecked) == (None, ())


def test_health_may_not_be_available_to_the_account() -> None:
    account = FakeAccount()
    account.events = None
    assert surveyed(FakeDirectConnect(a_vif()), account).health_events is None


def test_an_unknown_vif_has_neither_source_nor_routes() -> None:
    # given
    fake = FakeDirectConnect()
    # when
    network = surveyed(fake)
    # then
    assert (network.virtual_interface, network.source, network.routes) == (None, None, None)
    assert network.target == a_lag()
    assert fake.calls["routes"] == 0


def test_nothing_rides_on_an_unknown_target() -> None:
    network = surveyed(FakeDirectConnect(a_vif(), ports=(a_connection(),)))
    assert (network.target, network.on_target) == (None, ())


def test_a_vif_whose_connection_is_not_told_has_no_source() -> None:
    network = surveyed(FakeDirectConnect(a_vif(connection_id="")))
    assert (network.source, network.on_source) == (None, ())


@pytest.mark.parametrize("error", ERRORS)
def test_routes_that_may_not_be_read_are_part_of_the_answer(error: CallError) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("routes", error)
    # when
    network = surveyed(fake)
    # then
    assert network.routes is None
    assert network.routes_unreadable == str(error)


@pytest.mark.parametrize("error", PASSING[:3])
def test_routes_that_can_not_be_read_just_now_are_asked_for_again(
    error: CallError,
) -> None:
    fake = FakeDirectConnect(a_vif())
    fake.fail("routes", error)
    with pytest.raises(type(error)):
        surveyed(fake)


@pytest.mark.parametrize("error", [*ERRORS, *PASSING])
@pytest.mark.parametrize(
    ("method", "permission"),
    [
        ("caller", "sts:GetCallerIdentity"),
        ("calendar_state", "ssm:GetCalendarState"),
        ("health_events", "health:DescribeEvents"),
        ("attachment_state", "directconnect:DescribeDirectConnectGatewayAttachments"),
    ],
)
def test_what_can_be_done_without_is_noted_with_its_permission(
    method: str, permission: str, error: CallError
) -> None:
    # given
    fake, account = FakeDirectConnect(a_vif()), FakeAccount()
    if method == "attachment_state":
        fake.fail(method, error)
    else:
        account = FakeAccount(**{method: error})
    # when
    [unchecked] = surveyed(fake, account).unchecked
    # then
    assert permission in unchecked.permission
    assert unchecked.reason == str(error)


@pytest.mark.parametrize("error", [*ERRORS, *PASSING])
@pytest.mark.parametrize(
    "operation", ["caller", "calendar_state", "health_events", "attachment_state", "routes"]
)
def test_what_fails_in_passing_is_read_again_while_there_is_another_attempt(
    operation: str, error: CallError
) -> None:
    # given
    fake, account = FakeDirectConnect(a_vif()), FakeAccount()
    if operation in {"attachment_state", "routes"}:
        fake.fail(operation, error)
    else:
        account = FakeAccount(**{operation: error})

    def attempt() -> Network:
        asked = a_request()
        first = CheckAttempt(is_last=False)
        return survey(fake, account, REGION, asked, calendar="freeze", attempt=first)

    # then
    if error in PASSING:
        with pytest.raises(type(error)):
            attempt()
    else:
        assert attempt().unchecked or attempt().routes_unreadable


def test_what_health_events_affect_is_asked_for_by_what_moves_and_what_remains() -> None:
    # given
    sibling = a_vif(virtual_interface_id=RIVAL, connection_id=ELSEWHERE)
    account = FakeAccount()
    account.events = (HealthEvent(status_code="open"),)
    # when
    network = surveyed(FakeDirectConnect(a_vif(), sibling), account)
    # then
    assert network.health_events == account.events
    assert {VIF, SOURCE, TARGET, RIVAL, ELSEWHERE, "UNKNOWN", ACCOUNT} <= account.values


@pytest.mark.parametrize("operation", ["virtual_interfaces", "connections", "lags"])
@pytest.mark.parametrize("error", [CallDenied("denied"), CallRefused("no"), CallFailed("500")])
def test_without_the_rest_nothing_can_be_judged(operation: str, error: CallError) -> None:
    fake = FakeDirectConnect(a_vif())
    fake.fail(operation, error)
    with pytest.raises(type(error)):
        surveyed(fake)


def test_a_survey_touches_nothing() -> None:
    fake = FakeDirectConnect(a_vif())
    surveyed(fake)
    assert fake.associated == []
