"""How much a Lambda function's environment, events and answers may hold."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

from moto.awslambda import responses
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.core.exceptions import JsonRESTError

from simulator.core.context import CloudContext
from simulator.core.repairs import correction, extension
from simulator.moto_ext.awslambda.runtime import InvocationResult
from simulator.moto_ext.limits.argument_checks import compact, guard, size_of

# "Lambda quotas": all environment variables together, in bytes.
ENVIRONMENT: Final = 4 * 1024
# "Lambda quotas", in bytes: 6 MB for what is waited for, 1 MB for what is not.
EVENT: Final = 6 * 1024 * 1024
ASYNCHRONOUS_EVENT: Final = 1024 * 1024
# As the service says it in the error itself.
ANSWER: Final = 6_291_556


REPAIRS: Final = (
    extension(
        "moto.awslambda.models:LambdaBackend.create_function",
        "moto.awslambda.models:LambdaFunction.update_configuration",
        lacks="The environment of a function has no limit.",
        test="moto_ext/limits/test_messages.py::test_what_is_sent_and_kept_is_as_large_as_it_may_be",
    ),
    correction(
        "moto.awslambda.responses:sys",
        problem="Answers are measured by the memory that Python takes for them, and refused from "
        "six million bytes on, without Lambda's error.",
        test="moto_ext/limits/test_messages.py::test_an_answer_that_is_too_large_becomes_an_error",
    ),
)


class RequestTooLarge(JsonRESTError):
    """An event that is larger than the function may be sent."""

    code = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            "RequestTooLargeException",
            f"Request must be smaller than {most} bytes for the InvokeFunction operation",
        )


def repair(context: CloudContext) -> None:
    """Measure environments where they are set, and leave answers to `sent`."""
    guard(context, LambdaBackend, "create_function", lambda given: _check(given["spec"]))
    guard(context, LambdaFunction, "update_configuration", _check_update)
    # moto asks how much memory an answer takes, and refuses it from six million bytes on.
    context.patches.set(responses, "sys", SimpleNamespace(getsizeof=lambda _: 0))


def check_event(payload: str, *, is_waited_for: bool) -> None:
    """Raise RequestTooLarge for an event that Lambda would not take."""
    most = EVENT if is_waited_for else ASYNCHRONOUS_EVENT
    if size_of(payload) > most:
        raise RequestTooLarge(most)


def sent(outcome: InvocationResult) -> InvocationResult:
    """Return what the caller gets: an answer that is too large becomes an error of its own."""
    if size_of(outcome.payload) <= ANSWER:
        return outcome
    said = {
        "errorMessage": "Response payload size exceeded maximum allowed payload size "
        f"({ANSWER} bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }
    return InvocationResult(json.dumps(said, separators=(",", ":")), True, outcome.lines)


def _check_update(given: Mapping[str, Any]) -> None:
    _check(given["config_updates"])


def _check(settings: Mapping[str, Any]) -> None:
    variables = (settings.get("Environment") or {}).get("Variables") or {}
    measured = compact(variables)
    if variables and size_of(measured) > ENVIRONMENT:
        raise JsonRESTError(
            "InvalidParameterValueException",
            "Lambda was unable to configure your environment variables because the environment "
            f"variables you have provided exceeded the 4KB limit. String measured: {measured}",
        )
