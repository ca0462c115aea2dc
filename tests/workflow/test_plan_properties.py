"""The properties of plans: they let a true run pass, and each catches a run that was doctored."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from simulator.cloud import EventFault, TaskFault
from simulator.explore.properties.catalogue import violations
from simulator.explore.properties.kept_back import KEPT_BACK_BY_PLANS
from simulator.explore.properties.plans import PLAN_PROPERTIES
from simulator.runs.record import Record
from simulator.scenarios.model import ScenarioAnswer, ScenarioAnswerKind, load, named
from tests.conftest import OpenSession

Doctor = Callable[[Record], Record]


@pytest.fixture(scope="module")
def true(open_session: OpenSession) -> Record:
    return open_session().run(load(named("moves-in-order")))


def test_a_true_run_violates_nothing(true: Record) -> None:
    assert violations(true) == []


def without_its_end(record: Record) -> Record:
    ends = record.plan_ends
    return replace(record, events=[each for each in record.events if each not in ends])


def with_two_ends(record: Record) -> Record:
    return replace(record, events=[*record.events, *record.plan_ends])


def with_two_watchdogs_that_can_not_claim_its_end(record: Record) -> Record:
    faults = (TaskFault.model_validate({"state": "Take over", "error": "CallThrottled"}),)
    twice = (EventFault(source="aws.states", repeat=1),)
    scenario = record.scenario.model_copy(update={"task_faults": faults, "events": twice})
    return replace(with_two_ends(record), scenario=scenario)


def that_ended_otherwise(record: Record) -> Record:
    return _with_plan(record, status="FAILED", error="VifShift.Halted")


def left_running(record: Record) -> Record:
    last = record.executions[-1]
    return replace(record, executions=[*record.executions[:-1], {**last, "status": "RUNNING"}])


def all_at_once(record: Record) -> Record:
    first = min(move.execution["startDate"] for move in record.moves)
    return replace(record, executions=[{**each, "startDate": first} for each in record.executions])


def with_a_failure_first(record: Record) -> Record:
    name = record.moves[0].execution["executionArn"]
    return replace(record, events=[*_changed(record, name, outcome="rolled-back")])


def that_told_of_a_plan(record: Record) -> Record:
    name = record.plans[0]["executionArn"]
    return replace(record, events=[*_changed(record, name, outcome="planned")])


def without_a_report(record: Record) -> Record:
    return replace(record, evidence={})


def with_another_report(record: Record) -> Record:
    return _with_report(record, lambda report: report.update(outcome="halted"))


def with_a_move_less(record: Record) -> Record:
    return _with_report(record, lambda report: report["moves"].pop())


def with_wrong_counts(record: Record) -> Record:
    return _with_report(record, lambda report: report["counts"].update(failed=1))


def without_progress(record: Record) -> Record:
    progress = [each for each in record.events if each["detail-type"] == "VIF Plan Progressed"]
    return replace(record, events=[each for each in record.events if each is not progress[0]])


def with_progress_that_does_not_add_up(record: Record) -> Record:
    def doctored() -> Iterator[dict[str, Any]]:
        for event in record.events:
            changed = json.loads(json.dumps(event))
            if event["detail-type"] == "VIF Plan Progressed":
                changed["detail"]["data"]["counts"]["inFlight"] += 1
            yield changed

    return replace(record, events=[*doctored()])


def halted_at_its_start(record: Record) -> Record:
    halt = ScenarioAnswer(at=0, kind=ScenarioAnswerKind.HALT)
    return replace(record, scenario=record.scenario.model_copy(update={"answers": (halt,)}))


def that_had_to_be_approved(record: Record) -> Record:
    """Let the plan have needed an approval, which nobody gave."""
    trigger = record.scenario.trigger
    asked = {**_asked(record), "approval": {"required": True}}
    needed = trigger.model_copy(update={"plan": asked})
    scenario = record.scenario.model_copy(update={"trigger": needed})
    return replace(_with_plan(record, input=json.dumps(asked)), scenario=scenario)


def that_heard_a_halt(record: Record, *, of: str | None = None, later: float = 0) -> Record:
    """Let the plan have heard a halt, so many seconds after it was started."""
    plan = record.plans[0]
    heard = {
        "detail-type": "VIF Answer Heard",
        "detail": {
            "metadata": {
                "answerId": "by-hand",
                "occurredAt": (plan["startDate"] + timedelta(seconds=later)).isoformat(),
            },
            "data": {
                "said": "VIF Plan Halt Requested",
                "heardBy": [of or plan["name"]],
                "keptUntil": None,
            },
        },
    }
    return replace(record, events=[*record.events, heard])


def that_heard_a_halt_of_another(record: Record) -> Record:
    return that_heard_a_halt(record, of="another")


def that_heard_a_halt_in_the_end(record: Record) -> Record:
    last = max(move.execution["startDate"] for move in record.moves)
    return that_heard_a_halt(record, later=(last - record.plans[0]["startDate"]).total_seconds())


def that_empties(record: Record, port: str = "dxcon-elsewhere", *, approved: bool = True) -> Record:
    """Let the plan be the evacuation of a port, which people were asked about at its start."""
    asked = {name: value for name, value in _asked(record).items() if name != "moves"}
    asked |= {
        "evacuate": {"from": port, "to": "dxcon-target01"},
        "approval": {"required": approved},
    }
    trigger = record.scenario.trigger.model_copy(update={"plan": asked})
    scenario = record.scenario.model_copy(update={"trigger": trigger})
    plan = record.plans[0]
    question = {
        "detail-type": "VIF Plan Approval Requested",
        "detail": {
            "metadata": {
                "occurredAt": plan["startDate"].isoformat(),
                "executionArn": plan["executionArn"],
                "requestId": plan["name"],
            },
            "data": {"digest": "0"},
        },
    }
    emptied = _with_plan(record, input=json.dumps(asked))
    return replace(emptied, scenario=scenario, events=[question, *record.events])


def that_empties_its_source(record: Record) -> Record:
    vif = record.moves[0].request["virtualInterfaceId"]
    first = next(each for each in record.transitions if each.virtual_interface_id == vif)
    return that_empties(record, first.connection_id)


def that_empties_unasked(record: Record) -> Record:
    return that_empties(record, approved=False)


def with_a_move_that_lands_twice(record: Record) -> Record:
    sent = (each.cause == "AssociateVirtualInterface" for each in record.transitions)
    there = list(sent).index(True)
    landed = record.transitions[there]
    elsewhere = {"connection_id": "dxcon-source01", "cause": "change"}
    back = landed.model_copy(update=elsewhere)
    before, after = record.transitions[:there], record.transitions[there:]
    return replace(record, transitions=[*before, landed, back, *after])


DOCTORS: list[tuple[str, Doctor]] = [
    ("one_end_is_told_of_each_plan", without_its_end),
    ("one_end_is_told_of_each_plan", with_two_ends),
    ("one_end_is_told_of_each_plan", that_ended_otherwise),
    ("every_execution_ends", left_running),
    ("no_more_are_on_their_way_than_allowed", all_at_once),
    ("nothing_starts_once_enough_have_failed", with_a_failure_first),
    ("nothing_is_touched_once_it_is_halted", halted_at_its_start),
    ("no_plan_moves_anything_without_its_approval", that_had_to_be_approved),
    ("nothing_starts_once_a_halt_is_heard", that_heard_a_halt),
    ("what_came_after_the_approval_is_left_behind", that_empties),
    ("nothing_starts_where_it_says_so", that_told_of_a_plan),
    ("the_report_tells_what_became_of_each_move", without_a_report),
    ("the_report_tells_what_became_of_each_move", with_another_report),
    ("the_report_tells_what_became_of_each_move", with_a_move_less),
    ("the_report_tells_what_became_of_each_move", with_wrong_counts),
    ("every_end_of_a_move_is_told", without_progress),
    ("progress_adds_up", with_progress_that_does_not_add_up),
    ("it_lands_once", with_a_move_that_lands_twice),
]


@pytest.mark.parametrize(("name", "doctor"), DOCTORS)
def test_a_doctored_run_is_caught(name: str, doctor: Doctor, true: Record) -> None:
    assert name in {violation.name for violation in violations(doctor(true))}


@pytest.mark.parametrize(
    ("name", "doctor"),
    [
        ("one_end_is_told_of_each_plan", with_two_watchdogs_that_can_not_claim_its_end),
        ("nothing_starts_once_a_halt_is_heard", that_heard_a_halt_of_another),
        ("nothing_starts_once_a_halt_is_heard", that_heard_a_halt_in_the_end),
        ("what_came_after_the_approval_is_left_behind", that_empties_its_source),
        ("what_came_after_the_approval_is_left_behind", that_empties_unasked),
    ],
)
def test_a_near_miss_is_let_through(name: str, doctor: Doctor, true: Record) -> None:
    assert name not in {violation.name for violation in violations(doctor(true))}


def test_no_property_is_left_without_a_run_that_it_catches() -> None:
    properties = (*PLAN_PROPERTIES, *KEPT_BACK_BY_PLANS)
    assert {each.__name__ for each in properties} <= {name for name, _ in DOCTORS}


def _asked(record: Record) -> dict[str, Any]:
    asked = record.scenario.trigger.plan
    assert isinstance(asked, dict)
    return asked


def _with_plan(record: Record, **fields: Any) -> Record:
    plan = record.plans[0]["executionArn"]
    executions = [
        {**each, **fields} if each["executionArn"] == plan else each for each in record.executions
    ]
    return replace(record, executions=executions)


def _changed(record: Record, execution: str, **data: Any) -> Iterator[dict[str, Any]]:
    """Yield the events, where those at the end of an execution say something else."""
    for event in record.events:
        changed = json.loads(json.dumps(event))
        detail = changed["detail"]
        if (
            detail.get("metadata", {}).get("executionArn") == execution
            and "outcome" in detail["data"]
        ):
            detail["data"].update(data)
        yield changed


def _with_report(record: Record, change: Callable[[Any], object]) -> Record:
    [key] = [key for key in record.evidence if key.startswith("plans/") and "report.json" in key]
    report = json.loads(record.evidence[key])
    change(report)
    return replace(record, evidence={**record.evidence, key: json.dumps(report)})
