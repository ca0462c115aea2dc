"""Updating a stack: in CloudFormation's order, with what it retains and replaces."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.moto_fixes.awslambda.models import VersionExistsError
from simulator.moto_fixes.cloudformation.updates import UpdateUnsupportedError
from tests.unit.simulator.stack import function, write_assembly

LAYER_BUCKET = {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "code.zip"}


class Stack:
    """A stack that is deployed again and again, each time with other resources."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.cloud = cloud
        self._folder = folder
        self._count = 0

    def deploy(self, **extra: Any) -> None:
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        self.cloud.deploy(write_assembly(folder, extra=extra), "Test")

    def settings(self, version: str) -> dict[str, Any]:
        """Return the settings of a version of the function, as Lambda tells them."""
        found: dict[str, Any] = self.cloud.client("lambda").get_function_configuration(
            FunctionName=self.cloud.resources["Look"], Qualifier=version
        )
        return found


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Cloud() as cloud:
        yield Stack(cloud, tmp_path)


def look(mark: str, **more: Any) -> dict[str, Any]:
    return function(
        "watching.look.handler",
        Environment={"Variables": {"TABLE": {"Ref": "Table"}, "MARK": mark}},
        **more,
    )


def version(policy: str = "Retain") -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Version",
        "DeletionPolicy": policy,
        "Properties": {"FunctionName": {"Ref": "Look"}},
    }


def test_a_new_version_is_published_of_the_new_function_and_the_old_one_stays(
    stack: Stack,
) -> None:
    stack.deploy(Look=look("old"), VersionA=version())

    stack.deploy(Look=look("new"), VersionB=version())

    marks = [stack.settings(each)["Environment"]["Variables"]["MARK"] for each in ("1", "2")]
    assert marks == ["old", "new"]
    assert stack.cloud.resources["VersionB"].endswith(":2")
    assert "VersionA" not in stack.cloud.resources


def test_what_is_not_retained_is_deleted(stack: Stack) -> None:
    stack.deploy(Look=look("old"), VersionA=version("Delete"))

    stack.deploy(Look=look("new"), VersionB=version("Delete"))

    assert stack.settings("2")
    with pytest.raises(ClientError, match="not found"):
        stack.settings("1")


def test_lambda_publishes_no_version_of_a_function_that_has_not_changed(stack: Stack) -> None:
    stack.deploy(Look=look("old"), VersionA=version())

    with pytest.raises(VersionExistsError, match=r"A version for this Lambda function exists \( 1"):
        stack.deploy(Look=look("old"), VersionB=version())


def test_what_refers_to_something_replaced_is_updated_as_well(stack: Stack) -> None:
    def layer(description: str) -> dict[str, Any]:
        properties = {"Content": LAYER_BUCKET, "LayerName": "l", "Description": description}
        return {"Type": "AWS::Lambda::LayerVersion", "Properties": properties}

    with_layer = look("same", Layers=[{"Ref": "Layer"}])
    stack.deploy(Look=with_layer, Layer=layer("one"), VersionA=version())

    stack.deploy(Look=with_layer, Layer=layer("two"), VersionB=version())

    layers = [stack.settings(each)["Layers"][0]["Arn"][-2:] for each in ("1", "2")]
    assert layers == [":1", ":2"]


def test_a_variable_that_is_in_the_template_no_more_is_gone(stack: Stack) -> None:
    stack.deploy(Look=look("old"))

    stack.deploy(Look=function("watching.look.handler"))

    assert stack.settings("$LATEST").get("Environment", {}).get("Variables", {}) == {}


def test_a_change_of_policies_alone_updates_nothing(stack: Stack) -> None:
    key = {"Type": "AWS::KMS::Key", "Properties": {"Description": "one", "KeyPolicy": {}}}
    stack.deploy(Key={**key, "DeletionPolicy": "Delete"})

    stack.deploy(Key={**key, "DeletionPolicy": "Retain"})

    with pytest.raises(UpdateUnsupportedError, match="Key: AWS::KMS::Key can't be updated here"):
        stack.deploy(Key={**key, "Properties": {"Description": "two", "KeyPolicy": {}}})


def test_a_retained_bucket_stays_and_a_queue_goes(stack: Stack) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "going"}}
    bucket = {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "Properties": {"BucketName": "staying"},
    }
    stack.deploy(Queue=queue, Bucket=bucket)

    stack.deploy()

    assert stack.cloud.client("s3").head_bucket(Bucket="staying")
    assert "QueueUrls" not in stack.cloud.client("sqs").list_queues(QueueNamePrefix="going")


@pytest.mark.parametrize("days", [7, None])
def test_logs_are_kept_as_long_as_the_template_says_now(stack: Stack, days: int | None) -> None:
    logs = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}}
    stack.deploy(Extra=logs)

    stack.deploy(Extra={**logs, "Properties": {"RetentionInDays": days} if days else {}})

    groups = stack.cloud.client("logs").describe_log_groups(
        logGroupNamePrefix=stack.cloud.resources["Extra"]
    )["logGroups"]
    assert [group.get("retentionInDays") for group in groups] == [days]


def test_roles_may_do_what_the_new_template_says(stack: Stack) -> None:
    def policy(action: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "Policy",
                "Roles": [{"Ref": "Role"}],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            },
        }

    stack.deploy(Policy=policy("s3:GetObject"))
    stack.deploy(Policy=policy("s3:PutObject"))

    found = stack.cloud.client("iam").get_role_policy(
        RoleName=stack.cloud.resources["Role"], PolicyName="Policy"
    )
    assert "s3:PutObject" in json.dumps(found["PolicyDocument"])
    assert "s3:GetObject" not in json.dumps(found["PolicyDocument"])


def test_a_table_gets_the_index_that_the_new_template_has(stack: Stack) -> None:
    def table(*indexes: str) -> dict[str, Any]:
        keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
        return {
            "Type": "AWS::DynamoDB::GlobalTable",
            "Properties": {
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": "S"} for name in ("pk", *indexes)
                ],
                "KeySchema": keys,
                "BillingMode": "PAY_PER_REQUEST",
                "Replicas": [{"Region": {"Ref": "AWS::Region"}}],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": name,
                        "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                    for name in indexes
                ],
            },
        }

    stack.deploy(Kept=table())
    name = stack.cloud.resources["Kept"]
    stack.deploy(Kept=table("open"))

    assert stack.cloud.resources["Kept"] == name
    described = stack.cloud.client("dynamodb").describe_table(TableName=name)["Table"]
    assert [each["IndexName"] for each in described["GlobalSecondaryIndexes"]] == ["open"]
