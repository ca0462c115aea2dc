"""Checks a run against the expectations of its scenario, and against all properties."""

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.explore.properties.catalogue import violations
from simulator.explore.properties.plans import at_once
from simulator.runs.disclosure import disclosed_text, secrets_of
from simulator.runs.record import Record
from simulator.scenarios.model import ExpectedFinding

__all__ = ["disclosed_text", "failures", "secrets_of"]


def failures(record: Record) -> list[str]:
    """Return descriptions of what does not hold."""
    return [*_unexpected(record), *(violation.words for violation in violations(record))]


def _unexpected(record: Record) -> Iterator[str]:
    expect = record.scenario.expect
    if expect.outcome not in {None, record.outcome}:
        yield f"outcome is {record.outcome}, not {expect.outcome}: {record.message}"
    for vif, connection_id in expect.connection_id.items():
        if (actual := record.connection_ids.get(vif)) != connection_id:
            yield f"{vif} is on {actual}, not on {connection_id}"
    yield from _otherwise_planned(record)
    sent = [event["detail-type"] for event in record.events]
    is_apart = [None if record.plans else _migration_of(event) for event in record.events]
    if not lie_in_order(expect.events, list(zip(sent, is_apart, strict=True))):
        yield f"events are {sent}, which do not contain {list(expect.events)} in this order"
    for unwanted in expect.never:
        if unwanted in sent:
            yield f"{unwanted} was sent"
    for piece in expect.cause:
        if piece not in record.message:
            yield f"{piece!r} is not in the cause {record.message!r}"
    ends = [*record.final_events, *record.plan_ends]
    told = [found for event in ends for found in event["detail"]["data"]["findings"]]
    for finding in expect.findings:
        if not any(_is_meant(finding, each) for each in told):
            yield f"{finding!r} is not among the findings {told}"
    yield from _otherwise_permitted(record)
    for operation, number in expect.api_calls.items():
        if (actual_number := sum(call.operation == operation for call in record.calls)) != number:
            yield f"{operation} was called {actual_number} times, not {number}"


def _otherwise_permitted(record: Record) -> Iterator[str]:
    """Yield expected denials that are missing, and unexpected ones."""
    refused = {denial.action for denial in record.denials}
    for action in record.scenario.expect.denied:
        if action not in refused:
            yield f"{action} was never denied"


def _otherwise_planned(record: Record) -> Iterator[str]:
    """Yield where a plan's moves differ from what is expected."""
    expect = record.scenario.expect
    became = record.move_outcomes if expect.moves else {}
    for vif, outcome in expect.moves.items():
        if (actual := became.get(vif)) != outcome:
            yield f"the move of {vif} is {actual}, not {outcome}"
    started = [str(move.request["virtualInterfaceId"]) for move in record.moves]
    if expect.started is not None and started != list(expect.started):
        yield f"moves started in the order {started}, not {list(expect.started)}"
    if expect.most_at_once is not None and at_once(record.moves) != expect.most_at_once:
        yield f"{at_once(record.moves)} moves ran at the same time, not {expect.most_at_once}"


def _is_meant(expected: ExpectedFinding, told: dict[str, Any]) -> bool:
    said = expected.model_dump(by_alias=True, exclude={"message"}, exclude_none=True)
    return said.items() <= told.items() and expected.message in told["message"]


def _migration_of(event: dict[str, Any]) -> str | None:
    """Return the migration that an event reports, None for what people send."""
    detail = event["detail"]
    metadata = detail.get("metadata") if isinstance(detail, dict) else None
    return metadata.get("migrationId") if isinstance(metadata, dict) else None


def lie_in_order(wanted: Sequence[str], sent: Sequence[tuple[str, str | None]]) -> bool:
    """Return whether events were sent in an order.

    `sent` are their names, each with the migration that it reports. Migrations without a plan have
    nothing to do with each other, so that the events of two of them may come in either order.
    """

    def fits(number: int, used: tuple[int, ...]) -> bool:
        if number == len(wanted):
            return True
        for place, (name, migration) in enumerate(sent):
            if name != wanted[number] or place in used:
                continue
            later = (sent[each][1] for each in used if each > place)
            if any(migration is None or other in {None, migration} for other in later):
                continue
            if fits(number + 1, (*used, place)):
                return True
        return False

    return fits(0, ())
