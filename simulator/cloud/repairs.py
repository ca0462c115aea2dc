"""All the repairs, in the order in which they are made."""

from simulator.cloud import (
    caching,
    direct_calls,
    limits,
    metrics,
    moto_wide,
    shortcuts,
    stepfunctions,
    transactions,
)
from simulator.cloud.cloudformation import repairs as cloudformation
from simulator.cloud.context import CloudContext
from simulator.cloud.eventbridge import publishing, schedules, status_events
from simulator.cloud.iam import enforcing
from simulator.cloud.lambdas import invoking
from simulator.cloud.lambdas.runtime import LambdaRuntime


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
