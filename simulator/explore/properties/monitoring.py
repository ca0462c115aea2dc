"""Whether whoever looks after it finds what they look for: properties of logs and alarms."""

import json
from collections.abc import Iterator
from typing import Any

from simulator.explore.case import Case
from simulator.explore.properties.events import LOUD
from vifshift.domain.metrics import MIGRATION_ID
from vifshift.domain.plan_outcome import PlanOutcome

LONGEST_LINE = 200


def every_log_line_names_its_migration(case: Case) -> Iterator[str]:
    """Whatever our Lambdas write is JSON with the name of a migration, metrics included."""
    names = {execution.get("name") for execution in case.record.executions}
    for function, text in case.record.logs:
        line = _parsed(text)
        if not _is_of_lambda(text, line) and line.get(MIGRATION_ID) not in names:
            yield f"{function} wrote {text[:LONGEST_LINE]!r}, which names no migration"


def an_alarm_rings_where_somebody_has_to_look(case: Case) -> Iterator[str]:
    """On a sound platform alarms ring for the outcomes that leave something to be done, alone."""
    if not case.is_platform_sound:
        return
    ends = [*case.record.final_events, *case.record.plan_ends]
    outcomes = {event["detail"]["data"]["outcome"] for event in ends}
    is_loud, rung = bool(outcomes & {*LOUD, PlanOutcome.HALTED}), list(case.record.alarms)
    if is_loud and not rung:
        yield f"it ended {sorted(outcomes)}, and no alarm rang"
    if rung and not is_loud:
        yield f"it ended {sorted(outcomes)}, and rang {rung}"


def nothing_is_denied(case: Case) -> Iterator[str]:
    """Whoever makes a call may make it, by the policies that are deployed."""
    record = case.record
    for denial in dict.fromkeys(record.denials):
        if denial.action not in record.scenario.expect.denied:
            yield denial.message


def _parsed(text: str) -> dict[str, Any]:
    """Return a line that is a JSON object, or an empty one."""
    try:
        line = json.loads(text)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def _is_of_lambda(text: str, line: dict[str, Any]) -> bool:
    """Say whether Lambda itself wrote it: an error that nobody caught, or that time was up."""
    return {"errorType", "requestId", "stackTrace"} <= line.keys() or text.startswith("RequestId: ")
