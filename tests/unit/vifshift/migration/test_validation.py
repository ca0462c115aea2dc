"""What is decided on a request before anything is touched."""

from functools import partial
from typing import Any

import pytest
from pydantic import JsonValue

from tests.unit.vifshift.fakes import (
    ELSEWHERE,
    EXECUTION,
    REGION,
    RIVAL,
    SECRET,
    SIBLING,
    SOURCE,
    START,
    TARGET,
    VIF,
    FakeAccount,
    FakeDirectConnect,
    a_connection,
    a_lag,
    a_landed_vif,
    a_peer,
    a_picture,
    a_route_set,
    a_sibling,
    a_vif,
    after,
    an_ipv6_peer,
    raw_request,
)
from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.errors import CallDenied, CallThrottled
from vifshift.domain.findings import Limits, Severity
from vifshift.domain.migration import Decision, Phase
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.request import Request, Trigger
from vifshift.domain.request_envelope import LONGEST_REQUEST
from vifshift.events.base import DetailType
from vifshift.events.migration import Started
from vifshift.migration.validation import validate
from vifshift.migration.validation_result import Validation
from vifshift.preflight.discovery import survey

CLAIMED = "change-1"


def decide(fake: FakeDirectConnect, raw: JsonValue = None) -> Validation:
    """Validate a raw request, by default the usual one, in a network that is redundant."""
    fake.vifs.setdefault(SIBLING, a_sibling())
    return validate(
        raw_request() if raw is None else raw,
        is_too_long=False,
        execution=EXECUTION,
        survey=partial(survey, fake, FakeAccount(), REGION),
        now=START,
        claimed_id=CLAIMED,
    )


def must_not_be_asked(request: Request, *, siblings: tuple[str, ...] | None) -> Any:
    raise AssertionError("the network was surveyed")


@pytest.mark.parametrize(
    ("context", "siblings"),
    [
        ({"plan": {"planId": "plan-1", "number": 3, "siblings": [SIBLING]}}, (SIBLING,)),
        ({"plan": {"planId": "plan-1", "number": 3, "siblings": []}}, ()),
        ({"plan": {"planId": "plan-1", "number": 3}}, None),
        ({}, None),
    ],
)
def test_what_a_plan_knows_of_siblings_spares_reading_the_region(
    context: dict[str, JsonValue], siblings: tuple[str, ...] | None
) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    # when
    validation = decide(
        fake, {"request": raw_request(acknowledge=["NO_REDUNDANT_PATH"]), **context}
    )
    # then
    assert validation.decision is Decision.PROCEED
    assert fake.calls["virtual_interfaces"] == (1 if siblings is None else 0)
    assert fake.calls["virtual_interface"] == (0 if siblings is None else 1 + len(siblings))


def test_a_request_that_nothing_speaks_against_proceeds() -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    # when
    validation = decide(fake)
    # then
    assert validation.decision is Decision.PROCEED
    assert validation.findings == ()
    assert validation.faults == ()


def test_going_on_is_announced() -> None:
    # given
    validation = decide(FakeDirectConnect(a_vif()))
    # when
    announcement = validation.announcement
    # then
    assert announcement is not None
    assert announcement.detail_type is DetailType.STARTED
    assert announcement.detail.metadata.to_json() == {
        "version": "1",
        "migrationId": EXECUTION.name,
        "requestId": CLAIMED,
        "executionArn": EXECUTION.arn,
        "occurredAt": "2026-07-01T09:00:00Z",
        "askedBy": None,
    }
    started = announcement.detail.data
    assert isinstance(started, Started)
    assert started.rollback_guarded
    assert started.subject.source_connection_id == SOURCE
    assert started.subject.target_connection_id == TARGET


@pytest.mark.parametrize(
    "ports", [(a_connection(state="down"), a_lag()), (a_lag(),)], ids=["dead", "not seen"]
)
def test_a_source_that_is_not_available_is_no_way_back(ports: tuple[Connection | Lag, ...]) -> None:
    # given
    fake = FakeDirectConnect(a_vif(), ports=ports)
    # when
    migration = decide(fake).migration
    # then
    assert migration is not None
    assert not migration.may_turn_back


@pytest.mark.parametrize(
    ("vif", "rollback", "is_guarded"),
    [
        (a_vif(), "auto", True),
        (a_vif(), "never", False),
        (a_vif(a_peer(bgp_status="down")), "auto", False),
    ],
)
def test_the_start_tells_whether_a_way_back_is_guarded(
    vif: VirtualInterface, rollback: str, is_guarded: bool
) -> None:
    validation = decide(FakeDirectConnect(vif), raw_request(rollback=rollback))
    assert validation.announcement is not None
    started = validation.announcement.detail.data
    assert isinstance(started, Started)
    assert started.rollback_guarded is is_guarded


def test_a_migration_fixes_what_the_vif_must_come_back_to() -> None:
    # given
    peers = (a_peer(), an_ipv6_peer(bgp_status="down"))
    routes = (a_route_set("10.0.0.0/8"),)
    # when
    migration = decide(FakeDirectConnect(a_vif(*peers), routes=routes)).migration
    # then
    assert migration is not None
    assert migration.expectation.peers == (a_peer().key,)
    assert migration.expectation.routes == routes
    assert migration.redundancy_group == "gw-1"
    assert migration.ends(Phase.FORWARD) == (SOURCE, TARGET)
    assert migration.ends(Phase.ROLLBACK) == (TARGET, SOURCE)


def test_where_no_peer_was_up_every_live_one_is_expected() -> None:
    # given
    down = a_peer(bgp_status="down")
    unknown = an_ipv6_peer(bgp_status="unknown")
    leaving = a_peer(customer_address="169.254.1.6/30", bgp_peer_state="deleting")
    # when
    migration = decide(FakeDirectConnect(a_vif(down, unknown, leaving))).migration
    # then
    assert migration is not None
    assert migration.expectation.peers == (down.key, unknown.key)
    assert not migration.may_turn_back


def test_a_block_rejects() -> None:
    # given
    fake = FakeDirectConnect(a_vif(), ports=(a_connection(), a_lag(state="down")))
    # when
    validation = decide(fake)
    # then
    assert validation.decision is Decision.REJECTED
    assert [finding.code for finding in validation.findings] == ["TARGET_STATE"]
    assert validation.announcement is None


def test_an_unknown_vif_is_rejected_without_a_migration() -> None:
    validation = decide(FakeDirectConnect())
    assert validation.decision is Decision.REJECTED
    assert (validation.migration, validation.before) == (None, None)


def test_a_malformed_request_is_rejected_without_a_look_at_the_network() -> None:
    # when
    validation = validate(
        {"virtualInterfaceId": SECRET},
        is_too_long=False,
        execution=EXECUTION,
        survey=must_not_be_asked,
        now=START,
        claimed_id=CLAIMED,
    )
    # then
    assert validation.decision is Decision.REJECTED
    assert len(validation.faults) == 2
    assert (validation.request, validation.migration, validation.announcement) == (None,) * 3
    assert SECRET not in validation.model_dump_json()


@pytest.mark.parametrize("raw", [None, raw_request(), {"reason": SECRET}])
def test_a_request_that_is_too_long_is_rejected_unread(raw: JsonValue) -> None:
    # when
    validation = validate(
        raw,
        is_too_long=True,
        execution=EXECUTION,
        survey=must_not_be_asked,
        now=START,
        claimed_id=CLAIMED,
    )
    # then
    assert validation.decision is Decision.REJECTED
    [fault] = validation.faults
    assert fault == f"the request: is longer than {LONGEST_REQUEST} bytes"
    assert validation.request_id == CLAIMED
    assert (validation.request, validation.migration, validation.announcement) == (None,) * 3
    assert SECRET not in validation.model_dump_json()


def test_warnings_do_not_stop_a_move() -> None:
    # given
    fake = FakeDirectConnect(a_vif(a_peer(bgp_status="down")))
    # when
    validation = decide(fake)
    # then
    assert validation.decision is Decision.PROCEED
    assert [finding.severity for finding in validation.findings] == [Severity.WARN]


def test_routes_that_may_not_be_read_are_warned_of_and_not_expected() -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("routes", CallDenied("no permission"))
    # when
    validation = decide(fake)
    # then
    assert validation.decision is Decision.PROCEED
    assert [finding.code for finding in validation.findings] == ["ROUTES_NOT_CHECKED"]
    assert validation.migration is not None
    assert validation.migration.expectation.routes is None


def test_a_network_that_can_not_be_read_decides_nothing() -> None:
    fake = FakeDirectConnect(a_vif())
    fake.fail("virtual_interfaces", CallThrottled("slow"))
    with pytest.raises(CallThrottled):
        decide(fake)


@pytest.mark.parametrize(
    "vif",
    [
        a_landed_vif(),
        a_landed_vif(a_peer(), an_ipv6_peer()),
        a_landed_vif(a_peer(), an_ipv6_peer(bgp_peer_state="deleting", bgp_status="down")),
    ],
    ids=["one peer", "two peers", "a peer on its way out"],
)
def test_a_vif_that_works_there_already_is_left_alone(vif: VirtualInterface) -> None:
    # given
    fake = FakeDirectConnect(vif)
    # when
    validation = decide(fake)
    # then
    assert validation.decision is Decision.UNCHANGED
    assert validation.findings == ()
    assert validation.announcement is None


@pytest.mark.parametrize("is_dry_run", [True, False])
@pytest.mark.parametrize(
    "vif",
    [
        a_landed_vif(virtual_interface_state="down"),
        a_landed_vif(virtual_interface_state="testing"),
        a_landed_vif(a_peer(bgp_status="down")),
        a_landed_vif(a_peer(bgp_status="unknown")),
    ],
    ids=["down", "testing", "its peer down", "its peer unknown"],
)
def test_a_vif_that_is_there_already_and_does_not_work_is_rejected(
    vif: VirtualInterface, is_dry_run: bool
) -> None:
    # when
    validation = decide(FakeDirectConnect(vif), raw_request(dryRun=is_dry_run))
    # then
    assert validation.decision is Decision.REJECTED
    assert "ALREADY_ON_TARGET" in [finding.code for finding in validation.findings]
    assert validation.announcement is None


def test_a_vif_that_works_there_already_is_unchanged_whatever_else_may_be_said() -> None:
    # given
    fake = FakeDirectConnect(a_landed_vif(), ports=(a_lag(state="down"),))
    raw = raw_request(
        dryRun=True,
        window={"opensAt": after(1).isoformat(), "closesAt": after(2).isoformat()},
    )
    # when
    validation = decide(fake, raw)
    # then
    assert validation.decision is Decision.UNCHANGED
    assert [finding.code for finding in validation.findings] == ["TARGET_STATE", "WINDOW_NOT_OPEN"]


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_a_vif_that_is_deleted_on_the_target_is_not_there(state: str) -> None:
    fake = FakeDirectConnect(a_landed_vif(virtual_interface_state=state))
    assert decide(fake).decision is Decision.REJECTED


def test_a_dry_run_is_planned_and_not_announced_as_started() -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    # when
    validation = decide(fake, raw_request(dryRun=True))
    # then
    assert validation.decision is Decision.PLANNED
    assert validation.announcement is None
    assert validation.migration is not None
    assert validation.before == a_picture()


def test_a_dry_run_of_what_is_blocked_is_rejected() -> None:
    # given
    rival = a_vif(virtual_interface_id=RIVAL, connection_id=TARGET)
    # when
    validation = decide(FakeDirectConnect(a_vif(), rival), raw_request(dryRun=True))
    # then
    assert validation.decision is Decision.REJECTED
    assert validation.announcement is None


def test_the_claimed_id_is_the_migration_s_and_the_trigger_the_envelope_s() -> None:
    # given
    envelope: JsonValue = {
        "request": raw_request(requestId="asked-for"),
        "requestId": "event-1",
        "trigger": "schedule",
    }
    # when
    validation = decide(FakeDirectConnect(a_vif()), envelope)
    # then
    assert validation.request_id == CLAIMED
    assert validation.migration is not None
    assert validation.migration.request_id == CLAIMED
    assert validation.migration.trigger is Trigger.SCHEDULE


def test_a_vif_elsewhere_is_moved_from_where_it_is() -> None:
    fake = FakeDirectConnect(a_vif(connection_id=ELSEWHERE))
    migration = decide(fake).migration
    assert migration is not None
    assert migration.source == ELSEWHERE


@pytest.mark.parametrize(
    "fake",
    [
        FakeDirectConnect(a_vif(), routes=(a_route_set("10.0.0.0/8"), a_route_set(count=2000))),
        FakeDirectConnect(a_landed_vif()),
        FakeDirectConnect(),
    ],
)
def test_a_validation_survives_the_way_through_step_functions(fake: FakeDirectConnect) -> None:
    validation = decide(fake)
    assert Validation.model_validate_json(validation.model_dump_json()) == validation
    assert VIF in validation.model_dump_json()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"roleArn": "arn:aws:iam::444455556666:role/dx"}, "ROLE_NOT_ALLOWED"),
        ({"region": "us-east-1"}, "REGION_NOT_ALLOWED"),
    ],
)
def test_a_network_out_of_reach_is_rejected_unread(fields: dict[str, str], code: str) -> None:
    # when
    validation = validate(
        raw_request(**fields, acknowledge=["VLAN_TAKEN"]),
        is_too_long=False,
        execution=EXECUTION,
        survey=must_not_be_asked,
        now=START,
        claimed_id=CLAIMED,
        limits=Limits(access_policy=AccessPolicy(home=REGION)),
    )
    # then
    assert validation.decision is Decision.REJECTED
    assert {finding.code for finding in validation.findings} == {"NOT_OVERRIDABLE", code}
    assert validation.migration is None
