"""Plans the faults of a run, after checking that what they name exists."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from simulator.core.context import CloudContext
from simulator.core.fault_plan import EventFault, ExecutionInterruption, FaultPlan, TaskFault
from simulator.moto_ext.stepfunctions.faults.interruptions import functions_of, plan
from simulator.moto_fixes.stepfunctions.error_names import error_name

_INTEGRATION: Final = ":states:::"


class UnknownFaultTargetError(ValueError):
    """A fault names a state or function that does not exist in this cloud."""


def plan_faults(
    context: CloudContext,
    task_faults: Sequence[TaskFault],
    interruptions: Sequence[ExecutionInterruption],
    machine: str | None,
    events: Sequence[EventFault] = (),
    machine_of_moves: str | None = None,
) -> None:
    """Replace what was planned before; times count from now on."""
    _check(context, task_faults, interruptions)
    context.fault_plan.call_off()
    context.fault_plan = FaultPlan(task_faults, interruptions, machine, events, machine_of_moves)
    context.triggered_at = context.clock.now()
    context.executions_before_trigger = len(context.started_executions)
    for interruption in interruptions:
        plan(context, interruption)


def _check(
    context: CloudContext,
    task_faults: Sequence[TaskFault],
    interruptions: Sequence[ExecutionInterruption],
) -> None:
    """Check that every fault can happen, since a run without it would prove nothing."""
    tasks = {fault.state for fault in task_faults}
    tasks |= {each.state for each in interruptions if each.state and each.during_task}
    states = {each.state for each in interruptions if each.state}
    if tasks or states:
        known = dict(_states(context))
        for state in sorted(tasks | states):
            if state not in known:
                raise UnknownFaultTargetError(f"no state machine has a state {state!r}")
        for state in sorted(tasks):
            if _INTEGRATION not in str(known[state].get("Resource")):
                raise UnknownFaultTargetError(
                    f"the state {state!r} is not a task of a service integration"
                )
    for fault in task_faults:
        try:
            error_name(fault.error)
        except ValueError:
            raise UnknownFaultTargetError(f"Step Functions has no error {fault.error!r}") from None
    for each in interruptions:
        if each.function is not None and not functions_of(context, each.function):
            raise UnknownFaultTargetError(
                f"no function has its handler in a module {each.function!r}"
            )


def _states(context: CloudContext) -> Iterator[tuple[str, dict[str, Any]]]:
    client = context.clients.get("stepfunctions")
    for page in client.get_paginator("list_state_machines").paginate():
        for machine in page["stateMachines"]:
            told = client.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
            yield from _states_in(json.loads(told["definition"]))


def _states_in(value: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the states of a definition, with those of its branches and maps."""
    if isinstance(value, list):
        for item in value:
            yield from _states_in(item)
    elif isinstance(value, dict):
        if isinstance(value.get("States"), dict) and "StartAt" in value:
            yield from value["States"].items()
        for item in value.values():
            yield from _states_in(item)
