"""How much templates may hold: just below each limit, and just above it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.moto_ext.limits import policies, templates
from tests.unit.simulator.moto_ext.limits.largest import TRUSTED, a_policy, filled, furnish


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """A cloud with something of everything that is written to."""
    with Cloud() as cloud:
        furnish(cloud)
        yield cloud


def a_template(queues: int = 1, **sections: Any) -> dict[str, Any]:
    """Write a template of queues."""
    resources = {f"Queue{number}": {"Type": "AWS::SQS::Queue"} for number in range(queues)}
    return {"Resources": resources, **sections}


def many(number: int, value: Any) -> dict[str, Any]:
    return {f"Name{each}": value for each in range(number)}


TEMPLATES: dict[str, tuple[int, Callable[[int], dict[str, Any]]]] = {
    "Number of resources": (500, a_template),
    "Number of outputs": (200, lambda size: a_template(Outputs=many(size, {"Value": "x"}))),
    "Number of parameters": (
        200,
        lambda size: a_template(Parameters=many(size, {"Type": "String"})),
    ),
    "Number of mappings": (200, lambda size: a_template(Mappings=many(size, {"a": {"b": "c"}}))),
    "'Description' length": (1024, lambda size: a_template(Description="x" * size)),
    "is longer than 255": (
        255,
        lambda size: a_template(Outputs={"x" * size: {"Value": "x"}}),
    ),
}


@pytest.mark.parametrize("limit", TEMPLATES)
def test_a_template_holds_as_much_as_it_may(limit: str) -> None:
    most, write = TEMPLATES[limit]
    templates.check_template(write(most))
    with pytest.raises(Exception, match=f"Template format error: .*{limit}"):
        templates.check_template(write(most + 1))


def created(cloud: Cloud, name: str, **template: Any) -> str:
    """Create a stack, and return the error's code, if any."""
    try:
        cloud.client("cloudformation").create_stack(StackName=name, **template)
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return ""


def test_a_template_in_the_request_is_shorter_than_one_in_a_bucket(cloud: Cloud) -> None:
    def written(size: int) -> str:
        return filled(size, lambda text: json.dumps(a_template(Metadata={"x": text})))

    assert created(cloud, "inline", TemplateBody=written(templates.IN_REQUEST)) == ""
    refused = created(cloud, "inline-more", TemplateBody=written(templates.IN_REQUEST + 1))
    assert refused.startswith("ValidationError: 1 validation error detected: Value at 'template")

    def stored(size: int) -> str:
        cloud.client("s3").put_object(Bucket="bucket", Key=f"{size}", Body=written(size).encode())
        return f"https://bucket.s3.eu-central-1.amazonaws.com/{size}"

    assert created(cloud, "stored", TemplateURL=stored(templates.IN_BUCKET)) == ""
    refused = created(cloud, "stored-more", TemplateURL=stored(templates.IN_BUCKET + 1))
    assert refused == "ValidationError: Template may not exceed 1000000 bytes in size."


def test_a_template_that_holds_too_much_makes_no_stack(cloud: Cloud) -> None:
    refused = created(cloud, "crowded", TemplateBody=json.dumps(a_template(501)))
    assert "Number of resources, 501, is greater than maximum allowed, 500" in refused
    assert "crowded" not in {
        stack["StackName"]
        for stack in cloud.client("cloudformation").list_stacks()["StackSummaries"]
    }


def test_what_a_template_names_and_allows_is_measured_too(cloud: Cloud) -> None:
    role = {"AssumeRolePolicyDocument": TRUSTED}
    wordy = {
        "PolicyName": "wordy",
        "PolicyDocument": json.loads(a_policy(policies.INLINE + 1)),
    }
    for name, properties, error in (
        ("long-name", {**role, "RoleName": "r" * 65}, "ValidationError"),
        ("wordy", {**role, "Policies": [wordy]}, "LimitExceeded"),
    ):
        resources = {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}
        refused = created(cloud, name, TemplateBody=json.dumps({"Resources": resources}))
        assert refused.startswith(error)


def test_a_parameter_has_four_kibibytes(cloud: Cloud) -> None:
    body = json.dumps(a_template(Parameters={"Text": {"Type": "String"}}))

    def with_text(size: int) -> str:
        given = [{"ParameterKey": "Text", "ParameterValue": "x" * size}]
        return created(cloud, f"text-{size}", TemplateBody=body, Parameters=given)

    assert with_text(templates.PARAMETER_VALUE) == ""
    assert "Parameter 'Text'" in with_text(templates.PARAMETER_VALUE + 1)
