"""Secrets in AWS's error texts reach no event, evidence, notification, log or execution.

The history of an execution has what Step Functions itself has recorded of its own calls. What our
functions raise is in there as well, so where they are what fails, the whole history is looked at.
"""

import json
from typing import Any

import pytest

from simulator.cloud import ExecutionInterruption, InterruptionKind, TaskFault
from simulator.directconnect import Fault, FaultError
from simulator.runs.disclosure import disclosed_text
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario, load, named
from tests.sampling import sampled

BGP_KEY, TOKEN = "0xzxgA9YoW9h58u8SvOmXRTw", "AQoDYXdzEJr1K+abc=="
PLANTED = (BGP_KEY, TOKEN, "a-secret-that-must-not-leak", "plain words")
MESSAGE = (
    f"The authKey {BGP_KEY} was refused, with token {TOKEN}, a-secret-that-must-not-leak and "
    "<bgp_auth_key>plain words</bgp_auth_key>"
)
READS = (
    "DescribeVirtualInterfaces",
    "DescribeConnections",
    "DescribeLags",
    "DescribeDirectConnectGatewayAttachments",
    "ListVirtualInterfaceRoutes",
)
REFUSALS = (FaultError.SERVER, FaultError.CLIENT, FaultError.ACCESS_DENIED, FaultError.THROTTLING)
DIRECT = [
    ("happy-path-dual-stack-lag", "Claim request"),
    ("happy-path-dual-stack-lag", "Lock gateway"),
    ("happy-path-dual-stack-lag", "Announce start"),
    ("siblings-at-once", "Who holds it?"),
    ("siblings-at-once", "Is holder running?"),
    ("moves-in-order", "Claim plan"),
    ("moves-in-order", "Announce plan start"),
    ("moves-in-order", "Run migration"),
    ("moves-in-order", "Conclude plan"),
]


def failing(error: FaultError, *calls: int, operations: tuple[str, ...] = READS) -> list[Fault]:
    return [
        Fault(operation=each, calls=calls or None, error=error, message=MESSAGE)
        for each in operations
    ]


def run(session: Session, name: str, **changes: Any) -> Record:
    return session.run(load(named(name)).model_copy(update=changes))


def leaks(shown: str) -> list[str]:
    return [secret for secret in PLANTED if secret in shown]


@pytest.mark.parametrize("error", sampled(REFUSALS))
@pytest.mark.parametrize(
    "name",
    [
        "happy-path-dual-stack-lag",
        *sampled(["bgp-never-comes-up", "moves-in-order", "rollback-fails-too"], 0),
    ],
)
def test_no_secret_in_an_error_of_a_read_goes_any_further(
    session: Session, name: str, error: FaultError
) -> None:
    record = run(session, name, faults=(*failing(error, 1, 4, 5, 6, 9, 12, 20, 40),))

    assert MESSAGE[:12] in disclosed_text(record)
    assert leaks(disclosed_text(record)) == []


@pytest.mark.parametrize("error", sampled(REFUSALS))
@pytest.mark.parametrize("calls", sampled([[1], [2, 3, 4, 5]]))
def test_no_secret_in_an_error_of_the_call_goes_any_further(
    session: Session, error: FaultError, calls: list[int]
) -> None:
    """The first call is that of the move, and those after it are the rollback's."""
    faults = failing(error, *calls, operations=("AssociateVirtualInterface",))

    record = run(session, "bgp-never-comes-up", faults=tuple(faults))

    assert leaks(disclosed_text(record)) == []
    assert MESSAGE[:12] in disclosed_text(record)


def test_no_secret_goes_any_further_once_an_execution_was_stopped(session: Session) -> None:
    stop = ExecutionInterruption(
        at=20, kind=InterruptionKind.STOP, error="Stopped", cause=f"stopped: {MESSAGE}"
    )
    faults = [Fault(operation=READS[0], error=FaultError.SERVER, message=MESSAGE, from_=20, to=200)]

    record = run(session, "happy-path-dual-stack-lag", interruptions=(stop,), faults=tuple(faults))

    assert record.outcome == "interrupted"
    assert leaks(_told(record)) == []


@pytest.mark.parametrize(("name", "state"), sampled(DIRECT, 2))
def test_no_secret_in_an_error_of_a_state_s_own_call_goes_any_further(
    session: Session, name: str, state: str
) -> None:
    fault = TaskFault(state=state, error="DynamoDB.InternalServerError", cause=MESSAGE)

    record = run(session, name, task_faults=(fault,))

    assert leaks(_told(record)) == []
    assert record.final_events or record.plan_ends


def _told(record: Record) -> str:
    """Return what is told to anybody, and how the executions ended by themselves."""
    ends = [
        {name: each.get(name) for name in ("error", "cause", "output")}
        for each in record.executions
        if each["status"] != "ABORTED"
    ]
    told = (record.events, record.notifications, record.evidence, record.logs, ends)
    return json.dumps(told, default=str)


def test_the_planted_secrets_would_be_found(session: Session) -> None:
    scenario = load(named("dry-run"))
    request = dict(_request(scenario), reason=f"see {BGP_KEY}")
    trigger = scenario.trigger.model_copy(update={"request": request})

    record = session.run(scenario.model_copy(update={"trigger": trigger}))

    assert leaks(_told(record)) == [BGP_KEY]
    assert leaks(disclosed_text(record)) == [BGP_KEY]


def _request(scenario: Scenario) -> dict[str, Any]:
    request = scenario.trigger.request
    assert isinstance(request, dict)
    return request
