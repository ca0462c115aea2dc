"""The AWS::Lambda types: functions, versions, permissions and layers."""

from typing import Any, Final

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction, LambdaVersion, LayerVersion, Permission
from moto.awslambda.utils import get_backend
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.utilities.utils import get_partition

from simulator.core.context import CloudContext
from simulator.core.repairs import correction

_MODELS: Final = "moto.awslambda.models"
REPAIRS: Final = (
    correction(
        f"{_MODELS}:Permission.physical_resource_id",
        f"{_MODELS}:LayerVersion.physical_resource_id",
        problem="The resource has no physical id, so that the stack takes it for one that failed.",
        test="moto_fixes/cloudformation/test_attributes.py::"
        "test_a_permission_and_a_layer_have_physical_ids",
        adds=True,
    ),
    correction(
        f"{_MODELS}:LambdaFunction.create_from_cloudformation_json",
        problem="LoggingConfig, DeadLetterConfig, Architectures, TracingConfig and Layers are "
        "dropped on the way from the template to the function.",
        test="moto_ext/awslambda/test_lambdas.py::"
        "test_lambda_writes_what_nobody_caught_in_the_function_s_log_format",
    ),
    correction(
        f"{_MODELS}:LambdaFunction.update_from_cloudformation_json",
        problem="A property that is no longer in the template keeps its old value.",
        test="moto_fixes/cloudformation/test_updates.py::"
        "test_a_variable_that_is_in_the_template_no_more_is_gone",
    ),
    correction(
        f"{_MODELS}:LambdaVersion.create_from_cloudformation_json",
        problem="A version of an unchanged function is created again, and Ref is not its ARN.",
        test="moto_fixes/cloudformation/test_updates.py::"
        "test_lambda_publishes_no_version_of_a_function_that_has_not_changed",
    ),
    correction(
        f"{_MODELS}:LambdaVersion.get_cfn_attribute",
        f"{_MODELS}:LambdaVersion.has_cfn_attr",
        problem="Fn::GetAtt knows neither Version nor FunctionArn.",
        test="moto_fixes/cloudformation/test_attributes.py::test_a_version_has_attributes",
        adds=True,
    ),
    correction(
        f"{_MODELS}:LambdaVersion.delete",
        problem="A version that leaves the template can't be deleted.",
        test="moto_fixes/cloudformation/test_updates.py::test_what_is_not_retained_is_deleted",
        adds=True,
    ),
)


class VersionExistsError(ValueError):
    """Lambda publishes no version of a function that has not changed since its last version."""


def repair(context: CloudContext) -> None:
    """Create, update and delete functions and versions as their templates describe them."""
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
    patches.add(Permission, "physical_resource_id", property(lambda it: f"permission-{id(it)}"))
    patches.add(LayerVersion, "physical_resource_id", property(lambda layer: layer.arn))
    patches.add(LambdaVersion, "delete", _delete_version)
    patches.add(LambdaVersion, "get_cfn_attribute", version_attribute)
    patches.add(
        LambdaVersion,
        "has_cfn_attr",
        classmethod(lambda cls, attr: attr in {"Version", "FunctionArn"}),
    )


def _delete_version(version: Any, account: str, region: str) -> None:
    name, _, number = version.physical_resource_id.rpartition(":")
    try:
        get_backend(account, region).delete_function(name, number)
    except UnknownFunctionException:
        # It went with its function: a stack is deleted in no order.
        return


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
