"""Says where a run is not what its scenario, or any scenario, expects."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from simulator.runner import Record
from simulator.scenario import ExpectedFinding

SECRETS = {"authKey", "customerRouterConfig", "cak", "ckn"}


def failures(record: Record) -> list[str]:
    """Return what does not hold, in words; nothing where all is well."""
    return [*_unexpected(record), *_never_right(record)]


def secrets_of(value: object) -> Iterator[str]:
    """Yield every secret in a world, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in SECRETS and isinstance(inner, str):
                yield inner
            else:
                yield from secrets_of(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from secrets_of(inner)


def traces(record: Record) -> str:
    """Return all that a run shows to anyone, as one text: events, execution, history, logs."""
    shown: list[Any] = [record.events, record.execution, record.history, record.logs]
    return json.dumps(shown, default=str)


def _unexpected(record: Record) -> Iterator[str]:
    expect = record.scenario.expect
    if record.outcome != expect.outcome:
        yield f"outcome is {record.outcome}, not {expect.outcome}: {record.message}"
    for vif, connection_id in expect.connection_id.items():
        if (actual := record.connection_ids.get(vif)) != connection_id:
            yield f"{vif} is on {actual}, not on {connection_id}"
    sent = [event["detail-type"] for event in record.events]
    if not _lie_in_order(expect.events, sent):
        yield f"events are {sent}, and do not have in this order {list(expect.events)}"
    for unwanted in expect.never:
        if unwanted in sent:
            yield f"{unwanted} was sent"
    for piece in expect.cause:
        if piece not in record.message:
            yield f"{piece!r} is not in the cause {record.message!r}"
    told = [found for event in record.final_events for found in event["detail"]["data"]["findings"]]
    for finding in expect.findings:
        if not any(_is_meant(finding, each) for each in told):
            yield f"{finding!r} is not among the findings {told}"
    for operation, number in expect.api_calls.items():
        if (actual_number := sum(call.operation == operation for call in record.calls)) != number:
            yield f"{operation} was called {actual_number} times, not {number}"


def _never_right(record: Record) -> Iterator[str]:
    """Yield what no run may show, whatever its scenario says."""
    if not record.is_idle or (record.execution and record.execution["status"] == "RUNNING"):
        yield "the execution did not end"
    if record.execution and len(record.final_events) != 1:
        yield f"{len(record.final_events)} final events were sent, not one"
    yield from _lies(record)
    if record.locks:
        yield f"still locked: {', '.join(record.locks)}"
    shown = traces(record)
    worlds = [world.model_dump(mode="json", by_alias=True) for world in record.scenario.worlds]
    if any(secret in shown for secret in secrets_of(worlds)):
        yield "a secret of the world can be seen"


def _lies(record: Record) -> Iterator[str]:
    """Yield where a final event does not tell what is true of the VIF at that time."""
    for event in record.final_events:
        told = event["detail"]["data"]
        vif = told["subject"]["virtualInterfaceId"]
        known = [each for each in record.transitions if each.virtual_interface_id == vif]
        if not known:
            continue
        truth = known[-1]
        if told["now"] and told["now"]["connectionId"] != truth.connection_id:
            yield f"told to be on {told['now']['connectionId']}, is on {truth.connection_id}"
        up = [status == "up" for status in truth.bgp.values()]
        flows = truth.virtual_interface_state == "available" and any(up)
        possible = {"unknown", "yes" if flows and all(up) else "partly" if flows else "no"}
        # Routes may be missing, of which the states say nothing.
        possible |= {"partly"} if flows else set()
        if told["carriesTraffic"] not in possible:
            yield f"told that traffic flows: {told['carriesTraffic']}, which is not so"


def _is_meant(expected: ExpectedFinding, told: dict[str, Any]) -> bool:
    said = expected.model_dump(by_alias=True, exclude={"message"}, exclude_none=True)
    return said.items() <= told.items() and expected.message in told["message"]


def _lie_in_order(wanted: Sequence[str], sent: Sequence[str]) -> bool:
    rest = iter(sent)
    return all(name in rest for name in wanted)
