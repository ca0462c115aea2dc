"""Repairs of moto's Step Functions interpreter."""

from simulator.core.context import CloudContext
from simulator.moto_ext.stepfunctions import completion as ends
from simulator.moto_ext.stepfunctions import data_limits, expressions, history_limit, nested, roles
from simulator.moto_ext.stepfunctions import executions as finding
from simulator.moto_ext.stepfunctions.distributed_map import listing
from simulator.moto_ext.stepfunctions.distributed_map import map_run as map_runs
from simulator.moto_ext.stepfunctions.faults import interruptions as interrupting
from simulator.moto_ext.stepfunctions.faults import tasks as task_faults
from simulator.moto_fixes.stepfunctions import environment as stopping
from simulator.moto_fixes.stepfunctions import error_names as errors
from simulator.moto_fixes.stepfunctions import histories
from simulator.moto_fixes.stepfunctions import parser_models as starting
from simulator.moto_fixes.stepfunctions import responses as answering
from simulator.moto_fixes.stepfunctions import state_choice as choices
from simulator.moto_fixes.stepfunctions import state_task_service as integrations
from simulator.moto_speed import definitions as cache
from simulator.virtual_time import interpreter as timing


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
