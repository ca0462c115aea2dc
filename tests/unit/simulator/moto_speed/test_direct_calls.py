"""Calls that take the short way to moto: nobody can tell."""

import json
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from moto.core.botocore_stubber import BotocoreStubber
from moto.moto_api._internal import mock_random

from simulator.cloud import Cloud
from simulator.moto_ext.awslambda.cold_starts import requests_made
from simulator.moto_speed.direct_calls import DirectOperation
from simulator.moto_speed.light_requests import LightHeaders, LightRequest

REGION = "eu-central-1"
ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"})
TWICE = Config(retries={"total_max_attempts": 2, "mode": "standard"})
TOPIC = f"arn:aws:sns:{REGION}:111122223333:told"
KEY = {"pk": {"S": "a=b&Name=x"}}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give boto3 credentials, as a Lambda has."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "simulator")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "simulator")


def client(service: str, config: Config = ONCE) -> Any:
    make: Any = boto3.client
    return make(service, region_name=REGION, config=config)


def ways(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> list[str]:
    """Note which way each request takes from now on."""
    taken: list[str] = []
    send, answer = DirectOperation.send, BotocoreStubber.process_request

    def short(self: DirectOperation, request: dict[str, Any]) -> Any:
        taken.append("short")
        return send(self, request)

    def long(self: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        taken.append("long")
        return answer(self, request)

    monkeypatch.setattr(DirectOperation, "send", short)
    monkeypatch.setattr(BotocoreStubber, "process_request", long)
    return taken


def everything(cloud: Cloud, config: Config) -> list[Any]:
    """Call each service once, with whatever chance there is the same."""
    mock_random.seed(7)
    table = cloud.outputs["TableName"]
    dynamodb, functions, events = (
        client(name, config) for name in ("dynamodb", "lambda", "events")
    )
    answers = [
        dynamodb.put_item(TableName=table, Item={**KEY, "n": {"N": "1"}, "b": {"B": b"\x00"}}),
        dynamodb.get_item(TableName=table, Key=KEY),
        events.put_events(Entries=[{"Source": "s", "DetailType": "t", "Detail": '{"a": "b=c&d"}'}]),
        client("sns", config).publish(TopicArn=TOPIC, Message="a=b&c ü", Subject="d"),
        client("sts", config).get_caller_identity(),
        client("stepfunctions", config).list_state_machines(),
    ]
    told = functions.invoke(FunctionName=cloud.resources["Look"], Payload=b'{"needed": 1}')
    looks = json.loads(told.pop("Payload").read())
    assert looks["settled"]
    # The function counts its calls, and moto sums its answers up.
    del told["ResponseMetadata"]["HTTPHeaders"]["x-amz-crc32"]
    return [*answers, told]


def test_the_short_way_is_answered_like_the_long_one(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cloud.client("sns").create_topic(Name="told")["TopicArn"] == TOPIC
    taken = ways(monkeypatch, cloud)
    short = everything(cloud, ONCE)
    cloud.client("dynamodb").delete_item(TableName=cloud.outputs["TableName"], Key=KEY)
    ways_of_short, taken[:] = set(taken), []

    long = everything(cloud, TWICE)

    assert ways_of_short == {"short"}
    assert set(taken) == {"long"}
    assert short == long


@pytest.mark.parametrize("config", [ONCE, TWICE])
def test_an_error_is_the_services_own(cloud: Cloud, config: Config) -> None:
    dynamodb = client("dynamodb", config)

    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException) as caught:
        dynamodb.get_item(TableName="missing", Key=KEY)

    response = caught.value.response
    assert response["Error"]["Code"] == "ResourceNotFoundException"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert str(caught.value).startswith("An error occurred (ResourceNotFoundException) when")


def test_what_is_modelled_of_an_error_is_there(cloud: Cloud) -> None:
    dynamodb = client("dynamodb")
    item = {"TableName": cloud.outputs["TableName"], "Item": KEY}
    dynamodb.put_item(**item)

    with pytest.raises(ClientError) as caught:
        dynamodb.put_item(**item, ConditionExpression="attribute_not_exists(pk)")

    response: Any = caught.value.response
    assert response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert response["message"] == "The conditional request failed"


def test_parameters_are_checked_as_ever(cloud: Cloud) -> None:
    with pytest.raises(ParamValidationError):
        client("dynamodb").get_item(Table="misspelled")


def test_a_client_of_another_endpoint_takes_the_long_way(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = ways(monkeypatch, cloud)
    make: Any = boto3.client
    other = make("dynamodb", region_name=REGION, config=ONCE, endpoint_url="http://localhost:1")

    with pytest.raises(Exception, match="socket"):
        other.list_tables()

    assert "short" not in taken


def test_requests_are_seen_on_either_way(cloud: Cloud) -> None:
    with requests_made() as made:
        client("dynamodb").list_tables()
        client("dynamodb", TWICE).list_tables()

    assert made == [f"https://dynamodb.{REGION}.amazonaws.com/"] * 2


def test_botocore_is_itself_again_afterwards() -> None:
    with Cloud():
        pass
    with requests_made() as made, pytest.raises(Exception, match=r"."):
        client("dynamodb", ONCE.merge(Config(connect_timeout=0.001))).list_tables()
    assert made == []


def test_headers_are_found_in_any_case() -> None:
    headers = LightHeaders({"X-Amz-Target": "a"})

    assert headers["x-amz-target"] == headers.get("X-AMZ-TARGET") == "a"
    assert "X-amz-Target" in headers
    assert "Target" not in headers
    assert headers.get("other", "none") == "none"
    assert dict(headers) == {"X-Amz-Target": "a"}
    assert len(headers) == 1


def test_whatever_else_is_asked_of_a_request_is_motos_answer() -> None:
    request = LightRequest("POST", "https://a.amazonaws.com/b%20c?d=e", {"X-Y": "z"}, b"{}")

    assert (request.path, request.raw_path) == ("/b c", "/b%20c")
    assert request.query_string == b"d=e"
    assert request.host == "a.amazonaws.com"
    assert request.get_json(force=True) == {}
