"""State machines make their calls as their role, and so do Maps that read and write objects."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_eval_s3 import (  # noqa: E501
    ResourceEvalS3 as ReaderOfS3,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.resource_eval.resource_eval_s3 import (  # noqa: E501
    ResourceEvalS3 as WriterToS3,
)

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.iam.authorizer import AccessDeniedError
from simulator.moto_ext.iam.callers import acting_as
from simulator.moto_ext.iam.evaluation import Principal
from simulator.moto_ext.stepfunctions.faults.tasks import integrations

SERVICE: Final = "states.amazonaws.com"
_FORBIDDEN: Final = 403


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.asl.component.state.exec.state_task.service.*"
        "._eval_service_task",
        "moto.stepfunctions.parser.asl.component.state.exec.state_map.*"
        ":ResourceEvalS3.eval_resource",
        lacks="Tasks make their calls as nobody, not with the state machine's role.",
        test="moto_ext/iam/test_enforcement.py::test_a_state_fails_with_the_service_s_own_error",
    ),
)


def repair(context: CloudContext) -> None:
    """Act as the state machine's role in every integration, and in every reader and writer."""
    for integration in integrations():
        invoke = integration.__dict__["_eval_service_task"]
        context.patches.set(integration, "_eval_service_task", _as_role(context, invoke))
    for resource in (ReaderOfS3, WriterToS3):
        evaluate: Any = resource.eval_resource
        context.patches.set(resource, "eval_resource", _as_role(context, evaluate))


def role_of(context: CloudContext, env: Any) -> Principal:
    """Return the role of an environment's state machine; raises `AccessDeniedError`."""
    told = env.states.context_object.context_object_data
    machine, name = told["StateMachine"]["Id"], told["Execution"]["Name"]
    return context.authorizer.assume(SERVICE, env.aws_execution_details.role_arn, machine, name)


@contextmanager
def acting_for(context: CloudContext, env: Any) -> Iterator[Principal]:
    """Make calls as the role of a state machine; raises ClientError where it can't be assumed."""
    with refusals("AssumeRole"):
        role = role_of(context, env)
    with acting_as(role):
        yield role


@contextmanager
def refusals(operation: str) -> Iterator[None]:
    """Raise what boto3 does where a call is not permitted."""
    try:
        yield
    except AccessDeniedError as refused:
        told = {"Code": "AccessDeniedException", "Message": str(refused)}
        transport = {"HTTPStatusCode": _FORBIDDEN, "RequestId": "not-sent"}
        response: Any = {"Error": told, "ResponseMetadata": transport}
        raise ClientError(response, operation) from refused


def _as_role(context: CloudContext, evaluate: Callable[..., None]) -> Callable[..., None]:
    def act(self: Any, env: Any, *given: Any, **named: Any) -> None:
        with acting_for(context, env):
            evaluate(self, env, *given, **named)

    return act
