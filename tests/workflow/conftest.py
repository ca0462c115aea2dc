"""A cloud with the app deployed, for what no single scenario file can say."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.runs.session import Session, locks
from simulator.runs.staging import stage
from simulator.scenarios.model import Scenario, load, named

LIMIT = timedelta(days=2)


class Deployed:
    """The app in a local cloud, with a scenario's world loaded."""

    def __init__(self, cloud: Cloud, scenario: Scenario) -> None:
        self.cloud = cloud
        self.scenario = scenario
        self.network = stage(scenario)

    def send(self, detail: object) -> dict[str, Any]:
        """Send VIF Migration Requested, and return what PutEvents answers."""
        return self.send_raw(json.dumps(detail))

    def send_raw(self, detail: str) -> dict[str, Any]:
        """Send a detail as it is."""
        entry = {
            "EventBusName": self.cloud.outputs["EventBusName"],
            "Source": "an-engineer",
            "DetailType": "VIF Migration Requested",
            "Detail": detail,
        }
        answer: dict[str, Any] = self.cloud.client("events").put_events(Entries=[entry])
        return answer

    def start(self, request: str, name: str = "by-hand") -> None:
        """Start an execution with an input as it is."""
        self.cloud.client("stepfunctions").start_execution(
            stateMachineArn=self.cloud.outputs["StateMachineArn"], name=name, input=request
        )

    def break_function(self, name: str) -> None:
        """Delete one of the Lambdas, known by its handler's module."""
        client = self.cloud.client("lambda")
        [broken] = [
            function["FunctionName"]
            for function in client.list_functions()["Functions"]
            if function["Handler"] == f"vifshift.handlers.{name}.handler"
        ]
        client.delete_function(FunctionName=broken)

    def finish(self) -> list[dict[str, Any]]:
        """Let time run until all is done, and return the executions."""
        assert self.cloud.run_until_idle(LIMIT)
        return self.cloud.executions()

    @property
    def sent(self) -> list[str]:
        """The detail-types that vifshift has sent, in order."""
        return [
            event["detail-type"]
            for event in self.cloud.published_events
            if event["source"] == "vifshift"
        ]

    @property
    def locks(self) -> list[str]:
        """The gateways that are locked now."""
        return locks(self.cloud)

    @property
    def associations(self) -> int:
        """How often AssociateVirtualInterface was called."""
        return sum(call.operation == "AssociateVirtualInterface" for call in self.network.calls)


@pytest.fixture
def deploy(session: Session) -> Callable[[str], Deployed]:
    """Return the app in the world of a scenario that ships, as right after its deployment."""

    def deployed(name: str) -> Deployed:
        scenario = load(named(name))
        return Deployed(session.cloud_for(scenario), scenario)

    return deployed
