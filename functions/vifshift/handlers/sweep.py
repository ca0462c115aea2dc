"""Finds the executions that have ended without having been struck off."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.environment import PLAN_WATCHDOG, TABLE, WATCHDOG, environment
from vifshift.adapters.executions import executions, own_executions
from vifshift.adapters.open_executions import open_executions
from vifshift.domain.errors import CallThrottled
from vifshift.domain.metrics import MIGRATION_ID
from vifshift.domain.model import Model
from vifshift.domain.open_executions import ExecutionKind, attempt_of, due, name_of_watchdog
from vifshift.domain.plan_progress import RUNNING
from vifshift.handlers.runtime import BUILT_AT_ONCE, entry, logger


class SweepInput(Model):
    """When the sweep was due."""

    model_config = BUILT_AT_ONCE

    at: datetime


@entry(
    needs=(PLAN_WATCHDOG, TABLE, WATCHDOG),
    made_ahead=(open_executions, own_executions),
)
@event_parser(model=SweepInput)
def handler(event: SweepInput, context: LambdaContext) -> dict[str, Any]:
    """Start a watchdog for each execution that has ended; raises a `CallError`.

    Where Step Functions throttles, the rest is left to the next sweep.
    """
    table = open_executions()
    found = [(kind, arn) for kind in ExecutionKind for arn in table.arns(kind)]
    try:
        started = [arn for kind, arn in due(found, event.at) if _look_after(kind, arn, event.at)]
    except CallThrottled:
        logger.info("throttled")
        return {"open": len(found), "started": None}
    return {"open": len(found), "started": len(started)}


def _look_after(kind: ExecutionKind, arn: str, now: datetime) -> bool:
    """Start a watchdog if the execution has ended, and return whether one was started."""
    steps = executions(environment().region)
    described = steps.describe(arn)
    if described is None or described.status in RUNNING:
        return False
    ended_at = described.stop_date or now
    attempt = attempt_of(ended_at, now)
    is_plan = kind is ExecutionKind.PLAN
    is_new = steps.start(
        environment().plan_watchdog if is_plan else environment().watchdog,
        name_of_watchdog(arn, ended_at, attempt),
        {"execution": {"arn": arn}},
    )
    logger.thread_safe_append_keys(**{MIGRATION_ID: arn.rpartition(":")[2]})
    logger.info("found", status=described.status, attempt=attempt)
    return is_new
