"""ListExecutions of a Map Run: the executions of its items, which no state machine lists."""

from collections.abc import Sequence
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import ResourceNotFound
from moto.stepfunctions.responses import StepFunctionResponse

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.stepfunctions.distributed_map.children import ChildExecution
from simulator.moto_ext.stepfunctions.executions import directory

_BY_DEFAULT: Final = 100


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.responses:StepFunctionResponse.list_executions",
        "moto.stepfunctions.responses:StepFunctionResponse.describe_execution",
        lacks="The executions of a Map Run can't be listed, and don't name their Map Run.",
        test="moto_ext/stepfunctions/test_distributed_map.py::"
        "test_a_map_run_is_described_and_its_executions_are_listed",
    ),
)


def repair(context: CloudContext) -> None:
    """List by Map Run as well as by state machine."""
    list_all = StepFunctionResponse.list_executions

    def list_executions(self: Any) -> ActionResult:
        arn = self._get_param("mapRunArn")
        if arn is None:
            return list_all(self)
        run = directory(self.stepfunction_backend).map_runs.get(arn)
        if run is None:
            raise ResourceNotFound(arn)
        wanted = self._get_param("statusFilter")
        found = [child for child in reversed(run.children) if wanted in {None, child.status}]
        begin = int(self._get_param("nextToken") or 0)
        return ActionResult(_page(found, begin, self._get_int_param("maxResults") or _BY_DEFAULT))

    describe = StepFunctionResponse.describe_execution

    def describe_execution(self: Any) -> ActionResult:
        answer = describe(self)
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        if isinstance(execution, ChildExecution):
            result: Any = answer.result
            result["mapRunArn"] = execution.map_run_arn
        return answer

    context.patches.set(StepFunctionResponse, "list_executions", list_executions)
    context.patches.set(StepFunctionResponse, "describe_execution", describe_execution)


def _page(found: Sequence[ChildExecution], begin: int, size: int) -> dict[str, Any]:
    end = begin + size
    page = [_item(child) for child in found[begin:end]]
    return {"executions": page, **({"nextToken": str(end)} if end < len(found) else {})}


def _item(child: ChildExecution) -> dict[str, Any]:
    item = {
        "executionArn": child.exec_arn,
        "stateMachineArn": child.state_machine_arn,
        "mapRunArn": child.map_run_arn,
        "name": child.name,
        "status": child.status,
        "startDate": child.start_date,
        "itemCount": 1,
    }
    return item if child.stop_date is None else {**item, "stopDate": child.stop_date}
