"""The executions of a Map Run: one for each item, with a name and a history of its own."""

import copy
from datetime import datetime
from typing import Any

from moto.stepfunctions.parser.api import StateMachineType
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

_TO_MACHINE, _TO_EXECUTION = ":stateMachine:", ":execution:"


class ChildExecution(Execution):
    """The execution of an item.

    It goes by the state machine's name and the Map's label (AWS: "Viewing a Distributed Map Run
    execution"), and knows nothing of its parent but the item.
    """

    def __init__(
        self, parent: Any, run: Any, program: Any, item: object, name: str, now: datetime
    ) -> None:
        machine = copy.copy(parent.state_machine)
        machine.arn = run.map_state_machine_arn
        machine.name = machine.arn.split(_TO_MACHINE)[1]
        super().__init__(
            name=name,
            sm_type=StateMachineType.STANDARD,
            role_arn=parent.role_arn,
            exec_arn=f"{machine.arn.replace(_TO_MACHINE, _TO_EXECUTION)}:{name}",
            account_id=parent.account_id,
            region_name=parent.region_name,
            state_machine=machine,
            start_date=now,
            cloud_watch_logging_session=None,
            activity_store=parent._activity_store,
            input_data=to_json_str(item, separators=(",", ":")),
        )
        self.parent = parent
        self.map_run_arn: str = run.map_run_arn
        self._program = program

    def _get_start_execution_worker(self) -> ExecutionWorker:
        worker = super()._get_start_execution_worker()
        # The item processor is no state machine, which could be parsed from a definition.
        worker._get_evaluation_entrypoint = lambda: self._program  # type: ignore[method-assign]
        return worker


def root_of(execution: Any) -> Any:
    """Return the execution that somebody has started, of which this one is a part."""
    while isinstance(execution, ChildExecution):
        execution = execution.parent
    return execution


def stop(child: ChildExecution, now: datetime) -> None:
    """Stop an item's execution, which lets go of what it waits for."""
    child.stop(stop_date=now, error=None, cause=None)
