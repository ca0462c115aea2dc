"""The properties: they let true runs pass, and each catches a run that was doctored."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.cloud import Denial
from simulator.directconnect import Transition
from simulator.explore.properties.calls import one_of_a_gateway_at_a_time
from simulator.explore.properties.catalogue import PROPERTIES, violations
from simulator.moto_ext.account.alarms import AlarmState
from simulator.moto_ext.cloudwatch.alarm_states import Seen
from simulator.runs.record import Record
from simulator.scenarios.model import Scenario
from simulator.synthesis import ROOT
from tests.unit.simulator.explore.support import (
    BEFORE,
    CHAT,
    DATA,
    LOOKS,
    MACHINE,
    MIGRATION,
    OTHER,
    PAGE,
    PREFLIGHT,
    SECRET,
    SIBLING,
    SOURCE,
    TARGET,
    VIF,
    at,
    in_chat,
    logged,
    look,
    moved,
    record,
    rejected,
    rolled_back,
    scenario,
    sent,
    succeeded,
    survey,
    told,
    was,
    with_data,
)

DOWN = {"virtualInterfaceState": "down"}


STARTED = ROOT / "docs" / "events" / "examples" / "vif-migration-started.json"


def example(**fields: Any) -> dict[str, Any]:
    """Return a real event, changed."""
    return {**json.loads(STARTED.read_text("utf-8")), **fields}


def example_with(**metadata: Any) -> dict[str, Any]:
    """Return a real event that says something else of itself."""
    detail = example()["detail"]
    return example(detail={**detail, "metadata": {**detail["metadata"], **metadata}})


def saying(event: dict[str, Any]) -> Record:
    """Return a run that has sent an event on its way."""
    run = succeeded()
    return replace(run, events=[event, *run.events])


ANSWER = {"id": "event-1", "detail-type": "VIF Migration Approved", "detail": {"migrationId": "x"}}


def said_of(answer_id: str, kept_until: str | None = None) -> dict[str, Any]:
    """Return an event that says that an answer was not heard."""
    detail = {"metadata": {"answerId": answer_id}, "data": {"keptUntil": kept_until}}
    return {"id": "event-2", "detail-type": "VIF Answer Not Heard", "detail": detail}


NOT_HEARD = said_of("event-1")


def answered(*events: dict[str, Any], **data: Any) -> Record:
    """Return a run in which somebody answers, and these events follow."""
    run = with_data(succeeded(), **data)
    return replace(run, events=[ANSWER, *events, *run.events])


def cancelled_at(seconds: float, *heard_by: str) -> Record:
    """Return a run that moves at the trigger, and whose cancellation was heard at this time."""
    run = ending({"startDate": at(-5)})
    data = {"said": "VIF Migration Cancel Requested", "heardBy": heard_by or (MIGRATION,)}
    metadata = {"answerId": "event-1", "occurredAt": at(seconds).isoformat()}
    heard = {
        "id": "event-2",
        "detail-type": "VIF Answer Heard",
        "detail": {"metadata": metadata, "data": data},
    }
    return replace(run, events=[ANSWER, heard, *run.events])


def names(run: Record) -> set[str]:
    """Return the names of the properties that a run violates."""
    return {violation.name for violation in violations(run)}


def ending(execution: dict[str, Any]) -> Record:
    run = succeeded()
    return replace(run, executions=[{**(run.execution or {}), **execution}])


def telling(*notifications: tuple[str, str]) -> Record:
    return replace(succeeded(), notifications=notifications)


def telling_so(**changes: Any) -> Record:
    [event] = succeeded().events
    return telling(in_chat(event, **changes))


def succeeded_by(*transitions: Any, calls: list[Any] | None = None, **rest: Any) -> Record:
    """Return a run that tells of success after 40 s, whatever was true."""
    given = calls or [*PREFLIGHT, sent(0, TARGET), *LOOKS]
    return record(given, [BEFORE, *transitions], told(40, "succeeded", TARGET), **rest)


@pytest.mark.parametrize("run", [succeeded, rolled_back, rejected])
def test_a_true_run_violates_nothing(run: Callable[[], Record]) -> None:
    assert violations(run()) == []


def test_an_event_that_is_as_its_schema_says_is_let_through_and_so_is_what_others_send() -> None:
    assert violations(saying(example())) == []
    assert violations(saying(example(source="another", detail={}))) == []
    assert violations(saying(example_with(another="field"))) == []


def test_what_is_told_of_a_lagging_describe_is_no_lie() -> None:
    lagging = scenario(knobs={"describeLagSeconds": 60})
    run = record(
        [*PREFLIGHT, sent(0, TARGET), look(5)],
        [BEFORE, moved(0, TARGET)],
        told(5, "needs-attention", SOURCE, "no"),
        lagging,
    )

    assert violations(run) == []


def test_a_break_between_two_looks_can_not_be_seen() -> None:
    run = succeeded_by(
        moved(0, TARGET), was(10, TARGET), was(21, TARGET, bgp="down"), was(24, TARGET)
    )

    assert violations(run) == []


def test_a_succeeded_vif_may_lose_what_nobody_asked_for() -> None:
    asked = scenario({"routes": {"minRecoveredPercent": 50}})
    run = succeeded_by(moved(0, TARGET), was(10, TARGET, routes=2), asked=asked)

    assert violations(run) == []


def test_nobody_can_know_of_a_move_by_others_that_describe_does_not_show_yet() -> None:
    lagging = scenario(
        {"routes": {"minRecoveredPercent": 0}},
        knobs={"describeLagSeconds": 60, "describeLagShows": "everything"},
        changes=[{"at": 39, "virtualInterfaceId": VIF, "set": {"connectionId": OTHER}}],
    )
    run = succeeded_by(
        moved(0, TARGET),
        was(10, TARGET),
        was(39, OTHER, "pending", "down", "change"),
        asked=lagging,
    )

    assert violations(run) == []


@pytest.mark.parametrize(
    "line",
    [
        '{"message": "observed", "migrationId": "by-hand"}',
        '{"_aws": {}, "Observations": [1], "migrationId": "by-hand"}',
        '{"level": "ERROR", "errorType": "CallFailed", "errorMessage": "500", "requestId": "1", '
        '"stackTrace": []}',
        "RequestId: 1 Error: Task timed out after 60.00 seconds",
    ],
)
def test_lambda_s_own_lines_need_name_no_migration_and_ours_do(line: str) -> None:
    assert violations(logged(line)) == []


def test_on_a_platform_that_fails_any_alarm_may_ring() -> None:
    fault = {"state": "Conclude", "error": "Lambda.Unknown"}
    run = replace(succeeded(scenario(taskFaults=[fault])), alarms=["MonitoringConcludeErrors"])

    assert violations(run) == []


def watched(status: str, machine: str) -> Record:
    """Return a run that succeeded, with another execution that has an alarm."""
    run = replace(succeeded(), alarms=["MonitoringWatchdogFailed"])
    arn = MACHINE.replace("migration", machine)
    other = {**run.executions[0], "stateMachineArn": arn, "status": status, "name": "another"}
    other["executionArn"] = f"{arn}:another"
    return replace(run, executions=[*run.executions, other], histories=[*run.histories, []])


def test_a_watchdog_that_was_started_for_nothing_has_an_alarm() -> None:
    assert violations(watched("FAILED", "vifshift-watchdog")) == []


@pytest.mark.parametrize(
    ("status", "machine"), [("SUCCEEDED", "vifshift-watchdog"), ("FAILED", "vifshift-sweep")]
)
def test_a_watchdog_that_did_its_work_and_another_machine_have_none(
    status: str, machine: str
) -> None:
    found = {each.name for each in violations(watched(status, machine))}

    assert found == {"an_alarm_rings_where_somebody_has_to_look"}


DENIED = Denial("arn:aws:iam::111122223333:role/observe", "ssm:GetCalendarState", "*", "denied")
MAINTENANCE: dict[str, Any] = {
    "eventTypeCode": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
    "statusCode": "upcoming",
    "startTime": "2026-01-05T01:30:00Z",
    "endTime": "2026-01-05T05:30:00Z",
    "entities": [TARGET],
}


def maintained(*codes: str, **changes: Any) -> Record:
    """Return a run that went well, with maintenance announced and findings with these codes."""
    run = with_data(succeeded(), findings=[{"code": code, "severity": "warn"} for code in codes])
    whole = run.scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    whole["world"]["healthEvents"] = [{**MAINTENANCE, **changes}]
    return replace(run, scenario=Scenario.model_validate(whole))


def moved_by_others(at_seconds: float, *more: Transition) -> Record:
    """Return a run of a VIF that others put onto its source after its first check, or before."""
    run = succeeded()
    came = was(at_seconds, SOURCE, cause="change")
    there = [was(-20, OTHER, cause="world"), came, *more]
    own = [each for each in run.transitions if each.virtual_interface_id == VIF][1:]
    others = [each for each in run.transitions if each.virtual_interface_id != VIF]
    return replace(run, calls=[survey(-10), *run.calls], transitions=[*others, *there, *own])


@pytest.mark.parametrize(
    "run",
    [
        maintained("MAINTENANCE_DURING_MOVE"),
        maintained("HEALTH_NOT_CHECKED"),
        maintained(entities=["dxcon-elsewhere"]),
        maintained(region="eu-west-1"),
        maintained(statusCode="closed"),
        maintained(endTime="2026-01-05T01:59:59Z"),
        maintained(eventTypeCode="AWS_DIRECTCONNECT_MAINTENANCE_CANCELLED"),
    ],
    ids=["told", "not known", "of others", "elsewhere", "closed", "over", "cancelled"],
)
def test_maintenance_that_is_told_or_does_not_matter_may_be(run: Record) -> None:
    assert "announced_maintenance_is_told" not in names(run)


def test_what_others_moved_before_the_first_check_is_no_change() -> None:
    assert "what_others_have_moved_is_asked_about" not in names(moved_by_others(-15))


def in_states(*stays: tuple[str, float, float]) -> list[dict[str, Any]]:
    """Return the history of an execution that was in states, from and to a time."""
    return [
        {"timestamp": at(seconds), f"state{what}EventDetails": {"name": name}}
        for name, begin, end in stays
        for what, seconds in (("Entered", begin), ("Exited", end))
    ]


def gone_down_at(seconds: float, *, asked_at: float | None = None) -> Record:
    """Return a run whose VIF goes down around two checks, at -10 and at -1 s, and is moved."""
    run = ending({"executionArn": MIGRATION})
    fell = [was(-20, SOURCE, cause="world"), was(seconds, SOURCE, bgp="down", cause="change")]
    question = {
        "detail-type": "VIF Migration Approval Requested",
        "detail": {
            "metadata": {
                "occurredAt": at(asked_at or 0).isoformat(),
                "executionArn": MIGRATION,
                "requestId": MIGRATION,
            },
            "data": {"digest": "0"},
        },
    }
    own = [each for each in run.transitions if each.virtual_interface_id == VIF][1:]
    others = [each for each in run.transitions if each.virtual_interface_id != VIF]
    return replace(
        run,
        calls=[survey(-10), survey(-1), *run.calls[4:]],
        transitions=[*others, *fell, *own],
        histories=[in_states(("Validate", -11, -9), ("Validate again", -2, -1))],
        events=[*run.events, *([question] if asked_at is not None else [])],
    )


def unlisted(*seconds: float, missing: bool = True, deleted: bool = False) -> Record:
    """Return a run that tells that a VIF is gone, which was not listed at some times."""
    calls = [survey(each).model_copy(update={"took_effect": False}) for each in seconds]
    change = [was(5, SOURCE, "deleted", "down", "change")] if deleted else []
    outcome = "rejected" if missing else "needs-attention"
    run = record(calls, [BEFORE, *change], told(70, outcome, None, "unknown"))
    finding = {"code": "VIRTUAL_INTERFACE_NOT_FOUND", "severity": "block"}
    return with_data(run, **({"findings": [finding]} if missing else {"reasonCode": "DELETED"}))


def freed_at(seconds: float, arn: str = MIGRATION, **rest: Any) -> Record:
    """Return a run whose call lands at the trigger, and a watchdog that frees its gateway."""
    run = ending({"executionArn": MIGRATION})
    whose = {"input": json.dumps({"execution": {"arn": arn}})}
    history = [
        {"timestamp": at(-60), "executionStartedEventDetails": whose},
        *in_states(("Free gateway", seconds, seconds)),
    ]
    watchdog = {**run.executions[0], "executionArn": "watchdog", "stateMachineArn": "watchdogs"}
    return replace(
        run,
        scenario=scenario(**rest),
        executions=[*run.executions, watchdog],
        histories=[[], history],
    )


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("what_has_gone_down_is_asked_about", gone_down_at(-15)),
        ("what_has_gone_down_is_asked_about", gone_down_at(-5, asked_at=-3)),
        ("what_has_gone_down_is_asked_about", gone_down_at(-0.5)),
        ("a_gap_in_sight_is_no_deletion", unlisted(0, 30, 60)),
        ("a_gap_in_sight_is_no_deletion", unlisted()),
        ("a_gap_in_sight_is_no_deletion", unlisted(0, 20, deleted=True)),
        ("a_gap_in_sight_is_no_deletion", unlisted(0, 30, 60, missing=False)),
        ("the_gateway_is_kept_while_a_call_may_land", freed_at(1)),
        ("the_gateway_is_kept_while_a_call_may_land", freed_at(-1, arn="another")),
        (
            "the_gateway_is_kept_while_a_call_may_land",
            freed_at(-1, redrives=[{"at": 10, "execution": 1}]),
        ),
        ("announced_maintenance_is_told", maintained(entities=["444455556666"])),
        ("announced_maintenance_is_told", maintained(endTime="2026-01-05T02:00:00Z")),
        ("announced_maintenance_is_told", maintained(startTime="2026-01-05T02:30:00Z")),
    ],
)
def test_what_only_looks_like_a_lie_is_let_through(name: str, run: Record) -> None:
    assert name not in names(run)


ORDERS = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:orders"


def guarded(state: AlarmState, since: float = -200, told: bool = True, **alarm: Any) -> Record:
    """Return a success with a guard that was in this state when its end was told."""
    world = scenario().world.model_dump(mode="json", by_alias=True)
    alarms = [{"alarmName": "orders", "states": [{"stateValue": "OK"}], **alarm}]
    asked = scenario({"guards": [{"alarm": ORDERS}]}, world={**world, "alarms": alarms})
    run = succeeded(asked)
    result = {"alarm": ORDERS, "state": "good", "counts": True, "message": ""}
    run = with_data(run, guards=[result] if told else [])
    ended = datetime.fromisoformat(run.final_events[-1]["detail"]["metadata"]["occurredAt"])
    seen = Seen(state, ended + timedelta(seconds=since))
    return replace(run, alarm_states={ended: {ORDERS: seen}})


LIES: list[tuple[str, Record]] = [
    ("a_bad_guard_is_never_told_as_a_success", guarded(AlarmState.ALARM)),
    ("a_bad_guard_is_told", guarded(AlarmState.OK, told=False)),
    ("what_has_gone_down_is_asked_about", gone_down_at(-5)),
    ("what_has_gone_down_is_asked_about", gone_down_at(-5, asked_at=-7)),
    ("a_gap_in_sight_is_no_deletion", unlisted(0)),
    ("a_gap_in_sight_is_no_deletion", unlisted(0, 20, 40)),
    ("a_gap_in_sight_is_no_deletion", unlisted(0, 20, missing=False)),
    ("the_gateway_is_kept_while_a_call_may_land", freed_at(-1)),
    ("announced_maintenance_is_told", maintained(entities=["UNKNOWN"])),
    ("announced_maintenance_is_told", maintained(entities=["111122223333"])),
    ("announced_maintenance_is_told", maintained(endTime=None)),
    ("announced_maintenance_is_told", maintained()),
    ("announced_maintenance_is_told", maintained("VLAN_TAKEN", entities=[VIF])),
    ("what_others_have_moved_is_asked_about", moved_by_others(-5)),
    ("every_event_is_as_its_schema_says", saying(example(**{"detail-type": "VIF Migration Lost"}))),
    ("every_event_is_as_its_schema_says", saying(example(detail={}))),
    ("every_event_is_as_its_schema_says", saying(example_with(occurredAt="2026-01-05T02:00:00"))),
    ("every_event_is_as_its_schema_says", saying(example_with(occurredAt="by night"))),
    ("every_event_is_as_its_schema_says", saying(example_with(migrationId=None))),
    ("every_event_is_as_its_schema_says", saying(example_with(version="2"))),
    ("it_ends_by_its_deadline", ending({"status": "RUNNING"})),
    ("it_ends_by_its_deadline", replace(succeeded(), is_idle=False)),
    ("it_ends_by_its_deadline", ending({"stopDate": at(7200)})),
    ("one_final_event_is_sent", replace(succeeded(), events=[])),
    ("one_final_event_is_sent", replace(succeeded(), events=[*succeeded().events] * 2)),
    ("one_final_event_is_sent", ending({"status": "FAILED", "error": "VifShift.Rejected"})),
    ("one_final_event_is_sent", with_data(rejected(), outcome="needs-attention")),
    (
        "it_tells_where_the_vif_is",
        with_data(succeeded(), now={"connectionId": SOURCE}),
    ),
    ("it_tells_whether_traffic_flows", with_data(succeeded(), carriesTraffic="no")),
    (
        "it_tells_whether_traffic_flows",
        record(
            [*PREFLIGHT, sent(0, TARGET), look(5)],
            [BEFORE, moved(0, TARGET)],
            told(5, "needs-attention", TARGET, "yes"),
        ),
    ),
    (
        "it_ends_where_it_says_and_held",
        succeeded_by(moved(0, TARGET), was(10, TARGET, "down", "down")),
    ),
    (
        "it_ends_where_it_says_and_held",
        succeeded_by(moved(0, TARGET), was(25, TARGET)),
    ),
    (
        "it_ends_where_it_says_and_held",
        succeeded_by(moved(0, TARGET), was(10, TARGET, routes=3)),
    ),
    (
        # As many routes as before, of which two are others.
        "it_ends_where_it_says_and_held",
        succeeded_by(moved(0, TARGET), was(10, TARGET, first=2)),
    ),
    (
        "it_ends_where_it_says_and_held",
        succeeded_by(
            moved(0, TARGET), was(10, TARGET), was(19, TARGET, bgp="down"), was(21, TARGET)
        ),
    ),
    (
        "it_ends_where_it_says_and_held",
        succeeded_by(
            moved(0, TARGET),
            was(39, TARGET),
            calls=[*PREFLIGHT, sent(0, TARGET), look(5), look(40)],
            asked=scenario({"convergence": {"holdSeconds": 300}}),
        ),
    ),
    (
        "it_ends_where_it_says_and_held",
        with_data(succeeded(), outcome="rolled-back"),
    ),
    (
        "nothing_was_touched_where_it_says_so",
        record(
            [*PREFLIGHT, sent(0, TARGET)],
            [BEFORE, moved(0, TARGET)],
            told(0, "rejected", SOURCE),
        ),
    ),
    ("it_tells_whether_traffic_flows", with_data(succeeded(), carriesTraffic="unknown")),
    (
        "a_way_back_was_tried",
        record(
            [*PREFLIGHT, sent(0, TARGET), look(60)],
            [BEFORE, moved(0, TARGET)],
            told(60, "rollback-failed", TARGET, "no"),
        ),
    ),
    (
        "it_ends_where_it_says_and_held",
        record(
            [*PREFLIGHT, sent(0, TARGET), look(60), look(65)],
            [BEFORE, moved(0, TARGET)],
            told(65, "rolled-back", SOURCE),
            scenario(
                {"convergence": {"holdSeconds": 0}},
                knobs={"describeLagSeconds": 90, "describeLagShows": "everything"},
            ),
        ),
    ),
    ("what_is_rejected_has_a_reason", with_data(rejected(), findings=[])),
    (
        "what_is_unchanged_works",
        record(PREFLIGHT, [BEFORE], told(0, "unchanged", SOURCE)),
    ),
    (
        "an_outage_is_told",
        record(
            [*PREFLIGHT, sent(0, TARGET, error="ReadTimeout")],
            [BEFORE, moved(500, TARGET)],
            told(200, "rejected", SOURCE),
        ),
    ),
    (
        "it_lands_once",
        succeeded_by(moved(0, TARGET), moved(3, OTHER), moved(6, TARGET), was(10, TARGET)),
    ),
    ("it_lands_once", succeeded_by(moved(0, OTHER), was(5, TARGET))),
    (
        "it_lands_once",
        replace(succeeded(), calls=[*succeeded().calls, sent(20, TARGET, vif=SIBLING)]),
    ),
    (
        "one_of_a_gateway_at_a_time",
        replace(
            succeeded(),
            transitions=[*succeeded().transitions, moved(20, TARGET, vif=SIBLING)],
        ),
    ),
    ("the_gateway_is_free_in_the_end", replace(succeeded(), locks=["gateway#vgw-1"])),
    (
        "no_prefix_is_cut_off_unsaid",
        replace(
            succeeded(),
            transitions=[was(0, OTHER, vif=SIBLING, cause="world", first=90)]
            + [each for each in succeeded().transitions if each.virtual_interface_id == VIF],
        ),
    ),
    (
        "no_prefix_is_cut_off_unsaid",
        with_data(
            replace(
                succeeded(),
                transitions=[was(0, OTHER, vif=SIBLING, cause="world", first=90)]
                + [each for each in succeeded().transitions if each.virtual_interface_id == VIF],
            ),
            findings=[
                {
                    "code": "NO_REDUNDANT_PATH",
                    "severity": "block",
                    "acknowledgedBy": "ana",
                    "message": "nothing else carries ipv4 accepted: 203.0.113.0/24",
                }
            ],
        ),
    ),
    ("nothing_is_sent_that_was_not_asked_for", succeeded(scenario({"dryRun": True}))),
    (
        "nothing_is_sent_that_was_not_asked_for",
        succeeded(scenario({"approval": {"required": True}})),
    ),
    ("nothing_is_sent_that_was_not_asked_for", succeeded(scenario({"region": "eu-west-1"}))),
    (
        "nothing_is_sent_that_was_not_asked_for",
        succeeded(
            scenario(
                {
                    "window": {
                        "opensAt": "2026-01-05T03:00:00Z",
                        "closesAt": "2026-01-05T04:00:00Z",
                    }
                }
            )
        ),
    ),
    (
        "nothing_is_sent_against_preflight",
        with_data(succeeded(), findings=[{"code": "VLAN_TAKEN", "severity": "block"}]),
    ),
    (
        "nothing_is_sent_against_preflight",
        replace(succeeded(), calls=[sent(0, TARGET), *LOOKS]),
    ),
    (
        "nothing_is_sent_against_preflight",
        succeeded(
            scenario(
                changes=[{"at": 0, "connectionId": TARGET, "set": {"connectionState": "down"}}]
            )
        ),
    ),
    (
        "nothing_is_sent_against_preflight",
        succeeded(scenario(changes=[{"at": 0, "connectionId": TARGET, "delete": True}])),
    ),
    (
        "nothing_is_sent_against_preflight",
        replace(
            succeeded(
                scenario(changes=[{"at": 0, "virtualInterfaceId": SIBLING, "set": {"vlan": 101}}])
            ),
            transitions=[
                was(0, TARGET, vif=SIBLING, cause="world"),
                *succeeded().transitions[1:],
            ],
        ),
    ),
    (
        "nothing_is_sent_against_preflight",
        record(
            [*PREFLIGHT, sent(0, TARGET), *LOOKS],
            [was(0, SOURCE, "testing", "down", "world"), moved(0, TARGET), was(10, TARGET)],
            told(40, "succeeded", TARGET),
        ),
    ),
    (
        "it_keeps_off_what_is_not_its_own_any_more",
        record(
            [*PREFLIGHT, sent(0, TARGET), look(20), sent(20, SOURCE, error="x")],
            [BEFORE, moved(0, TARGET), was(15, OTHER, "pending", "down", "change")],
            told(20, "needs-attention", OTHER, "no"),
        ),
    ),
    (
        "it_keeps_off_what_is_not_its_own_any_more",
        record(
            [*PREFLIGHT, sent(0, TARGET), look(20), sent(20, SOURCE, error="x")],
            [BEFORE, moved(0, TARGET), was(15, TARGET, "deleting", "down", "change")],
            told(20, "needs-attention", None, "no"),
        ),
    ),
    (
        "it_goes_back_when_it_should",
        record(
            [*PREFLIGHT, sent(0, TARGET), look(120)],
            [BEFORE, moved(0, TARGET)],
            told(120, "needs-attention", TARGET, "no"),
        ),
    ),
    ("it_goes_back_when_it_should", with_data(rolled_back(), outcome="rollback-failed")),
    ("it_stays_where_it_is_good", with_data(succeeded(), outcome="needs-attention")),
    (
        "it_stays_where_it_is_good",
        record(
            [*PREFLIGHT, sent(0, TARGET), look(40), sent(40, SOURCE), look(80)],
            [BEFORE, moved(0, TARGET), was(10, TARGET), moved(40, SOURCE), was(45, SOURCE)],
            told(80, "rolled-back", SOURCE),
        ),
    ),
    *(
        ("every_log_line_names_its_migration", logged(line))
        for line in (
            "observed",
            '"observed"',
            '["observed"]',
            '{"message": "observed"}',
            '{"message": "observed", "migrationId": ""}',
            '{"message": "observed", "migrationId": "another"}',
            '{"message": "observed", "correlation_id": "by-hand"}',
            '{"_aws": {}, "Observations": [1]}',
            '{"errorType": "ValueError", "message": "observed"}',
        )
    ),
    (
        "every_log_line_names_its_migration",
        replace(
            logged('{"message": "observed"}'),
            service_events=[{"detail": {"status": "SUCCEEDED"}}, {"detail": {"eventID": "call-1"}}],
        ),
    ),
    (
        "an_alarm_rings_where_somebody_has_to_look",
        replace(succeeded(), alarms=["MonitoringRollbackFailed"]),
    ),
    (
        "an_alarm_rings_where_somebody_has_to_look",
        with_data(rolled_back(), outcome="rollback-failed"),
    ),
    ("nothing_is_denied", replace(succeeded(), denials=[DENIED])),
    *(
        ("the_evidence_is_named_and_there", lacking)
        for lacking in (
            with_data(succeeded(), evidence=None),
            replace(succeeded(), evidence={}),
            replace(succeeded(), evidence={DATA: succeeded().evidence[DATA]}),
        )
    ),
    *(
        ("the_evidence_tells_what_the_event_tells", lying)
        for lying in (
            replace(succeeded(), evidence=rejected().evidence),
            replace(succeeded(), evidence={PAGE: "", DATA: "{}"}),
            with_data(succeeded(), message="it is where it was"),
            with_data(succeeded(), carriesTraffic="no"),
            with_data(succeeded(), now=None),
        )
    ),
    *(
        ("no_secret_can_be_seen", leaky)
        for leaky in (
            with_data(succeeded(), message=f"authKey {SECRET}"),
            ending({"cause": SECRET}),
            ending({"input": SECRET}),
            replace(succeeded(), histories=[[{"type": "x", "output": SECRET}]]),
            replace(succeeded(), evidence={PAGE: SECRET}),
            replace(succeeded(), logs=[("Observe", f"seen {SECRET}")]),
            telling_so(content={"title": "Succeeded", "description": SECRET}),
        )
    ),
    *(
        ("people_are_told", silent)
        for silent in (
            telling(),
            telling(*[*succeeded().notifications] * 2),
            telling((CHAT, "Succeeded")),
            telling((CHAT, '"Succeeded"')),
            telling((MACHINE, succeeded().chat[0])),
            telling_so(id="another"),
            telling_so(version="2"),
            telling_so(metadata={"threadId": "another"}),
            telling_so(content={"title": "", "description": "It came good."}),
            telling_so(content={"title": "Succeeded"}),
        )
    ),
    *(
        ("every_answer_is_answered", unheard)
        for unheard in (
            answered(),
            answered(NOT_HEARD, NOT_HEARD),
            answered(said_of("another")),
        )
    ),
    ("what_was_not_heard_changes_nothing", answered(NOT_HEARD, approval={"approvedBy": "ana"})),
    ("what_was_not_heard_changes_nothing", answered(NOT_HEARD, outcome="cancelled")),
    ("what_was_not_heard_changes_nothing", answered(NOT_HEARD, reasonCode="CANCELLED")),
    ("what_is_heard_as_cancelled_stays_untouched", cancelled_at(-1)),
    (
        "an_interruption_is_told_in_time",
        replace(
            succeeded(),
            executions=[
                {**each, "status": "ABORTED", "stopDate": at(-700)}
                for each in succeeded().executions
            ],
        ),
    ),
]


@pytest.mark.parametrize(
    ("name", "run"), LIES, ids=[f"{i}-{name}" for i, (name, _) in enumerate(LIES)]
)
def test_a_doctored_run_is_caught(name: str, run: Record) -> None:
    assert name in names(run)


@pytest.mark.parametrize(
    "run",
    [
        guarded(AlarmState.OK),
        guarded(AlarmState.INSUFFICIENT_DATA),
        guarded(AlarmState.ALARM, since=-10),
        guarded(AlarmState.ALARM, evaluationPeriods=60),
    ],
)
def test_a_guard_that_was_not_bad_for_long_or_is_not_settled_is_no_lie(run: Record) -> None:
    assert not {"a_bad_guard_is_never_told_as_a_success", "a_bad_guard_is_told"} & set(names(run))


def test_no_property_is_left_without_a_run_that_it_catches() -> None:
    assert {holds.__name__ for holds in PROPERTIES} == {name for name, _ in LIES}


def test_what_a_scenario_means_to_be_denied_may_be() -> None:
    meant = scenario(expect={"outcome": "succeeded", "denied": [DENIED.action]})

    assert violations(replace(succeeded(meant), denials=[DENIED])) == []


def ended_without_details(*told_at_its_start: dict[str, Any]) -> Record:
    """Return a run that cut off a prefix, whose end tells no findings since Conclude has failed."""
    asked = scenario(taskFaults=[{"state": "Conclude", "calls": [1], "error": "RuntimeError"}])
    run = with_data(succeeded(asked), findings=[])
    [event] = run.events
    own = {**event["detail"]["metadata"], "executionArn": f"{MACHINE}:{MIGRATION}"}
    start = {
        "id": "event-0",
        "detail-type": "VIF Migration Started",
        "detail": {"metadata": own, "data": {"findings": [*told_at_its_start]}},
    }
    others = [was(0, OTHER, vif=SIBLING, cause="world", first=90)]
    others += [each for each in run.transitions if each.virtual_interface_id == VIF]
    executions = [{**each, "executionArn": own["executionArn"]} for each in run.executions]
    end = {**event, "detail": {**event["detail"], "metadata": own}}
    return replace(run, events=[start, end], transitions=others, executions=executions)


NAMED = {
    "code": "NO_REDUNDANT_PATH",
    "severity": "block",
    "acknowledgedBy": "ana",
    "message": "nothing else carries ipv4 accepted: 10.0.0.0/16, 10.1.0.0/16, "
    "10.2.0.0/16, 10.3.0.0/16",
}


def test_what_was_told_at_the_start_counts_where_the_end_has_no_details() -> None:
    assert "no_prefix_is_cut_off_unsaid" not in names(ended_without_details(NAMED))
    assert "no_prefix_is_cut_off_unsaid" in names(ended_without_details())


@pytest.mark.parametrize(
    "run",
    [cancelled_at(0), cancelled_at(1), cancelled_at(-6), cancelled_at(-1, "another")],
    ids=["then", "later", "before", "another"],
)
def test_what_is_cancelled_too_late_or_is_another_one_may_be_moved(run: Record) -> None:
    assert "what_is_heard_as_cancelled_stays_untouched" not in names(run)


def test_people_who_asked_for_trouble_alone_need_not_hear_of_a_success() -> None:
    asked = scenario(settings={"notify": "trouble"})

    assert violations(replace(succeeded(asked), notifications=[])) == []


@pytest.mark.parametrize(
    "trouble",
    [
        {"taskFaults": [{"state": "Report", "error": "CallDenied"}]},
        {"interruptions": [{"at": 0, "kind": "delete-function", "function": "report"}]},
    ],
)
def test_evidence_that_could_not_be_kept_is_not_missed(trouble: dict[str, Any]) -> None:
    run = replace(with_data(succeeded(scenario(**trouble)), evidence=None), evidence={})

    assert not {name for name in names(run) if "evidence" in name}


def test_two_vifs_of_a_gateway_may_move_one_after_the_other() -> None:
    run = succeeded()
    later = moved(50, TARGET, vif=SIBLING)

    found = violations(replace(run, transitions=[*run.transitions, later]))

    assert one_of_a_gateway_at_a_time.__name__ not in {violation.name for violation in found}


def test_a_rival_that_interferes_excuses_a_way_back_that_is_not_taken() -> None:
    asked = scenario(changes=[{"at": 3, "virtualInterfaceId": VIF, "set": DOWN}])
    run = record(
        [*PREFLIGHT, sent(0, TARGET), look(120)],
        [BEFORE, moved(0, TARGET)],
        told(120, "needs-attention", TARGET, "no"),
        asked,
    )

    assert violations(run) == []
