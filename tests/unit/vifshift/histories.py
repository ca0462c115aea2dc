"""Histories of executions written by hand, as GetExecutionHistory tells them."""

import json
from collections.abc import Iterable
from typing import Any

from tests.unit.vifshift.fakes import (
    EXECUTION,
    a_landed_vif,
    a_migration,
    a_peer,
    a_picture,
    after,
    an_observation,
)
from vifshift.domain.migration import Decision, Migration, Outcome
from vifshift.domain.network import VirtualInterface
from vifshift.domain.observation import Reason, Verdict
from vifshift.domain.traffic_status import Traffic
from vifshift.events import announcements
from vifshift.events.base import Notice
from vifshift.events.migration import Announcement, Ended
from vifshift.migration.validation_result import Validation
from vifshift.reports.migration.model import Evidence
from vifshift.reports.migration.reading import read

Event = dict[str, Any]
SECRET_TOKEN = "a-task-token-that-must-not-leak"
WORKING = a_landed_vif()
DOWN = a_landed_vif(a_peer(bgp_status="down"), virtual_interface_state="down")


def event(seconds: float, kind: str, **details: Any) -> Event:
    """Build an event; each set of details goes by its name less its ending."""
    named = {f"{name}EventDetails": value for name, value in details.items()}
    return {"timestamp": after(seconds), "type": kind, **named}


def started(text: str) -> Event:
    """Build the first event, with the execution's input."""
    return event(0, "ExecutionStarted", executionStarted={"input": text, "roleArn": "arn:role"})


def entered(seconds: float, name: str, kind: str = "Task") -> Event:
    """Build the entry of a state."""
    return event(seconds, f"{kind}StateEntered", stateEntered={"name": name, "input": "{}"})


def left(seconds: float, name: str, kind: str = "Task", **assigned: Any) -> Event:
    """Build the exit of a state, with the variables that it assigns."""
    variables = {key: json.dumps(value) for key, value in assigned.items()}
    details = {"name": name, "output": "{}", "assignedVariables": variables}
    return event(seconds, f"{kind}StateExited", stateExited=details)


def scheduled(seconds: float) -> Event:
    """Build the call of a task, with a token that nobody may read."""
    parameters = json.dumps({"Payload": {"token": SECRET_TOKEN}})
    return event(seconds, "TaskScheduled", taskScheduled={"parameters": parameters})


def succeeded(seconds: float, payload: Any = None) -> Event:
    """Build a Lambda's answer."""
    output = json.dumps({"StatusCode": 200, "Payload": payload or {}})
    return event(seconds, "TaskSucceeded", taskSucceeded={"output": output})


def failed(seconds: float, error: str, said: str | None = None) -> Event:
    """Build a task's failure: a Lambda's exception where it has something to say."""
    cause = "" if said is None else json.dumps({"errorMessage": said, "stackTrace": ["secret"]})
    return event(seconds, "TaskFailed", taskFailed={"error": error, "cause": cause})


def a_step(seconds: float, name: str, payload: Any = None, **assigned: Any) -> Iterable[Event]:
    """Build a task that is done at once."""
    yield entered(seconds, name)
    yield scheduled(seconds)
    yield succeeded(seconds, payload)
    yield left(seconds, name, **assigned)


def a_validation(migration: Migration | None = None, **fields: Any) -> Any:
    """Build what the variable `validation` holds, as JSON."""
    migration = migration or a_migration()
    known = {
        "decision": Decision.PROCEED,
        "request_id": "change-1",
        "request": migration.request,
        "migration": migration,
        "before": a_picture(migration.snapshot),
    }
    return Validation(**{**known, **fields}).to_json()


def a_look(
    asked: float, seen: VirtualInterface | None, answered: float | None = None, **calls: int
) -> Iterable[Event]:
    """Build a look: the VIF works, or does not, or is not seen."""
    is_good = seen is not None and seen.works
    observation = an_observation(
        Verdict.SETTLING,
        Reason.AS_EXPECTED if is_good else Reason.PEERS_NOT_UP,
        at=after(asked),
        is_seen=seen is not None,
        picture=a_picture(seen or WORKING),
    )
    if seen is None:
        cannot_see = {"reason": Reason.CANNOT_SEE, "message": "it could not be read"}
        observation = observation.model_copy(update=cannot_see)
    end = asked if answered is None else answered
    yield entered(asked, "Observe")
    yield scheduled(asked)
    yield succeeded(end, {"calls": calls} if calls else {})
    yield left(end, "Observe", observation=observation.to_json(), announcement=None)


def beginning(validation: Any = None, at: float = 0) -> list[Event]:
    """Build all up to the association: received, validated, told."""
    given = validation or a_validation()
    return [
        started(json.dumps({"request": {}, "requestId": "change-1", "trigger": "schedule"})),
        entered(at, "Receive request", "Pass"),
        left(at, "Receive request", "Pass", phase="forward", validation=None, approval=None),
        *a_step(at, "Validate", {"calls": {"DescribeVirtualInterfaces": 1}}, validation=given),
        entered(at, "Anything to do?", "Choice"),
        left(at, "Anything to do?", "Choice", lockKey="gw-1"),
        *a_step(at, "Validate again", validation=given),
        *a_step(at, "Announce start"),
    ]


def the_end(outcome: Outcome = Outcome.SUCCEEDED, **data: Any) -> Announcement:
    """Build the last event."""
    known: dict[str, Any] = {
        "subject": announcements.subject(None, None),
        "notice": Notice(title="It ended", text="It is over.", next_step="Nothing."),
        "outcome": outcome,
        "reason_code": None,
        "message": f"it is {outcome}",
        "next_step": "nothing",
        "now": a_picture(WORKING),
        "carries_traffic": Traffic.YES,
        "routes": (),
        "findings": (),
    }
    told = announcements.metadata(EXECUTION, "change-1", after(300))
    return announcements.ended(told, Ended(**{**known, **data}))


def evidence(
    history: Iterable[Event], last: Announcement | None = None, seconds: float = 301
) -> Evidence:
    """Read the evidence of a history, told so many seconds after its start."""
    return read(history, announcement=last or the_end(), execution=EXECUTION, now=after(seconds))


def moved(*looks: Iterable[Event]) -> list[Event]:
    """Build the history of a migration that associates at 10 s."""
    history = [*beginning(), *a_step(10, "Associate", association="confirmed")]
    return [*history, *(event for look in looks for event in look)]
