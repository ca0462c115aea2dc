"""What migrations of the shipped app leave behind, whatever became of them."""

from datetime import timedelta
from typing import Any

import pytest

from simulator.cloud import TaskFault
from simulator.expectations import failures
from simulator.runs.interruptions import interruption
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import SCENARIOS, load, named
from tests.sampling import sampled
from vifshift.reports.migration.model import Evidence

VIF = "dxvif-aaaa0001"
SOURCE, TARGET = "dxcon-source01", "dxlag-target01"
WORLD = "happy-path-dual-stack-lag"
BGP = sorted(file.stem for file in (SCENARIOS / "bgp").glob("*.yaml"))


def reports(record: Record) -> list[Evidence]:
    """Return the evidence that each final event names, in the order of the events."""
    uris = [event["detail"]["data"]["evidence"]["jsonUri"] for event in record.final_events]
    keys = [uri.removeprefix("s3://").partition("/")[2] for uri in uris]
    return [Evidence.model_validate_json(record.evidence[key]) for key in keys]


def reported(session: Session, name: str) -> Evidence:
    record = session.run(load(named(name)))
    assert failures(record) == []
    [evidence] = reports(record)
    return evidence


def names(evidence: Evidence) -> list[str]:
    return [step.name for step in evidence.steps]


def told(evidence: Evidence) -> list[str]:
    return list(dict.fromkeys(each.detail_type.value for each in evidence.told))


def test_a_migration_that_succeeded(session: Session) -> None:
    evidence = reported(session, WORLD)

    assert evidence.outcome == "succeeded"
    assert (evidence.trigger, evidence.account) == ("event", "111122223333")
    assert evidence.before and evidence.before.connection_id == SOURCE
    assert evidence.after and evidence.after.connection_id == TARGET
    assert names(evidence)[:6] == [
        "Receive request",
        "Register",
        "Claim request",
        "List by request",
        "Validate",
        "Lock gateway",
    ]
    assert names(evidence)[-2:] == ["Observe", "Conclude"]
    assert told(evidence) == [
        "VIF Migration Started",
        "VIF Migration Progressed",
        "VIF Migration Succeeded",
    ]
    [association] = evidence.associations
    assert (association.connection_id, association.error) == (TARGET, None)
    assert evidence.looks[-1].verdict == "settled"
    assert "aws_dx_transit_virtual_interface" in {each.resource for each in evidence.code_changes}


def test_a_migration_that_was_rolled_back(session: Session) -> None:
    evidence = reported(session, "bgp-never-comes-up")

    assert evidence.outcome == "rolled-back"
    assert [(each.phase, each.connection_id) for each in evidence.associations] == [
        ("forward", TARGET),
        ("rollback", SOURCE),
    ]
    assert {look.phase for look in evidence.looks} == {"forward", "rollback"}
    assert "VIF Migration Rolling Back" in told(evidence)
    assert evidence.code_changes == ()


def test_a_migration_that_was_rejected(session: Session) -> None:
    evidence = reported(session, "vlan-taken")

    assert evidence.outcome == "rejected"
    assert evidence.request and evidence.request.virtual_interface_id == VIF
    assert any(finding.blocks for finding in evidence.findings)
    assert (evidence.looks, evidence.associations, evidence.interruption) == ((), (), None)


def test_a_request_that_can_t_be_read(session: Session) -> None:
    evidence = reported(session, "malformed-request")

    assert (evidence.outcome, evidence.request) == ("rejected", None)
    assert "targetConnection: unknown field" in evidence.sentence
    assert evidence.subject.virtual_interface_id is None


@pytest.mark.verify
def test_a_duplicate_has_evidence_of_its_own(session: Session) -> None:
    record = session.run(load(named("delivered-twice")))

    both = reports(record)

    assert sorted(each.outcome for each in both) == ["duplicate", "succeeded"]
    assert len({each.migration_id for each in both}) == 2
    [duplicate] = [each for each in both if each.outcome == "duplicate"]
    assert duplicate.steps[-2].error == "DynamoDB.ConditionalCheckFailedException"


def test_a_migration_that_was_interrupted(session: Session) -> None:
    evidence = reported(session, "stopped-while-it-looks")

    assert evidence.outcome == "interrupted"
    assert (evidence.steps[-1].name, evidence.steps[-1].left_at) == ("Observe", None)
    assert evidence.interruption is not None
    assert evidence.interruption.ended_at is None
    assert told(evidence)[-1] == "VIF Migration Interrupted"
    assert {each.new for each in evidence.code_changes} >= {f'connection_id = "{TARGET}"'}


@pytest.mark.verify
def test_a_migration_that_was_cancelled_while_it_waited(session: Session) -> None:
    evidence = reported(session, "cancelled-before-its-window")

    assert evidence.outcome == "cancelled"
    assert told(evidence) == ["VIF Migration Window Pending", "VIF Migration Cancelled"]
    assert evidence.steps[-2].name == "Wait for window"
    assert (evidence.associations, evidence.code_changes) == ((), ())


@pytest.mark.verify
def test_who_approved_is_known(session: Session) -> None:
    evidence = reported(session, "approved-with-the-token")

    assert evidence.approval and evidence.approval.approved_by == "alice@example.com"
    assert told(evidence)[0] == "VIF Migration Approval Requested"


@pytest.mark.verify
def test_every_attempt_to_associate_is_there(session: Session) -> None:
    evidence = reported(session, "throttled-association")

    *refused, last = evidence.associations
    assert {each.error for each in refused} == {
        "associate_virtual_interface: ThrottlingException: Rate exceeded"
    }
    assert last.error is None


@pytest.mark.parametrize("name", sampled([WORLD, *sorted({"rollback-fails-too", *BGP} - {WORLD})]))
def test_the_interruption_was_as_long_as_is_told(session: Session, name: str) -> None:
    record = session.run(load(named(name)))
    [evidence] = reports(record)

    seen = [each for each in record.transitions if each.virtual_interface_id == VIF]
    truth, known = interruption(seen), evidence.interruption

    if truth is None or known is None:
        assert known is None or known.ended_at is None
        assert truth in {None, timedelta()}
        return
    assert known.at_least is not None
    assert known.at_most is not None
    assert known.at_least <= truth.total_seconds() <= known.at_most
    assert known.at_most - known.at_least <= 30


@pytest.mark.verify
def test_a_locked_bucket_takes_the_evidence(session: Session) -> None:
    lock = {"evidence": {"objectLock": {"mode": "COMPLIANCE", "days": 365}}}
    scenario = load(named("dry-run")).model_copy(update={"settings": lock})

    record = session.run(scenario)

    assert failures(record) == []
    [evidence] = reports(record)
    assert evidence.outcome == "planned"


def without_evidence(event: dict[str, Any]) -> dict[str, Any]:
    """Return what an event says, without where its execution and its evidence are."""
    data: dict[str, Any] = event["detail"]["data"]
    more = data["notice"]["more"].partition("Execution: ")[0]
    return {**data, "evidence": None, "notice": {**data["notice"], "more": more}}


def with_faults(session: Session, name: str, **fault: Any) -> Record:
    """Run a scenario in which the report fails."""
    planned = TaskFault.model_validate({"state": "Report", **fault})
    return session.run(load(named(name)).model_copy(update={"task_faults": (planned,)}))


@pytest.mark.parametrize("name", sampled([WORLD, "stopped-while-it-looks"]))
@pytest.mark.parametrize(
    ("fault", "is_kept"),
    sampled(
        [
            ({"calls": [1, 2], "error": "Lambda.TooManyRequestsException"}, True),
            ({"calls": [1, 2, 3], "error": "CallThrottled"}, False),
            ({"calls": [1], "error": "Sandbox.Timedout", "delaySeconds": 30}, False),
        ]
    ),
)
def test_the_last_event_waits_a_little_and_not_long(
    session: Session, name: str, fault: dict[str, Any], is_kept: bool
) -> None:
    usual = session.run(load(named(name)))

    record = with_faults(session, name, **fault)

    assert failures(record) == []
    [event], [sooner] = record.final_events, usual.final_events
    assert (event["detail"]["data"]["evidence"] is not None) == is_kept
    assert without_evidence(event) == without_evidence(sooner)
    assert record.virtual_seconds - usual.virtual_seconds <= 30


@pytest.mark.verify
def test_a_report_that_was_kept_without_an_answer_is_kept_again(session: Session) -> None:
    lost = {"calls": [1], "error": "Lambda.Unknown", "takesEffect": True}

    record = with_faults(session, WORLD, **lost)

    assert failures(record) == []
    assert len(record.evidence) == 2
