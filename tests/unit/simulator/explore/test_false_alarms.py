"""What is no violation, though it looks like one: each test has a run on both sides of the line."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import JsonValue

from simulator.directconnect import Transition
from simulator.explore.approvals import approvals_of
from simulator.explore.case import Case
from simulator.explore.properties.catalogue import violations
from simulator.explore.properties.events import what_is_unchanged_works
from simulator.explore.requested import requested
from simulator.runs.record import Record
from simulator.scenarios.model import ScenarioTrigger, TriggerKind
from tests.unit.simulator.explore.support import (
    BEFORE,
    MACHINE,
    OTHER,
    PREFLIGHT,
    SIBLING,
    SOURCE,
    TARGET,
    VIF,
    at,
    look,
    moved,
    record,
    rolled_back,
    scenario,
    sent,
    succeeded,
    told,
    was,
)
from vifshift.events.base import DetailType

ASKED: dict[str, JsonValue] = {"virtualInterfaceId": VIF, "connectionId": TARGET}


def names(run: Record) -> set[str]:
    """Return the names of the properties that a run violates."""
    return {violation.name for violation in violations(run)}


def ended(number: int, seconds: float, outcome: str, request_id: str) -> dict[str, Any]:
    """Return the end of one of several executions for the same request."""
    event = told(seconds, outcome, TARGET)
    detail = event["detail"]
    metadata = {"executionArn": f"{MACHINE}:{number}", "requestId": request_id}
    subject = {"virtualInterfaceId": VIF, "targetConnectionId": TARGET}
    told_so = {
        "metadata": {**detail["metadata"], **metadata},
        "data": {**detail["data"], "subject": subject},
    }
    return {**event, "detail": told_so}


def ran(number: int, begin: float, end: float, **rest: Any) -> dict[str, Any]:
    """Return an execution."""
    named = {"executionArn": f"{MACHINE}:{number}", "stateMachineArn": MACHINE, "name": str(number)}
    return {
        **named,
        "status": "SUCCEEDED",
        "startDate": at(begin),
        "stopDate": at(end),
        "input": "{}",
        **rest,
    }


def asked_twice(times: int, *ends: dict[str, Any]) -> Record:
    """Return a run in which the same request comes some times, and once more after that."""
    request = {**ASKED, "requestId": "CHG-1"}
    run = succeeded(
        scenario(
            {"requestId": "CHG-1"},
            laterTriggers=[{"at": 20, "request": request}],
        )
    )
    trigger = run.scenario.trigger.model_copy(update={"times": times})
    whole = run.scenario.model_copy(update={"trigger": trigger})
    executions = [ran(number, 10 * number, 10 * number + 9) for number in range(len(ends))]
    histories: list[list[dict[str, Any]]] = [[] for _ in ends]
    return replace(
        run, scenario=whole, events=list(ends), executions=executions, histories=histories
    )


def test_each_execution_of_a_request_that_comes_again_is_told_of_once() -> None:
    ends = [
        ended(0, 9, "interrupted", "CHG-1"),
        ended(1, 19, "duplicate", "CHG-1"),
        ended(2, 29, "succeeded", "CHG-1"),
    ]

    run = asked_twice(2, *ends)

    first, second = run.scenario.triggers
    assert [run.ends_of(first), run.ends_of(second)] == [ends[:2], ends[2:]]


def test_a_request_that_comes_again_and_is_not_told_of_is_missed() -> None:
    run = asked_twice(1, ended(0, 9, "interrupted", "CHG-1"))

    assert run.ends_of(run.scenario.later_triggers[0]) == []
    assert "one_final_event_is_sent" in names(run)


@pytest.mark.parametrize(
    ("last", "status", "is_missed"),
    [
        ("Register", "ABORTED", False),
        ("Claim request", "ABORTED", True),
        ("Register", "FAILED", True),
    ],
)
def test_nobody_can_tell_of_what_is_stopped_before_it_is_registered(
    last: str, status: str, is_missed: bool
) -> None:
    entered = [
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": name}}
        for name in ("Receive request", last)
    ]
    run = succeeded()
    run = replace(
        run, events=[], executions=[{**run.executions[0], "status": status}], histories=[entered]
    )

    assert ("one_final_event_is_sent" in names(run)) == is_missed


def test_what_an_interruption_s_watchdog_saw_after_its_end_is_true() -> None:
    """It reads the VIF once calls have ended, when a late one has moved it."""
    ends = [ended(0, 40, "interrupted", "CHG-1"), ended(1, 90, "duplicate", "CHG-1")]
    run = replace(
        asked_twice(1, *ends),
        executions=[ran(0, 0, 2, status="ABORTED"), ran(1, 60, 90)],
    )

    assert Case(run, run.scenario.trigger).truth.at(at(40)).connection_id == TARGET


def test_an_event_s_detail_is_a_request_even_if_it_looks_like_an_envelope() -> None:
    run = succeeded()
    envelope: JsonValue = {"request": run.scenario.trigger.request}

    def asking(kind: TriggerKind) -> Case:
        trigger = ScenarioTrigger(kind=kind, request=envelope)
        whole = run.scenario.model_copy(update={"trigger": trigger})
        return Case(replace(run, scenario=whole), trigger)

    by_event, by_execution = asking(TriggerKind.EVENT), asking(TriggerKind.EXECUTION)

    assert by_event.request is None
    assert by_execution.request is not None
    assert requested(by_event.record) == {None}
    assert requested(by_execution.record) == {VIF}


def arrived(seconds: float) -> list[Transition]:
    """Return how a VIF with the same VLAN came to the target."""
    return [
        was(0, OTHER, vif=SIBLING, cause="world"),
        moved(seconds, TARGET, vif=SIBLING),
    ]


def racing(seconds: float) -> Record:
    """Return a run whose check lasts from 10 to 20 s and reads at 15, and a rival's arrival."""
    run = record(
        [each.model_copy(update={"at": at(15)}) for each in PREFLIGHT]
        + [sent(20, TARGET), look(60)],
        [BEFORE, moved(20, TARGET), was(30, TARGET)],
        told(60, "succeeded", TARGET),
    )
    world = run.scenario.world
    vifs = tuple(
        {**vif, "vlan": 101, "virtualGatewayId": f"vgw-{vif['virtualInterfaceId']}"}
        for vif in world.virtual_interfaces
    )
    whole = run.scenario.model_copy(
        update={"world": world.model_copy(update={"virtual_interfaces": vifs})}
    )
    own = [each for each in run.transitions if each.virtual_interface_id == VIF]
    history = [
        {"timestamp": at(10), "stateEnteredEventDetails": {"name": "Validate"}},
        {"timestamp": at(20), "stateExitedEventDetails": {"name": "Validate"}},
    ]
    executions = [{**each, "executionArn": f"{MACHINE}:0"} for each in run.executions]
    return replace(
        run,
        scenario=whole,
        transitions=[*arrived(seconds), *own],
        histories=[history],
        executions=executions,
    )


def test_two_gateways_that_race_for_a_vlan_may_not_see_each_other() -> None:
    assert "nothing_is_sent_against_preflight" not in names(racing(12))


def test_a_vlan_that_was_taken_before_the_check_has_to_be_seen() -> None:
    assert "nothing_is_sent_against_preflight" in names(racing(8))


def lagging(came_from: str, *, alternates: bool) -> Record:
    """Return a rollback to the source, to which others had moved the VIF right before."""
    run = rolled_back(
        scenario(
            knobs={
                "describeLagSeconds": 60,
                "describeLagShows": "connectionId",
                "describeLagAlternates": alternates,
            }
        )
    )
    [_, *later] = [each for each in run.transitions if each.virtual_interface_id == VIF]
    before = [was(-20, came_from, cause="world"), was(-10, SOURCE, cause="change")]
    sibling = [each for each in run.transitions if each.virtual_interface_id == SIBLING]
    return replace(run, transitions=[*sibling, *before, *later])


def test_the_source_is_the_port_that_a_lagging_describe_may_have_shown() -> None:
    assert "it_lands_once" not in names(lagging(OTHER, alternates=True))


def test_the_source_is_no_port_that_describe_did_not_show() -> None:
    assert "it_lands_once" in names(lagging(OTHER, alternates=False))


REPEATED = [{"source": "aws.states", "detail": {"status": "ABORTED"}, "repeat": 2}]


@pytest.mark.parametrize(
    ("state", "most"), [("Take over", 3), ("Claim end", 3), ("Who claimed it?", 1)]
)
def test_watchdogs_that_can_not_claim_an_end_may_tell_it_more_than_once(
    state: str, most: int
) -> None:
    fault = {"state": state, "calls": [1], "error": "DynamoDB.InternalServerError"}
    run = succeeded(scenario(taskFaults=[fault], events=REPEATED))

    assert Case(run, run.scenario.trigger).most_times == most


def asking(number: int, seconds: float) -> dict[str, Any]:
    """Return the question of one of several executions under one number."""
    event = ended(number, seconds, "rejected", "CHG-1")
    data = {**event["detail"]["data"], "digest": f"{number}"}
    detail = {**event["detail"], "data": data}
    return {**event, "detail-type": DetailType.APPROVAL_REQUESTED, "detail": detail}


@pytest.mark.parametrize(
    ("detail", "ends", "count"),
    [
        ({"requestId": "CHG-1"}, 99, 0),
        ({"requestId": "CHG-1"}, 20, 1),
        ({"requestId": "CHG-1", "digest": "0"}, 99, 1),
        ({"migrationId": "0"}, 99, 1),
    ],
    ids=["of two", "the other has ended", "by its digest", "by its id"],
)
def test_an_approval_of_a_number_is_for_one_that_waits(
    detail: dict[str, JsonValue], ends: float, count: int
) -> None:
    answer = {"at": 30, "detailType": DetailType.APPROVED, "detail": detail}
    executions = [ran(0, 0, 99), ran(1, 0, ends)]
    questions = [asking(0, 5), asking(1, 5)]
    run = replace(succeeded(scenario(answers=[answer])), executions=executions, events=questions)

    case = Case(run, run.scenario.trigger)

    found = list(approvals_of(case, f"{MACHINE}:0", DetailType.APPROVED))
    assert len(found) == count


def begun(number: int, seconds: float) -> dict[str, Any]:
    """Return the event with which one of several executions starts to move the VIF."""
    return {**ended(number, seconds, "started", f"CHG-{number}"), "detail-type": DetailType.STARTED}


def in_turn(first: Record, rival: tuple[float, float], end: float, *others: dict[str, Any]) -> Case:
    """Return the case of a run whose execution another one follows, for the same VIF.

    That one runs from the first to the second of the times of the rival; `end` is of the execution.
    """
    [event] = first.events
    outcome = event["detail"]["data"]["outcome"]
    told_at = (Case(first, first.scenario.trigger).told_at - at(0)).total_seconds()
    own, ends = (0.0, end), ended(0, round(told_at, 2), outcome, "CHG-0")
    after = ended(1, rival[1], "succeeded", "CHG-1")
    asked = {**ASKED, "requestId": "CHG-1"}
    later = ScenarioTrigger(kind=TriggerKind.EVENT, at=rival[0], request=asked)
    given = first.scenario.trigger.request
    assert isinstance(given, dict)
    trigger = ScenarioTrigger(request={**given, "requestId": "CHG-0"})
    whole = first.scenario.model_copy(update={"trigger": trigger, "later_triggers": (later,)})
    run = replace(
        first,
        scenario=whole,
        events=[*others, ends, after],
        executions=[ran(0, *own), ran(1, *rival)],
        histories=[[], []],
    )
    return Case(run, trigger)


@pytest.mark.parametrize(("rival_starts", "own"), [(20, 40), (130, 130)])
def test_what_is_redriven_after_its_end_leaves_the_time_to_who_moves_the_vif_since(
    rival_starts: float, own: float
) -> None:
    case = in_turn(succeeded(), (rival_starts, 200), 150, begun(1, 140))

    assert case.own_time is not None
    assert case.own_time[1].replace(microsecond=0) == at(own)


def test_what_another_one_does_only_after_the_end_leaves_all_of_the_time() -> None:
    case = in_turn(succeeded(), (20, 300), 150, begun(1, 160))

    assert case.own_time is not None
    assert case.own_time[1].replace(microsecond=0) == at(150)


@pytest.mark.parametrize(("begins", "own"), [(20, 40), (160, 160)])
def test_the_time_of_one_that_follows_begins_with_the_end_before_it_and_not_before_itself(
    begins: float, own: float
) -> None:
    run = in_turn(succeeded(), (begins, 300), 41, begun(1, 200)).record

    follows = Case(run, run.scenario.later_triggers[0])

    assert follows.own_time is not None
    assert follows.own_time[0].replace(microsecond=0) == at(own)


@pytest.mark.parametrize(("port", "is_true"), [(TARGET, True), (SOURCE, False)])
def test_what_is_unchanged_may_be_moved_at_once_by_another_request(
    port: str, is_true: bool
) -> None:
    run = record(
        PREFLIGHT, [was(0, port, cause="world"), moved(25, OTHER)], told(0, "unchanged", port)
    )

    case = in_turn(run, (0, 66), 0, begun(1, 0))

    assert not case.looks
    assert ([*what_is_unchanged_works(case)] == []) == is_true
