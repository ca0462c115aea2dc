"""What Lambda does with a function's role: run it, write its log, and send its traces."""

import json
from typing import Any, Final

from moto.utilities.utils import get_partition

from simulator.core.context import CloudContext
from simulator.moto_ext.awslambda.runtime import InvocationResult, failure
from simulator.moto_ext.iam.evaluation import Principal

SERVICE: Final = "lambda.amazonaws.com"
_TRACING: Final = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")


def role_of(context: CloudContext, function: Any) -> Principal:
    """Return the role that a function runs as; raises `AccessDeniedError`."""
    return context.authorizer.assume(
        SERVICE, function.role, function.function_arn, function.function_name
    )


def refused_to_start(request_id: str, message: str) -> InvocationResult:
    """Answer for a function whose role can't be assumed."""
    body = failure("AccessDeniedException", message, request_id)
    return InvocationResult(json.dumps(body, separators=(",", ":")), True)


def send_traces(context: CloudContext, function: Any, role: Principal) -> None:
    """Check the permissions for sending traces; a denial has no effect but its record."""
    if is_traced(function):
        for action in _TRACING:
            context.authorizer.is_authorized(role, action, "*")


def is_traced(function: Any) -> bool:
    """Return whether a function sends its traces to X-Ray."""
    return bool((function.tracing_config or {}).get("Mode") == "Active")


def may_keep_logs(context: CloudContext, function: Any, role: Principal) -> bool:
    """Return whether the role may write the function's log; a denial is only recorded."""
    group = function.logs_group_name
    region, account = function.region, function.account_id
    arn = f"arn:{get_partition(region)}:logs:{region}:{account}:log-group:{group}"
    permits = context.authorizer.is_authorized
    # A group that is not there yet is made, too.
    if group not in function.logs_backend.groups:
        if not permits(role, "logs:CreateLogGroup", f"{arn}:"):
            return False
    stream = f"{arn}:log-stream:{stream_of(function)}"
    return permits(role, "logs:CreateLogStream", stream) and permits(
        role, "logs:PutLogEvents", stream
    )


def stream_of(function: Any) -> str:
    """Return the name of a function's log stream."""
    return f"[$LATEST]{function.code_sha_256[:12]}".replace("/", "_").replace("=", "")
