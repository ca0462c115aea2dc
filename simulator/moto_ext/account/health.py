"""health:DescribeEvents and health:DescribeAffectedEntities."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from moto.utilities.utils import get_partition

from simulator.directconnect.clock import now
from simulator.moto_ext.account.exceptions import AccountApiError
from simulator.moto_ext.account.facts import Action, EventStatus, SimulatedHealthEvent
from simulator.moto_ext.account.models import SimulatedAccount

Record = dict[str, object]

_LARGEST_PAGE_OF_EVENTS = 50
_LARGEST_PAGE_OF_ENTITIES, _USUAL_PAGE_OF_ENTITIES = 100, 10
"""How many there are in a page at most, and where no number is asked for (D and S: 10 entities)."""
_MOST_ARNS, _MOST_VALUES = 10, 99
_EVENT_FILTERS = {
    "eventArns": "arn",
    "eventTypeCodes": "eventTypeCode",
    "services": "service",
    "regions": "region",
    "eventTypeCategories": "eventTypeCategory",
    "eventStatusCodes": "statusCode",
}
_TIME_FILTERS = {"startTimes": "startTime", "endTimes": "endTime", "lastUpdatedTimes": "startTime"}
_ENTITY_FILTERS = ("eventArns", "entityArns", "entityValues", "statusCodes")
# Inferred: the API reference lists an entity's states, and not which event brings which.
_ENTITY_STATUS = {
    EventStatus.OPEN: "IMPAIRED",
    EventStatus.UPCOMING: "PENDING",
    EventStatus.CLOSED: "RESOLVED",
}


def describe_events(backend: SimulatedAccount, parameters: Mapping[str, object]) -> Record:
    """List the events that pass every filter, newest first; of one filter any value will do."""
    backend.permit_in_all(Action.DESCRIBE_EVENTS)
    wanted = _filter(parameters)
    _refuse_unknown(wanted, {*_EVENT_FILTERS, *_TIME_FILTERS, "entityValues"})
    entities = _values(wanted, "entityValues")
    found = [
        record
        for event, record in _events(backend)
        if all(_one_of(_values(wanted, name), record[key]) for name, key in _EVENT_FILTERS.items())
        and all(_in_range(wanted.get(name), record.get(key)) for name, key in _TIME_FILTERS.items())
        and (not entities or set(entities) & set(event.entities))
    ]
    start, end, rest = _page(
        len(found), parameters, _LARGEST_PAGE_OF_EVENTS, _LARGEST_PAGE_OF_EVENTS
    )
    return {"events": found[start:end], **rest}


def describe_affected_entities(
    backend: SimulatedAccount, parameters: Mapping[str, object]
) -> Record:
    """List what the named events are about; an event that is not there has nothing."""
    backend.permit_in_all(Action.DESCRIBE_AFFECTED_ENTITIES)
    wanted = _filter(parameters)
    _refuse_unknown(wanted, set(_ENTITY_FILTERS))
    if not 1 <= len(_values(wanted, "eventArns")) <= _MOST_ARNS:
        raise AccountApiError(
            "ValidationException", f"filter.eventArns: 1 to {_MOST_ARNS} are needed"
        )
    for name in ("entityArns", "entityValues"):
        if len(_values(wanted, name)) > _MOST_VALUES:
            raise AccountApiError("ValidationException", f"filter.{name}: at most {_MOST_VALUES}")
    arns, entity_arns, values, codes = (_values(wanted, name) for name in _ENTITY_FILTERS)
    found = [
        (event, record, value)
        for event, record in _events(backend)
        if _one_of(arns, record["arn"]) and _one_of(codes, _ENTITY_STATUS[event.status_code])
        for value in event.entities
        if _one_of(values, value)
        and (not entity_arns or _entity_arn(backend, record, value) in entity_arns)
    ]
    # An event may name thousands, of which a page shows a hundred at most.
    start, end, rest = _page(
        len(found), parameters, _USUAL_PAGE_OF_ENTITIES, _LARGEST_PAGE_OF_ENTITIES
    )
    return {"entities": [_entity(backend, *each) for each in found[start:end]], **rest}


def _events(backend: SimulatedAccount) -> list[tuple[SimulatedHealthEvent, Record]]:
    if any(facts.health_events is None for facts in backend.worlds.values()):
        # The code is the API reference's; the sentence is that of the Support API (seen).
        raise AccountApiError(
            "SubscriptionRequiredException",
            "Amazon Web Services Premium Support Subscription is required to use this service.",
        )
    events = [
        (event, event.region or home)
        for home, facts in backend.worlds.items()
        for event in facts.health_events or ()
    ]
    known = [
        (event, _record(backend, event, region, number))
        for number, (event, region) in enumerate(events, 1)
        if event.announced_at is None or event.announced_at <= now()
    ]
    return sorted(known, key=lambda each: each[0].updated_at, reverse=True)


def _record(
    backend: SimulatedAccount, event: SimulatedHealthEvent, region: str, number: int
) -> Record:
    code = event.event_type_code
    record: Record = {
        "arn": f"arn:{get_partition(region)}:health:{region}::event/{event.service}/{code}"
        f"/{code}_{number:04}",
        "service": event.service,
        "eventTypeCode": code,
        "eventTypeCategory": event.category,
        "region": region,
        "lastUpdatedTime": event.updated_at,
        "statusCode": event.status_code.value,
        "eventScopeCode": event.scope,
    }
    if event.start_time is not None:
        record["startTime"] = event.start_time.timestamp()
    if event.end_time is not None:
        record["endTime"] = event.end_time.timestamp()
    return record


def _entity(
    backend: SimulatedAccount, event: SimulatedHealthEvent, record: Record, value: str
) -> Record:
    return {
        "entityArn": _entity_arn(backend, record, value),
        "eventArn": record["arn"],
        "entityValue": value,
        "awsAccountId": backend.account_id,
        "lastUpdatedTime": record["lastUpdatedTime"],
        "statusCode": _ENTITY_STATUS[event.status_code],
    }


def _entity_arn(backend: SimulatedAccount, record: Record, value: str) -> str:
    region = str(record["region"])
    return f"arn:{get_partition(region)}:health:{region}:{backend.account_id}:entity/{value}"


def _filter(parameters: Mapping[str, object]) -> Mapping[str, object]:
    wanted = parameters.get("filter")
    return wanted if isinstance(wanted, Mapping) else {}


def _refuse_unknown(wanted: Mapping[str, object], known: set[str]) -> None:
    """Refuse a filter that is not simulated: to pass over it would answer too much."""
    for name in sorted(wanted.keys() - known):
        raise AccountApiError("ValidationException", f"filter.{name} is not simulated")


def _values(wanted: Mapping[str, object], name: str) -> list[object]:
    values = wanted.get(name)
    return list(values) if isinstance(values, list) else []


def _one_of(values: Sequence[object], actual: object) -> bool:
    return not values or actual in values


def _in_range(ranges: object, actual: object) -> bool:
    if not isinstance(ranges, list) or not ranges:
        return True
    if not isinstance(actual, float):
        return False
    return any(
        _seconds(each.get("from"), actual) <= actual <= _seconds(each.get("to"), actual)
        for each in ranges
    )


def _seconds(moment: object, default: float) -> float:
    if isinstance(moment, int | float):
        return float(moment)
    if isinstance(moment, str):
        told = datetime.fromisoformat(moment)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    return default


def _page(
    number: int, parameters: Mapping[str, object], usual: int, largest: int
) -> tuple[int, int, Record]:
    """Return where a page of so many begins and ends, and the token of the next one, if any."""
    token, most = parameters.get("nextToken"), parameters.get("maxResults")
    start = 0
    if token is not None:
        text = str(token).removeprefix("page-")
        if not text.isdecimal() or not 0 < int(text) < number:
            raise AccountApiError(
                "InvalidPaginationToken", f"The pagination token {token} is not valid."
            )
        start = int(text)
    end = start + min(most if isinstance(most, int) else usual, largest)
    return start, end, {"nextToken": f"page-{end}"} if end < number else {}
