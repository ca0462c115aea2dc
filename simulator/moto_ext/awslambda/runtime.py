"""The interface of a Lambda runtime."""

import json
from dataclasses import dataclass
from typing import Any, Final, Protocol

# Where Lambda unpacks the code; traces name it, not the folder that it is in here.
TASK_ROOT: Final = "/var/task"


@dataclass(frozen=True)
class InvocationResult:
    """The answer of one invocation: JSON text, an error or not, and the lines it logged."""

    payload: str
    errored: bool
    lines: tuple[str, ...] = ()


def log_format(function: Any) -> str:
    """Return how Lambda writes its own lines: `Text`, or `JSON`."""
    return str(getattr(function, "log_format", "Text"))


class LambdaRuntime(Protocol):
    """Runs the code of moto's functions."""

    def invoke(self, function: Any, payload: str, request_id: str) -> InvocationResult:
        """Run a function on a JSON document."""

    def restore(self) -> None:
        """End every container, so that the next call of each function is a cold start."""

    def close(self) -> None:
        """Forget every warm function."""


def failure(
    kind: str, message: str, request_id: str, trace: list[str] | None = None
) -> dict[str, Any]:
    """Shape an error as the Lambda service answers it."""
    return {
        "errorMessage": message,
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": trace or [],
    }


def timed_out(request_id: str, seconds: float) -> InvocationResult:
    """Answer as Lambda does for a function that took longer than its time-out."""
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    body = {"errorType": "Sandbox.Timedout", "errorMessage": message}
    return InvocationResult(json.dumps(body, separators=(",", ":")), True, (message,))


def environment_of(function: Any, stream: str) -> dict[str, str]:
    """Return the variables that Lambda gives a function, its own ones included."""
    return {
        "AWS_ACCESS_KEY_ID": "simulator",
        "AWS_SECRET_ACCESS_KEY": "simulator",
        "AWS_SESSION_TOKEN": "simulator",
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "_HANDLER": function.handler,
        "AWS_LAMBDA_LOG_FORMAT": log_format(function),
        # No X-Ray daemon listens here.
        "AWS_XRAY_SDK_ENABLED": "false",
        "POWERTOOLS_TRACE_DISABLED": "true",
        **{name: str(value) for name, value in function.environment_vars.items()},
    }
