"""A small assembly, as `cdk synth` would leave it, with one of everything that matters here."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from simulator.cloud import Checkpoint, Cloud
from tests.conftest import Share
from tests.unit.simulator.policies import EVERYTHING, FROM_EVENTS, TRUST

LOOK = '''
"""Look at a counter in the environment of this cold start."""
import logging
import os

import boto3

DYNAMODB = boto3.client("dynamodb")
LOGGER = logging.getLogger(__name__)
LOOKS = []


def handler(event, context):
    LOOKS.append(event)
    LOGGER.warning("look %s", len(LOOKS))
    print("table", os.environ["TABLE"])
    return {"looks": len(LOOKS), "settled": len(LOOKS) >= event.get("needed", 3),
            "function": context.function_name, "now": event.get("now")}
'''
BREAK = '''
class Unruly(Exception):
    """Raised on purpose."""


def handler(event, context):
    raise Unruly(event.get("why", "no reason"))
'''
TASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke",
    "Output": "{% $states.result.Payload %}",
}
WORKFLOW: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "Remember",
    "States": {
        "Remember": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Arguments": {
                "TableName": "{TABLE}",
                "Item": {"pk": {"S": "{% $states.input.id %}"}},
                "ConditionExpression": "attribute_not_exists(pk)",
            },
            "Assign": {"id": "{% $states.input.id %}", "rounds": 0},
            "Output": "{% $states.input %}",
            "Catch": [
                {
                    "ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"],
                    "Next": "Refuse",
                    "Assign": {"why": "{% $states.errorOutput.Error %}"},
                }
            ],
            "Next": "Look",
        },
        "Look": {
            **TASK,
            "Arguments": {
                "FunctionName": "{LOOK}",
                "Payload": {
                    "needed": "{% $states.input.needed ? $states.input.needed : 3 %}",
                    "now": "{% $states.context.State.EnteredTime %}",
                },
            },
            "Assign": {"rounds": "{% $rounds + 1 %}"},
            "Output": "{% $merge([$states.input, {'seen': $states.result.Payload}]) %}",
            "Next": "Settled",
        },
        "Settled": {
            "Type": "Choice",
            "Choices": [
                {
                    "Condition": "{% $states.input.seen.settled %}",
                    "Next": "Tell",
                    "Assign": {"verdict": "settled"},
                }
            ],
            "Default": "Pause",
        },
        "Pause": {"Type": "Wait", "Seconds": "{% 5 * 2 %}", "Next": "Look"},
        "Tell": {
            "Type": "Task",
            "Resource": "arn:aws:states:::events:putEvents",
            "Arguments": {
                "Entries": [
                    {
                        "Source": "test",
                        "DetailType": "Settled",
                        "EventBusName": "{BUS}",
                        "Detail": {
                            "id": "{% $id %}",
                            "rounds": "{% $rounds %}",
                            "verdict": "{% $verdict %}",
                        },
                    }
                ]
            },
            "Output": "{% $states.input %}",
            "Next": "Break",
        },
        "Break": {
            **TASK,
            "Arguments": {"FunctionName": "{BREAK}", "Payload": {"why": "on purpose"}},
            "Retry": [
                {
                    "ErrorEquals": ["Unruly"],
                    "IntervalSeconds": 4,
                    "MaxAttempts": 2,
                    "BackoffRate": 2,
                    "JitterStrategy": "FULL",
                }
            ],
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Next": "Done",
                    "Output": "{% {'error': $states.errorOutput, 'id': $id, 'rounds': $rounds} %}",
                }
            ],
            "End": True,
        },
        "Done": {"Type": "Succeed", "Output": "{% $states.input %}"},
        "Refuse": {
            "Type": "Fail",
            "Error": "Test.Refused",
            "Cause": "{% 'because of ' & $why %}",
        },
    },
}


def joined(text: str, **values: Any) -> Any:
    """Write a text with {NAME} in it as the CDK does: Fn::Join of strings and references."""
    parts: list[Any] = [text]
    for name, value in values.items():
        marker = "{" + name + "}"
        split: list[Any] = []
        for part in parts:
            if not isinstance(part, str):
                split.append(part)
                continue
            for index, piece in enumerate(part.split(marker)):
                split += [value, piece] if index else [piece]
        parts = split
    return {"Fn::Join": ["", parts]}


def function(handler: str, **more: Any) -> dict[str, Any]:
    """Describe a function whose code is the app's asset."""
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "code.zip"},
            "Handler": handler,
            "Runtime": "python3.14",
            "Timeout": 30,
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            **more,
        },
    }


def resources(workflow: dict[str, Any]) -> dict[str, Any]:
    """Return the template's resources around a state machine."""
    definition = joined(
        json.dumps(workflow),
        TABLE={"Ref": "Table"},
        LOOK={"Fn::GetAtt": ["Look", "Arn"]},
        BREAK={"Fn::GetAtt": ["Break", "Arn"]},
        BUS={"Ref": "Bus"},
    )
    return {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": TRUST,
                "Policies": [{"PolicyName": "Everything", "PolicyDocument": EVERYTHING}],
            },
        },
        "Table": {
            "Type": "AWS::DynamoDB::GlobalTable",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
                "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
                "Replicas": [{"Region": {"Ref": "AWS::Region"}}],
            },
        },
        "Look": function(
            "watching.look.handler",
            Environment={"Variables": {"TABLE": {"Ref": "Table"}}},
            LoggingConfig={"LogGroup": {"Ref": "Logs"}},
        ),
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 30}},
        "Break": function("watching.breaking.handler"),
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "test-bus"}},
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "DefinitionString": definition,
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "TracingConfiguration": {"Enabled": True},
                "LoggingConfiguration": {"Level": "ALL", "IncludeExecutionData": False},
            },
        },
        "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "DeadLettersPolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "DeadLetters"}], "PolicyDocument": FROM_EVENTS},
        },
        "Requested": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventBusName": {"Ref": "Bus"},
                "EventPattern": {"detail-type": ["Wanted"], "detail": {"id": [{"exists": True}]}},
                "State": "ENABLED",
                "Targets": [
                    {
                        "Id": "Target0",
                        "Arn": {"Ref": "Machine"},
                        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                        "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}},
                        "InputTransformer": {
                            "InputPathsMap": {"id": "$.detail.id", "f1": "$.id"},
                            "InputTemplate": '{"id":<id>,"event":<f1>}',
                        },
                    }
                ],
            },
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "ComparisonOperator": "GreaterThanThreshold",
                "EvaluationPeriods": 1,
                "Threshold": 0,
                "Namespace": "AWS/States",
                "MetricName": "ExecutionsFailed",
                "Period": 60,
                "Statistic": "Sum",
                "Dimensions": [{"Name": "StateMachineArn", "Value": {"Ref": "Machine"}}],
            },
        },
    }


Synthesize = Callable[..., Path]


def write_assembly(
    folder: Path,
    workflow: dict[str, Any] | None = None,
    extra: dict[str, Any] | None = None,
    modules: dict[str, str] | None = None,
) -> Path:
    """Write a cdk.out folder."""
    code = folder / "asset.code" / "watching"
    code.mkdir(parents=True)
    (code / "__init__.py").write_text("")
    for name, text in {"look": LOOK, "breaking": BREAK, **(modules or {})}.items():
        (code / f"{name}.py").write_text(text)
    template = {
        "Resources": {**resources(workflow or WORKFLOW), **(extra or {})},
        "Outputs": {
            "MachineArn": {"Value": {"Ref": "Machine"}},
            "TableName": {"Value": {"Ref": "Table"}},
        },
        "Parameters": {
            "BootstrapVersion": {
                "Type": "AWS::SSM::Parameter::Value<String>",
                "Default": "/cdk-bootstrap/hnb659fds/version",
            }
        },
    }
    (folder / "Test.template.json").write_text(json.dumps(template, indent=1))
    assets = {
        "files": {
            "code": {
                "source": {"path": "asset.code", "packaging": "zip"},
                "destinations": {
                    "here": {"bucketName": "assets-${AWS::AccountId}", "objectKey": "code.zip"}
                },
            }
        }
    }
    (folder / "Test.assets.json").write_text(json.dumps(assets))
    manifest = {
        "artifacts": {
            "Test": {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": "Test.template.json"},
            }
        }
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(autouse=True)
def _any_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the role `any` do everything: what may not be done is the subject of other tests."""
    enter = Cloud.__enter__

    def enter_with_role(self: Cloud) -> Cloud:
        entered = enter(self)
        iam = entered.client("iam")
        iam.create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.put_role_policy(
            RoleName="any", PolicyName="Everything", PolicyDocument=json.dumps(EVERYTHING)
        )
        return entered

    monkeypatch.setattr(Cloud, "__enter__", enter_with_role)


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly, synthesized once."""
    return write_assembly(tmp_path_factory.mktemp("cdk.out"))


@pytest.fixture
def synthesize(tmp_path: Path) -> Synthesize:
    """A function that writes an assembly with another workflow, or with more resources."""

    def write(**parts: Any) -> Path:
        return write_assembly(tmp_path / "cdk.out", **parts)

    return write


@contextmanager
def _deployed(assembly: Path) -> Iterator[tuple[Cloud, Checkpoint]]:
    with Cloud() as cloud:
        cloud.deploy(assembly, "Test")
        yield cloud, cloud.checkpoint()


@pytest.fixture
def cloud(share: Share, assembly: Path) -> Cloud:
    """A cloud with the assembly's stack in it, as right after its deployment."""
    cloud, deployed = share("stack of the unit tests", lambda: _deployed(assembly))
    deployed.restore()
    return cast(Cloud, cloud)


Run = Callable[..., tuple[dict[str, Any], list[dict[str, Any]]]]


@pytest.fixture
def run(cloud: Cloud) -> Run:
    """A function that runs states in JSONata, and returns the execution and its history."""
    machines = []

    def run(
        states: dict[str, Any], payload: Any = None, **more: Any
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        definition = {
            "QueryLanguage": "JSONata",
            "StartAt": next(iter(states)),
            "States": states,
            **more,
        }
        client = cloud.client("stepfunctions")
        machines.append(definition)
        arn = client.create_state_machine(
            name=f"machine-{len(machines)}",
            definition=json.dumps(definition),
            roleArn="arn:aws:iam::111122223333:role/any",
        )["stateMachineArn"]
        started = client.start_execution(stateMachineArn=arn, input=json.dumps(payload or {}))
        cloud.run_until_idle(timedelta(days=1))
        found = [e for e in cloud.executions() if e["executionArn"] == started["executionArn"]]
        return found[0], cloud.execution_history(started["executionArn"])

    return run
