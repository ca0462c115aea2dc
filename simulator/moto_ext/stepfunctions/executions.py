"""A directory of executions and Map Runs by ARN."""

from typing import Any, Final

from moto.stepfunctions.exceptions import ExecutionAlreadyExists
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.models import (
    StepFunctionsParserBackend,
    stepfunctions_parser_backends,
)

from simulator.core.context import CloudContext
from simulator.core.repairs import extension, speed

_EXECUTION: Final = "moto.stepfunctions.parser.backend.execution"
_BACKEND: Final = "moto.stepfunctions.parser.models:StepFunctionsParserBackend"

REPAIRS: Final = (
    extension(
        f"{_EXECUTION}:Execution.start",
        f"{_EXECUTION}:BaseExecutionWorkerCommunication.terminated",
        f"{_BACKEND}.describe_execution",
        f"{_BACKEND}._get_executions",
        f"{_BACKEND}.describe_map_run",
        f"{_BACKEND}.update_map_run",
        lacks="Executions are looked for in all state machines, and those of a Map's items are in "
        "none.",
        test="moto_ext/stepfunctions/test_distributed_map.py::"
        "test_a_map_run_is_described_and_its_executions_are_listed",
    ),
    speed(
        "moto.stepfunctions.models:StateMachine._handle_name_input_idempotency",
        costs="Each start looks through all executions of its state machine.",
        test="moto_ext/stepfunctions/test_nested.py::test_a_name_is_taken_once",
    ),
)


class ExecutionDirectory:
    """What an account has executed in a Region, by ARN, in the order in which it was started."""

    def __init__(self) -> None:
        self.executions: dict[str, Any] = {}
        self.running: dict[str, Any] = {}
        self.map_runs: dict[str, Any] = {}


def repair(context: CloudContext) -> None:
    """Keep a directory in each backend, and read it."""
    patches = context.patches
    start, terminated = Execution.start, BaseExecutionWorkerCommunication.terminated
    describe: Any = StepFunctionsParserBackend.describe_execution
    describe_run: Any = StepFunctionsParserBackend.describe_map_run
    update_run: Any = StepFunctionsParserBackend.update_map_run

    def enter(self: Any) -> None:
        known = directory(backend_of(self.account_id, self.region_name))
        known.executions[self.exec_arn] = known.running[self.exec_arn] = self
        context.started_executions.append(self.exec_arn)
        start(self)

    def leave(self: Any) -> None:
        terminated(self)
        execution = self.execution
        known = directory(backend_of(execution.account_id, execution.region_name))
        known.running.pop(execution.exec_arn, None)

    def describe_execution(self: Any, execution_arn: str) -> Any:
        found = directory(self).executions.get(execution_arn)
        return describe(self, execution_arn) if found is None else found

    def get_executions(self: Any, execution_status: str | None = None) -> list[Any]:
        known = directory(self)
        found = known.running if execution_status == "RUNNING" else known.executions
        # One that was started in this moment has nothing to look at yet.
        return [each for each in found.values() if each.exec_worker.env is not None]

    def describe_map_run(self: Any, map_run_arn: str) -> Any:
        found = directory(self).map_runs.get(map_run_arn)
        return describe_run(self, map_run_arn) if found is None else found.describe()

    def update_map_run(self: Any, map_run_arn: str, *values: Any, **named: Any) -> None:
        found = directory(self).map_runs.get(map_run_arn)
        (update_run if found is None else _update)(self, map_run_arn, *values, **named)

    patches.set(Execution, "start", enter)
    patches.set(BaseExecutionWorkerCommunication, "terminated", leave)
    patches.set(StepFunctionsParserBackend, "describe_execution", describe_execution)
    patches.set(StepFunctionsParserBackend, "_get_executions", get_executions)
    patches.set(StepFunctionsParserBackend, "describe_map_run", describe_map_run)
    patches.set(StepFunctionsParserBackend, "update_map_run", update_map_run)
    patches.set(StateMachine, "_handle_name_input_idempotency", _started_before)


def backend_of(account: str, region: str) -> Any:
    """Return the backend of an account's Region."""
    backends: Any = stepfunctions_parser_backends
    return backends[account][region]


def directory(backend: Any) -> ExecutionDirectory:
    """Return a backend's directory; it is gone with what the backend holds."""
    known: ExecutionDirectory = vars(backend).setdefault("_directory", ExecutionDirectory())
    return known


def _update(
    backend: Any,
    map_run_arn: str,
    max_concurrency: int | None,
    tolerated_failure_count: int | None,
    tolerated_failure_percentage: float | None,
) -> None:
    directory(backend).map_runs[map_run_arn].update(
        max_concurrency, tolerated_failure_count, tolerated_failure_percentage
    )


def _started_before(machine: Any, name: str, execution_input: str) -> Any:
    """Return the execution that runs under this name with this input, or refuse the name."""
    arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"
    execution = directory(machine.backend).executions.get(arn)
    if execution is None:
        return None
    if execution.execution_input == execution_input and execution.status == "RUNNING":
        return execution
    raise ExecutionAlreadyExists(f"Execution Already Exists: '{arn}'")
