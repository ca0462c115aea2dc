"""The permissions that CloudFormation needs to deploy the stack, by resource type.

`python -m cli.permissions docs/deploying` writes the policies that people attach. The actions are
those that AWS's resource schemas list for create, read, update and delete (AWS: CloudFormation User
Guide, "Resource type schema", handlers), limited to the properties that this stack uses.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

STACK: Final = "vifshift"
QUALIFIER: Final = "hnb659fds"
ACCOUNT: Final = "111122223333"
# AWS: IAM and AWS STS quotas, the characters of a managed policy without white space.
LONGEST_POLICY: Final = 6144

_TAGS: Final = "TagResource UntagResource"

ACTIONS: Final[Mapping[str, str]] = {
    "AWS::CloudWatch::Alarm": "cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms",
    "AWS::CloudWatch::Dashboard": "cloudwatch: PutDashboard GetDashboard DeleteDashboards",
    "AWS::DynamoDB::GlobalTable": "dynamodb: CreateTable DescribeTable UpdateTable DeleteTable "
    "DescribeTimeToLive UpdateTimeToLive DescribeContinuousBackups UpdateContinuousBackups "
    "DescribeContributorInsights DescribeKinesisStreamingDestination "
    f"DescribeTableReplicaAutoScaling GetResourcePolicy ListTagsOfResource {_TAGS}",
    "AWS::EventSchemas::Registry": "schemas: CreateRegistry DescribeRegistry UpdateRegistry "
    "DeleteRegistry",
    "AWS::EventSchemas::Schema": "schemas: CreateSchema DescribeSchema UpdateSchema DeleteSchema",
    "AWS::Events::EventBus": "events: CreateEventBus DescribeEventBus UpdateEventBus "
    "DeleteEventBus",
    "AWS::Events::EventBusPolicy": "events: PutPermission DescribeEventBus RemovePermission",
    "AWS::Events::Rule": "events: PutRule DescribeRule EnableRule DisableRule DeleteRule "
    "PutTargets ListTargetsByRule RemoveTargets",
    "AWS::IAM::Policy": "iam: PutRolePolicy GetRolePolicy DeleteRolePolicy",
    "AWS::IAM::Role": "iam: CreateRole GetRole UpdateRole UpdateRoleDescription "
    "UpdateAssumeRolePolicy DeleteRole ListRolePolicies ListAttachedRolePolicies TagRole "
    "UntagRole",
    "AWS::KMS::Key": "kms: CreateKey DescribeKey GetKeyPolicy PutKeyPolicy EnableKeyRotation "
    "DisableKeyRotation GetKeyRotationStatus UpdateKeyDescription ListResourceTags "
    f"ScheduleKeyDeletion {_TAGS}",
    "AWS::Lambda::Function": "lambda: CreateFunction GetFunction GetFunctionConfiguration "
    "UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction GetFunctionCodeSigningConfig "
    "PutFunctionConcurrency DeleteFunctionConcurrency GetFunctionRecursionConfig "
    f"GetRuntimeManagementConfig {_TAGS}",
    "AWS::Lambda::LayerVersion": "lambda: PublishLayerVersion GetLayerVersion DeleteLayerVersion",
    "AWS::Lambda::Permission": "lambda: AddPermission GetPolicy RemovePermission",
    "AWS::Lambda::Version": "lambda: PublishVersion ListVersionsByFunction DeleteFunction "
    "GetFunctionConfiguration GetProvisionedConcurrencyConfig",
    "AWS::Logs::LogGroup": "logs: CreateLogGroup DescribeLogGroups PutRetentionPolicy "
    f"DeleteRetentionPolicy DeleteLogGroup ListTagsForResource {_TAGS}",
    "AWS::S3::Bucket": "s3: CreateBucket ListBucket DeleteBucket PutBucketVersioning "
    "PutEncryptionConfiguration PutLifecycleConfiguration PutBucketOwnershipControls "
    "PutBucketPublicAccessBlock PutBucketObjectLockConfiguration PutBucketTagging "
    "GetBucketVersioning GetEncryptionConfiguration GetLifecycleConfiguration "
    "GetBucketOwnershipControls GetBucketPublicAccessBlock GetBucketObjectLockConfiguration",
    "AWS::S3::BucketPolicy": "s3: PutBucketPolicy GetBucketPolicy DeleteBucketPolicy",
    "AWS::SNS::Subscription": "sns: Subscribe GetSubscriptionAttributes SetSubscriptionAttributes "
    "ListSubscriptionsByTopic Unsubscribe",
    "AWS::SNS::Topic": "sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic "
    f"ListSubscriptionsByTopic GetDataProtectionPolicy ListTagsForResource {_TAGS}",
    "AWS::SNS::TopicPolicy": "sns: SetTopicAttributes GetTopicAttributes",
    "AWS::SQS::Queue": "sqs: CreateQueue GetQueueAttributes GetQueueUrl SetQueueAttributes "
    "DeleteQueue ListQueueTags TagQueue UntagQueue",
    "AWS::SQS::QueuePolicy": "sqs: SetQueueAttributes GetQueueAttributes",
    "AWS::Scheduler::Schedule": "scheduler: CreateSchedule GetSchedule UpdateSchedule "
    "DeleteSchedule",
    "AWS::Scheduler::ScheduleGroup": "scheduler: CreateScheduleGroup GetScheduleGroup "
    f"DeleteScheduleGroup ListTagsForResource {_TAGS}",
    "AWS::StepFunctions::StateMachine": "states: CreateStateMachine DescribeStateMachine "
    f"UpdateStateMachine DeleteStateMachine ListTagsForResource {_TAGS}",
}
"""For each resource type: the service's prefix, and the actions. It includes the types that only
some settings need (schedules, subscriptions, the policy of a bus)."""

# Actions for which the resource has no name yet, or that support no resource-level permissions.
_UNNAMED: Final = frozenset(
    {
        "events:PutPermission",
        "events:RemovePermission",
        "kms:CreateKey",
        "logs:DescribeLogGroups",
    }
)

_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "cloudwatch": (f"alarm:{STACK}-*", ":dashboard/*"),
    "dynamodb": (f"table/{STACK}-*",),
    "events": (f"event-bus/{STACK}*", f"rule/{STACK}*"),
    "iam": (f":role/{STACK}-*",),
    "kms": ("key/*",),
    "lambda": (f"function:{STACK}-*", "layer:*"),
    "logs": (f"log-group:{STACK}-*", f"log-group:/aws/*{STACK}*"),
    "scheduler": (f"schedule/{STACK}*", f"schedule-group/{STACK}*"),
    "schemas": (f"registry/{STACK}*", f"schema/{STACK}*"),
    "sns": (f"{STACK}-*",),
    "sqs": (f"{STACK}-*",),
    "states": (f"stateMachine:{STACK}-*",),
}
_PASSED_TO: Final = ("events", "lambda", "scheduler", "states")


def actions_of(resource_type: str) -> list[str]:
    """Return the actions for a resource type; raises KeyError for a type that is not listed."""
    prefix, _, names = ACTIONS[resource_type].partition(":")
    return [f"{prefix}:{name}" for name in names.split()]


def execution_policy() -> dict[str, Any]:
    """Return the policy for `cdk bootstrap --cloudformation-execution-policies`."""
    wanted = sorted({action for kind in ACTIONS for action in actions_of(kind)})
    services = sorted({action.partition(":")[0] for action in wanted})
    statements = [
        _statement(
            service,
            [each for each in wanted if each.startswith(f"{service}:") and each not in _UNNAMED],
            _resources(service),
        )
        for service in services
    ]
    passing = _statement("pass", ["iam:PassRole"], _resources("iam"))
    passing["Condition"] = {
        "StringEquals": {"iam:PassedToService": [f"{each}.amazonaws.com" for each in _PASSED_TO]}
    }
    files = f"arn:aws:s3:::cdk-{QUALIFIER}-assets-{ACCOUNT}-*"
    return _policy(
        *statements,
        passing,
        _statement("unnamed", sorted(_UNNAMED), ["*"]),
        _statement("files", ["s3:GetObject"], [f"{files}/*"]),
    )


def deployer_policy() -> dict[str, Any]:
    """Return the policy for a person or a pipeline that deploys with the bootstrap's roles."""
    stack = f"arn:aws:cloudformation:*:{ACCOUNT}:stack/{STACK}/*"
    toolkit = f"arn:aws:cloudformation:*:{ACCOUNT}:stack/CDKToolkit/*"
    parameter = f"arn:aws:ssm:*:{ACCOUNT}:parameter/cdk-bootstrap/{QUALIFIER}/version"
    roles = f"arn:aws:iam::{ACCOUNT}:role/cdk-{QUALIFIER}-*"
    return _policy(
        _statement("deploy", ["sts:AssumeRole"], [roles]),
        _statement("bootstrap", ["ssm:GetParameter"], [parameter]),
        _statement("stacks", ["cloudformation:DescribeStacks"], [stack, toolkit]),
        _statement(
            "destroy", ["cloudformation:GetTemplate", "cloudformation:ListStackResources"], [stack]
        ),
        _statement(
            "moving",
            ["dynamodb:Scan", "states:ListExecutions"],
            [*_resources("dynamodb"), *_resources("states")],
        ),
    )


def _resources(service: str) -> list[str]:
    if service == "s3":
        return [f"arn:aws:s3:::{STACK}-*"]
    return [
        f"arn:aws:{service}:{'' if place.startswith(':') else '*'}:{ACCOUNT}:{place.lstrip(':')}"
        for place in _PLACES[service]
    ]


def _statement(name: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    sid = name.capitalize()
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


POLICIES: Final = {
    "execution-policy.json": execution_policy,
    "deployer-policy.json": deployer_policy,
}


def main(folder: Path) -> None:
    """Write the policies into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in POLICIES.items():
        (folder / name).write_text(json.dumps(make(), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
