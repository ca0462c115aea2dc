"""What moto leaves out of requests and answers: why a task fails, or an execution is stopped."""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.responses import StepFunctionResponse

from simulator.core.context import CloudContext
from simulator.moto_ext.stepfunctions.data_limits import check_answer
from simulator.moto_ext.stepfunctions.distributed_map.children import ChildExecution


def repair(context: CloudContext) -> None:
    """Answer with JSON text whatever the output is, and pass on what is said about an end."""
    describe = StepFunctionResponse.describe_execution

    def describe_execution(self: Any) -> ActionResult:
        answer = describe(self)
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        result: Any = answer.result
        if execution.stop_date is not None:
            result["stopDate"] = execution.stop_date
        if execution.status == "SUCCEEDED":
            # moto hands a string out without its quotes, and null not at all.
            result["output"] = to_json_str(execution.output, separators=(",", ":"))
        if isinstance(execution, ChildExecution):
            result["mapRunArn"] = execution.map_run_arn
        return answer

    def stop_execution(self: Any) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        now = context.clock.now()
        if execution.status == "RUNNING":
            said = {name: self._get_param(name) for name in ("error", "cause")}
            check_answer(said)
            execution.error, execution.cause = said["error"], said["cause"]
            execution.stop(stop_date=now, error=execution.error, cause=execution.cause)
        return ActionResult({"stopDate": execution.stop_date or now})

    def send_task_failure(self: Any) -> ActionResult:
        self.stepfunction_backend.send_task_failure(
            self._get_param("taskToken"), self._get_param("error"), self._get_param("cause")
        )
        return ActionResult({})

    context.patches.set(StepFunctionResponse, "send_task_failure", send_task_failure)
    context.patches.set(StepFunctionResponse, "describe_execution", describe_execution)
    context.patches.set(StepFunctionResponse, "stop_execution", stop_execution)
