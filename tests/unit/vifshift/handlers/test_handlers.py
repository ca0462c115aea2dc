"""The Lambdas, called as Step Functions calls them: JSON in, JSON out."""

import json
import logging
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    REGION,
    SECRET,
    SIBLING,
    SOURCE,
    TARGET,
    VIF,
    FakeDirectConnect,
    FakeMigrationTable,
    FakePeerRecords,
    a_landed_vif,
    a_migration,
    a_peer,
    a_picture,
    a_route_set,
    a_vif,
    after,
    an_ipv6_peer,
    raw_request,
)
from tests.unit.vifshift.lambdas import Handler, Json, invoke, now
from vifshift.domain.errors import (
    AssociationDoubtful,
    AssociationNotPermitted,
    AssociationPostponed,
    AssociationRefused,
    CallDenied,
    CallFailed,
    CallRefused,
    CallThrottled,
    MigrationCancelled,
)
from vifshift.domain.migration import Answer, Association, Phase
from vifshift.handlers import associate, conclude, investigate, observe, validate


def validated_raw(
    raw: Any,
    request_id: str = "change-1",
    *,
    is_too_long: bool = False,
    is_recheck: bool = False,
) -> Json:
    answer = invoke(
        validate.handler,
        requestId=request_id,
        request=raw,
        isTooLong=is_too_long,
        isRecheck=is_recheck,
        now=now(),
    )
    validation: Json = answer["validation"]
    return validation


def validated(**request: Any) -> Json:
    return validated_raw(raw_request(**request))


def observed(
    migration: Json,
    seconds: float,
    progress: Json | None = None,
    *,
    phase: Phase = Phase.FORWARD,
    association: Association = Association.CONFIRMED,
    before: Json | None = None,
) -> Json:
    return invoke(
        observe.handler,
        migration=migration,
        way={
            "phase": phase,
            "association": association,
            "progress": progress,
            "before": before or a_picture().to_json(),
        },
        now=now(seconds),
    )


def associated(migration: Json, phase: Phase, attempt: int) -> Json:
    return invoke(associate.handler, migration=migration, phase=phase, attempt=attempt, now=now())


def a_story(**fields: Any) -> Json:
    """Build what the workflow's variables hold before the request is claimed."""
    return {
        "requestId": "change-1",
        "validation": None,
        "phase": Phase.FORWARD,
        "association": Association.NONE,
        "doubt": None,
        "observation": None,
        "failure": None,
        "problem": None,
        "holder": None,
        **fields,
    }


def test_validate_answers_what_the_workflow_asks_for(fake: FakeDirectConnect) -> None:
    # when
    validation = validated(requestId="change-1")
    # then
    assert validation["decision"] == "proceed"
    assert validation["migration"]["redundancyGroup"] == "gw-1"
    assert validation["migration"]["request"]["convergence"] == {
        "timeoutSeconds": 600,
        "giveUpSeconds": 300,
        "holdSeconds": 120,
        "pollSeconds": 10,
    }
    assert validation["before"]["connectionId"] == SOURCE
    assert validation["announcement"]["detailType"] == "VIF Migration Started"
    assert fake.associated == []


def test_validate_reads_a_request_in_its_envelope(fake: FakeDirectConnect) -> None:
    envelope = {"request": raw_request(), "requestId": "event-1", "trigger": "event"}
    validation = validated_raw(envelope, "event-1")
    assert validation["migration"]["trigger"] == "event"
    assert validation["requestId"] == "event-1"


@pytest.mark.parametrize("raw", [None, "x", 3, [], {}, {"request": None}])
def test_validate_rejects_what_is_no_request(fake: FakeDirectConnect, raw: Any) -> None:
    # when
    validation = validated_raw(raw)
    # then
    assert validation["decision"] == "rejected"
    assert validation["faults"]
    assert not fake.calls


def test_validate_rejects_what_was_too_long_to_hand_on(fake: FakeDirectConnect) -> None:
    # when
    validation = validated_raw(None, is_too_long=True)
    # then
    assert validation["decision"] == "rejected"
    assert validation["faults"] == ["the request: is longer than 100000 bytes"]
    assert not fake.calls


def test_validate_fails_with_the_name_of_what_went_wrong(fake: FakeDirectConnect) -> None:
    fake.fail("virtual_interfaces", CallFailed("500"))
    with pytest.raises(CallFailed):
        validated()


@pytest.mark.parametrize(
    ("phase", "start", "end"),
    [(Phase.FORWARD, SOURCE, TARGET), (Phase.ROLLBACK, TARGET, SOURCE)],
)
def test_associate_moves_the_vif_the_way_of_the_phase(
    fake: FakeDirectConnect, phase: Phase, start: str, end: str
) -> None:
    # given
    fake.change(connection_id=start)
    # when
    answer = invoke(
        associate.handler, migration=a_migration().to_json(), phase=phase, attempt=0, now=now()
    )
    # then
    outcome = "rollback-failed" if phase is Phase.ROLLBACK else "needs-attention"
    saw = f"{start} → {end}"
    assert answer == {"outcomeIfItEndsHere": outcome, "saw": saw, "calls": {}}
    assert fake.associated == [(VIF, end)]


def test_associate_fails_with_the_name_of_what_it_means(fake: FakeDirectConnect) -> None:
    fake.fail("associate", CallRefused("VLAN 101 is taken"))
    with pytest.raises(AssociationRefused, match="VLAN 101 is taken"):
        invoke(
            associate.handler,
            migration=a_migration().to_json(),
            phase=Phase.FORWARD,
            attempt=0,
            now=now(),
        )


def test_observe_answers_what_the_workflow_asks_for(fake: FakeDirectConnect) -> None:
    # given
    fake.change(connection_id=TARGET, virtual_interface_state="pending")
    # when
    watched = observed(a_migration().to_json(), 5)
    # then
    assert watched["step"] == "wait"
    assert watched["announcement"]["detailType"] == "VIF Migration Progressed"
    assert watched["observation"]["pauseSeconds"] == 2
    assert watched["looks"] == []
    assert watched["observation"]["progress"]["startedAt"] == "2026-07-01T09:00:05Z"


@pytest.mark.parametrize(
    ("phase", "error"),
    [(Phase.FORWARD, AssociationRefused), (Phase.ROLLBACK, AssociationPostponed)],
)
def test_associate_knows_the_phase_of_a_denial(
    fake: FakeDirectConnect, phase: Phase, error: type[Exception]
) -> None:
    fake.change(connection_id=SOURCE if phase is Phase.FORWARD else TARGET)
    fake.fail("associate", CallDenied("not authorized"))
    with pytest.raises(error, match="not authorized"):
        invoke(
            associate.handler, migration=a_migration().to_json(), phase=phase, attempt=0, now=now()
        )


def test_associate_knows_a_later_attempt(fake: FakeDirectConnect) -> None:
    fake.fail("associate", CallRefused("VLAN 101 is taken"))
    with pytest.raises(AssociationDoubtful):
        invoke(
            associate.handler,
            migration=a_migration().to_json(),
            phase=Phase.FORWARD,
            attempt=1,
            now=now(),
        )


def test_observe_knows_that_a_call_had_no_answer(fake: FakeDirectConnect) -> None:
    # given a VIF that is still on the target
    fake.change(connection_id=TARGET)
    # when
    watched = observed(
        a_migration().to_json(), 5, phase=Phase.ROLLBACK, association=Association.UNCONFIRMED
    )
    # then
    assert (watched["step"], watched["observation"]["reason"]) == ("associate", "NOT_MOVED")


def test_observe_does_not_fail_where_it_can_not_see(fake: FakeDirectConnect) -> None:
    fake.fail("virtual_interface", CallFailed("500"))
    watched = observed(a_migration().to_json(), 5)
    assert (watched["step"], watched["observation"]["reason"]) == ("wait", "CANNOT_SEE")


def test_what_was_cancelled_is_not_associated(
    fake: FakeDirectConnect, kept: FakeMigrationTable
) -> None:
    # given
    kept.cancelled[EXECUTION.name] = Answer(by="ana", comment="not tonight")
    # when
    with pytest.raises(MigrationCancelled, match=r"^cancelled by ana: not tonight$"):
        invoke(
            associate.handler,
            migration=a_migration().to_json(),
            phase=Phase.FORWARD,
            attempt=0,
            now=now(),
        )
    # then
    assert (fake.associated, fake.calls) == ([], {})


def test_what_was_cancelled_does_not_pass_its_second_validation(
    fake: FakeDirectConnect, kept: FakeMigrationTable
) -> None:
    kept.cancelled[EXECUTION.name] = Answer(by="ana")
    assert validated()["decision"] == "proceed"
    with pytest.raises(MigrationCancelled, match="cancelled by ana"):
        validated_raw(raw_request(), is_recheck=True)


@pytest.mark.parametrize(
    ("phase", "attempt", "start"), [(Phase.FORWARD, 1, SOURCE), (Phase.ROLLBACK, 0, TARGET)]
)
def test_a_cancellation_stops_no_association_that_may_have_been_sent_and_none_on_the_way_back(
    fake: FakeDirectConnect, kept: FakeMigrationTable, phase: Phase, attempt: int, start: str
) -> None:
    # given
    fake.change(connection_id=start)
    kept.cancelled[EXECUTION.name] = Answer(by="ana")
    migration = a_migration()
    # when
    invoke(
        associate.handler, migration=migration.to_json(), phase=phase, attempt=attempt, now=now()
    )
    # then
    assert fake.associated == [(VIF, migration.ends(phase).destination)]


@pytest.mark.parametrize("phase", Phase)
def test_nothing_is_sent_without_the_lock(
    fake: FakeDirectConnect, kept: FakeMigrationTable, phase: Phase
) -> None:
    # given
    kept.is_locked = False
    migration = a_migration()
    # when
    with pytest.raises(AssociationNotPermitted, match="lock has expired"):
        invoke(associate.handler, migration=migration.to_json(), phase=phase, attempt=0, now=now())
    # then
    assert (fake.associated, fake.calls) == ([], {})


def test_the_lock_that_is_taken_again_names_the_execution_and_its_attempt(
    fake: FakeDirectConnect, kept: FakeMigrationTable
) -> None:
    attempts = {"current": 2, "checked": 2, "decided": 2}
    invoke(
        associate.handler,
        migration=a_migration().to_json(),
        phase=Phase.FORWARD,
        attempt=0,
        attempts=attempts,
        now=now(),
    )
    lease = timedelta(seconds=7200 + 2 * (600 + 120))
    assert kept.retaken == [("gateway#gw-1", EXECUTION.arn, 2, lease)]


def test_a_lock_that_can_not_be_renewed_is_tried_again(
    fake: FakeDirectConnect, kept: FakeMigrationTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise CallThrottled("update_item: ThrottlingException")

    monkeypatch.setattr(kept, "retake_lock", fail)
    with pytest.raises(AssociationPostponed, match="could not be read"):
        invoke(
            associate.handler,
            migration=a_migration().to_json(),
            phase=Phase.FORWARD,
            attempt=0,
            now=now(),
        )
    assert fake.associated == []


def test_a_redriven_rollback_does_not_trust_what_was_seen_before_it(
    fake: FakeDirectConnect, kept: FakeMigrationTable
) -> None:
    """The VIF is back already; the first call of a rollback would be sent without a look."""
    with pytest.raises(AssociationNotPermitted, match="redriven while it associated"):
        invoke(
            associate.handler,
            migration=a_migration().to_json(),
            phase=Phase.ROLLBACK,
            attempt=0,
            attempts={"current": 1, "checked": 0, "decided": 0},
            now=now(),
        )
    assert fake.associated == []


@pytest.mark.parametrize("phase", Phase)
def test_the_cancellation_of_another_migration_is_not_this_one_s(
    fake: FakeDirectConnect, kept: FakeMigrationTable, phase: Phase
) -> None:
    # given
    kept.cancelled["another-run"] = Answer(by="ana")
    migration = a_migration()
    fake.change(connection_id=migration.ends(phase).origin)
    # when
    associated(migration.to_json(), phase, 0)
    watched = observed(migration.to_json(), 5, phase=phase)
    # then
    assert fake.associated == [(VIF, migration.ends(phase).destination)]
    assert watched["step"] == "wait"


def test_observe_turns_back_what_was_cancelled(
    fake: FakeDirectConnect, kept: FakeMigrationTable
) -> None:
    # given
    fake.change(connection_id=TARGET)
    kept.cancelled[EXECUTION.name] = Answer(by="ana", comment="not tonight")
    # when
    watched = observed(a_migration().to_json(), 5)
    # then
    assert watched["step"] == "turn-back"
    assert watched["observation"]["reason"] == "CANCELLED"
    assert watched["announcement"]["detailType"] == "VIF Migration Rolling Back"
    assert watched["announcement"]["detail"]["data"]["message"] == ("cancelled by ana: not tonight")


def test_observe_leaves_what_was_cancelled_where_the_source_does_not_take_it_back(
    fake: FakeDirectConnect, kept: FakeMigrationTable
) -> None:
    # given
    fake.change(connection_id=TARGET)
    fake.change(SIBLING, connection_id=SOURCE, vlan=101)
    kept.cancelled[EXECUTION.name] = Answer(by="ana")
    # when
    watched = observed(a_migration().to_json(), 5)
    # then
    assert (watched["step"], watched["observation"]["reason"]) == ("wait", "AS_EXPECTED")


def test_conclude_answers_what_the_workflow_asks_for(fake: FakeDirectConnect) -> None:
    # given
    problem = {
        "state": "Validate",
        "error": "CallFailed",
        "cause": json.dumps({"errorMessage": "500", "errorType": "CallFailed"}),
    }
    # when
    conclusion = invoke(conclude.handler, story=a_story(problem=problem), now=now())
    # then
    assert (conclusion["outcome"], conclusion["error"]) == ("rejected", "VifShift.Rejected")
    assert conclusion["cause"] == "nothing was touched: checking the request: CallFailed: 500"
    assert conclusion["announcement"]["detailType"] == "VIF Migration Rejected"


def test_the_answers_of_each_lambda_are_the_payload_of_the_next(fake: FakeDirectConnect) -> None:
    """Walk the way of the workflow, from the request to its end."""
    # given
    validation = validated()
    migration = validation["migration"]
    associated(migration, Phase.FORWARD, 0)
    # when
    watched, seconds = observed(migration, 5), 5.0
    fake.change(virtual_interface_state="available")
    while watched["step"] == "wait":
        observation = watched["observation"]
        looks = [*watched["looks"], observation]
        times = [datetime.fromisoformat(look["at"]) for look in looks]
        seconds += (times[-1] - times[0]).total_seconds() + observation["pauseSeconds"]
        watched = observed(migration, seconds, observation["progress"])
    conclusion = invoke(
        conclude.handler,
        story=a_story(
            validation=validation,
            association=Association.CONFIRMED,
            observation=watched["observation"],
        ),
        now=now(seconds),
    )
    # then
    assert conclusion["outcome"] == "succeeded"
    last = datetime.fromisoformat(watched["observation"]["at"])
    assert last == after(5 + 2 + 120)
    data = conclusion["announcement"]["detail"]["data"]
    assert (data["now"]["connectionId"], data["carriesTraffic"]) == (TARGET, "yes")


def test_a_failed_way_turns_back_and_is_concluded_as_rolled_back(fake: FakeDirectConnect) -> None:
    # given a way there that does not come good
    validation = validated(convergence={"timeoutSeconds": 60, "holdSeconds": 0})
    migration = validation["migration"]
    associated(migration, Phase.FORWARD, 0)
    first = observed(migration, 0)
    there = observed(migration, 60, first["observation"]["progress"])
    assert there["step"] == "turn-back"
    # when
    associated(migration, Phase.ROLLBACK, 0)
    fake.change(virtual_interface_state="available")
    back = observed(migration, 65, phase=Phase.ROLLBACK, before=there["observation"]["picture"])
    conclusion = invoke(
        conclude.handler,
        story=a_story(
            validation=validation,
            phase=Phase.ROLLBACK,
            association=Association.CONFIRMED,
            observation=back["observation"],
            failure=there["observation"],
        ),
        now=now(65),
    )
    # then
    assert back["step"] == "conclude"
    assert conclusion["outcome"] == "rolled-back"
    assert fake.associated == [(VIF, TARGET), (VIF, SOURCE)]


def test_the_log_holds_no_value_of_a_payload(fake: FakeDirectConnect, log: StringIO) -> None:
    # given values of all kinds that nobody wants in a log
    fake.vifs[VIF] = a_vif(
        a_peer(customer_address="203.0.113.2/30"), virtual_interface_name=SECRET, vlan=3999
    )
    fake.route_sets = (a_route_set("198.51.100.0/24"),)
    migration = validated(reason=SECRET, requestedBy=SECRET)["migration"]
    # when
    validated_raw({"authKey": SECRET})
    associated(migration, Phase.FORWARD, 0)
    observed(migration, 5)
    invoke(conclude.handler, story=a_story(validation=validated(reason=SECRET)), now=now())
    # then
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["message"] for line in lines} == {
        "validated",
        "associated",
        "observed",
        "concluded",
    }
    assert all(line["migrationId"] == EXECUTION.name for line in lines)
    for value in (SECRET, "203.0.113", "3999", "198.51.100"):
        assert value not in log.getvalue()


def test_what_direct_connect_answers_is_not_logged_by_the_sdk_either() -> None:
    for name in ("botocore", "botocore.parsers", "botocore.endpoint"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)


def test_nothing_but_metrics_is_printed(
    fake: FakeDirectConnect, log: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    validated_raw({"authKey": SECRET})
    printed = capfd.readouterr()
    assert ["_aws" in json.loads(line) for line in printed.out.splitlines()] == [True]
    assert SECRET not in printed.out
    assert printed.err == ""


@pytest.mark.parametrize("handler", [m.handler for m in (validate, associate, observe, conclude)])
def test_a_payload_that_can_not_be_read_is_not_repeated(
    fake: FakeDirectConnect, log: StringIO, handler: Handler
) -> None:
    # given
    payload = {
        "now": SECRET,
        "request": {"authKey": SECRET},
        "migration": {"snapshot": {"authKey": SECRET}},
        "story": [SECRET],
        "progress": SECRET,
        "phase": SECRET,
    }
    # when
    with pytest.raises(ValueError) as caught:
        invoke(handler, **payload)
    # then
    assert SECRET not in str(caught.value) + log.getvalue()
    assert fake.associated == []


class FakeExecutions:
    """Step Functions in memory, with one history for every execution."""

    def __init__(self, *events: Json) -> None:
        self.events = events

    def history(self, arn: str) -> list[Json]:
        assert arn == EXECUTION.arn
        return list(self.events)


def test_investigate_reads_the_history_once_and_looks_each_time(
    fake: FakeDirectConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    validation = json.dumps(validated())
    history = [
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Associate"}},
        {
            "type": "TaskStateExited",
            "stateExitedEventDetails": {
                "name": "Associate",
                "assignedVariables": {"validation": validation, "lockKey": '"gw-1"'},
            },
        },
    ]
    monkeypatch.setattr(investigate, "executions", {REGION: FakeExecutions(*history)}.__getitem__)
    fake.change(connection_id=TARGET)
    # when
    first = invoke(investigate.handler, status="ABORTED", interruption=None, now=now())
    monkeypatch.setattr(investigate, "executions", {}.__getitem__)
    fake.change(virtual_interface_state="pending")
    second = invoke(
        investigate.handler, status="ABORTED", interruption=first["interruption"], now=now(60)
    )
    # then
    assert first["announcement"]["detailType"] == "VIF Migration Interrupted"
    assert first["announcement"]["detail"]["metadata"]["migrationId"] == EXECUTION.name
    assert (first["isSafe"], second["isSafe"]) == (True, False)
    assert first["interruption"]["lockKey"] == "gw-1"


def test_investigate_says_what_it_may_not_reach_any_more(
    fake: FakeDirectConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a migration whose role has been taken out of the settings since
    validation = validated()
    validation["migration"]["request"]["roleArn"] = "arn:aws:iam::444455556666:role/dx"
    assigned = {"validation": json.dumps(validation)}
    history = [
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Associate"}},
        {
            "type": "TaskStateExited",
            "stateExitedEventDetails": {"name": "Associate", "assignedVariables": assigned},
        },
    ]
    monkeypatch.setattr(investigate, "executions", {REGION: FakeExecutions(*history)}.__getitem__)
    # when
    answer = invoke(investigate.handler, status="ABORTED", interruption=None, now=now())
    # then
    data = answer["announcement"]["detail"]["data"]
    assert "role/dx is not among the roles" in data["message"]
    assert not answer["isSafe"]


def test_investigate_looks_at_nothing_where_nothing_is_known(
    fake: FakeDirectConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(investigate, "executions", {REGION: FakeExecutions()}.__getitem__)
    answer = invoke(investigate.handler, status="ABORTED", interruption=None, now=now())
    assert answer["isSafe"]
    assert fake.calls["virtual_interface"] == 0


def test_associate_records_the_peers_that_were_up(
    fake: FakeDirectConnect, peers: FakePeerRecords
) -> None:
    # given
    migration = validated(requestId="change-1")["migration"]
    sent = {"migration": migration, "phase": "forward", "attempt": 0, "now": now()}
    # when
    invoke(associate.handler, **sent)
    # then
    assert peers.up == {VIF: frozenset([a_peer().key])}


def test_validate_asks_the_record_which_peers_were_up(
    fake: FakeDirectConnect, peers: FakePeerRecords
) -> None:
    # given
    fake.vifs[VIF] = a_landed_vif(a_peer(), an_ipv6_peer(bgp_status="down"))
    # when, then
    assert validated(requestId="change-1")["decision"] == "unchanged"
    peers.keep(VIF, [an_ipv6_peer().key], now=0)
    assert validated(requestId="change-1")["decision"] == "rejected"
