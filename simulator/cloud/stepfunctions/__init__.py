"""Repairs of moto's Step Functions interpreter."""

from simulator.cloud.context import CloudContext
from simulator.cloud.stepfunctions import (
    answering,
    cache,
    choices,
    errors,
    expressions,
    histories,
    integrations,
    interrupting,
    starting,
    stopping,
    task_faults,
    timing,
)


def repair(context: CloudContext) -> None:
    """Make state machines run as AWS runs them, on the cloud's clock."""
    everything = (
        timing,
        cache,
        expressions,
        choices,
        integrations,
        errors,
        starting,
        stopping,
        interrupting,
        task_faults,
        answering,
        histories,
    )
    for repairs in everything:
        repairs.repair(context)
