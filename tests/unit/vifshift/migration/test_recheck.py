"""A request that is checked again is compared with what was checked, and perhaps approved."""

from functools import partial
from typing import Any

import pytest
from pydantic import JsonValue

from tests.unit.vifshift.fakes import (
    ELSEWHERE,
    EXECUTION,
    REGION,
    SIBLING,
    SOURCE,
    START,
    TARGET,
    VIF,
    FakeAccount,
    FakeDirectConnect,
    FakeOwnMoves,
    a_connection,
    a_lag,
    a_landed_vif,
    a_peer,
    a_rival,
    a_sibling,
    a_vif,
    after,
    raw_request,
)
from vifshift.domain.migration import Decision
from vifshift.domain.scope import ChangeKind, CheckedScope, Circumstances, OwnMove
from vifshift.events.migration import Started
from vifshift.migration.recheck import LastCheck
from vifshift.migration.validation import validate
from vifshift.migration.validation_result import Validation
from vifshift.preflight.discovery import survey

APPROVAL = {"required": True, "timeoutMinutes": 30}
PORTS = (a_connection(), a_connection(ELSEWHERE), a_lag())
NIGHT = after(3600)


def checked(
    fake: FakeDirectConnect,
    raw: JsonValue,
    last: CheckedScope | None = None,
    own_moves: FakeOwnMoves | None = None,
) -> Validation:
    fake.vifs.setdefault(SIBLING, a_sibling())
    moved = own_moves or FakeOwnMoves()
    return validate(
        raw,
        is_too_long=False,
        execution=EXECUTION,
        survey=partial(survey, fake, FakeAccount(), REGION),
        now=NIGHT if last else START,
        claimed_id="change-1",
        last=LastCheck(last is not None, last, moved.since),
    )


def again(
    fake: FakeDirectConnect, own_moves: FakeOwnMoves | None = None, **asked: Any
) -> Validation:
    """Check the usual move by day, and then as it is in another network."""
    raw = raw_request(**asked)
    by_day = checked(FakeDirectConnect(a_vif(), ports=PORTS), raw)
    assert by_day.decision is Decision.PROCEED
    return checked(fake, raw, by_day.checked, own_moves)


CHANGED = [
    (FakeDirectConnect(a_vif(connection_id=ELSEWHERE), ports=PORTS), ChangeKind.SOURCE),
    (FakeDirectConnect(a_vif(a_peer(bgp_status="down")), ports=PORTS), ChangeKind.ROLLBACK),
    (
        FakeDirectConnect(a_vif(), ports=(a_connection(state="down"), a_lag())),
        ChangeKind.ROLLBACK,
    ),
    (
        FakeDirectConnect(a_vif(), ports=(a_connection(lag_id="dxlag-other001"), a_lag())),
        ChangeKind.ROLLBACK,
    ),
    (FakeDirectConnect(a_vif(), a_rival(vlan=101), ports=PORTS), ChangeKind.BLOCK),
]


@pytest.mark.parametrize(("fake", "kind"), CHANGED)
def test_what_has_changed_is_asked_again_where_somebody_had_to_approve(
    fake: FakeDirectConnect, kind: ChangeKind
) -> None:
    # when
    validation = again(fake, approval=APPROVAL)
    # then
    assert validation.decision is Decision.ASK_AGAIN
    assert kind in [change.kind for change in validation.changes]
    assert validation.approval_minutes == 30
    assert validation.announcement is None
    # and what is asked about is the move as it is now
    assert validation.checked is not None
    assert validation.checked.at == NIGHT


@pytest.mark.parametrize(("fake", "kind"), CHANGED)
def test_what_has_changed_is_rejected_where_nobody_had_to_approve(
    fake: FakeDirectConnect, kind: ChangeKind
) -> None:
    # when
    validation = again(fake)
    # then the digest stays that of what was checked
    assert validation.decision is Decision.REJECTED
    assert kind in [change.kind for change in validation.changes]
    assert validation.checked is not None
    assert validation.checked.at == START


def test_what_has_not_changed_moves_under_the_digest_it_was_checked_with() -> None:
    # when
    validation = again(FakeDirectConnect(a_vif(), ports=PORTS), approval=APPROVAL)
    # then
    assert validation.decision is Decision.PROCEED
    assert validation.announcement is not None
    started = validation.announcement.detail.data
    assert isinstance(started, Started)
    assert validation.checked is not None
    assert (started.digest, validation.checked.at) == (validation.checked.digest, START)


def test_what_was_asked_about_and_still_blocks_is_rejected() -> None:
    # given a block that people have seen
    raw, fake = raw_request(approval=APPROVAL), FakeDirectConnect(a_vif(), a_rival(vlan=101))
    asked = again(fake, approval=APPROVAL)
    # when
    validation = checked(fake, raw, asked.checked)
    # then
    assert (validation.decision, validation.changes) == (Decision.REJECTED, ())


def test_what_has_run_out_of_time_is_not_asked_about() -> None:
    # given a window that is about to close when it is checked again
    window = {"opensAt": "2026-07-01T09:00:00Z", "closesAt": "2026-07-01T10:01:00Z"}
    fake = FakeDirectConnect(a_vif(connection_id=ELSEWHERE), ports=PORTS)
    # when
    validation = again(fake, approval=APPROVAL, window=window)
    # then
    assert validation.decision is Decision.REJECTED
    assert "WINDOW_NOT_OPEN" in [finding.code for finding in validation.findings]


@pytest.mark.parametrize(
    ("fake", "decision"),
    [
        (FakeDirectConnect(a_landed_vif()), Decision.UNCHANGED),
        (FakeDirectConnect(), Decision.REJECTED),
        (FakeDirectConnect(a_vif(virtual_interface_state="deleted")), Decision.REJECTED),
    ],
    ids=["already there", "not listed", "deleted"],
)
def test_what_has_fallen_away_is_not_asked_about(
    fake: FakeDirectConnect, decision: Decision
) -> None:
    validation = again(fake, approval=APPROVAL)
    assert (validation.decision, validation.changes) == (decision, ())


def test_a_digest_outlives_a_request_that_may_no_longer_be_read() -> None:
    by_day = checked(FakeDirectConnect(a_vif(), ports=PORTS), raw_request())
    validation = checked(
        FakeDirectConnect(a_vif()), raw_request(region="eu-west-1"), by_day.checked
    )
    assert (validation.decision, validation.digest) == (Decision.REJECTED, by_day.digest)


@pytest.mark.parametrize(
    ("own", "decision"),
    [
        (OwnMove(ELSEWHERE, after(60), SOURCE), Decision.PROCEED),
        (OwnMove(ELSEWHERE, after(-60), SOURCE), Decision.REJECTED),
        (OwnMove(TARGET, after(60), SOURCE), Decision.REJECTED),
    ],
    ids=["since the check", "before the check", "to another port"],
)
def test_a_source_that_this_stack_has_made_is_no_change(own: OwnMove, decision: Decision) -> None:
    # given
    own_moves = FakeOwnMoves()
    own_moves.moved[VIF] = own
    # when
    fake = FakeDirectConnect(a_vif(connection_id=ELSEWHERE), ports=PORTS)
    # then
    assert again(fake, own_moves).decision is decision


SHARED = a_sibling(connection_id=ELSEWHERE, aws_logical_device_id="dev-1", location="A")
LAG = a_lag(aws_logical_device_id="dev-1", location="A")


@pytest.mark.parametrize(
    ("own", "decision"),
    [
        (None, Decision.REJECTED),
        (OwnMove(ELSEWHERE, after(60), "dxcon-far00001", "B", "dev-2"), Decision.PROCEED),
        (OwnMove(ELSEWHERE, after(60), "dxcon-far00001", "A", "dev-1"), Decision.REJECTED),
        (OwnMove("dxcon-far00001", after(60), ELSEWHERE, "B", "dev-2"), Decision.REJECTED),
    ],
    ids=["by others", "by this stack", "it was there before", "and on by others"],
)
def test_a_warning_that_this_stack_has_caused_is_no_change(
    own: OwnMove | None, decision: Decision
) -> None:
    # given a sibling that was elsewhere by day
    own_moves = FakeOwnMoves()
    if own:
        own_moves.moved[SIBLING] = own
    ports = (a_connection(location="C"), a_connection(ELSEWHERE), LAG)
    far = a_sibling(aws_logical_device_id="dev-2", location="B", connection_id="dxcon-far00001")
    raw = raw_request()
    by_day = checked(FakeDirectConnect(a_vif(), far, ports=ports), raw)
    # when
    by_night = FakeDirectConnect(a_vif(), SHARED, ports=ports)
    validation = checked(by_night, raw, by_day.checked, own_moves)
    # then
    assert validation.decision is decision


def test_this_stack_s_own_moves_are_read_only_where_they_may_explain_a_change() -> None:
    own_moves = FakeOwnMoves()
    rival = a_rival(vlan=101, direct_connect_gateway_id="gw-2")
    again(FakeDirectConnect(a_vif(), ports=PORTS), own_moves)
    again(FakeDirectConnect(a_vif(), rival, ports=PORTS), own_moves)
    assert own_moves.read == []


def of_a_plan(minutes: int | None, **found: Any) -> JsonValue:
    """Ask for the usual move as a plan does that has checked it."""
    asked = {"source": SOURCE, "gateway": "gw-1", "rolls_back": True, **found}
    return {
        "request": raw_request(),
        "trigger": "plan",
        "plan": {
            "planId": "plan-1",
            "number": 3,
            "checked": Circumstances.model_validate(asked).to_json(),
            "checkedAt": START.isoformat(),
            "approvalMinutes": minutes,
        },
    }


@pytest.mark.parametrize(
    ("minutes", "found", "decision"),
    [
        (None, {}, Decision.PROCEED),
        (45, {}, Decision.PROCEED),
        (None, {"source": ELSEWHERE}, Decision.REJECTED),
        (45, {"source": ELSEWHERE}, Decision.ASK_AGAIN),
    ],
)
def test_a_move_is_compared_with_what_its_plan_has_found(
    minutes: int | None, found: dict[str, Any], decision: Decision
) -> None:
    validation = checked(FakeDirectConnect(a_vif(), ports=PORTS), of_a_plan(minutes, **found))
    assert (validation.decision, validation.approval_minutes) == (decision, minutes)
    assert validation.checked is not None
    assert validation.checked.move.number == 3
