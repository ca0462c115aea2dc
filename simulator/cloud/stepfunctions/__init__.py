"""Repairs of moto's Step Functions interpreter."""

from simulator.cloud.context import CloudContext
from simulator.cloud.stepfunctions import (
    answering,
    cache,
    choices,
    data_limits,
    ends,
    errors,
    expressions,
    finding,
    histories,
    history_limit,
    integrations,
    interrupting,
    listing,
    map_runs,
    nested,
    roles,
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
        finding,
        ends,
        starting,
        stopping,
        interrupting,
        history_limit,
        map_runs,
        nested,
        roles,
        task_faults,
        answering,
        listing,
        histories,
        data_limits,
    )
    for repairs in everything:
        repairs.repair(context)
