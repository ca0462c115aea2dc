"""Calls of roles and services are judged where moto answers, and refused as the service refuses."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.moto_ext.iam.callers import acting_as, role_session, service_principal
from simulator.moto_ext.iam.required_permissions import UnknownPermissionError
from tests.unit.simulator.policies import FROM_EVENTS, TRUST

ACCOUNT = "111122223333"
ARN = f"arn:aws:iam::{ACCOUNT}:role/reader"
TABLE = f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/Test-Table"
HOUR = timedelta(hours=1)
EXCEPTION = "AccessDeniedException"
ENTRY = {"Source": "x", "DetailType": "y", "Detail": "{}"}
FROM_ACCOUNT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
}
ASSETS = f"assets-{ACCOUNT}"


def grant(cloud: Cloud, *statements: dict[str, Any]) -> None:
    """Give the role `reader` these statements, and no others."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    cloud.client("iam").put_role_policy(
        RoleName="reader", PolicyName="own", PolicyDocument=json.dumps(document)
    )


@pytest.fixture
def reader(cloud: Cloud) -> Any:
    cloud.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    return role_session(ARN, "session")


def read(cloud: Cloud) -> Any:
    key = {"pk": {"S": "x"}}
    return cloud.client("dynamodb").get_item(TableName=cloud.outputs["TableName"], Key=key)


def test_a_role_may_do_what_is_granted_until_it_is_not_any_more(cloud: Cloud, reader: Any) -> None:
    allowed = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}

    grant(cloud, allowed)
    with acting_as(reader):
        read(cloud)
    grant(cloud, {**allowed, "Action": "dynamodb:PutItem"})
    with acting_as(reader), pytest.raises(ClientError) as refused:
        read(cloud)

    told = refused.value.response["Error"]
    assert told["Code"] == "AccessDeniedException"
    assert (
        "assumed-role/reader/session is not authorized to perform: dynamodb:GetItem"
        in told["Message"]
    )
    assert [(each.principal, each.action) for each in cloud.denials] == [(ARN, "dynamodb:GetItem")]


def session_of(cloud: Cloud) -> Any:
    """Assume the role `reader`, and return a client of DynamoDB with its session."""
    answer = cloud.client("sts").assume_role(RoleArn=ARN, RoleSessionName="mine")["Credentials"]
    return boto3.client(
        "dynamodb",
        region_name="eu-central-1",
        aws_access_key_id=answer["AccessKeyId"],
        aws_secret_access_key=answer["SecretAccessKey"],
        aws_session_token=answer["SessionToken"],
    )


def test_the_administrator_is_not_judged_nor_what_it_assumes(cloud: Cloud, reader: Any) -> None:
    """The CDK deploys with roles of its own."""
    read(cloud)
    session_of(cloud).list_tables()

    assert cloud.denials == []


def test_a_bucket_policy_is_for_those_whom_it_names(cloud: Cloud) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": {"AWS": ARN},
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{ASSETS}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3 = cloud.client("s3")

    s3.put_bucket_policy(Bucket=ASSETS, Policy=json.dumps(policy))

    s3.put_object(Bucket=ASSETS, Key="own", Body=b"written")
    assert s3.get_object(Bucket=ASSETS, Key="own")["Body"].read() == b"written"


def test_a_session_may_do_what_its_role_may_and_not_what_its_opener_may(
    cloud: Cloud, reader: Any
) -> None:
    opener = role_session(f"arn:aws:iam::{ACCOUNT}:role/any", "opener")
    cloud.client("iam").update_assume_role_policy(
        RoleName="reader", PolicyDocument=json.dumps(FROM_ACCOUNT)
    )

    with acting_as(opener):
        client = session_of(cloud)
    with pytest.raises(ClientError, match="assumed-role/reader/mine"):
        client.list_tables()

    assert [each.principal for each in cloud.denials] == [ARN]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "status"),
    [
        (
            "stepfunctions",
            "start_execution",
            {"stateMachineArn": "MACHINE"},
            "AccessDeniedException",
            400,
        ),
        (
            "events",
            "put_events",
            {"Entries": [{"Source": "x", "DetailType": "y", "Detail": "{}"}]},
            "AccessDeniedException",
            400,
        ),
        ("lambda", "invoke", {"FunctionName": "LOOK"}, "AccessDeniedException", 403),
        ("sts", "assume_role", {"RoleArn": ARN, "RoleSessionName": "me"}, "AccessDenied", 403),
        ("sqs", "send_message", {"QueueUrl": "QUEUE", "MessageBody": "x"}, "AccessDenied", 403),
        (
            "s3",
            "get_object",
            {"Bucket": "assets-111122223333", "Key": "code.zip"},
            "AccessDenied",
            403,
        ),
        ("sns", "publish", {"TopicArn": "TOPIC", "Message": "x"}, "AuthorizationError", 403),
    ],
)
def test_each_service_refuses_in_its_own_words(
    cloud: Cloud, reader: Any, service: str, operation: str, parameters: Any, code: str, status: int
) -> None:
    topic = cloud.client("sns").create_topic(
        Name="topic", Attributes={"Policy": json.dumps(FROM_EVENTS)}
    )
    known = {
        "MACHINE": cloud.outputs["MachineArn"],
        "LOOK": cloud.resources["Look"],
        "QUEUE": cloud.resources["DeadLetters"],
        "TOPIC": topic["TopicArn"],
    }
    given = {
        name: known.get(value, value) if isinstance(value, str) else value
        for name, value in parameters.items()
    }

    with acting_as(reader), pytest.raises(ClientError) as refused:
        getattr(cloud.client(service), operation)(**given)

    answer = refused.value.response
    assert answer["Error"]["Code"] == code
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert len(cloud.denials) == 1


def test_a_transaction_needs_each_of_its_writes(cloud: Cloud, reader: Any) -> None:
    item = {"TableName": cloud.outputs["TableName"], "Item": {"pk": {"S": "x"}}}
    grant(cloud, {"Effect": "Allow", "Action": "dynamodb:UpdateItem", "Resource": TABLE})

    with acting_as(reader), pytest.raises(ClientError):
        cloud.client("dynamodb").transact_write_items(TransactItems=[{"Put": item}])

    assert [each.action for each in cloud.denials] == ["dynamodb:PutItem"]


def test_what_nobody_has_modelled_is_not_let_through(cloud: Cloud, reader: Any) -> None:
    grant(cloud, {"Effect": "Allow", "Action": "*", "Resource": "*"})

    with acting_as(reader), pytest.raises(UnknownPermissionError, match="DeleteTable"):
        cloud.client("dynamodb").delete_table(TableName=cloud.outputs["TableName"])


def test_a_service_is_let_in_by_the_resource_alone(cloud: Cloud) -> None:
    queue = cloud.resources["DeadLetters"]

    with acting_as(service_principal("events.amazonaws.com", ACCOUNT, None)):
        cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="x")
    with (
        acting_as(service_principal("sns.amazonaws.com", ACCOUNT, None)),
        pytest.raises(ClientError),
    ):
        cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="x")

    assert [each.principal for each in cloud.denials] == ["sns.amazonaws.com"]


def test_a_function_acts_as_its_role_and_fails_without_its_grants(cloud: Cloud) -> None:
    """Its log and its traces are its role's affair as well."""
    role = cloud.resources["Role"]
    cloud.client("iam").delete_role_policy(RoleName=role, PolicyName="Everything")

    cloud.client("lambda").invoke(FunctionName=cloud.resources["Look"], Payload=b"{}")

    assert {each.action for each in cloud.denials} == {"logs:CreateLogStream"}


def test_a_state_fails_with_the_service_s_own_error(cloud: Cloud) -> None:
    role = cloud.resources["Role"]
    cloud.client("iam").delete_role_policy(RoleName=role, PolicyName="Everything")

    cloud.client("stepfunctions").start_execution(
        stateMachineArn=cloud.outputs["MachineArn"], input='{"id": "x"}'
    )
    cloud.run_until_idle(HOUR)

    [execution] = cloud.executions()
    assert (execution["status"], execution["error"]) == (
        "FAILED",
        "DynamoDB.AccessDeniedException",
    )
    assert [each.action for each in cloud.denials] == ["dynamodb:PutItem"]
