"""What people say to a migration, as a scenario has it: on the bus, or with a task's token."""

import json

from simulator.cloud import Cloud
from simulator.scenario import Answer, AnswerKind
from vifshift.events import DetailType

DETAIL_TYPES = {
    AnswerKind.APPROVED: DetailType.APPROVED,
    AnswerKind.REFUSED: DetailType.REFUSED,
    AnswerKind.CANCEL: DetailType.CANCEL_REQUESTED,
}


def say(cloud: Cloud, answer: Answer) -> None:
    """Say it to the migration that was started last."""
    if answer.with_token:
        _answer_task(cloud, answer)
        return
    machine = cloud.outputs["StateMachineArn"]
    migrations = [each for each in cloud.executions() if each["stateMachineArn"] == machine]
    detail = {
        "migrationId": migrations[-1]["name"],
        "by": answer.by,
        "comment": answer.comment,
    }
    entry = {
        "EventBusName": cloud.outputs["EventBusName"],
        "Source": "a-person",
        "DetailType": DETAIL_TYPES[answer.kind],
        "Detail": json.dumps(detail),
    }
    cloud.client("events").put_events(Entries=[entry])


def _answer_task(cloud: Cloud, answer: Answer) -> None:
    """Answer as someone who may call Step Functions does, with the token of the last event."""
    asked = [event["detail"]["data"] for event in cloud.published_events]
    [*_, token] = [data["taskToken"] for data in asked if "taskToken" in data]
    client = cloud.client("stepfunctions")
    if answer.kind is AnswerKind.APPROVED:
        said = {"approvedBy": answer.by, "comment": answer.comment}
        client.send_task_success(taskToken=token, output=json.dumps(said))
    else:
        client.send_task_failure(taskToken=token, error=answer.kind, cause=answer.comment)
