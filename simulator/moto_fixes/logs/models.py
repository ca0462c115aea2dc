"""AWS::Logs::LogGroup: its ARN, and updates of its retention."""

from typing import Any, Final

from moto.logs.models import LogGroup

from simulator.core.clients import clients_for
from simulator.core.context import CloudContext
from simulator.core.repairs import correction

REPAIRS: Final = (
    correction(
        "moto.logs.models:LogGroup.get_cfn_attribute",
        problem="Fn::GetAtt gives the ARN without the `:*` that CloudFormation puts behind it "
        "(AWS::Logs::LogGroup, return values), which policies about log streams rely on.",
        test="moto_fixes/cloudformation/test_attributes.py::"
        "test_the_arn_of_a_log_group_ends_with_its_streams",
    ),
    correction(
        "moto.logs.models:LogGroup.update_from_cloudformation_json",
        problem="A change of RetentionInDays replaces the group, and with it what was logged.",
        test="moto_fixes/cloudformation/test_updates.py::"
        "test_logs_are_kept_as_long_as_the_template_says_now",
    ),
)


def repair(context: CloudContext) -> None:
    """Return a log group's ARN as CloudFormation does, and change its retention in place."""
    context.patches.set(LogGroup, "get_cfn_attribute", lambda group, name: f"{group.arn}:*")
    context.patches.set(LogGroup, "update_from_cloudformation_json", classmethod(_change_retention))


def _change_retention(
    cls: Any,
    /,
    original_resource: Any,
    new_resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
) -> Any:
    days = cloudformation_json["Properties"].get("RetentionInDays")
    name, logs = original_resource.name, clients_for(account_id, region_name).get("logs")
    if days is None:
        logs.delete_retention_policy(logGroupName=name)
    else:
        logs.put_retention_policy(logGroupName=name, retentionInDays=int(days))
    return original_resource
