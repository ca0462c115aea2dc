"""What is done once more in a scenario: executions are redriven, and events are replayed."""

from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.scenarios.model import BadScenarioError, ScenarioRedrive, ScenarioReplay


def redrive(cloud: Cloud, asked: ScenarioRedrive, machine: str) -> None:
    """Redrive an execution of a state machine.

    Raises `BadScenarioError` if there is none, and a ClientError where AWS would refuse to, unless
    it is to be done only if that is possible.
    """
    started = [each for each in cloud.executions() if each["stateMachineArn"] == machine]
    if len(started) < asked.execution and asked.if_possible:
        return
    if len(started) < asked.execution:
        raise BadScenarioError(f"redrives: no execution {asked.execution} at {asked.at:g} s")
    arn = started[asked.execution - 1]["executionArn"]
    try:
        cloud.client("stepfunctions").redrive_execution(executionArn=arn)
    except ClientError:
        if not asked.if_possible:
            raise


def replay(cloud: Cloud, asked: ScenarioReplay) -> None:
    """Replay an event; raises `BadScenarioError` if it was not published."""
    known = [*cloud.published_events, *cloud.service_events]
    found = [event for event in known if event["detail-type"] == asked.event]
    if len(found) < asked.number and asked.if_possible:
        return
    if len(found) < asked.number:
        raise BadScenarioError(f"replays: no {asked.event!r} {asked.number} at {asked.at:g} s")
    cloud.replay(found[asked.number - 1])
