"""How a migration ended, and whether what is said of it is true."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    EXECUTION,
    SECRET,
    SOURCE,
    START,
    TARGET,
    VIF,
    a_landed_vif,
    a_migration,
    a_peer,
    a_picture,
    a_route_set,
    a_vif,
    after,
    an_ipv6_peer,
    an_observation,
)
from vifshift.domain.claim import ANOTHER_SENDER, NEXT_STEP, Claimant
from vifshift.domain.errors import (
    AssociationOvertaken,
    AssociationRefused,
    CallFailed,
    MigrationCancelled,
)
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.lock_holder import LockHolder
from vifshift.domain.migration import Approval, Association, Decision, Outcome, Phase
from vifshift.domain.network import VirtualInterface
from vifshift.domain.observation import Observation, Reason, Verdict, VifStatus
from vifshift.domain.routes import compare
from vifshift.domain.state_words import doing
from vifshift.domain.traffic_status import Traffic
from vifshift.domain.workflow import CONDITION_FAILED, REFUSED, TIMED_OUT, StateName
from vifshift.events.base import DetailType
from vifshift.events.migration import Ended
from vifshift.migration.conclusion import Conclusion, ExecutionState, Problem, conclude
from vifshift.migration.validation_result import Validation

LONGEST_MESSAGE = 5000
EXECUTION_SUCCEEDS = {
    Outcome.SUCCEEDED,
    Outcome.UNCHANGED,
    Outcome.PLANNED,
    Outcome.DUPLICATE,
    Outcome.CANCELLED,
}
FINAL_EVENTS = {
    "succeeded": ("VIF Migration Succeeded", None),
    "unchanged": ("VIF Migration Unchanged", None),
    "planned": ("VIF Migration Planned", None),
    "duplicate": ("VIF Migration Duplicate", None),
    "cancelled": ("VIF Migration Cancelled", None),
    "rejected": ("VIF Migration Rejected", "VifShift.Rejected"),
    "rolled-back": ("VIF Migration Rolled Back", "VifShift.RolledBack"),
    "rollback-failed": ("VIF Migration Rollback Failed", "VifShift.RollbackFailed"),
    "needs-attention": ("VIF Migration Needs Attention", "VifShift.NeedsAttention"),
}
BLOCKED = Finding(
    code="VLAN_TAKEN", severity=Severity.BLOCK, message="VLAN 101 is taken", remedy="Free it."
)
WARNED = Finding(
    code="NO_PEER_UP", severity=Severity.WARN, message="no peer is up", remedy="Bring it up."
)
SETTLED = an_observation(
    Verdict.SETTLED, Reason.AS_EXPECTED, "on dxlag-target01 BGP and routes are as before"
)
BACK = an_observation(
    Verdict.SETTLED,
    Reason.AS_EXPECTED,
    "on dxcon-source01 BGP and routes are as before",
    picture=a_picture(),
)
NOT_MOVED = an_observation(
    Verdict.FAILED, Reason.NOT_MOVED, "it is still on dxcon-source01", picture=a_picture()
)
DOWN = an_observation(picture=a_picture(a_landed_vif(a_peer(bgp_status="down"))))
NOT_SEEN = an_observation(
    Verdict.FAILED, Reason.CANNOT_SEE, "it could not be read: slow", is_seen=False
)


def a_validation(decision: Decision = Decision.PROCEED, **fields: Any) -> Validation:
    migration = a_migration()
    return Validation(
        **{
            "decision": decision,
            "request_id": "change-1",
            "request": migration.request,
            "migration": migration,
            "before": a_picture(),
            **fields,
        }
    )


def a_story(**fields: Any) -> ExecutionState:
    """Build the story of a VIF that was associated, and not looked at yet."""
    return ExecutionState(
        **{
            "request_id": "change-1",
            "validation": a_validation(),
            "phase": Phase.FORWARD,
            "association": Association.CONFIRMED,
            "doubt": None,
            "observation": None,
            "failure": None,
            "problem": None,
            "holder": None,
            **fields,
        }
    )


def a_problem(state: StateName, error: str = "Lambda.Unknown", cause: str = "") -> Problem:
    return Problem(state=state, error=error, cause=cause)


def lost_race(state: StateName) -> Problem:
    return a_problem(state, CONDITION_FAILED, "The conditional request failed")


CALLED_OFF = a_problem(
    StateName.ASSOCIATE,
    MigrationCancelled.__name__,
    json.dumps(
        {"errorMessage": "cancelled by ana: not tonight", "errorType": MigrationCancelled.__name__}
    ),
)


def ending(**fields: Any) -> Conclusion:
    return conclude(a_story(**fields), execution=EXECUTION, now=after(700))


def ended(**fields: Any) -> Ended:
    data = ending(**fields).announcement.detail.data
    assert isinstance(data, Ended)
    return data


BEFORE_CLAIM: dict[str, Any] = {"validation": None, "association": Association.NONE}
BEFORE_SENDING: dict[str, Any] = {"association": Association.NONE}
UNCONFIRMED: dict[str, Any] = {"association": Association.UNCONFIRMED}
GOING_BACK: dict[str, Any] = {"phase": Phase.ROLLBACK, "failure": DOWN}
REFUSED_BACK: dict[str, Any] = {
    **GOING_BACK,
    "association": Association.NONE,
    "problem": a_problem(StateName.ASSOCIATE, AssociationRefused.__name__),
}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({**BEFORE_CLAIM, "problem": lost_race(StateName.CLAIM_REQUEST)}, "duplicate"),
        ({**BEFORE_CLAIM, "problem": a_problem(StateName.CLAIM_REQUEST)}, "rejected"),
        ({**BEFORE_CLAIM, "problem": a_problem(StateName.VALIDATE, "CallDenied")}, "rejected"),
        ({**BEFORE_SENDING, "validation": a_validation(Decision.REJECTED)}, "rejected"),
        ({**BEFORE_SENDING, "validation": a_validation(Decision.UNCHANGED)}, "unchanged"),
        ({**BEFORE_SENDING, "validation": a_validation(Decision.PLANNED)}, "planned"),
        ({**BEFORE_SENDING, "problem": lost_race(StateName.LOCK_GATEWAY)}, "rejected"),
        ({**BEFORE_SENDING, "problem": a_problem(StateName.LOCK_GATEWAY)}, "rejected"),
        ({**BEFORE_SENDING, "problem": a_problem(StateName.ANNOUNCE_START)}, "rejected"),
        (
            {
                **BEFORE_SENDING,
                "problem": a_problem(StateName.ASSOCIATE, AssociationRefused.__name__),
            },
            "rejected",
        ),
        (
            {
                **BEFORE_SENDING,
                "problem": a_problem(StateName.ASSOCIATE, AssociationOvertaken.__name__),
            },
            "rejected",
        ),
        ({**BEFORE_SENDING, "problem": CALLED_OFF}, "cancelled"),
        (
            {
                **BEFORE_SENDING,
                "problem": a_problem(StateName.ASK_FOR_APPROVAL, MigrationCancelled.__name__),
            },
            "cancelled",
        ),
        (
            {
                **BEFORE_SENDING,
                "problem": a_problem(StateName.WAIT_FOR_WINDOW, MigrationCancelled.__name__),
            },
            "cancelled",
        ),
        ({**BEFORE_SENDING, "problem": a_problem(StateName.ASK_FOR_APPROVAL, REFUSED)}, "rejected"),
        ({**BEFORE_SENDING, "problem": a_problem(StateName.ASK_FOR_APPROVAL, "no")}, "rejected"),
        (
            {**BEFORE_SENDING, "problem": a_problem(StateName.ASK_FOR_APPROVAL, TIMED_OUT)},
            "rejected",
        ),
        ({**BEFORE_SENDING, "problem": a_problem(StateName.ASK_FOR_APPROVAL)}, "rejected"),
        ({"observation": SETTLED}, "succeeded"),
        ({**UNCONFIRMED, "observation": SETTLED}, "succeeded"),
        ({"observation": DOWN}, "needs-attention"),
        ({"observation": NOT_SEEN}, "needs-attention"),
        ({"observation": NOT_MOVED}, "needs-attention"),
        ({"observation": None, "problem": a_problem(StateName.OBSERVE)}, "needs-attention"),
        ({**UNCONFIRMED, "observation": NOT_MOVED}, "rejected"),
        ({**UNCONFIRMED, "observation": DOWN}, "needs-attention"),
        ({**UNCONFIRMED, "observation": NOT_SEEN}, "needs-attention"),
        ({**UNCONFIRMED, "problem": a_problem(StateName.OBSERVE)}, "needs-attention"),
        ({**GOING_BACK, "observation": BACK}, "rolled-back"),
        ({**GOING_BACK, **UNCONFIRMED, "observation": BACK}, "rolled-back"),
        ({**GOING_BACK, "observation": DOWN}, "rollback-failed"),
        ({**GOING_BACK, "observation": NOT_SEEN}, "rollback-failed"),
        ({**GOING_BACK, "observation": NOT_MOVED}, "rollback-failed"),
        (
            {**GOING_BACK, "observation": DOWN, "problem": a_problem(StateName.OBSERVE)},
            "rollback-failed",
        ),
        (REFUSED_BACK, "rollback-failed"),
        (
            {
                **REFUSED_BACK,
                "problem": a_problem(StateName.ASSOCIATE, AssociationOvertaken.__name__),
            },
            "rollback-failed",
        ),
    ],
)
def test_every_end_has_its_outcome(fields: dict[str, Any], outcome: str) -> None:
    assert ending(**fields).outcome == outcome


def test_one_look_that_shows_no_move_is_not_enough_to_say_nothing_was_touched() -> None:
    # given a call without an answer, a first look at its source, and then no further look
    settling = an_observation(Verdict.SETTLING, Reason.NOT_MOVED, picture=a_picture())
    # when
    conclusion = ending(**UNCONFIRMED, observation=settling, problem=a_problem(StateName.OBSERVE))
    # then
    assert conclusion.outcome is Outcome.NEEDS_ATTENTION


@pytest.mark.parametrize("reason", set(Reason) - {Reason.AS_EXPECTED})
def test_a_way_there_that_failed_and_stays_needs_attention(reason: Reason) -> None:
    observation = an_observation(Verdict.FAILED, reason)
    assert ending(observation=observation).outcome is Outcome.NEEDS_ATTENTION


@pytest.mark.parametrize(
    "outcome", [outcome for outcome in Outcome if outcome is not Outcome.INTERRUPTED]
)
def test_every_outcome_has_the_event_and_the_error_of_the_design(outcome: Outcome) -> None:
    # given
    stories: dict[Outcome, dict[str, Any]] = {
        Outcome.SUCCEEDED: {"observation": SETTLED},
        Outcome.UNCHANGED: {"validation": a_validation(Decision.UNCHANGED)},
        Outcome.PLANNED: {"validation": a_validation(Decision.PLANNED)},
        Outcome.DUPLICATE: {"problem": lost_race(StateName.CLAIM_REQUEST)},
        Outcome.CANCELLED: {**BEFORE_SENDING, "problem": CALLED_OFF},
        Outcome.REJECTED: {"validation": a_validation(Decision.REJECTED)},
        Outcome.ROLLED_BACK: {**GOING_BACK, "observation": BACK},
        Outcome.ROLLBACK_FAILED: {**GOING_BACK, "observation": DOWN},
        Outcome.NEEDS_ATTENTION: {"observation": DOWN},
    }
    # when
    conclusion = ending(**stories[outcome])
    # then
    assert conclusion.outcome is outcome
    assert (conclusion.announcement.detail_type, conclusion.error) == FINAL_EVENTS[outcome]


def test_the_last_event_says_which_migration_it_is_of() -> None:
    # when
    announcement = ending(observation=SETTLED).announcement
    # then
    assert announcement.detail.metadata.to_json() == {
        "version": "1",
        "migrationId": EXECUTION.name,
        "requestId": "change-1",
        "executionArn": EXECUTION.arn,
        "occurredAt": "2026-07-01T09:11:40Z",
        "askedBy": None,
    }
    assert ended(observation=SETTLED).subject.to_json() == {
        "virtualInterfaceId": VIF,
        "virtualInterfaceName": "office",
        "sourceConnectionId": SOURCE,
        "targetConnectionId": TARGET,
        "requestedBy": "",
        "reason": "",
        "region": "eu-central-1",
        "ownerAccount": None,
    }


def test_what_is_not_known_of_the_subject_is_null() -> None:
    data = ended(**BEFORE_CLAIM, problem=a_problem(StateName.VALIDATE))
    assert data.subject.virtual_interface_id is None
    assert data.subject.source_connection_id is None
    assert (data.now, data.carries_traffic) == (None, Traffic.UNKNOWN)


# Whether it carries traffic.


def seen(
    vif: VirtualInterface, reason: Reason = Reason.PEERS_NOT_UP, verdict: Verdict = Verdict.FAILED
) -> Observation:
    return an_observation(verdict, reason, picture=a_picture(vif))


ONE_OF_TWO = a_landed_vif(a_peer(), an_ipv6_peer(bgp_status="down"))


@pytest.mark.parametrize(
    ("observation", "traffic"),
    [
        (SETTLED, "yes"),
        (seen(ONE_OF_TWO, Reason.AS_EXPECTED, Verdict.SETTLED), "partly"),
        (seen(ONE_OF_TWO), "partly"),
        (seen(a_landed_vif(), Reason.ROUTES_MISSING), "partly"),
        (DOWN, "no"),
        (seen(a_landed_vif(virtual_interface_state="pending"), Reason.NOT_AVAILABLE), "no"),
        (seen(a_landed_vif(virtual_interface_state="down"), Reason.NOT_AVAILABLE), "no"),
        (seen(a_landed_vif(), Reason.DELETED), "no"),
        (seen(a_vif(virtual_interface_state="deleted"), Reason.DELETED), "no"),
        (seen(a_landed_vif(), Reason.CANNOT_SEE), "unknown"),
        (NOT_MOVED, "yes"),
        (seen(a_vif(connection_id="dxcon-other001"), Reason.MOVED_ELSEWHERE), "yes"),
    ],
)
def test_it_says_whether_traffic_flows_as_it_was_last_seen(
    observation: Observation, traffic: str
) -> None:
    data = ended(observation=observation)
    assert data.carries_traffic == traffic
    assert data.now == observation.picture


@pytest.mark.parametrize(
    ("reason", "traffic"), [(Reason.CANNOT_SEE, Traffic.UNKNOWN), (Reason.DELETED, Traffic.NO)]
)
@pytest.mark.parametrize("fields", [{}, GOING_BACK, UNCONFIRMED])
def test_where_the_last_look_did_not_see_it_an_earlier_picture_is_not_taken_for_now(
    fields: dict[str, Any], reason: Reason, traffic: Traffic
) -> None:
    unseen = an_observation(Verdict.FAILED, reason, is_seen=False)
    data = ended(**fields, observation=unseen)
    assert (data.now, data.carries_traffic) == (None, traffic)


@pytest.mark.parametrize(
    "observation",
    [
        seen(a_landed_vif(a_peer(bgp_status="unknown"))),
        seen(a_landed_vif(virtual_interface_state="unknown"), Reason.NOT_AVAILABLE),
        seen(a_landed_vif(virtual_interface_state="levitating"), Reason.NOT_AVAILABLE),
    ],
    ids=["no peer's status is known", "the state is unknown", "the state is new"],
)
def test_what_aws_does_not_tell_is_not_said_to_be_cut_off(observation: Observation) -> None:
    assert ended(observation=observation).carries_traffic is Traffic.UNKNOWN


@pytest.mark.parametrize(
    ("before", "traffic"),
    [
        (a_picture(), "yes"),
        (a_picture(a_vif(a_peer(bgp_status="down"))), "no"),
        (None, "unknown"),
    ],
)
def test_what_was_not_touched_is_as_it_was_before(before: VifStatus | None, traffic: str) -> None:
    data = ended(
        **BEFORE_SENDING,
        validation=a_validation(before=before),
        problem=lost_race(StateName.LOCK_GATEWAY),
    )
    assert (data.now, data.carries_traffic) == (before, traffic)


@pytest.mark.parametrize("association", [Association.CONFIRMED, Association.UNCONFIRMED])
def test_what_was_sent_and_never_seen_again_is_not_known(association: Association) -> None:
    data = ended(association=association, problem=a_problem(StateName.OBSERVE))
    assert (data.now, data.carries_traffic) == (None, Traffic.UNKNOWN)


@pytest.mark.parametrize("association", [Association.CONFIRMED, Association.UNCONFIRMED])
def test_what_was_sent_back_and_not_seen_since_is_not_known(association: Association) -> None:
    data = ended(
        **GOING_BACK,
        association=association,
        observation=None,
        problem=a_problem(StateName.OBSERVE),
    )
    assert (data.now, data.carries_traffic) == (None, Traffic.UNKNOWN)


@pytest.mark.parametrize("observation", [SETTLED, DOWN, NOT_MOVED, NOT_SEEN])
@pytest.mark.parametrize("fields", [{}, UNCONFIRMED, GOING_BACK])
def test_where_looking_has_failed_what_was_seen_before_is_not_taken_for_now(
    fields: dict[str, Any], observation: Observation
) -> None:
    # given looks, of which the last could not be done at all
    story = {**fields, "observation": observation, "problem": a_problem(StateName.OBSERVE)}
    # when
    data = ended(**story)
    # then
    assert (data.now, data.carries_traffic) == (None, Traffic.UNKNOWN)
    assert data.message.endswith(
        f"observing the virtual interface: Lambda.Unknown: ; last seen: {observation.message}"
    )


def test_where_another_step_has_failed_what_was_seen_before_is_told() -> None:
    # given a way back that was to be sent again
    problem = a_problem(StateName.ASSOCIATE, "AssociationPostponed", "slow down")
    stayed = an_observation(
        Verdict.SETTLING, Reason.NOT_MOVED, "it is still on dxlag-target01", picture=DOWN.picture
    )
    # when
    data = ended(**GOING_BACK, **UNCONFIRMED, observation=stayed, problem=problem)
    # then
    assert (data.outcome, data.now) == (Outcome.ROLLBACK_FAILED, DOWN.picture)
    assert data.carries_traffic is Traffic.NO
    assert data.message.endswith(
        "moving the virtual interface: AssociationPostponed: slow down; "
        "last seen: it is still on dxlag-target01"
    )


def test_where_nothing_was_seen_nothing_is_said_to_have_been_seen() -> None:
    assert "last seen" not in ending(problem=a_problem(StateName.OBSERVE)).cause


def test_what_could_not_be_sent_back_is_where_it_was_seen() -> None:
    data = ended(**REFUSED_BACK)
    assert (data.now, data.carries_traffic) == (DOWN.picture, Traffic.NO)


def test_where_it_was_overtaken_nothing_is_known_of_it() -> None:
    overtaken = a_problem(StateName.ASSOCIATE, AssociationOvertaken.__name__)
    data = ended(**BEFORE_SENDING, problem=overtaken)
    assert (data.now, data.carries_traffic) == (None, Traffic.UNKNOWN)


# What it says.


def test_a_doubt_is_told() -> None:
    # given
    doubt = a_problem(StateName.ASSOCIATE, "AssociationDoubtful", "the VIF is on its way")
    stayed = an_observation(Verdict.FAILED, Reason.NOT_MOVED, "it is still there")
    # when
    message = ending(**UNCONFIRMED, doubt=doubt, observation=stayed).cause
    # then
    assert "the VIF is on its way" in message


def test_a_rejection_names_every_fault_and_what_blocks() -> None:
    # given
    faults = ("dryRun: input should be a valid boolean", "x: unknown field")
    validation = a_validation(Decision.REJECTED, faults=faults, findings=(BLOCKED, WARNED))
    # when
    message = ending(**BEFORE_SENDING, validation=validation).cause
    # then
    assert message == (
        "nothing was touched: dryRun: input should be a valid boolean; x: unknown field; "
        "VLAN_TAKEN: VLAN 101 is taken"
    )


@pytest.mark.parametrize(
    ("findings", "said"), [((), ""), ((WARNED,), "; NO_PEER_UP: no peer is up")]
)
def test_a_plan_says_what_would_be_moved_and_names_every_finding(
    findings: tuple[Finding, ...], said: str
) -> None:
    planned = a_validation(Decision.PLANNED, findings=findings)
    assert ending(**BEFORE_SENDING, validation=planned).cause == (
        "dry run, nothing was touched: "
        f"would move dxvif-aaaa0001 from dxcon-source01 to dxlag-target01{said}"
    )


@pytest.mark.parametrize("findings", [(), (WARNED,)])
def test_what_is_there_already_needs_nothing(findings: tuple[Finding, ...]) -> None:
    unchanged = a_validation(Decision.UNCHANGED, findings=findings)
    message = ending(**BEFORE_SENDING, validation=unchanged).cause
    assert message == "already on the target: nothing to do"


def test_a_duplicate_names_its_request() -> None:
    message = ending(**BEFORE_CLAIM, problem=lost_race(StateName.CLAIM_REQUEST)).cause
    assert message == "nothing was done: another execution has claimed request change-1"


@pytest.mark.parametrize(
    ("claimed_for", "sender", "is_trouble"),
    [
        ("the source a in account 1", "the source a in account 1", False),
        ("the source a in account 1", "the source b in account 1", True),
        ("the source a in account 1", "the source a in account 2", True),
        ("the source a in account 1", "StartExecution", True),
        # Claimed by an earlier release.
        ("", "the source a in account 1", False),
    ],
)
def test_an_id_that_was_claimed_for_another_sender_is_trouble(
    claimed_for: str, sender: str, is_trouble: bool
) -> None:
    claimant = Claimant(execution_arn="arn:x:run-0", sender=claimed_for)
    found = ending(
        **BEFORE_CLAIM,
        problem=lost_race(StateName.CLAIM_REQUEST),
        claimant=claimant,
        sender=sender,
    )
    data = found.announcement.detail.data
    assert isinstance(data, Ended)
    assert data.outcome is Outcome.DUPLICATE
    assert (data.reason_code == ANOTHER_SENDER) is is_trouble
    assert (data.next_step == NEXT_STEP) is is_trouble
    assert ("run-0" in found.cause and sender in found.cause) is is_trouble


def test_a_lost_race_for_the_gateway_is_put_in_words() -> None:
    message = ending(**BEFORE_SENDING, problem=lost_race(StateName.LOCK_GATEWAY)).cause
    assert message == "nothing was touched: the gateway is busy"


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (
            {"virtual_interface_id": "dxvif-bbbb0001", "request_id": "CHG0042"},
            "dxvif-bbbb0001 is being moved by execution other, request CHG0042",
        ),
        ({}, "a virtual interface is being moved by execution other"),
    ],
)
def test_who_holds_the_gateway_is_named(about: dict[str, str], words: str) -> None:
    arn = "arn:aws:states:eu-central-1:111122223333:execution:vifshift:other"
    message = ending(
        **BEFORE_SENDING,
        problem=lost_race(StateName.LOCK_GATEWAY),
        holder=LockHolder(execution_arn=arn, expires_at=1_800_000_000, **about),
    ).cause
    assert message == f"nothing was touched: the gateway is busy: {words}"


def test_a_rollback_says_why_it_went_back_and_how_that_went() -> None:
    message = ending(**GOING_BACK, observation=BACK).cause
    assert message == (
        "did not converge, was rolled back, and works as before: "
        "on dxlag-target01 BGP is not up: ipv4 169.254.1.2; "
        "on dxcon-source01 BGP and routes are as before"
    )


def test_a_rollback_that_was_refused_says_both_troubles() -> None:
    # given
    cause = json.dumps({"errorMessage": "VLAN 101 is taken", "errorType": "AssociationRefused"})
    # when
    message = ending(
        **{
            **REFUSED_BACK,
            "problem": a_problem(StateName.ASSOCIATE, AssociationRefused.__name__, cause),
        }
    ).cause
    # then
    assert message.endswith(
        "BGP is not up: ipv4 169.254.1.2; moving the virtual interface: "
        "AssociationRefused: VLAN 101 is taken"
    )


def test_a_lambda_s_cause_is_told_by_its_message_alone() -> None:
    # given
    cause = json.dumps(
        {
            "errorMessage": "describe_connections: 500: Internal Server Error",
            "errorType": "CallFailed",
            "requestId": "8a8e8c1a",
            "stackTrace": ['  File "/var/task/vifshift/survey.py", line 14, in survey\n'],
        }
    )
    # when
    message = a_problem(StateName.VALIDATE, CallFailed.__name__, cause).message
    # then
    assert (
        message
        == "checking the request: CallFailed: describe_connections: 500: Internal Server Error"
    )


@pytest.mark.parametrize(
    "cause",
    [
        *("", "The task timed out", "{", "null", "3", '"text"', "[]", "{}", '["errorMessage"]'),
        '{"errorType": "Runtime.ExitError"}',
    ],
)
def test_any_other_cause_is_told_as_it_is(cause: str) -> None:
    message = a_problem(StateName.OBSERVE, "States.Timeout", cause).message
    assert message == f"observing the virtual interface: States.Timeout: {cause}"


@pytest.mark.parametrize(
    "cause", ["x" * 100_000, json.dumps({"errorMessage": "x" * 100_000})], ids=["text", "JSON"]
)
def test_a_message_is_bounded(cause: str) -> None:
    # given
    long = an_observation(message="y" * 100_000)
    # when
    conclusion = ending(
        **GOING_BACK,
        observation=long,
        problem=a_problem(StateName.ASSOCIATE, "x" * 100_000, cause),
    )
    # then
    assert len(conclusion.cause) <= LONGEST_MESSAGE
    assert len(conclusion.announcement.model_dump_json()) <= 4 * LONGEST_MESSAGE


def test_what_stands_in_the_way_back_is_told() -> None:
    told = ended(observation=DOWN.model_copy(update={"obstacles": ("VLAN 101 is taken",)}))
    assert told.outcome is Outcome.NEEDS_ATTENTION
    assert told.message.endswith("; rollback not possible: VLAN 101 is taken")


def test_the_code_is_that_of_what_first_went_wrong() -> None:
    assert ended(observation=SETTLED).reason_code == "AS_EXPECTED"
    assert ended(observation=DOWN).reason_code == "PEERS_NOT_UP"
    assert ended(phase=Phase.ROLLBACK, observation=BACK, failure=DOWN).reason_code == "PEERS_NOT_UP"
    assert ended(**REFUSED_BACK).reason_code == "PEERS_NOT_UP"
    assert ended(**BEFORE_CLAIM).reason_code is None


def test_the_routes_that_differ_are_told() -> None:
    changes = compare([a_route_set("10.0.0.0/8")], [a_route_set("10.1.0.0/16")])
    told = ended(observation=SETTLED.model_copy(update={"route_changes": changes}))
    assert told.routes == changes


def test_every_end_says_what_to_do_next() -> None:
    for fields in ({"observation": SETTLED}, {"observation": DOWN}, BEFORE_CLAIM, REFUSED_BACK):
        assert ended(**fields).next_step.endswith(".")


# Held, called off, refused, approved.


@pytest.mark.parametrize("error", ["no", REFUSED, "MyOrg.Stop", "Lambda", "states.Timeout"])
def test_who_fails_the_wait_for_the_window_calls_it_off(error: str) -> None:
    # given
    problem = a_problem(StateName.WAIT_FOR_WINDOW, error, "ana: not tonight")
    # when
    data = ended(**BEFORE_SENDING, problem=problem)
    # then
    assert data.outcome is Outcome.CANCELLED
    assert data.message == (
        f"cancelled, nothing was touched: waiting for the window: {error}: ana: not tonight"
    )
    assert data.reason_code == error


@pytest.mark.parametrize(
    "error",
    [
        *("States.TaskFailed", "States.Runtime", "Lambda.Unknown", "Lambda.ServiceException"),
        *("Sandbox.Timedout", "Runtime.ExitError"),
    ],
)
def test_an_error_of_aws_while_it_waits_for_the_window_calls_nothing_off(error: str) -> None:
    problem = a_problem(StateName.WAIT_FOR_WINDOW, error)
    assert ended(**BEFORE_SENDING, problem=problem).outcome is Outcome.REJECTED


def test_what_was_called_off_says_by_whom_and_why_and_that_nothing_was_touched() -> None:
    # when
    conclusion = ending(**BEFORE_SENDING, problem=CALLED_OFF)
    data = ended(**BEFORE_SENDING, problem=CALLED_OFF)
    # then
    assert conclusion.error is None
    assert conclusion.cause.startswith("cancelled, nothing was touched: ")
    assert conclusion.cause.endswith("cancelled by ana: not tonight")
    assert data.reason_code == "MigrationCancelled"
    assert data.next_step == "Nothing was touched. Send the request again when you want the move."
    assert (data.now, data.carries_traffic) == (a_picture(), Traffic.YES)


@pytest.mark.parametrize("observation", [BACK, DOWN, NOT_SEEN])
def test_what_was_called_off_on_its_way_is_concluded_as_any_way_back(
    observation: Observation,
) -> None:
    # given
    cancelled = an_observation(Verdict.SETTLING, Reason.CANCELLED, "cancelled by ana: not tonight")
    # when
    data = ended(phase=Phase.ROLLBACK, failure=cancelled, observation=observation)
    # then
    assert data.outcome is (Outcome.ROLLED_BACK if observation is BACK else Outcome.ROLLBACK_FAILED)
    assert data.reason_code == "CANCELLED"
    assert "cancelled by ana: not tonight" in data.message


def test_a_refusal_is_rejected_with_who_and_why() -> None:
    # given
    refused = a_problem(StateName.ASK_FOR_APPROVAL, REFUSED, "ana: too close to the quarter's end")
    # when
    conclusion = ending(**BEFORE_SENDING, problem=refused)
    # then
    assert (conclusion.outcome, conclusion.error) == (Outcome.REJECTED, "VifShift.Rejected")
    assert conclusion.cause == (
        "nothing was touched: waiting for an approval: Refused: ana: too close to the quarter's end"
    )


def test_an_approval_that_nobody_gave_in_time_says_so() -> None:
    # given
    late = a_problem(StateName.ASK_FOR_APPROVAL, TIMED_OUT, "The task timed out")
    # when
    data = ended(**BEFORE_SENDING, problem=late)
    # then
    assert data.outcome is Outcome.REJECTED
    assert data.message == "nothing was touched: nobody approved it in time"
    assert data.reason_code == TIMED_OUT


@pytest.mark.parametrize("state", [StateName.OBSERVE, StateName.VALIDATE, StateName.LOCK_GATEWAY])
def test_any_other_time_out_is_not_a_person_s(state: StateName) -> None:
    assert a_problem(state, TIMED_OUT, "slow").message == f"{doing(state)}: States.Timeout: slow"


APPROVED = Approval(approved_by="ana", comment="go")


@pytest.mark.parametrize(
    "fields",
    [
        {"observation": SETTLED},
        {"observation": DOWN},
        {**GOING_BACK, "observation": BACK},
        REFUSED_BACK,
        {**BEFORE_SENDING, "problem": CALLED_OFF},
        {**BEFORE_SENDING, "problem": lost_race(StateName.LOCK_GATEWAY)},
    ],
)
def test_the_last_event_tells_who_has_approved(fields: dict[str, Any]) -> None:
    data = ended(**fields, approval=APPROVED)
    assert data.to_json()["approval"] == {
        "approvedBy": "ana",
        "comment": "go",
        "given": [],
    }


def test_without_an_approval_none_is_told() -> None:
    assert ended(observation=SETTLED).to_json()["approval"] is None


OBSERVATIONS = st.none() | st.builds(
    an_observation,
    verdict=st.sampled_from(Verdict),
    reason=st.sampled_from(Reason),
    picture=st.builds(a_picture, st.sampled_from([a_vif(), a_landed_vif(), ONE_OF_TWO])),
    is_seen=st.booleans(),
)
PROBLEMS = st.none() | st.builds(
    Problem,
    state=st.sampled_from(StateName),
    error=st.sampled_from(
        [
            CONDITION_FAILED,
            TIMED_OUT,
            AssociationRefused.__name__,
            AssociationOvertaken.__name__,
            MigrationCancelled.__name__,
        ]
    )
    | st.text(),
    cause=st.text() | st.just(json.dumps({"errorMessage": SECRET})),
)
STORIES = st.builds(
    a_story,
    validation=st.none() | st.builds(a_validation, st.sampled_from(Decision)),
    phase=st.sampled_from(Phase),
    association=st.sampled_from(Association),
    observation=OBSERVATIONS,
    failure=OBSERVATIONS,
    problem=PROBLEMS,
    approval=st.none() | st.builds(Approval),
)


@given(STORIES)
def test_every_story_has_one_end_that_fits(story: ExecutionState) -> None:
    # when
    conclusion = conclude(story, execution=EXECUTION, now=START)
    # then
    event, error = FINAL_EVENTS[conclusion.outcome]
    assert (conclusion.announcement.detail_type, conclusion.error) == (event, error)
    assert (error is None) == (conclusion.outcome in EXECUTION_SUCCEEDS)
    data = conclusion.announcement.detail.data
    assert isinstance(data, Ended)
    assert data.outcome is conclusion.outcome
    assert data.message == conclusion.cause
    assert Conclusion.model_validate_json(conclusion.model_dump_json()) == conclusion
    if conclusion.outcome in {Outcome.SUCCEEDED, Outcome.ROLLED_BACK}:
        assert story.observation is not None
        assert story.observation.verdict is Verdict.SETTLED


def test_the_events_are_those_of_the_design() -> None:
    final = {event for event, _ in FINAL_EVENTS.values()} | {"VIF Migration Interrupted"}
    on_the_way = {"Started", "Progressed", "Rolling Back", "Window Pending", "Approval Requested"}
    said = {"Requested", "Approved", "Refused", "Cancel Requested"}
    of_migrations = {each for each in DetailType if each.startswith("VIF Migration ")}
    assert of_migrations == final | {f"VIF Migration {name}" for name in on_the_way | said}


@pytest.mark.parametrize(
    ("phase", "outcome", "words"),
    [
        (Phase.FORWARD, Outcome.REJECTED, "nothing was touched"),
        (Phase.ROLLBACK, Outcome.NEEDS_ATTENTION, "was not rolled back"),
    ],
)
def test_what_may_no_longer_be_sent_is_told_as_what_it_leaves(
    phase: Phase, outcome: Outcome, words: str
) -> None:
    problem = a_problem(StateName.ASSOCIATE, "AssociationNotPermitted", "the window is not open")
    story = a_story(phase=phase, association=Association.NONE, problem=problem)
    conclusion = conclude(story, execution=EXECUTION, now=START)
    assert conclusion.outcome is outcome
    assert words in conclusion.cause
    assert "the window is not open" in conclusion.cause
