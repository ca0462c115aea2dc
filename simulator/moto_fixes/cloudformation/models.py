"""Types that moto has, but makes wrong or only in part."""

import json
from collections.abc import Callable
from typing import Any

import moto.stepfunctions.models
from moto.awslambda.models import LambdaFunction, LambdaVersion, LayerVersion, Permission
from moto.awslambda.utils import get_backend
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.parsing import ResourceMap
from moto.events.models import EventBus
from moto.logs.models import LogGroup
from moto.s3.models import s3_backends
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.utils import cfn_to_api_tags
from moto.utilities.utils import get_partition

from simulator.core.context import CloudContext
from simulator.moto_ext.cloudformation import schedules, tables, types
from simulator.moto_ext.iam import creation_checks as creating
from simulator.moto_fixes.cloudformation import parsing as naming
from simulator.moto_fixes.cloudformation import updates as updating
from simulator.moto_fixes.s3 import models as buckets


class VersionExistsError(ValueError):
    """Lambda publishes no version of a function that is as its last version is."""


def repair(context: CloudContext) -> None:
    """Let CloudFormation make everything that a template of this project holds."""
    for module in (types, tables, schedules):
        module.register()
    naming.repair(context)
    buckets.repair(context)
    updating.repair(context)
    patches = context.patches
    patches.set(Stack, "parse_template", staticmethod(_json_first(Stack.parse_template)))
    execute = CloudFormationBackend.execute_change_set

    def execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
        execute(self, change_set_name, stack_name)
        # moto reads the outputs of the empty template that a change set starts from.
        for stack in self.stacks.values():
            if stack.template:
                stack._parse_template()
                stack.output_map = stack._create_output_map()
        creating.check(context)

    patches.set(CloudFormationBackend, "execute_change_set", execute_change_set)
    _add(context, EventBus, "physical_resource_id", property(lambda bus: bus.name))
    _add(context, Permission, "physical_resource_id", property(lambda it: f"permission-{id(it)}"))
    _add(context, LayerVersion, "physical_resource_id", property(lambda layer: layer.arn))
    # CloudFormation ends it so (AWS::Logs::LogGroup, return values): policies are about streams.
    patches.set(LogGroup, "get_cfn_attribute", lambda group, name: f"{group.arn}:*")
    patches.set(ResourceMap, "__init__", _in_its_partition(ResourceMap.__init__))
    _repair_state_machines(context)
    _repair_functions(context)


def _in_its_partition(make: Callable[..., None]) -> Callable[..., None]:
    """Name the partition by the Region; moto takes every one for `aws`."""

    def made(self: Any, *arguments: Any, **named: Any) -> None:
        make(self, *arguments, **named)
        region = self._parsed_resources["AWS::Region"]
        self._parsed_resources["AWS::Partition"] = get_partition(region)

    return made


def _add(context: CloudContext, owner: Any, name: str, value: Any) -> None:
    """Add what a class of moto's lacks."""
    context.patches.add(owner, name, value)


def _json_first(parse: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    """Read JSON as JSON; moto takes it for YAML, which costs seconds."""

    def parse_template(template: str) -> dict[str, Any]:
        try:
            parsed: dict[str, Any] = json.loads(template)
        except ValueError:
            return parse(template)
        return parsed

    return parse_template


def _repair_state_machines(context: CloudContext) -> None:
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


def _repair_functions(context: CloudContext) -> None:
    create = LambdaFunction.__dict__["create_from_cloudformation_json"].__func__

    def create_function(
        cls: Any,
        /,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Any:
        function = create(
            cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
        )
        _complete(function, cloudformation_json["Properties"])
        return function

    change = LambdaFunction.__dict__["update_from_cloudformation_json"].__func__

    def update_function(
        cls: Any,
        /,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        properties = cloudformation_json["Properties"]
        # What a template no longer says is no longer so; moto would leave it.
        properties.setdefault("Environment", {}).setdefault("Variables", {})
        function = change(
            cls,
            original_resource,
            new_resource_name,
            cloudformation_json,
            account_id,
            region_name,
        )
        _complete(function, properties)
        return function

    make_version = LambdaVersion.__dict__["create_from_cloudformation_json"].__func__

    def create_version(
        cls: Any,
        /,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Any:
        name = cloudformation_json["Properties"]["FunctionName"].split(":function:")[-1]
        functions = get_backend(account_id, region_name)
        known = [str(each.version) for each in functions.list_versions_by_function(name)]
        version = make_version(
            cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
        )
        if str(version.version) in known:
            raise VersionExistsError(
                f"A version for this Lambda function exists ( {version.version} ). "
                "Modify the function to create a new version."
            )
        version.physical_resource_id = (
            f"arn:{get_partition(region_name)}:lambda:{region_name}:{account_id}"
            f":function:{name}:{version.version}"
        )
        return version

    def version_attribute(self: Any, attribute_name: str) -> Any:
        values = {"Version": str(self.version), "FunctionArn": self.physical_resource_id}
        if attribute_name not in values:
            raise UnformattedGetAttTemplateException
        return values[attribute_name]

    patches = context.patches
    patches.set(LambdaFunction, "create_from_cloudformation_json", classmethod(create_function))
    patches.set(LambdaFunction, "update_from_cloudformation_json", classmethod(update_function))
    patches.set(LambdaVersion, "create_from_cloudformation_json", classmethod(create_version))
    _add(context, LambdaVersion, "get_cfn_attribute", version_attribute)
    _add(
        context,
        LambdaVersion,
        "has_cfn_attr",
        classmethod(lambda cls, attr: attr in {"Version", "FunctionArn"}),
    )


def _complete(function: Any, properties: dict[str, Any]) -> None:
    """Set what moto drops on the way from the template to the function."""
    logging = properties.get("LoggingConfig", {})
    if logging.get("LogGroup"):
        function.logs_group_name = logging["LogGroup"]
    function.log_format = logging.get("LogFormat", "Text")
    function.dead_letter_target = properties.get("DeadLetterConfig", {}).get("TargetArn")
    function.architectures = properties.get("Architectures", ["x86_64"])
    function.tracing_config = properties.get("TracingConfig") or function.tracing_config
    # Those of other accounts, such as AWS's own, are not to be had here.
    own = [arn for arn in properties.get("Layers", []) if f":{function.account_id}:" in arn]
    function.layers = function._get_layers_data(own)
    function.timeout = int(function.timeout)
    function.memory_size = int(function.memory_size)
