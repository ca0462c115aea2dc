"""PutEvents as AWS does it: its checks, its envelope, its matching."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend, events_backends
from moto.moto_api._internal import mock_random

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.eventbridge.delivery import Delivery

# Raised from 256 KB in January 2026.
SIZE_LIMIT: Final = 1_048_576
_MOST_ENTRIES: Final = 10
_TIME_SIZE: Final = 14
_REQUIRED: Final = ("Source", "DetailType", "Detail")
_DEFAULT_BUS: Final = "default"
# Of services alone (AWS: API reference, PutEventsResultEntry).
_RESERVED: Final = "aws."


REPAIRS: Final = (
    extension(
        "moto.events.models:EventsBackend.put_events",
        lacks="Events reach some kinds of targets only, at once, without retries, dead letters or "
        "input transformers' templates, and entries are hardly checked.",
        test="moto_ext/eventbridge/test_events.py::test_what_a_target_refuses_goes_to_the_dead_letters",
    ),
)


def repair(context: CloudContext) -> None:
    """Publish to every kind of target, later and on the cloud's clock."""

    def put_events(self: Any, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(events) > _MOST_ENTRIES:
            raise JsonRESTError(
                "ValidationException",
                "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed "
                "to satisfy constraint: Member must have length less than or equal to 10",
            )
        if sum(map(entry_size, events)) >= SIZE_LIMIT:
            raise JsonRESTError(
                "ValidationException", "Total size of the entries in the request is over the limit."
            )
        return [_put(context, self, entry) for entry in events]

    context.patches.set(EventsBackend, "put_events", put_events)


def entry_size(entry: Mapping[str, Any]) -> int:
    """Count an entry's bytes as "Calculating Amazon EventBridge event size" says."""
    texts = [str(entry.get(name) or "") for name in _REQUIRED]
    texts += [str(resource) for resource in entry.get("Resources") or []]
    return sum(len(text.encode()) for text in texts) + (_TIME_SIZE if entry.get("Time") else 0)


def _put(
    context: CloudContext,
    backend: Any,
    entry: Mapping[str, Any],
    *,
    account: str | None = None,
    deliveries: int = 1,
) -> dict[str, Any]:
    for name in _REQUIRED:
        if not entry.get(name):
            return {
                "ErrorCode": "InvalidArgument",
                "ErrorMessage": f"Parameter {name} is not valid. "
                f"Reason: {name} is a required argument.",
            }
    if str(entry["Source"]).startswith(_RESERVED):
        return {
            "ErrorCode": "NotAuthorizedForSourceException",
            "ErrorMessage": "Not authorized for the source.",
        }
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    bus_name = str(entry.get("EventBusName") or _DEFAULT_BUS).split("event-bus/")[-1]
    time = _time(entry.get("Time"), context.clock.now())
    resources = list(entry.get("Resources") or [])
    event = _envelope(backend, entry["Source"], entry["DetailType"], time, resources, detail)
    event["account"] = account or event["account"]
    context.published_events.append({**event, "bus": bus_name})
    for _ in range(deliveries):
        _accept(context, backend, bus_name, event)
    return {"EventId": event["id"]}


def publish_as(
    context: CloudContext, entry: Mapping[str, Any], account: str, deliveries: int
) -> None:
    """Publish an event that comes from an account, and is delivered a number of times.

    Whether the bus lets that account send it is not judged. EventBridge delivers at least once: a
    target may be invoked several times with one event (AWS: EventBridge user guide).
    """
    backends: Any = events_backends
    backend = backends[context.account][context.region]
    _put(context, backend, entry, account=account, deliveries=deliveries)


def publish_of_service(
    context: CloudContext,
    source: str,
    detail_type: str,
    resources: list[str],
    detail: dict[str, Any],
) -> None:
    """Publish what an AWS service tells by itself, on the account's default bus."""
    backends: Any = events_backends
    backend = backends[context.account][context.region]
    time = _time(None, context.clock.now())
    event = _envelope(backend, source, detail_type, time, resources, detail)
    context.service_events.append({**event, "bus": _DEFAULT_BUS})
    asleep, context.asleep[:] = list(context.asleep), []
    for wake in asleep:
        wake()
    _accept(context, backend, _DEFAULT_BUS, event)


def publish_recorded(
    context: CloudContext, source: str, detail_type: str, record: dict[str, Any]
) -> None:
    """Publish a record of CloudTrail on the account's default bus; it wakes nobody."""
    backends: Any = events_backends
    backend = backends[context.account][context.region]
    event = _envelope(backend, source, detail_type, str(record["eventTime"]), [], record)
    context.service_events.append({**event, "bus": _DEFAULT_BUS})
    _accept(context, backend, _DEFAULT_BUS, event)


def replay(context: CloudContext, event: Mapping[str, Any], name: str = "replay") -> None:
    """Send an event that was published before to the rules of its bus, as an archive's replay does.

    It is the same event, id and time included, and says in `replay-name` that it comes from an
    archive (AWS: EventBridge user guide, "Archiving and replaying events").
    """
    backends: Any = events_backends
    backend = backends[context.account][context.region]
    envelope = {key: value for key, value in event.items() if key != "bus"}
    _route(context, backend, str(event["bus"]), {**envelope, "replay-name": name})


def _envelope(
    backend: Any,
    source: str,
    detail_type: str,
    time: str,
    resources: list[str],
    detail: dict[str, Any],
) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(mock_random.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": backend.account_id,
        "time": time,
        "region": backend.region_name,
        "resources": resources,
        "detail": detail,
    }


def _accept(context: CloudContext, backend: Any, bus_name: str, event: dict[str, Any]) -> None:
    """Send an envelope to the rules as often, and as late, as the planned faults let it come."""
    for delay in context.fault_plan.arrivals(event):
        if delay:
            context.clock.call_later(delay, partial(_route, context, backend, bus_name, event))
        else:
            _route(context, backend, bus_name, event)


def _route(context: CloudContext, backend: Any, bus_name: str, event: dict[str, Any]) -> None:
    """Send an envelope to the rules of a bus; a bus that is not there drops it, as AWS does."""
    bus = backend.event_buses.get(bus_name)
    for rule in list(bus.rules.values()) if bus is not None else []:
        # A rule with a schedule alone has an empty pattern, which moto takes for "any event".
        if rule.state == "DISABLED" or not rule.event_pattern.get_pattern():
            continue
        if rule.event_pattern.matches_event(event):
            for target in rule.targets:
                Delivery(dict(target), event, rule.arn).start(context)


def _time(given: Any, now: datetime) -> str:
    moment = now
    if isinstance(given, (int, float)):
        moment = datetime.fromtimestamp(given, UTC)
    elif isinstance(given, str):
        try:
            moment = datetime.fromtimestamp(float(given), UTC)
        except ValueError:
            moment = datetime.fromisoformat(given)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
