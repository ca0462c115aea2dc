"""Service integrations: the state's spelling of names and values against boto3's."""

import json
import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, StringShape, StructureShape
from botocore.response import StreamingBody
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (  # noqa: E501
    StateTaskService,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (  # noqa: E501
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.utils import boto_client

from simulator.core.context import CloudContext
from simulator.core.repairs import correction, extension
from simulator.virtual_time.interpreter import iso

# AWS SDK integrations go by the Java SDK's service names; those that differ from boto3's.
_BOTO_SERVICES = {
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "elasticloadbalancingv2": "elbv2",
}
_TASK = "moto.stepfunctions.parser.asl.component.state.exec.state_task.service"
_ERROR_PREFIXES = {
    "dynamodb": "DynamoDb",
    "sfn": "Sfn",
    "eventbridge": "EventBridge",
    "cloudwatch": "CloudWatch",
    "cloudwatchlogs": "CloudWatchLogs",
    "directconnect": "DirectConnect",
}


REPAIRS: Final = (
    extension(
        "moto.stepfunctions.parser.asl.utils.boto_client:boto3",
        lacks="Each task builds a boto3 client; behind a server, one for a port that is set for "
        "the whole process.",
        test="../../workflow/test_session.py::test_a_session_in_processes_is_no_other",
    ),
    correction(
        f"{_TASK}.state_task_service:StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES",
        problem="Several AWS SDK integrations are unknown under the names that AWS gives them.",
        test="moto_fixes/stepfunctions/test_states.py::test_sdk_integrations_speak_pascal_case",
    ),
    correction(
        f"{_TASK}.state_task_service:StateTaskService._normalise_parameters",
        f"{_TASK}.state_task_service:StateTaskService._normalise_response",
        problem="Names and values of arguments and results are not translated between the "
        "integration's spelling and the API's.",
        test="moto_fixes/stepfunctions/test_states.py::test_sdk_integrations_speak_pascal_case",
    ),
    correction(
        f"{_TASK}.state_task_service_aws_sdk:StateTaskServiceAwsSdk._normalise_service_error_name",
        f"{_TASK}.state_task_service_aws_sdk:StateTaskServiceAwsSdk._normalise_exception_name",
        problem="Errors of AWS SDK integrations don't have the names that AWS gives them.",
        test="moto_fixes/stepfunctions/test_states.py::test_sdk_errors_carry_the_services_name",
    ),
)


def repair(context: CloudContext) -> None:
    """Make tasks call this cloud, and translate their arguments and results."""
    patches = context.patches

    class InProcess:
        """boto3 as moto's helper uses it."""

        @staticmethod
        def client(*, service_name: str, region_name: str, **_: Any) -> Any:
            return context.clients.get(service_name, region_name, validate=False)

    patches.set(boto_client, "boto3", InProcess)
    patches.set(StateTaskService, "_SERVICE_NAME_SFN_TO_BOTO_OVERRIDES", _BOTO_SERVICES)

    def shapes(self: Any, service: str | None, action: str | None) -> tuple[Any, Any]:
        client = context.clients.get(self._get_boto_service_name(service), validate=False)
        method = self._get_boto_service_action(action)
        operation = client.meta.method_to_api_mapping.get(method)
        if operation is None:
            return None, None
        model = client.meta.service_model.operation_model(operation)
        return model.input_shape, model.output_shape

    def normalise_parameters(
        self: Any,
        parameters: dict[str, Any],
        boto_service_name: str | None = None,
        service_action_name: str | None = None,
    ) -> None:
        shape, _ = shapes(self, boto_service_name, service_action_name)
        if shape is not None:
            translated = to_boto(parameters, shape)
            parameters.clear()
            parameters.update(translated)

    def normalise_response(
        self: Any,
        response: Any,
        boto_service_name: str | None = None,
        service_action_name: str | None = None,
    ) -> None:
        _, shape = shapes(self, boto_service_name, service_action_name)
        if isinstance(response, dict):
            translated = from_boto(response, shape)
            response.clear()
            response.update(translated)

    patches.set(StateTaskService, "_normalise_parameters", normalise_parameters)
    patches.set(StateTaskService, "_normalise_response", normalise_response)
    patches.set(
        StateTaskServiceAwsSdk,
        "_normalise_service_error_name",
        staticmethod(lambda name: _ERROR_PREFIXES.get(name.lower(), name[:1].upper() + name[1:])),
    )
    patches.set(StateTaskServiceAwsSdk, "_normalise_exception_name", staticmethod(_sdk_error_name))


def to_boto(value: Any, shape: Any) -> Any:
    """Spell the keys of a task's arguments as the API's members are spelled."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = {_pascal(name): (name, member) for name, member in shape.members.items()}
        result: dict[str, Any] = {}
        for key, item in value.items():
            name, member = members.get(_pascal(key), (key, None))
            result[name] = to_boto(item, member)
        return result
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_boto(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_boto(item, shape.value) for key, item in value.items()}
    if isinstance(shape, StringShape) and not isinstance(value, str):
        # Step Functions writes what the API wants as a string as JSON.
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if shape is not None and shape.type_name == "blob" and not isinstance(value, bytes):
        text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        return text.encode()
    return value


def from_boto(value: Any, shape: Any) -> Any:
    """Spell an answer in PascalCase, with times and streams as strings."""
    if isinstance(value, StreamingBody):
        return value.read().decode()
    if shape is not None and shape.type_name == "blob" and not isinstance(value, bytes):
        # moto has read it, and found JSON in it.
        return value
    if isinstance(value, (datetime, date)):
        return iso(value) if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, dict):
        if isinstance(shape, StructureShape):
            return {
                _pascal(key): from_boto(item, shape.members.get(key)) for key, item in value.items()
            }
        inner = shape.value if isinstance(shape, MapShape) else None
        return {key: from_boto(item, inner) for key, item in value.items()}
    if isinstance(value, list):
        inner = shape.member if isinstance(shape, ListShape) else None
        return [from_boto(item, inner) for item in value]
    return value


@lru_cache(maxsize=4096)
def _pascal(name: str) -> str:
    words = re.split(r"[_-]", name)
    return "".join(word[:1].upper() + word[1:] for word in words)


def _sdk_error_name(service: str, error: Exception) -> str:
    name = type(error).__name__
    if name == "ClientError" and isinstance(error, ClientError):
        name = error.response["Error"]["Code"]
    return f"{service}.{name}" + ("" if name.endswith("Exception") else "Exception")
