"""What a template's Ref and Fn::GetAtt give, and what it says of a state machine."""

import json
from typing import Any

import pytest

from simulator.cloud import Cloud

ROLE = "arn:aws:iam::111122223333:role/any"
PASS = {"StartAt": "${First}", "States": {"Only": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}}


def stack(cloud: Cloud, resources: dict[str, Any], **outputs: Any) -> dict[str, str]:
    """Create or update the stack `Small`, and return its outputs."""
    client = cloud.client("cloudformation")
    known = [each["StackName"] for each in client.describe_stacks()["Stacks"]]
    body = {
        "Resources": resources,
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    change = client.update_stack if "Small" in known else client.create_stack
    change(StackName="Small", TemplateBody=json.dumps(body))
    [small] = client.describe_stacks(StackName="Small")["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in small["Outputs"]}


def machine(**properties: Any) -> dict[str, Any]:
    role = {"StateMachineName": "small", "RoleArn": ROLE}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": {**role, **properties}}


def described(cloud: Cloud, arn: str) -> Any:
    return cloud.client("stepfunctions").describe_state_machine(stateMachineArn=arn)


def test_a_generated_name_is_the_same_in_every_cloud() -> None:
    names = []
    for seed in (1, 2):
        with Cloud(seed=seed) as cloud:
            queue = {"Type": "AWS::SQS::Queue", "Properties": {}}
            found = stack(cloud, {"Queue": queue}, Name={"Fn::GetAtt": ["Queue", "QueueName"]})
            names.append(found["Name"])

    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-central-1", "aws"), ("cn-north-1", "aws-cn")]
)
def test_the_partition_is_that_of_the_region(region: str, partition: str) -> None:
    with Cloud(region=region) as cloud:
        queue = {"Type": "AWS::SQS::Queue", "Properties": {}}
        found = stack(cloud, {"Queue": queue}, Partition={"Ref": "AWS::Partition"})

    assert found == {"Partition": partition}


def test_the_arn_of_a_log_group_ends_with_its_streams(cloud: Cloud) -> None:
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "small"}}

    found = stack(cloud, {"Group": group}, Arn={"Fn::GetAtt": ["Group", "Arn"]})

    assert found["Arn"].endswith(":log-group:small:*")


def test_a_definition_may_be_an_object_with_substitutions(cloud: Cloud) -> None:
    resources = {"M": machine(Definition=PASS, DefinitionSubstitutions={"First": "Only"})}

    found = stack(cloud, resources, Arn={"Ref": "M"})

    definition = json.loads(described(cloud, found["Arn"])["definition"])
    assert definition == {**PASS, "StartAt": "Only"}


def test_an_update_may_change_a_definition_that_is_an_object(cloud: Cloud) -> None:
    stack(cloud, {"M": machine(Definition=WAIT)}, Arn={"Ref": "M"})
    changed = {"M": machine(Definition={**WAIT, "Comment": "changed"})}

    found = stack(cloud, changed, Arn={"Ref": "M"})

    assert json.loads(described(cloud, found["Arn"])["definition"])["Comment"] == "changed"


def test_a_state_machine_has_attributes(cloud: Cloud) -> None:
    found = stack(
        cloud,
        {"M": machine(Definition=WAIT)},
        Arn={"Fn::GetAtt": ["M", "Arn"]},
        Revision={"Fn::GetAtt": ["M", "StateMachineRevisionId"]},
    )

    assert found["Arn"].endswith(":stateMachine:small")
    assert found["Revision"] == "INITIAL"


def test_a_permission_and_a_layer_have_physical_ids(synthesize: Any) -> None:
    code = {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "code.zip"}
    permission = {
        "FunctionName": {"Ref": "Look"},
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
    }
    extra = {
        "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": code}},
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
    }
    with Cloud() as cloud:
        cloud.deploy(synthesize(extra=extra), "Test")
        found = cloud.resources

    assert ":layer:" in found["Layer"]
    assert found["Permission"] != "Permission"


def test_a_version_has_attributes(cloud: Cloud) -> None:
    version = {
        "Type": "AWS::Lambda::Version",
        "Properties": {"FunctionName": cloud.resources["Look"]},
    }

    found = stack(cloud, {"V": version}, Number={"Fn::GetAtt": ["V", "Version"]})

    assert found == {"Number": "1"}
