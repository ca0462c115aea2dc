"""Answers of people in a scenario: events on the bus, or calls with a task token."""

import json

from simulator.cloud import Cloud
from simulator.scenarios.model import ScenarioAnswer, ScenarioAnswerKind
from vifshift.events.base import DetailType

DETAIL_TYPES = {
    ScenarioAnswerKind.APPROVED: DetailType.APPROVED,
    ScenarioAnswerKind.REFUSED: DetailType.REFUSED,
    ScenarioAnswerKind.CANCEL: DetailType.CANCEL_REQUESTED,
}
OF_PLANS = {
    ScenarioAnswerKind.APPROVED: DetailType.PLAN_APPROVED,
    ScenarioAnswerKind.REFUSED: DetailType.PLAN_REFUSED,
    ScenarioAnswerKind.HALT: DetailType.PLAN_HALT_REQUESTED,
}


def send_answer(cloud: Cloud, answer: ScenarioAnswer, *, to_plan: bool = False) -> None:
    """Send an answer to the plan or migration that was started last."""
    if answer.with_token:
        _answer_task(cloud, answer)
        return
    is_plan = to_plan and answer.kind in OF_PLANS
    machine = cloud.outputs["PlanStateMachineArn" if is_plan else "StateMachineArn"]
    started = [each for each in cloud.executions() if each["stateMachineArn"] == machine]
    detail = {
        "planId" if is_plan else "migrationId": started[-1]["name"],
        "by": answer.by,
        "comment": answer.comment,
    }
    entry = {
        "EventBusName": cloud.outputs["EventBusName"],
        "Source": "a-person",
        "DetailType": (OF_PLANS if is_plan else DETAIL_TYPES)[answer.kind],
        "Detail": json.dumps(detail),
    }
    cloud.client("events").put_events(Entries=[entry])


def _answer_task(cloud: Cloud, answer: ScenarioAnswer) -> None:
    """Answer through Step Functions with the token of the last event that had one."""
    asked = [event["detail"]["data"] for event in cloud.published_events]
    [*_, token] = [data["taskToken"] for data in asked if "taskToken" in data]
    client = cloud.client("stepfunctions")
    if answer.kind is ScenarioAnswerKind.APPROVED:
        said = {"approvedBy": answer.by, "comment": answer.comment}
        client.send_task_success(taskToken=token, output=json.dumps(said))
    else:
        client.send_task_failure(taskToken=token, error=answer.kind, cause=answer.comment)
