"""All repairs of moto, in the order in which they are made.

Where two of them wrap the same method, the later one is the outer one.
"""

import os
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from simulator.core.context import CloudContext
from simulator.core.repairs import Repair, RepairKind, extension
from simulator.moto_ext.account.install import REPAIRS as ACCOUNT
from simulator.moto_ext.awslambda import invocation, reservations
from simulator.moto_ext.awslambda.runtime import LambdaRuntime
from simulator.moto_ext.cloudformation import types
from simulator.moto_ext.cloudtrail import trail
from simulator.moto_ext.cloudwatch import direct_connect, metrics, simulated_alarms
from simulator.moto_ext.eventbridge import patterns, publishing, schedules, status_events
from simulator.moto_ext.iam import creation_checks, enforcement
from simulator.moto_ext.limits import functions, messages, names, policies, templates
from simulator.moto_ext.stepfunctions import (
    completion,
    data_limits,
    executions,
    expressions,
    history_limit,
    nested,
    redrive,
    roles,
)
from simulator.moto_ext.stepfunctions.distributed_map import listing, map_run
from simulator.moto_ext.stepfunctions.faults import interruptions, tasks
from simulator.moto_fixes.awslambda import models as awslambda
from simulator.moto_fixes.cloudformation import models as cloudformation
from simulator.moto_fixes.cloudformation import parsing, updates
from simulator.moto_fixes.events import models as events
from simulator.moto_fixes.kms import models as kms
from simulator.moto_fixes.logs import models as logs
from simulator.moto_fixes.s3 import models as s3
from simulator.moto_fixes.stepfunctions import (
    asl_parser,
    environment,
    error_names,
    parser_models,
    responses,
    state_choice,
    state_task_service,
)
from simulator.moto_fixes.stepfunctions import models as stepfunctions
from simulator.moto_speed import (
    caching,
    definitions,
    direct_calls,
    event_patterns,
    jsonata_paths,
    private_keys,
    request_setup,
    response_writing,
    shared_clients,
    transactions,
)
from simulator.moto_speed import templates as template_parsing
from simulator.virtual_time import backends, interpreter

SPEED_VARIABLE: Final = "SIMULATOR_SPEED"
"""Set to `off`, nothing is done that only makes the simulator faster."""

LEFT_OUT_VARIABLE: Final = "SIMULATOR_WITHOUT_REPAIR"
"""The name of a repair that is not made, to see whether moto still needs it."""


class RepairModule(Protocol):
    """A module that repairs moto."""

    @property
    def __name__(self) -> str:
        """Return the module's name."""

    @property
    def REPAIRS(self) -> tuple[Repair, ...]:
        """Return what is replaced or added, and why."""

    def repair(self, context: CloudContext) -> None:
        """Repair moto for one cloud; the context's patches undo it."""


MODULES: Final[tuple[RepairModule, ...]] = (
    backends,
    caching,
    request_setup,
    direct_calls,
    private_keys,
    response_writing,
    shared_clients,
    transactions,
    enforcement,
    trail,
    interpreter,
    asl_parser,
    definitions,
    expressions,
    jsonata_paths,
    state_choice,
    state_task_service,
    error_names,
    executions,
    completion,
    parser_models,
    environment,
    interruptions,
    history_limit,
    map_run,
    nested,
    roles,
    tasks,
    responses,
    listing,
    data_limits,
    names,
    policies,
    functions,
    messages,
    templates,
    types,
    parsing,
    s3,
    kms,
    updates,
    template_parsing,
    cloudformation,
    creation_checks,
    events,
    event_patterns,
    logs,
    stepfunctions,
    awslambda,
    reservations,
    publishing,
    patterns,
    schedules,
    status_events,
    redrive,
    metrics,
    direct_connect,
    simulated_alarms,
)

DIRECT_CONNECT: Final = (
    extension(
        "moto.directconnect.models:directconnect_backends",
        lacks="12 of Direct Connect's 73 operations are there: no virtual interface, no location "
        "and no gateway.",
        test="directconnect/test_install.py",
    ),
)
"""Declared here, since `simulator.directconnect` knows nothing of the rest of the simulator."""


def all_repairs() -> Iterator[tuple[str, Repair]]:
    """Yield every repair with its name: its module's name and its place in it, from 1."""
    declared = (
        *((module.__name__, module.REPAIRS) for module in MODULES),
        (invocation.__name__, invocation.REPAIRS),
        ("simulator.moto_ext.account.install", ACCOUNT),
        ("simulator.directconnect.install", DIRECT_CONNECT),
    )
    for module, repairs in declared:
        for number, repair in enumerate(repairs, 1):
            yield f"{module.removeprefix('simulator.')}#{number}", repair


def left_out(*, speed: bool) -> Callable[[Repair], bool]:
    """Return which repairs are not made: the named one, and those for speed if it is off."""
    named = os.environ.get(LEFT_OUT_VARIABLE)
    without = [repair for name, repair in all_repairs() if name == named]
    if named and not without:
        raise ValueError(f"{LEFT_OUT_VARIABLE}: there is no repair {named}")

    def is_left_out(repair: Repair) -> bool:
        return repair in without or (not speed and repair.kind is RepairKind.SPEED)

    return is_left_out


def is_fast() -> bool:
    """Return whether the environment leaves the simulator its speed."""
    return os.environ.get(SPEED_VARIABLE) != "off"


def repair_all(context: CloudContext, runtime: LambdaRuntime) -> None:
    """Repair moto for one cloud; the context's patches undo it."""
    for module in MODULES:
        with context.patches.declared(module.REPAIRS):
            module.repair(context)
    with context.patches.declared(invocation.REPAIRS):
        invocation.repair(context, runtime)
