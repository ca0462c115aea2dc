"""Interruptions: executions that are stopped, time out or fail from outside."""

from collections.abc import Callable
from typing import Any, Final

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.environment import Environment

from simulator.core.context import CloudContext
from simulator.core.fault_plan import ExecutionInterruption, InterruptionKind, Numbered
from simulator.core.repairs import extension
from simulator.moto_ext.stepfunctions.distributed_map.children import root_of
from simulator.moto_ext.stepfunctions.executions import backend_of, directory
from simulator.moto_fixes.stepfunctions.environment import let_go

REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.asl.eval.environment:Environment.set_error",
        "moto.stepfunctions.parser.asl.eval.environment:Environment.set_timed_out",
        "moto.stepfunctions.parser.asl.component.state.state:CommonStateField._eval_state_input",
        lacks="An execution can't be made to stop, fail or time out at a given time or state.",
        test="moto_ext/stepfunctions/test_interruptions.py::"
        "test_it_strikes_where_a_state_is_entered",
    ),
)


class ExecutionInterrupted(Exception):
    """Unwinds an execution that has already ended in another way."""


def repair(context: CloudContext) -> None:
    """Apply interruptions when a state is entered, and let an execution end only once."""
    for name in ("set_error", "set_timed_out"):
        original = getattr(Environment, name)
        context.patches.set(Environment, name, _while_running(original))
    evaluate_input: Any = CommonStateField._eval_state_input

    def enter(self: Any, env: Any) -> None:
        reach(context, env, self.name, during_task=False)
        evaluate_input(self, env)

    context.patches.set(CommonStateField, "_eval_state_input", enter)


def plan(context: CloudContext, interruption: ExecutionInterruption) -> None:
    """Schedule an interruption that has no state to wait for."""
    if interruption.state is not None:
        return
    fault_plan = context.fault_plan

    def ring() -> None:
        execution = _numbered(context, interruption)
        has_begun = execution is not None and execution.exec_worker.env is not None
        # An execution that has not begun yet is struck at its first state.
        is_time = has_begun or interruption.kind is InterruptionKind.DELETE_FUNCTION
        if is_time and fault_plan.take(interruption):
            _strike(context, interruption, execution.exec_arn if has_begun else None)

    fault_plan.remember(context.clock.call_later(interruption.at, ring, background=True))


def reach(context: CloudContext, env: Any, state: str, *, during_task: bool) -> None:
    """Apply the interruptions due where an execution is; raises ExecutionInterrupted if it ends.

    An interruption in an item of a distributed Map applies to the execution of the Map.
    """
    fault_plan = context.fault_plan
    if fault_plan.are_pending:
        arn = env.states.context_object.context_object_data["Execution"]["Id"]
        root = root_of(_execution(context, arn)).exec_arn
        number, age = _numbers(context).get(root), context.since_trigger()
        if number is not None:
            for each in fault_plan.reached(number, state, age, during_task=during_task):
                _strike(context, each, root)
    if not env.is_running():
        raise ExecutionInterrupted


def _numbers(context: CloudContext) -> dict[str, Numbered]:
    """Number the executions of the disturbed state machines since the trigger, each in order."""
    fault_plan, started = context.fault_plan, context.started_executions
    for arn in started[context.executions_before_trigger + fault_plan.seen :]:
        fault_plan.seen += 1
        execution = _execution(context, arn)
        is_whole = root_of(execution) is execution
        is_move = fault_plan.machine_of_moves == execution.state_machine_arn
        if is_whole and (is_move or fault_plan.machine in {None, execution.state_machine_arn}):
            before = sum(each.is_move == is_move for each in fault_plan.numbers.values())
            fault_plan.numbers[arn] = Numbered(before + 1, is_move)
    return fault_plan.numbers


def _numbered(context: CloudContext, interruption: ExecutionInterruption) -> Any:
    wanted = (interruption.execution, interruption.of_moves)
    found = (arn for arn, number in _numbers(context).items() if number == wanted)
    arn = next(found, None)
    return None if arn is None else _execution(context, arn)


def _execution(context: CloudContext, arn: str) -> Any:
    return directory(backend_of(context.account, context.region)).executions[arn]


def _strike(context: CloudContext, interruption: ExecutionInterruption, arn: str | None) -> None:
    if interruption.kind is InterruptionKind.DELETE_FUNCTION:
        for name in functions_of(context, str(interruption.function)):
            context.clients.get("lambda").delete_function(FunctionName=name)
        return
    execution = _execution(context, str(arn))
    env = execution.exec_worker.env
    if interruption.kind is InterruptionKind.STOP:
        said = {"error": interruption.error, "cause": interruption.cause}
        context.clients.get("stepfunctions").stop_execution(
            executionArn=arn, **{name: text for name, text in said.items() if text is not None}
        )
    elif interruption.kind is InterruptionKind.TIME_OUT:
        env.set_timed_out()
    elif env.is_running():
        details = ExecutionFailedEventDetails(error=str(interruption.error))
        if interruption.cause is not None:
            details["cause"] = interruption.cause
        env.set_error(details)
        let_go(env)


def functions_of(context: CloudContext, module: str) -> list[str]:
    """Name the functions whose handler is in a module of this name, in any package and case."""
    pages = context.clients.get("lambda").get_paginator("list_functions").paginate()
    return [
        function["FunctionName"]
        for page in pages
        for function in page["Functions"]
        if function["Handler"].split(".")[-2:-1] == [module.lower()]
    ]


def _while_running(ending: Callable[..., None]) -> Callable[..., None]:
    """Ignore the end of what has ended: its thread may find that out only later."""

    def end(self: Any, *arguments: Any, **named: Any) -> None:
        if self._program_state is None or self.is_running():
            ending(self, *arguments, **named)

    return end
