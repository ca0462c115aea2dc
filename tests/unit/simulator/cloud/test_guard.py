"""A served cloud answers programs that know its key, and no web page, whatever that sends."""

import http.client
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Endpoint, serve
from simulator.cloud.guard import Guard

PORT: Final = 5055
KEY: Final = "simulator-of-a-test"
SCOPE: Final = "20260105/eu-central-1/sts/aws4_request"
SIGNED: Final = {"HTTP_HOST": "127.0.0.1:5055"}
CREDENTIAL: Final = f"AWS4-HMAC-SHA256 Credential={KEY}/{SCOPE}, SignedHeaders=host, Signature=0"
Ask = Callable[..., tuple[str, str]]


@pytest.fixture
def ask() -> Ask:
    """Return what sends a request through a guard, and returns its status and its words."""

    def application(_: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"passed on"]

    def ask(**environ: str) -> tuple[str, str]:
        told: list[str] = []
        guard = Guard(application, PORT, KEY)
        [body] = guard({**SIGNED, **environ}, lambda status, _: told.append(status))
        return told[0], body.decode()

    return ask


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_AUTHORIZATION": CREDENTIAL},
        {"HTTP_AUTHORIZATION": CREDENTIAL, "HTTP_HOST": "localhost:5055"},
        {"HTTP_AUTHORIZATION": CREDENTIAL, "HTTP_HOST": "LOCALHOST:5055"},
        {"HTTP_AUTHORIZATION": CREDENTIAL, "HTTP_ORIGIN": "http://localhost:5055"},
        {"QUERY_STRING": f"X-Amz-Credential={KEY}%2F20260105%2Feu-central-1%2Fs3%2Faws4_request"},
        {"QUERY_STRING": f"AWSAccessKeyId={KEY}&Signature=x"},
    ],
)
def test_who_knows_the_key_is_passed_on(ask: Ask, environ: dict[str, str]) -> None:
    assert ask(**environ) == ("200 OK", "passed on")


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_HOST": "evil.example:5055"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": "localhost"},
        {"HTTP_HOST": "localhost:80"},
        {"HTTP_HOST": "localhost:5055.evil.example"},
        {"HTTP_HOST": "localhost.evil.example:5055"},
        {"HTTP_HOST": "0.0.0.0:5055"},
        {"HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_ORIGIN": "https://localhost:5055"},
        {"HTTP_ORIGIN": "http://localhost:3000"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": ""},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
    ],
)
def test_a_page_is_refused_even_if_it_knows_the_key(ask: Ask, environ: dict[str, str]) -> None:
    status, body = ask(HTTP_AUTHORIZATION=CREDENTIAL, **environ)

    assert status == "403 Forbidden"
    assert "web page" in body or "not this machine" in body


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"HTTP_AUTHORIZATION": CREDENTIAL.replace(KEY, "simulator-111122223333")},
        {"HTTP_AUTHORIZATION": CREDENTIAL.replace(KEY, f"{KEY}x")},
        {"HTTP_AUTHORIZATION": CREDENTIAL.replace(KEY, "ASIAIOSFODNN7EXAMPLE")},
        {"HTTP_AUTHORIZATION": CREDENTIAL.replace(KEY, "ü")},
        {"HTTP_AUTHORIZATION": f"Bearer {KEY}"},
        {"HTTP_AUTHORIZATION": f"Basic {CREDENTIAL}"},
        # What is signed by the header is not signed by a query as well.
        {
            "HTTP_AUTHORIZATION": CREDENTIAL.replace(KEY, "another"),
            "QUERY_STRING": f"X-Amz-Credential={KEY}/{SCOPE}",
        },
        {"QUERY_STRING": f"X-Amz-Credential=another/{SCOPE}&AWSAccessKeyId={KEY}"},
        {"QUERY_STRING": f"key={KEY}"},
        {"HTTP_COOKIE": KEY},
    ],
)
def test_who_does_not_know_the_key_is_refused(ask: Ask, environ: dict[str, str]) -> None:
    status, body = ask(**environ)

    assert status == "403 Forbidden"
    assert "printed when this cloud was started" in body


@pytest.mark.enable_socket
def test_a_served_cloud_is_behind_it_with_everything_that_moto_serves() -> None:
    with serve(port=0) as endpoint:
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(endpoint).port)
        for path in ("/", "/moto-api/data.json", "/moto-api/reset", "/latest/meta-data/"):
            connection.request("GET", path)
            assert read(connection) == 403
        connection.close()
        key = endpoint.environment()["AWS_ACCESS_KEY_ID"]
        for service, call in (("sts", "get_caller_identity"), ("s3", "list_buckets")):
            getattr(client(endpoint, service, key), call)()
            with pytest.raises(ClientError, match="printed when this cloud was started"):
                getattr(client(endpoint, service, "simulator"), call)()
        # What a role may do is for IAM to say.
        given = client(endpoint, "sts", key).assume_role(
            RoleArn=f"arn:aws:iam::{endpoint.account}:role/any", RoleSessionName="somebody"
        )["Credentials"]
        session = client(endpoint, "sts", given["AccessKeyId"], given["SessionToken"])
        assert session.get_caller_identity()["Arn"].endswith("assumed-role/any/somebody")


def client(endpoint: Endpoint, service: Any, key: str, token: str | None = None) -> Any:
    """Return a client that signs with an access key ID."""
    return boto3.client(
        service,
        endpoint_url=str(endpoint),
        region_name=endpoint.region,
        aws_access_key_id=key,
        aws_secret_access_key="anything",
        aws_session_token=token,
    )


@pytest.mark.enable_socket
def test_each_cloud_has_a_key_of_its_own() -> None:
    keys = []
    for _ in range(2):
        with serve(port=0) as endpoint:
            keys.append(endpoint.key)

    assert keys[0] != keys[1]
    assert all(len(key) > 40 for key in keys)


def read(connection: http.client.HTTPConnection) -> int:
    """Return the status of an answer, and be ready for the next one."""
    answer = connection.getresponse()
    answer.read()
    return answer.status
