"""What is told of an execution that was stopped, and when its locks may go."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    SOURCE,
    START,
    TARGET,
    a_landed_vif,
    a_migration,
    a_peer,
    a_picture,
    a_vif,
    after,
)
from vifshift.domain.execution_history import Trail, follow
from vifshift.domain.migration import Decision, Outcome
from vifshift.domain.observation import Reading
from vifshift.domain.workflow import StateName
from vifshift.events.base import DetailType
from vifshift.events.migration import Ended
from vifshift.migration.interruption import (
    InterruptedExecution,
    InterruptionReport,
    conclusion_of,
    judge,
    understand,
)
from vifshift.migration.validation_result import Validation

WORKS = Reading(virtual_interface=a_landed_vif())
DOWN = Reading(
    virtual_interface=a_landed_vif(a_peer(bgp_status="down"), virtual_interface_state="down")
)
PENDING = Reading(
    virtual_interface=a_landed_vif(a_peer(bgp_status="down"), virtual_interface_state="pending")
)
BLIND = Reading(problem="describe_virtual_interfaces: ThrottlingException: Rate exceeded")
UNLISTED = Reading()
TOUCHED = ("Validate", "Lock gateway", "Associate", "Pause")


def a_validation() -> dict[str, Any]:
    migration = a_migration()
    return Validation(
        decision=Decision.PROCEED,
        request_id="change-1",
        request=migration.request,
        migration=migration,
        before=a_picture(),
    ).to_json()


def a_trail(*entered: str, **fields: Any) -> Trail:
    """Build the trail of an execution that knew all it had to before it associated."""
    variables = {
        "requestId": "change-1",
        "claim": "request#change-1#x",
        "lockKey": "gw-1",
        "validation": a_validation(),
        "phase": "forward",
    }
    return Trail(
        **{
            "variables": variables,
            "entered": entered or TOUCHED,
            "done": frozenset(),
            "error": "",
            "cause": "",
            **fields,
        }
    )


def interrupted(*entered: str, **fields: Any) -> InterruptedExecution:
    return understand(a_trail(*entered, **fields), execution=EXECUTION, status="ABORTED", now=START)


def judged(
    reading: Reading, interruption: InterruptedExecution | None = None, seconds: float = 0
) -> InterruptionReport:
    return judge(interruption or interrupted(), reading, execution=EXECUTION, now=after(seconds))


def told(reading: Reading, interruption: InterruptedExecution | None = None) -> Ended:
    announcement = judged(reading, interruption).announcement
    assert announcement
    assert announcement.detail_type is DetailType.INTERRUPTED
    assert isinstance(announcement.detail.data, Ended)
    return announcement.detail.data


def test_it_tells_where_the_vif_was_left_and_whether_traffic_flows() -> None:
    event = told(WORKS)
    assert event.outcome is Outcome.INTERRUPTED
    assert event.now == a_picture(a_landed_vif())
    assert event.carries_traffic == "yes"
    assert event.message == (
        "the execution was stopped while pausing before the next observation (ABORTED), "
        "during the move; it is on "
        "dxlag-target01, available, BGP ipv4 169.254.1.2 up"
    )


def test_it_tells_who_stopped_it_and_why() -> None:
    event = told(WORKS, interrupted(error="CHG0042", cause="by hand"))
    assert "(CHG0042: by hand)" in event.message
    assert event.reason_code == "CHG0042"


def test_a_person_is_called_where_traffic_may_be_cut_off() -> None:
    event = told(DOWN)
    assert event.carries_traffic == "no"
    assert event.next_step == (
        "Act now: it is no longer monitored, and BGP may not come up. "
        f"To move it to {SOURCE}, start a migration."
    )


def test_on_the_way_back_it_says_so() -> None:
    known = {**a_trail().variables, "phase": "rollback"}
    event = told(Reading(virtual_interface=a_vif()), interrupted(variables=known))
    assert "during the rollback" in event.message
    assert TARGET in event.next_step


def test_what_was_stopped_before_it_associated_has_touched_nothing() -> None:
    judgement = judged(Reading(virtual_interface=a_vif()), interrupted("Validate", "Lock gateway"))
    assert judgement.is_safe
    assert not judgement.interruption.was_touched
    assert told(BLIND, interrupted("Validate")).next_step == (
        "This migration touched nothing; send the request again."
    )


def test_what_was_stopped_before_it_knew_anything_is_told_by_its_name() -> None:
    nothing = Trail(variables={}, entered=(), done=frozenset(), error="", cause="")
    interruption = understand(nothing, execution=EXECUTION, status="TIMED_OUT", now=START)
    event = told(BLIND, interruption)
    assert (interruption.request_id, interruption.lock_key) == (EXECUTION.name, None)
    assert event.subject.virtual_interface_id is None
    assert "stopped at its start (TIMED_OUT)" in event.message
    assert judged(BLIND, interruption).is_safe


def test_what_was_told_is_not_told_again() -> None:
    told_already = interrupted(done=frozenset({StateName.ANNOUNCE_OUTCOME}))
    assert judged(WORKS, told_already).announcement is None


@pytest.mark.parametrize(
    ("reading", "is_safe"),
    [(WORKS, True), (DOWN, True), (PENDING, False), (BLIND, False), (UNLISTED, False)],
)
def test_the_lock_is_kept_while_the_vif_is_on_its_way_or_out_of_sight(
    reading: Reading, is_safe: bool
) -> None:
    assert judged(reading).is_safe is is_safe


@pytest.mark.parametrize(("seconds", "is_safe"), [(1259, False), (1260, True)])
def test_a_vif_that_is_on_its_way_for_too_long_has_got_stuck(seconds: float, is_safe: bool) -> None:
    assert judged(PENDING, seconds=seconds).is_safe is is_safe
    assert not judged(BLIND, seconds=seconds).is_safe


@pytest.mark.parametrize(("seconds", "is_safe"), [(0, False), (299, False), (300, True)])
def test_a_call_without_a_response_keeps_the_lock_until_it_can_have_no_effect(
    seconds: float, is_safe: bool
) -> None:
    """The VIF is at rest where it was, but the call may be on its way."""
    assert judged(Reading(virtual_interface=a_vif()), seconds=seconds).is_safe is is_safe


def test_a_call_is_in_doubt_from_when_it_ended() -> None:
    known = {**a_trail().variables, "calledAt": after(-299).isoformat()}
    at_rest = Reading(virtual_interface=a_vif())
    assert not judged(at_rest, interrupted(variables=known)).is_safe
    assert judged(at_rest, interrupted(variables=known), seconds=1).is_safe


def test_a_call_that_may_have_been_sent_at_the_very_end_is_in_doubt_from_then() -> None:
    known = {**a_trail().variables, "calledAt": after(-299).isoformat()}
    again = interrupted("Lock gateway", "Associate", variables=known)
    assert not judged(Reading(virtual_interface=a_vif()), again, seconds=1).is_safe


def test_in_a_rollback_it_is_the_source_that_the_vif_may_still_land_on() -> None:
    known = {**a_trail().variables, "phase": "rollback"}
    assert not judged(DOWN, interrupted(variables=known)).is_safe
    assert judged(DOWN, interrupted(variables=known), seconds=300).is_safe
    assert judged(Reading(virtual_interface=a_vif()), interrupted(variables=known)).is_safe


def test_a_vif_that_stays_unlisted_is_gone() -> None:
    report = judged(UNLISTED)
    for seconds in (60, 120):
        assert not report.is_safe
        report = judged(UNLISTED, report.interruption, seconds=seconds)
    assert report.is_safe


def test_a_vif_that_is_listed_again_begins_another_gap() -> None:
    report = judged(UNLISTED)
    for seconds, reading in ((60, UNLISTED), (120, PENDING), (180, UNLISTED), (240, UNLISTED)):
        report = judged(reading, report.interruption, seconds=seconds)
    assert not report.is_safe


def test_a_state_that_is_not_known_is_not_known_to_be_at_rest() -> None:
    strange = Reading(virtual_interface=a_landed_vif(virtual_interface_state="levitating"))
    assert not judged(strange).is_safe


def test_where_it_can_not_be_seen_nothing_is_said_of_it() -> None:
    event = told(BLIND)
    assert (event.now, event.carries_traffic) == (None, "unknown")
    assert "it could not be read: describe_virtual_interfaces: Throttling" in event.message


def test_an_interruption_survives_the_way_through_step_functions() -> None:
    interruption = interrupted(cause="x " * 100_000)
    assert InterruptedExecution.model_validate_json(interruption.model_dump_json()) == interruption
    assert len(interruption.cause) == 1000


def test_an_execution_of_an_earlier_deployment_is_understood() -> None:
    earlier = {"detailType": DetailType.STARTED, "detail": {"metadata": {}, "data": {}}}
    trail = a_trail()
    variables = {
        **trail.variables,
        "validation": {**trail.variables["validation"], "announcement": earlier},
    }

    found = interrupted(variables=variables)

    assert found.validation == interrupted().validation


@pytest.mark.parametrize(
    ("status", "error", "is_its_own"),
    [
        ("SUCCEEDED", "", True),
        ("FAILED", "VifShift.RolledBack", True),
        ("FAILED", "States.Runtime", False),
        ("ABORTED", "", False),
        ("TIMED_OUT", "", False),
    ],
)
def test_what_has_ended_by_itself_holds_nothing_back(
    status: str, error: str, is_its_own: bool
) -> None:
    found = understand(a_trail(error=error), execution=EXECUTION, status=status, now=START)
    assert found.has_ended_by_itself is is_its_own
    assert judge(found, PENDING, execution=EXECUTION, now=START).is_safe is is_its_own


def test_an_end_that_could_not_be_sent_is_reported_as_it_was() -> None:
    ready = judge(interrupted(), WORKS, execution=EXECUTION, now=START).announcement
    assert ready
    trail = a_trail()
    variables = {**trail.variables, "conclusion": {"announcement": ready.to_json()}}
    concluded = conclusion_of(trail._replace(variables=variables))
    assert concluded == ready

    found = understand(trail, execution=EXECUTION, status="SUCCEEDED", now=START)
    report = judge(found, DOWN, execution=EXECUTION, now=after(600), concluded=concluded)
    assert report.announcement == ready


@pytest.mark.parametrize("conclusion", [None, {}, {"announcement": None}, "x"])
def test_without_an_event_ready_there_is_no_conclusion(conclusion: Any) -> None:
    assert conclusion_of(a_trail()._replace(variables={"conclusion": conclusion})) is None


def test_what_was_reported_before_a_redrive_is_not_the_end() -> None:
    told: list[dict[str, Any]] = [
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Announce outcome"}},
        {"type": "TaskSucceeded"},
    ]
    again: dict[str, Any] = {"type": "ExecutionRedriven"}
    for events, is_reported in (
        (told, True),
        ([*told, again], False),
        ([*told, again, *told], True),
    ):
        found = understand(follow(events), execution=EXECUTION, status="ABORTED", now=START)
        assert found.was_told is is_reported
