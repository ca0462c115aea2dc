"""Properties of monitoring: logs, alarms and permissions."""

import json
from collections.abc import Iterator
from typing import Any

from simulator.explore.case import Case
from simulator.explore.properties.answers import answers_of, names_in, requests_of
from simulator.explore.properties.events import LOUD
from vifshift.domain.metrics import MIGRATION_ID
from vifshift.domain.plan_outcome import PlanOutcome

LONGEST_LINE = 200
SWEEP = "FunctionsSweep"
"""A part of the name of the function that looks at all migrations and plans."""


WATCHDOG = "watchdog"
"""A part of the names of the state machines that look after what is interrupted."""


def every_log_line_names_its_migration(case: Case) -> Iterator[str]:
    """Every log line of our Lambdas, metrics included, is JSON that names a migration.

    A line about an answer, an event with a request, or another's call names that, or what it names,
    even if there is no such migration. The sweep's own metrics are of no migration.
    """
    names = {execution.get("name") for execution in case.record.executions}
    calls = (each["detail"] for each in case.record.service_events)
    names.update(call["eventID"] for call in calls if "eventID" in call)
    names.update(name for answer in answers_of(case.record) for name in names_in(answer))
    names.update(name for request in requests_of(case.record) for name in names_in(request))
    for function, text in case.record.logs:
        line = _parsed(text)
        known = {*names, ""} if SWEEP in function and "_aws" in line else names
        if not _is_of_lambda(text, line) and line.get(MIGRATION_ID) not in known:
            yield f"{function} wrote {text[:LONGEST_LINE]!r}, which names no migration"


def an_alarm_rings_where_somebody_has_to_look(case: Case) -> Iterator[str]:
    """Without platform faults, alarms fire for the outcomes that need action, and for no others.

    A watchdog that somebody has started by hand for nothing fails, which has an alarm of its own.
    """
    if not case.is_platform_sound:
        return
    ends = [*case.record.final_events, *case.record.plan_ends]
    outcomes = {event["detail"]["data"]["outcome"] for event in ends}
    is_refused = any(map(_is_failed_watchdog, case.record.executions))
    is_loud = is_refused or bool(outcomes & {*LOUD, PlanOutcome.HALTED})
    rung = list(case.record.alarms)
    if is_loud and not rung:
        yield f"it ended {sorted(outcomes)}, and no alarm fired"
    if rung and not is_loud:
        yield f"it ended {sorted(outcomes)}, and {rung} fired"


def _is_failed_watchdog(execution: dict[str, Any]) -> bool:
    return WATCHDOG in execution["stateMachineArn"] and execution["status"] == "FAILED"


def nothing_is_denied(case: Case) -> Iterator[str]:
    """The deployed policies allow every call that is made."""
    record = case.record
    for denial in dict.fromkeys(record.denials):
        if denial.action not in record.scenario.expect.denied:
            yield denial.message


def _parsed(text: str) -> dict[str, Any]:
    """Return a line as a JSON object, or an empty object."""
    try:
        line = json.loads(text)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def _is_of_lambda(text: str, line: dict[str, Any]) -> bool:
    """Return whether Lambda itself wrote it: an uncaught error, or a timeout."""
    return {"errorType", "requestId", "stackTrace"} <= line.keys() or text.startswith("RequestId: ")
