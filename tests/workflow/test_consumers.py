"""The consumers of examples/consumers, deployed beside the app: events reach them, and once."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest

from simulator.cloud import Cloud
from simulator.synthesis import ROOT
from tests.workflow.conftest import Deployed

CONSUMERS = ROOT / "examples" / "consumers"
EXAMPLES = ROOT / "docs" / "events" / "examples"
BUCKET = "code"

Deploy = Callable[[str], Deployed]


class Beside:
    """The consumers' stack, in the cloud that the app is deployed in."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        location = {"LocationConstraint": "eu-central-1"}
        cloud.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
        cloud.client("s3").put_object(Bucket=BUCKET, Key="on_trouble.zip", Body=package())
        parameters = {
            "EventBusName": cloud.outputs["EventBusName"],
            "CodeBucket": BUCKET,
            "PowertoolsLayer": "arn:aws:lambda:eu-central-1:017000801446:layer:Powertools:1",
        }
        client = cloud.client("cloudformation")
        client.create_stack(
            StackName="consumers",
            TemplateBody=(CONSUMERS / "template.yaml").read_text("utf-8"),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
        )
        [stack] = client.describe_stacks(StackName="consumers")["Stacks"]
        self._outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        self.resources = {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in client.describe_stack_resources(StackName="consumers")["StackResources"]
        }
        calls = cloud.client("sqs").create_queue(QueueName="calls")["QueueUrl"]
        arn = "arn:aws:sqs:eu-central-1:111122223333:calls"
        cloud.client("sns").subscribe(
            TopicArn=self._outputs["OnCallTopicArn"], Protocol="sqs", Endpoint=arn
        )
        self._calls = calls

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """The events that the queue of outcomes has."""
        return [json.loads(each["Body"]) for each in self._taken(self._outputs["OutcomesQueueUrl"])]

    @property
    def calls(self) -> list[str]:
        """What who is on call was told."""
        return [json.loads(each["Body"])["Message"] for each in self._taken(self._calls)]

    @property
    def undeliverable(self) -> list[dict[str, Any]]:
        """What could not be delivered."""
        return self._taken(self.resources["Undeliverable"])

    def _taken(self, queue: str) -> list[dict[str, Any]]:
        return self._cloud.dead_letters(queue)


def package() -> bytes:
    """Zip the Lambda as the README says."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        text = (CONSUMERS / "on_trouble.py").read_text("utf-8")
        archive.writestr(ZipInfo("on_trouble.py"), text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("scenario", "outcome", "calls"),
    [("rollback-fails-too", "rollback-failed", 1), ("vlan-taken", "rejected", 0)],
)
def test_outcomes_are_queued_and_trouble_calls_a_person(
    deploy: Deploy, scenario: str, outcome: str, calls: int
) -> None:
    deployed = deploy(scenario)
    beside = Beside(deployed.cloud)

    deployed.send(deployed.scenario.trigger.request)
    deployed.finish()

    [told] = beside.outcomes
    assert told["detail"]["data"]["outcome"] == outcome
    notice = told["detail"]["data"]["notice"]
    called = beside.calls
    assert len(called) == calls
    assert all(each.startswith(f"{notice['title']}\n{notice['text']}\n") for each in called)
    assert beside.undeliverable == []


@pytest.mark.verify
def test_a_duplicate_is_not_queued(deploy: Deploy) -> None:
    deployed = deploy("vlan-taken")
    beside = Beside(deployed.cloud)
    event = json.loads((EXAMPLES / "vif-migration-duplicate.json").read_text("utf-8"))

    sent_again(deployed, event)

    assert beside.outcomes == []


@pytest.mark.verify
def test_an_event_that_comes_twice_calls_once(deploy: Deploy) -> None:
    deployed = deploy("vlan-taken")
    beside = Beside(deployed.cloud)
    event = json.loads((EXAMPLES / "vif-migration-needs-attention.json").read_text("utf-8"))

    sent_again(deployed, event)
    sent_again(deployed, event)

    assert len(beside.outcomes) == 2
    assert len(beside.calls) == 1


def sent_again(deployed: Deployed, event: dict[str, Any]) -> None:
    """Send a real event as the app has sent it."""
    entry = {
        "EventBusName": deployed.cloud.outputs["EventBusName"],
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
    }
    deployed.cloud.client("events").put_events(Entries=[entry])
    deployed.finish()
