"""AWS::StepFunctions::StateMachine: its definition, its settings and its attributes."""

import json
from typing import Any, Final

import moto.stepfunctions.models
from moto.s3.models import s3_backends
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.utils import cfn_to_api_tags

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

_MODEL: Final = "moto.stepfunctions.models:StateMachine"
REPAIRS: Final = (
    correction(
        f"{_MODEL}.create_from_cloudformation_json",
        problem="DefinitionS3Location, Definition and DefinitionSubstitutions are ignored, and so "
        "are the type and the configuration of logging, tracing and encryption.",
        test="moto_fixes/cloudformation/test_attributes.py::"
        "test_a_definition_may_be_an_object_with_substitutions",
    ),
    correction(
        f"{_MODEL}.update_from_cloudformation_json",
        problem="An update reads DefinitionString alone.",
        test="moto_fixes/cloudformation/test_attributes.py::"
        "test_an_update_may_change_a_definition_that_is_an_object",
    ),
    correction(
        f"{_MODEL}.get_cfn_attribute",
        f"{_MODEL}.has_cfn_attr",
        problem="Fn::GetAtt knows neither Arn nor StateMachineRevisionId.",
        test="moto_fixes/cloudformation/test_attributes.py::test_a_state_machine_has_attributes",
    ),
)


def repair(context: CloudContext) -> None:
    """Create and update state machines as their templates describe them."""

    def create(
        cls: Any,
        /,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Any:
        properties = cloudformation_json["Properties"]
        backend = moto.stepfunctions.models.stepfunctions_backends[account_id][region_name]
        return backend.create_state_machine(
            properties.get("StateMachineName", resource_name),
            _definition(properties, account_id),
            properties["RoleArn"],
            tags=cfn_to_api_tags(properties.get("Tags", [])),
            loggingConfiguration=_camel(properties.get("LoggingConfiguration")),
            tracingConfiguration=_camel(properties.get("TracingConfiguration")),
            encryptionConfiguration=_camel(properties.get("EncryptionConfiguration")),
            sm_type=properties.get("StateMachineType"),
        )

    update_original = StateMachine.__dict__["update_from_cloudformation_json"].__func__

    def update(
        cls: Any,
        /,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        properties = cloudformation_json["Properties"]
        properties["DefinitionString"] = _definition(properties, account_id)
        return update_original(
            cls,
            original_resource,
            new_resource_name,
            cloudformation_json,
            account_id,
            region_name,
        )

    attribute = StateMachine.get_cfn_attribute
    has = StateMachine.has_cfn_attr

    def get_cfn_attribute(self: Any, attribute_name: str) -> Any:
        if attribute_name == "Arn":
            return self.arn
        if attribute_name == "StateMachineRevisionId":
            return "INITIAL"
        return attribute(self, attribute_name)

    patches = context.patches
    patches.set(StateMachine, "create_from_cloudformation_json", classmethod(create))
    patches.set(StateMachine, "update_from_cloudformation_json", classmethod(update))
    patches.set(StateMachine, "get_cfn_attribute", get_cfn_attribute)
    patches.set(
        StateMachine,
        "has_cfn_attr",
        classmethod(lambda cls, attr: attr in {"Arn", "StateMachineRevisionId"} or has(attr)),
    )


def _definition(properties: dict[str, Any], account_id: str) -> str:
    """Return the definition, from the template, from S3, or as an object."""
    if "DefinitionS3Location" in properties:
        location = properties["DefinitionS3Location"]
        key = s3_backends[account_id]["aws"].get_object(location["Bucket"], location["Key"])
        if key is None:
            raise ValueError(f"No definition at s3://{location['Bucket']}/{location['Key']}")
        text = key.value.decode()
    elif "Definition" in properties:
        text = json.dumps(properties["Definition"])
    else:
        text = properties["DefinitionString"]
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace("${" + name + "}", str(value))
    return str(text)


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _camel(item) for key, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value
