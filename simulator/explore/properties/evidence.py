"""Properties of the evidence: it exists, and agrees with the final event."""

import hashlib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from simulator.cloud import InterruptionKind
from simulator.explore.case import Case
from vifshift.domain.watchdog import WatchdogState
from vifshift.domain.workflow import StateName
from vifshift.reports.migration.model import Evidence


def the_evidence_is_named_and_there(case: Case) -> Iterator[str]:
    """Every final event names its evidence, as page and as data, unless it could not be stored."""
    for event in case.ends:
        named = event["detail"]["data"].get("evidence")
        if named is None:
            if not _may_be_missing(case):
                yield "the final event names no evidence"
            continue
        for uri in (named["htmlUri"], named["jsonUri"]):
            if _key(uri) not in case.record.evidence:
                yield f"the final event names {uri}, which is not there"


def the_evidence_tells_what_the_event_tells(case: Case) -> Iterator[str]:
    """The evidence is valid, and has the final event's outcome, port and traffic status.

    Each end has evidence of its own, also in an execution that was redriven, with the SHA-256
    that the event says.
    """
    for event in case.ends:
        named, data = event["detail"]["data"].get("evidence"), event["detail"]["data"]
        text = case.record.evidence.get(_key(named["jsonUri"])) if named else None
        if text is None:
            continue
        told = named.get("json")
        if told and told["sha256"] != hashlib.sha256(text.encode()).hexdigest():
            yield "the evidence is not what the event has the SHA-256 of"
        try:
            evidence = Evidence.model_validate_json(text)
        except ValidationError as error:
            yield f"the evidence can't be read: {error.error_count()} errors"
            continue
        yield from _differences(evidence, data)


def _differences(evidence: Evidence, data: dict[str, Any]) -> Iterator[str]:
    place = data["now"]["connectionId"] if data["now"] else None
    for name, kept, told in (
        ("outcome", evidence.outcome, data["outcome"]),
        ("message", evidence.sentence, data["message"]),
        ("place", evidence.after and evidence.after.connection_id, place),
        ("traffic", evidence.carries_traffic, data["carriesTraffic"]),
    ):
        if kept != told:
            yield f"the evidence has the {name} {kept}, and the event {told}"


def _may_be_missing(case: Case) -> bool:
    """Return whether a planned fault hit something that the evidence needs.

    A fault of the watchdog's investigation leaves it without a history.
    """
    scenario = case.record.scenario
    needed = {StateName.REPORT.value, WatchdogState.INVESTIGATE.value}
    return any(fault.state in needed for fault in scenario.task_faults) or any(
        each.kind is InterruptionKind.DELETE_FUNCTION and each.function in {"report", "investigate"}
        for each in scenario.interruptions
    )


def _key(uri: str) -> str:
    """Return the key of an object in the bucket."""
    return uri.removeprefix("s3://").partition("/")[2]
