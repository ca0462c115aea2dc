"""What Lambda refuses to reserve: at least 100 invocations stay for functions without any reserved.

AWS: Lambda developer guide, "Configuring reserved concurrency for a function".
"""

from typing import Any, Final

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

LEAST_UNRESERVED: Final = 100

REPAIRS: Final = (
    correction(
        "moto.awslambda.models:LambdaBackend.create_function",
        "moto.awslambda.models:LambdaBackend.put_function_concurrency",
        problem="Any concurrency can be reserved, also more than the account has.",
        test="moto_ext/awslambda/test_reservations.py::test_at_least_a_hundred_stay_for_all_others",
    ),
)


def repair(context: CloudContext) -> None:
    """Refuse to reserve so much that fewer are left for all others."""
    create: Any = LambdaBackend.create_function
    put: Any = LambdaBackend.put_function_concurrency

    def create_function(self: Any, spec: dict[str, Any]) -> Any:
        _check(context, self, spec["FunctionName"], spec.get("ReservedConcurrentExecutions"))
        return create(self, spec)

    def put_function_concurrency(self: Any, function_name: str, reserved_concurrency: Any) -> Any:
        _check(context, self, function_name, reserved_concurrency)
        return put(self, function_name, reserved_concurrency)

    context.patches.set(LambdaBackend, "create_function", create_function)
    context.patches.set(LambdaBackend, "put_function_concurrency", put_function_concurrency)


def _check(context: CloudContext, backend: Any, name: str, wanted: Any) -> None:
    """Raise Lambda's own error; 0 reserves nothing, and is what turns a function off."""
    if not int(wanted or 0):
        return
    others = sum(
        int(each.reserved_concurrency or 0)
        for each in backend.list_functions()
        if each.function_name != name
    )
    if context.lambda_limit - others - int(wanted) < LEAST_UNRESERVED:
        raise InvalidParameterValueException(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{LEAST_UNRESERVED}]."
        )
