"""All the repairs, in the order in which they are made."""

from simulator.core.context import CloudContext
from simulator.moto_ext import limits, stepfunctions
from simulator.moto_ext.awslambda import invocation as invoking
from simulator.moto_ext.awslambda.runtime import LambdaRuntime
from simulator.moto_ext.cloudwatch import metrics
from simulator.moto_ext.eventbridge import publishing, schedules, status_events
from simulator.moto_ext.iam import enforcement as enforcing
from simulator.moto_fixes.cloudformation import models as cloudformation
from simulator.moto_speed import caching, direct_calls, transactions
from simulator.moto_speed import request_setup as shortcuts
from simulator.virtual_time import backends as moto_wide


def repair(context: CloudContext, runtime: LambdaRuntime) -> None:
    """Repair moto for one cloud; the context's patches undo it."""
    moto_wide.repair(context)
    caching.repair(context)
    shortcuts.repair(context)
    direct_calls.repair(context)
    transactions.repair(context)
    enforcing.repair(context)
    stepfunctions.repair(context)
    limits.repair(context)
    cloudformation.repair(context)
    publishing.repair(context)
    schedules.repair(context)
    status_events.repair(context)
    metrics.repair(context)
    invoking.repair(context, runtime)
