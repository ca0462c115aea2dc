"""Deploying a template, and finding out what is missing."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.cloud.assembly import NoSuchStackError
from simulator.cloud.deployment import DeploymentIncompleteError
from simulator.moto_ext.cloudformation.schemas import BadSchemaError
from simulator.moto_fixes.cloudformation.parsing import generated_name

FUNCTION = {"Ref": "Look"}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "All",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
TYPES: dict[str, Any] = {
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
    "TopicPolicy": {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": POLICY},
    },
    "Subscription": {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "Topic"},
            "Protocol": "sqs",
            "Endpoint": {"Fn::GetAtt": ["DeadLetters", "Arn"]},
            "RawMessageDelivery": True,
        },
    },
    "Bucket": {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "VersioningConfiguration": {"Status": "Enabled"},
            "ObjectLockEnabled": True,
            "ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}},
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "Expire",
                        "Status": "Enabled",
                        "ExpirationInDays": 30,
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    },
                    {"Status": "Enabled", "ExpiredObjectDeleteMarker": True},
                ]
            },
        },
    },
    "Plain": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {}},
    "BucketPolicy": {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": POLICY},
    },
    "Filter": {
        "Type": "AWS::Logs::MetricFilter",
        "Properties": {
            "LogGroupName": {"Ref": "Logs"},
            "FilterPattern": "ERROR",
            "MetricTransformations": [
                {"MetricName": "Errors", "MetricNamespace": "Test", "MetricValue": "1"}
            ],
        },
    },
    "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": FUNCTION}},
    "Alias": {
        "Type": "AWS::Lambda::Alias",
        "Properties": {
            "FunctionName": FUNCTION,
            "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]},
            "Name": "live",
        },
    },
    "Calls": {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "Properties": {
            "FunctionName": FUNCTION,
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 0,
        },
    },
    "Permission": {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": {"Fn::GetAtt": ["Look", "Arn"]},
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
            "SourceArn": {"Fn::GetAtt": ["Requested", "Arn"]},
        },
    },
    "BusPolicy": {
        "Type": "AWS::Events::EventBusPolicy",
        "Properties": {
            "EventBusName": {"Ref": "Bus"},
            "StatementId": "Others",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
                "Action": "events:PutEvents",
                "Resource": {"Fn::GetAtt": ["Bus", "Arn"]},
            },
        },
    },
    "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "group"}},
    "Schedule": {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "GroupName": {"Ref": "Group"},
            "ScheduleExpression": "rate(1 day)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": {"Ref": "Machine"},
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "Input": "{}",
            },
        },
    },
    "Layer": {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {
            "Content": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "code.zip"}
        },
    },
    "Registry": {"Type": "AWS::EventSchemas::Registry", "Properties": {"RegistryName": "events"}},
    "Schema": {
        "Type": "AWS::EventSchemas::Schema",
        "Properties": {
            "RegistryName": {"Fn::GetAtt": ["Registry", "RegistryName"]},
            "SchemaName": "us@Something",
            "Type": "OpenApi3",
            "Content": '{"openapi": "3.0.0"}',
        },
    },
    "Metadata": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "none"}},
}


@pytest.fixture
def full(synthesize: Any) -> Any:
    return synthesize(extra=TYPES)


def test_every_type_is_made(full: Path) -> None:
    with Cloud() as cloud:
        cloud.deploy(full, "Test")

        made = cloud.resources
        assert set(TYPES) <= set(made)
        functions, events = cloud.client("lambda"), cloud.client("events")
        alias = functions.get_alias(FunctionName=made["Look"], Name="live")
        assert alias["FunctionVersion"] == "1"
        calls = functions.get_function_event_invoke_config(FunctionName=made["Look"])
        assert calls["MaximumRetryAttempts"] == 0
        policy = json.loads(events.describe_event_bus(Name="test-bus")["Policy"])
        assert policy["Statement"][0]["Sid"] == "Others"
        assert cloud.client("scheduler").get_schedule(Name=made["Schedule"], GroupName="group")
        attributes = cloud.client("sns").get_subscription_attributes(
            SubscriptionArn=made["Subscription"]
        )["Attributes"]
        assert attributes["RawMessageDelivery"] == "true"
        cloud.client("s3").put_object(
            Bucket=made["Bucket"], Key="x", Body=b"allowed", ChecksumAlgorithm="SHA256"
        )
        assert made["Registry"] == "arn:aws:schemas:eu-central-1:111122223333:registry/events"
        assert made["Schema"].endswith(":schema/events/us@Something")


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"Content": "no JSON"}, "no JSON"),
        ({"Content": "{}"}, "does not say openapi"),
        ({"Content": ""}, "100000 characters, not 0"),
        ({"Content": " " * 100_001}, "not 100001"),
        ({"Type": "JSONSchemaDraft4"}, "does not say .schema"),
        ({"Type": "Avro"}, "the type Avro"),
        ({"SchemaName": "a name"}, "is no name"),
        ({"SchemaName": "n" * 386}, "is no name"),
        ({"Description": "d" * 257}, "too long"),
    ],
)
def test_a_schema_that_aws_would_refuse_is_refused(
    synthesize: Any, wrong: dict[str, str], fault: str
) -> None:
    schema = {**TYPES["Schema"], "Properties": {**TYPES["Schema"]["Properties"], **wrong}}
    assembly = synthesize(extra={"Registry": TYPES["Registry"], "Schema": schema})

    with Cloud() as cloud, pytest.raises(BadSchemaError, match=fault):
        cloud.deploy(assembly, "Test")


def test_a_bucket_is_set_up_as_the_template_says(full: Path) -> None:
    with Cloud() as cloud:
        cloud.deploy(full, "Test")

        s3, name = cloud.client("s3"), cloud.resources["Bucket"]
        wanted: Any = TYPES["Bucket"]["Properties"]
        assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
        lock = s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
        retention = wanted["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
        assert retention.items() <= lock["Rule"]["DefaultRetention"].items()
        owners = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
        assert owners == wanted["OwnershipControls"]
        block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        assert block == wanted["PublicAccessBlockConfiguration"]
        rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
        assert [rule["Expiration"] for rule in rules] == [
            {"Days": 30},
            {"ExpiredObjectDeleteMarker": True},
        ]
        assert rules[0]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}


def test_a_retained_bucket_outlives_its_stack_and_keeps_its_name(full: Path) -> None:
    with Cloud() as cloud:
        cloud.deploy(full, "Test")
        first = cloud.resources["Plain"]
        cloud.client("s3").put_object(Bucket=first, Key="x", Body=b"kept")
        cloud.destroy("Test")
        cloud.deploy(full, "Test")

        assert cloud.resources["Plain"] != first
        assert cloud.client("s3").get_object(Bucket=first, Key="x")["Body"].read() == b"kept"


def test_the_stack_tells_its_outputs_and_resources(cloud: Cloud) -> None:
    machine = cloud.resources["Machine"]

    assert cloud.outputs["MachineArn"] == machine
    assert cloud.resources_of_type("AWS::StepFunctions::StateMachine") == {"Machine": machine}
    (alarm,) = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarm["Dimensions"] == [{"Name": "StateMachineArn", "Value": machine}]
    expiry = cloud.client("dynamodb").describe_time_to_live(TableName=cloud.outputs["TableName"])
    assert expiry["TimeToLiveDescription"]["AttributeName"] == "expires"


@pytest.mark.filterwarnings("ignore:Tried to parse")
def test_a_type_that_moto_skips_is_named(synthesize: Any) -> None:
    assembly = synthesize(extra={"Odd": {"Type": "AWS::Odd::Thing", "Properties": {}}})
    with (
        Cloud() as cloud,
        pytest.raises(DeploymentIncompleteError, match=r"Odd \(AWS::Odd::Thing\)"),
    ):
        cloud.deploy(assembly, "Test")


def test_a_stack_that_is_not_there_is_named(assembly: Path) -> None:
    with Cloud() as cloud, pytest.raises(NoSuchStackError, match="Other"):
        cloud.deploy(assembly, "Other")


def test_a_stack_can_be_destroyed_and_deployed_again(full: Path) -> None:
    with Cloud() as cloud:
        cloud.deploy(full, "Test")
        first = cloud.resources
        cloud.destroy("Test")
        assert cloud.client("lambda").list_functions()["Functions"] == []
        assert cloud.client("stepfunctions").list_state_machines()["stateMachines"] == []
        assert cloud.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
        assert cloud.client("dynamodb").list_tables()["TableNames"] == []
        cloud.deploy(full, "Test")
        second = cloud.resources

    assert second["Machine"] == first["Machine"]


def test_deploying_a_change_updates_the_stack(assembly: Path, synthesize: Any) -> None:
    with Cloud() as cloud:
        cloud.deploy(assembly, "Test")
        states = {"Only": {"Type": "Succeed"}}
        workflow = {"QueryLanguage": "JSONata", "StartAt": "Only", "States": states}
        cloud.deploy(synthesize(workflow=workflow, extra=TYPES), "Test")

        described = cloud.client("stepfunctions").describe_state_machine(
            stateMachineArn=cloud.outputs["MachineArn"]
        )
        assert json.loads(described["definition"]) == workflow
        assert "Topic" in cloud.resources


def test_another_account_and_region(assembly: Path) -> None:
    with Cloud(account="444455556666", region="us-east-1") as cloud:
        cloud.deploy(assembly, "Test")
        arn = cloud.outputs["MachineArn"]

    assert arn.startswith("arn:aws:states:us-east-1:444455556666:stateMachine:")


@pytest.mark.parametrize(
    ("resource_type", "limit"),
    [
        ("AWS::Lambda::Function", 64),
        ("AWS::IAM::Role", 64),
        ("AWS::Events::Rule", 64),
        ("AWS::EventSchemas::Registry", 64),
        ("AWS::StepFunctions::StateMachine", 80),
        ("AWS::SQS::Queue", 80),
        ("AWS::S3::Bucket", 63),
    ],
)
def test_generated_names_keep_to_the_services_limits(resource_type: Any, limit: Any) -> None:
    names = {generated_name(resource_type, "S" * 90, letter * 90) for letter in "AB"}

    assert len(names) == 2
    assert all(len(name) <= limit for name in names)


def test_a_change_set_as_the_cdk_makes_it_has_outputs(cloud: Cloud, assembly: Path) -> None:
    client = cloud.client("cloudformation")
    cloud.destroy("Test")
    body = (assembly / "Test.template.json").read_text("utf-8")
    names = {"StackName": "Test", "ChangeSetName": "changes"}

    client.create_change_set(**names, TemplateBody=body, ChangeSetType="CREATE")
    client.execute_change_set(**names)

    (stack,) = client.describe_stacks(StackName="Test")["Stacks"]
    assert {output["OutputKey"] for output in stack["Outputs"]} == {"MachineArn", "TableName"}
