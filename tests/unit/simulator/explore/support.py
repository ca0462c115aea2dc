"""Runs written by hand, true ones and doctored ones: what a property must let pass, and catch."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import JsonValue

from simulator.directconnect import Call, Transition
from simulator.runs.record import Record
from simulator.scenarios.model import Scenario
from vifshift.reports.migration.model import Evidence

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
VIF, SOURCE, TARGET, OTHER = "dxvif-aaaa0001", "dxcon-source01", "dxcon-target01", "dxcon-other001"
SIBLING = "dxvif-bbbb0001"
SECRET = "a-secret-that-must-not-leak"
PEER = "ipv4 169.254.1.2"
HOLD = 30
ERRORS = {
    "rejected": "VifShift.Rejected",
    "rolled-back": "VifShift.RolledBack",
    "rollback-failed": "VifShift.RollbackFailed",
    "needs-attention": "VifShift.NeedsAttention",
}
ALARMS = {
    "rollback-failed": ["MonitoringRollbackFailed"],
    "needs-attention": ["MonitoringNeedsAttention"],
}
Raw = dict[str, JsonValue]

PAGE, DATA = "migrations/report.html", "migrations/report.json"
MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:migration"
CHAT = "arn:aws:sns:eu-central-1:111122223333:chat"
MIGRATION = "by-hand"


def at(seconds: float) -> datetime:
    """Return a time, so many seconds after the trigger."""
    return START + timedelta(seconds=seconds)


def scenario(request: Raw | None = None, **rest: Any) -> Scenario:
    """Return a scenario about one VIF that is to move."""
    asked: Raw = {"virtualInterfaceId": VIF, "connectionId": TARGET}
    asked["convergence"] = {"timeoutSeconds": 120, "holdSeconds": HOLD, "pollSeconds": 10}
    world = {
        "connections": [{"connectionId": port} for port in (SOURCE, TARGET, OTHER)],
        "virtualInterfaces": [
            {
                "virtualInterfaceId": vif,
                "connectionId": port,
                "vlan": 101 + number,
                "authKey": SECRET,
                "virtualGatewayId": "vgw-1",
            }
            for number, (vif, port) in enumerate([(VIF, SOURCE), (SIBLING, OTHER)])
        ],
    }
    raw = {
        "name": "by-hand",
        "summary": "By hand.",
        "world": world,
        "trigger": {"request": {**asked, **(request or {})}},
        "expect": {"outcome": "any"},
        **rest,
    }
    return Scenario.model_validate(raw)


def was(
    seconds: float,
    port: str,
    state: str = "available",
    bgp: str = "up",
    cause: str = "timeline",
    routes: int = 4,
    vif: str = VIF,
    first: int = 0,
) -> Transition:
    """Return what became of the VIF; its routes are as many networks, the first of this number."""
    carried = routes if bgp == "up" else 0
    return Transition(
        at=at(seconds),
        virtual_interface_id=vif,
        connection_id=port,
        virtual_interface_state=state,
        bgp={PEER: bgp},
        routes={"ipv4 accepted": carried},
        cause=cause,
        prefixes={
            "ipv4 accepted": frozenset(f"10.{first + each}.0.0/16" for each in range(carried))
        },
    )


def moved(seconds: float, port: str, vif: str = VIF) -> Transition:
    """Return what a call brought about."""
    return was(seconds, port, "pending", "down", "AssociateVirtualInterface", vif=vif)


def survey(seconds: float) -> Call:
    """Return a look at all VIFs."""
    return Call(
        at=at(seconds), operation="DescribeVirtualInterfaces", parameters={}, took_effect=True
    )


def read(seconds: float) -> Call:
    """Return a look at the routes."""
    return Call(
        at=at(seconds), operation="ListVirtualInterfaceRoutes", parameters={}, took_effect=True
    )


def look(seconds: float) -> Call:
    """Return a look at the VIF."""
    named: Raw = {"virtualInterfaceId": VIF}
    return Call(
        at=at(seconds), operation="DescribeVirtualInterfaces", parameters=named, took_effect=True
    )


def sent(seconds: float, port: str, vif: str = VIF, **rest: Any) -> Call:
    """Return an attempt to move the VIF."""
    named: Raw = {"virtualInterfaceId": vif, "connectionId": port}
    facts = {"took_effect": True, **rest}
    return Call(at=at(seconds), operation="AssociateVirtualInterface", parameters=named, **facts)


def told(seconds: float, outcome: str, port: str | None, traffic: str = "yes") -> dict[str, Any]:
    """Return a final event."""
    name = "VIF Migration " + outcome.replace("-", " ").title()
    now = port and {"connectionId": port, "virtualInterfaceState": "available", "bgpPeers": {}}
    return {
        "id": "event-1",
        "detail-type": name,
        "detail": {
            "metadata": {"occurredAt": at(seconds).isoformat(), "migrationId": MIGRATION},
            "data": {
                "subject": {"virtualInterfaceId": VIF},
                "outcome": outcome,
                "now": now,
                "carriesTraffic": traffic,
                "message": f"it is {outcome}",
                "findings": [],
                "evidence": {"htmlUri": f"s3://kept/{PAGE}", "jsonUri": f"s3://kept/{DATA}"},
            },
        },
    }


def in_chat(event: dict[str, Any], **changes: Any) -> tuple[str, str]:
    """Return what chat gets of an event, or a part of it changed."""
    message = {
        "version": "1.0",
        "source": "custom",
        "id": event["id"],
        "content": {"title": event["detail-type"], "description": "By hand."},
        "metadata": {"threadId": event["detail"]["metadata"]["migrationId"]},
    }
    return CHAT, json.dumps({**message, **changes})


def evidence_of(event: dict[str, Any]) -> Evidence:
    """Return what was kept of a migration that ended with this event."""
    data, ended_at = event["detail"]["data"], event["detail"]["metadata"]["occurredAt"]
    return Evidence.model_validate(
        {
            "migrationId": "run-1",
            "requestId": "run-1",
            "executionArn": f"{MACHINE}:run-1",
            "trigger": None,
            "region": "eu-central-1",
            "account": "111122223333",
            "startedAt": START,
            "endedAt": ended_at,
            "subject": {
                "virtualInterfaceId": VIF,
                "virtualInterfaceName": None,
                "sourceConnectionId": SOURCE,
                "targetConnectionId": TARGET,
                "region": "eu-central-1",
                "ownerAccount": "111122223333",
                "requestedBy": "",
                "reason": "",
            },
            "virtualInterfaceType": "private",
            "request": None,
            "outcome": data["outcome"],
            "sentence": data["message"],
            "nextStep": "",
            "carriesTraffic": data["carriesTraffic"],
            "approval": None,
            "before": None,
            "after": data["now"],
            **dict.fromkeys(("findings", "routes", "looks", "steps", "told"), ()),
            **dict.fromkeys(("associations", "codeChanges"), ()),
            "apiCalls": {},
            "interruption": None,
            "timeline": {"startsAt": START, "endsAt": ended_at, "lanes": (), "marks": ()},
        }
    )


def record(
    calls: Sequence[Call],
    transitions: Sequence[Transition],
    event: dict[str, Any] | None,
    asked: Scenario | None = None,
) -> Record:
    """Return a run that ends with its final event."""
    data = event["detail"]["data"] if event else {"outcome": "none"}
    occurred = event["detail"]["metadata"]["occurredAt"] if event else at(60).isoformat()
    error = ERRORS.get(data["outcome"])
    execution: dict[str, Any] = {
        "stateMachineArn": MACHINE,
        "name": MIGRATION,
        "status": "FAILED" if error else "SUCCEEDED",
        "startDate": START,
        "stopDate": datetime.fromisoformat(occurred),
    }
    if error:
        execution["error"] = error
    return Record(
        scenario=asked or scenario(),
        started_at=START,
        state_machine=MACHINE,
        plan_machine="plans",
        executions=[execution],
        histories=[[]],
        service_events=[],
        events=[event] if event else [],
        notifications=[in_chat(event)] if event else [],
        chat_topic=CHAT,
        calls=list(calls),
        transitions=[was(0, OTHER, vif=SIBLING, cause="world"), *transitions],
        connection_ids={},
        evidence={PAGE: "", DATA: evidence_of(event).model_dump_json()} if event else {},
        logs=[],
        locks=[],
        assumptions=(),
        denials=[],
        dead_letters=0,
        data_points=(),
        alarms=ALARMS.get(data["outcome"], ()),
        is_idle=True,
        wall_seconds=0.0,
    )


BEFORE = was(0, SOURCE, cause="world")
PREFLIGHT = [survey(0), read(0), survey(0), read(0), look(0)]
LOOKS = [look(each) for each in (5, 10, 15, 20, 25, 30, 35, 40)]


def succeeded(asked: Scenario | None = None) -> Record:
    """Return a run that went well: landed at once, good after 10 s, held for 30."""
    return record(
        [*PREFLIGHT, sent(0, TARGET), *LOOKS],
        [BEFORE, moved(0, TARGET), was(10, TARGET)],
        told(40, "succeeded", TARGET),
        asked,
    )


def logged(*lines: str) -> Record:
    """Return a run that went well, with these lines in a Lambda's log."""
    return replace(succeeded(), logs=[("Observe", line) for line in lines])


def rolled_back(asked: Scenario | None = None) -> Record:
    """Return a run that never came good on the target, and did on the source."""
    there = [look(each) for each in range(5, 121, 5)]
    back = [look(each) for each in range(120, 161, 5)]
    return record(
        [*PREFLIGHT, sent(0, TARGET), *there, look(120), sent(120, SOURCE), *back],
        [
            BEFORE,
            moved(0, TARGET),
            was(30, TARGET, "down", "down"),
            moved(120, SOURCE),
            was(130, SOURCE),
        ],
        told(160, "rolled-back", SOURCE),
        asked,
    )


def rejected(asked: Scenario | None = None) -> Record:
    """Return a run that touched nothing."""
    run = record(PREFLIGHT[:2], [BEFORE], told(0, "rejected", SOURCE), asked)
    return with_data(run, findings=[{"code": "VLAN_TAKEN", "severity": "block"}])


def with_data(run: Record, **data: Any) -> Record:
    """Return a run whose final event says something else."""
    [event] = run.events
    detail = event["detail"]
    changed = {**event, "detail": {**detail, "data": {**detail["data"], **data}}}
    return replace(run, events=[changed])
