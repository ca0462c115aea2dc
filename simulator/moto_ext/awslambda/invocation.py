"""Invocations of moto's Lambda functions by a runtime."""

import base64
import json
from collections.abc import MutableMapping
from typing import Any, Final

from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError
from moto.core.utils import unix_time_millis
from moto.moto_api._internal import mock_random

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.awslambda.concurrency import (
    LONGEST_QUEUED,
    Concurrency,
    ThrottledError,
    pause_after,
)
from simulator.moto_ext.awslambda.destinations import send_failure
from simulator.moto_ext.awslambda.roles import (
    may_keep_logs,
    refused_to_start,
    role_of,
    send_traces,
    stream_of,
)
from simulator.moto_ext.awslambda.runtime import InvocationResult, LambdaRuntime
from simulator.moto_ext.cloudwatch.metrics import note_invocation, note_throttle
from simulator.moto_ext.iam.authorizer import AccessDeniedError
from simulator.moto_ext.iam.callers import acting_as
from simulator.moto_ext.limits.functions import check_event, sent

# Lambda waits one minute before the first retry of an asynchronous call, two before the second.
RETRY_DELAYS: Final = (60, 120)


REPAIRS: Final = (
    extension(
        "moto.awslambda.models:LambdaFunction.invoke",
        "moto.awslambda.models:LambdaFunction._invoke_lambda",
        lacks="Functions run in Docker, or not at all; asynchronous calls are neither retried nor "
        "sent on.",
        test="moto_ext/awslambda/test_lambdas.py::"
        "test_a_handler_sees_its_settings_and_the_virtual_time",
    ),
)


class TooManyRequests(JsonRESTError):
    """The function's reserved concurrency is used up, or what all others share of the account's."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def repair(context: CloudContext, runtime: LambdaRuntime) -> None:
    """Run functions in a runtime, synchronously or asynchronously, and keep their logs."""

    concurrency = Concurrency(context)

    def call(function: Any, payload: str, request_id: str | None = None) -> InvocationResult:
        try:
            with concurrency.taken(function):
                return _run(context, runtime, function, payload, request_id)
        except ThrottledError:
            note_throttle(context, function.function_name)
            raise

    def call_later(
        function: Any,
        payload: str,
        attempt: int = 0,
        request_id: str | None = None,
        queued: float = 0,
    ) -> None:
        # A retry has the request id of the first attempt (AWS: Lambda developer guide, "How Lambda
        # handles errors and retries with asynchronous invocation").
        request_id = request_id or str(mock_random.uuid4())
        try:
            outcome = call(function, payload, request_id)
        except ThrottledError:
            pause = pause_after(queued)
            if queued + pause <= LONGEST_QUEUED:
                context.clock.call_later(
                    pause,
                    lambda: call_later(function, payload, attempt, request_id, queued + pause),
                )
            return
        if not outcome.errored:
            return
        if attempt < _retries(function):
            context.clock.call_later(
                RETRY_DELAYS[attempt],
                lambda: call_later(function, payload, attempt + 1, request_id),
            )
        else:
            with acting_as(role_of(context, function)):
                send_failure(context, function, payload, outcome, attempt + 1)

    def invoke(
        self: Any,
        body: str | bytes | None,
        request_headers: Any,
        response_headers: MutableMapping[str, str],
    ) -> bytes:
        payload = body.decode() if isinstance(body, bytes) else body or "{}"
        json.loads(payload)
        kind = request_headers.get("x-amz-invocation-type", "RequestResponse")
        check_event(payload, is_waited_for=kind != "Event")
        if kind == "DryRun":
            return b""
        if kind == "Event":
            context.clock.call_later(0, lambda: call_later(self, payload))
            return b""
        try:
            outcome = call(self, payload)
        except ThrottledError as error:
            raise TooManyRequests from error
        if outcome.errored:
            response_headers["x-amz-function-error"] = "Unhandled"
        tail = "\n".join(outcome.lines).encode()[-4096:]
        response_headers["x-amz-log-result"] = base64.b64encode(tail).decode()
        return outcome.payload.encode()

    def invoke_lambda(self: Any, event: Any = None) -> tuple[str, bool, str]:
        payload = event if isinstance(event, str) else json.dumps(event or {})
        outcome = call(self, payload)
        return outcome.payload, outcome.errored, "\n".join(outcome.lines)

    context.patches.set(LambdaFunction, "invoke", invoke)
    # moto's event source mappings and custom resources call this one directly.
    context.patches.set(LambdaFunction, "_invoke_lambda", invoke_lambda)
    context.patches.on_undo(runtime.close)


def _run(
    context: CloudContext,
    runtime: LambdaRuntime,
    function: Any,
    payload: str,
    request_id: str | None,
) -> InvocationResult:
    """Run a function with its role, and keep what it logs and measures."""
    began = context.clock.now()
    request_id = request_id or str(mock_random.uuid4())
    try:
        role = role_of(context, function)
    except AccessDeniedError as refused:
        return refused_to_start(request_id, str(refused))
    with acting_as(role):
        outcome = sent(runtime.invoke(function, payload, request_id))
    send_traces(context, function, role)
    note_invocation(context, function.function_name, outcome.lines, began, errored=outcome.errored)
    context.lambda_logs.extend((function.function_name, line) for line in outcome.lines)
    if outcome.lines and may_keep_logs(context, function, role):
        _keep_logs(function, outcome.lines)
    return outcome


def _retries(function: Any) -> int:
    for settings in reversed(function.event_invoke_config):
        configured = settings.config.get("MaximumRetryAttempts")
        if configured is not None:
            return int(configured)
    return len(RETRY_DELAYS)


def _keep_logs(function: Any, lines: tuple[str, ...]) -> None:
    """Write the lines to the function's log group, which Lambda creates if need be."""
    backend, group = function.logs_backend, function.logs_group_name
    if group not in backend.groups:
        backend.create_log_group(group, {})
    stream = stream_of(function)
    if stream not in backend.groups[group].streams:
        backend.create_log_stream(group, stream)
    stamp = int(unix_time_millis())
    backend.put_log_events(group, stream, [{"timestamp": stamp, "message": line} for line in lines])
