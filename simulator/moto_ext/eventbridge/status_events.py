"""The events of Step Functions: `Step Functions Execution Status Change`."""

import json
from datetime import datetime
from typing import Any, Final

from moto.stepfunctions.parser.api import StateMachineType
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.eventbridge.publishing import publish_of_service

SOURCE: Final = "aws.states"
DETAIL_TYPE: Final = "Step Functions Execution Status Change"
# Escaped input and output together; beyond it first the one is left out, then the other.
PAYLOAD_LIMIT: Final = 248 * 1024


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.backend.execution:Execution.start",
        "moto.stepfunctions.parser.backend.execution:BaseExecutionWorkerCommunication.terminated",
        lacks="Step Functions publishes no status change events.",
        test="moto_ext/eventbridge/test_status_events.py::"
        "test_an_execution_is_told_when_it_starts_and_when_it_succeeds",
    ),
)


def repair(context: CloudContext) -> None:
    """Publish an event when a standard workflow's execution starts, and when it ends."""
    start = Execution.start
    terminated = BaseExecutionWorkerCommunication.terminated

    def start_and_tell(self: Any) -> None:
        start(self)
        tell(context, self)

    def terminate_and_tell(self: Any) -> None:
        terminated(self)
        tell(context, self.execution)

    context.patches.set(Execution, "start", start_and_tell)
    context.patches.set(BaseExecutionWorkerCommunication, "terminated", terminate_and_tell)


def tell(context: CloudContext, execution: Any) -> None:
    """Publish the status that a standard workflow's execution has now."""
    if execution.sm_type != StateMachineType.STANDARD:
        return
    publish_of_service(context, SOURCE, DETAIL_TYPE, [execution.exec_arn], detail_of(execution))


def detail_of(execution: Any) -> dict[str, Any]:
    """Describe an execution as "Automating Step Functions event delivery" shows it."""
    given: str | None = execution.execution_input
    made: str | None = None
    if execution.status == "SUCCEEDED":
        made = to_json_str(execution.output, separators=(",", ":"))
    takes_input = _escaped(given) + _escaped(made) <= PAYLOAD_LIMIT
    takes_output = _escaped(made) <= PAYLOAD_LIMIT
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date),
        "input": given if takes_input else None,
        "inputDetails": {"included": takes_input},
        "output": made if takes_output else None,
        "outputDetails": None if made is None else {"included": takes_output},
        "error": execution.error,
        "cause": execution.cause,
    }


def _escaped(text: str | None) -> int:
    return 0 if text is None else len(json.dumps(text, ensure_ascii=False).encode())


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
