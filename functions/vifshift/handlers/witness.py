"""Reads CloudTrail's records of what others do, and tells what they disturb."""

import json
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import JsonValue

from vifshift.adapters.environment import BUCKET, BUS, OWN, STACK_NAME, TABLE, environment
from vifshift.adapters.event_bus import event_bus
from vifshift.adapters.executions import executions
from vifshift.adapters.outside_table import OutsideTable, outside_table
from vifshift.adapters.report_bucket import report_bucket
from vifshift.domain.model import View
from vifshift.domain.object_keys import MIGRATIONS, report_folder
from vifshift.domain.open_executions import ExecutionKind
from vifshift.domain.outside import OnTheWay, OutsideMark
from vifshift.domain.plan_progress import RUNNING
from vifshift.domain.trail import OutsideCall, recorded_call
from vifshift.events.outside import DisturbedMigration, changed_outside
from vifshift.handlers.runtime import BUILT_AT_ONCE, LONGEST_ID, entry, logger, now_by_the_clock
from vifshift.migration.outside_changes import (
    Found,
    Ours,
    disturbed,
    executions_named,
    names_no_machine,
    watches_the_watchers,
)

SERVICES = "aws."
MIGRATION_MACHINE, PLAN_MACHINE = "migrations", "plans"
"""The state machines' names after the stack's."""


class WitnessInput(View):
    """An event of CloudTrail on the default bus; its `detail` may be anything.

    EventBridge lets nobody but AWS send events of a source that begins with `aws.`, and here
    nothing depends on that: whoever could forge one would be reported, and nothing would be done.
    """

    model_config = BUILT_AT_ONCE

    source: str = ""
    account: str = ""
    detail: JsonValue = None


@entry("detail.eventID", needs=(BUCKET, BUS, OWN, STACK_NAME, TABLE))
@event_parser(model=WitnessInput)
def handler(event: WitnessInput, context: LambdaContext) -> dict[str, Any]:
    """Send an event about somebody else's call; once, if its record comes twice.

    Raises a `CallError` if what it disturbs can't be read: then Lambda tries again.
    """
    now, table = now_by_the_clock(), outside_table()
    call = recorded_call(event.detail) if event.source.startswith(SERVICES) else None
    ours = Ours(environment().stack_name, environment().own)
    if call is None or ours.made(call) or not _concerns_us(call, ours, table):
        return {"isTold": False}
    if not table.claim(call.id, context.aws_request_id, now=now):
        logger.info("repeated", call=call.name)
        return {"isTold": False}
    disturbs = tuple(_described(disturbed(call, _migrations(call, table)), call))
    plans = executions_named(call, environment().stack_name, PLAN_MACHINE)
    plan_id = next((arn.rpartition(":")[2] for arn in plans), None)
    announcement = changed_outside(call, disturbs, plan_id=plan_id, now=now)
    data = announcement.detail.data
    for each in disturbs:
        mark = OutsideMark(at=call.at, change_id=call.id, message=data.message, means=each.means)
        table.mark(each.migration_id, mark, now=now)
        if each.evidence_key:
            report_bucket().keep_mark(each.evidence_key, mark.model_dump_json(indent=2))
    event_bus().send(announcement)
    logger.info("told", call=call.name, reason=data.reason_code, disturbs=len(disturbs))
    return {"isTold": True}


def _concerns_us(call: OutsideCall, ours: Ours, table: OutsideTable) -> bool:
    if call.is_of_network or watches_the_watchers(call) or ours.are_named_by(call):
        return True
    return names_no_machine(call) and any(table.has_open(kind) for kind in ExecutionKind)


def _migrations(call: OutsideCall, table: OutsideTable) -> Iterator[OnTheWay]:
    """Yield the migrations on their way, and the one that last moved the VIF, with its end."""
    moving = list(table.on_their_way())
    yield from moving
    known = {each.execution_arn for each in moving}
    for arn in executions_named(call, environment().stack_name, MIGRATION_MACHINE):
        if arn not in known and (stopped := executions(environment().region).describe(arn)):
            yield OnTheWay(arn, _vif_of(stopped.input))
    vif = call.virtual_interface_id
    last = table.last_mover_of(vif) if call.is_of_network and vif else None
    if last and last.execution_arn not in known:
        described = executions(environment().region).describe(last.execution_arn)
        if described and described.start_date and described.start_date <= call.at:
            yield last._replace(ended_at=described.stop_date)


def _described(found: tuple[Found, ...], call: OutsideCall) -> Iterator[DisturbedMigration]:
    """Yield the migrations that were found, with their plans."""
    for each in found:
        arn = each.migration.execution_arn
        described = executions(environment().region).describe(arn)
        name, key = arn.rpartition(":")[2], None
        has_ended = described is None or described.status not in RUNNING
        if described and described.start_date:
            folder = report_folder(MIGRATIONS, described.start_date, name)
            key = f"{folder}/changed-outside-{call.id}.json"
        yield DisturbedMigration(
            migration_id=name,
            plan_id=_plan_of(described.input) if described else None,
            execution_arn=arn,
            virtual_interface_id=each.migration.virtual_interface_id,
            means=each.means,
            has_ended=has_ended,
            evidence_key=key,
        )


def _vif_of(text: str) -> str:
    """Return the VIF that an execution's input names, or an empty text."""
    given = _read(text)
    asked = given.get("request", given)
    name = asked.get("virtualInterfaceId") if isinstance(asked, dict) else None
    return name if isinstance(name, str) and len(name) <= LONGEST_ID else ""


def _plan_of(text: str) -> str | None:
    """Return the plan that an execution's input names; only a plan starts migrations with one."""
    plan = _read(text).get("plan")
    name = plan.get("planId") if isinstance(plan, dict) else None
    return name if isinstance(name, str) else None


def _read(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
