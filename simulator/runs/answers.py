"""Answers of people in a scenario: events on the bus, or calls with a task token."""

import json
from typing import Any

from botocore.exceptions import ClientError
from pydantic import JsonValue

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
MIGRATIONS, PLANS = "StateMachineArn", "PlanStateMachineArn"


QUESTIONS = {DetailType.APPROVAL_REQUESTED, DetailType.PLAN_APPROVAL_REQUESTED}


def send_answer(cloud: Cloud, answer: ScenarioAnswer, *, to_plan: bool = False) -> None:
    """Send an answer to the plan or migration that was started last."""
    if answer.if_possible and not _is_possible(cloud, answer, to_plan=to_plan):
        return
    if answer.with_token:
        _answer_task(cloud, answer)
        return
    detail_type, detail = _event(cloud, answer, to_plan=to_plan)
    entry = {
        "EventBusName": cloud.outputs["EventBusName"],
        "Source": answer.source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
    }
    cloud.send_event(entry, account=answer.account, deliveries=answer.times)


def _is_possible(cloud: Cloud, answer: ScenarioAnswer, *, to_plan: bool) -> bool:
    """Return whether something was started that can be answered, and has asked if it must."""
    if answer.with_token:
        return any("taskToken" in _data(event) for event in cloud.published_events)
    if answer.kind is None:
        return True
    machine = PLANS if to_plan and answer.kind in OF_PLANS else MIGRATIONS
    has_asked = any(each["detail-type"] in QUESTIONS for each in cloud.published_events)
    return bool(_started(cloud, machine)) and (answer.digest is None or has_asked)


def _data(event: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = event["detail"].get("data", {})
    return data


def _event(cloud: Cloud, answer: ScenarioAnswer, *, to_plan: bool) -> tuple[str, JsonValue]:
    """Return the detail-type and the detail of an answer."""
    if answer.detail_type is not None:
        return answer.detail_type, _filled(answer.detail, _names(cloud, to_plan=to_plan))
    is_plan = to_plan and answer.kind in OF_PLANS
    detail_types: Any = OF_PLANS if is_plan else DETAIL_TYPES
    last = _started(cloud, PLANS if is_plan else MIGRATIONS)[-1]
    return detail_types[answer.kind], {
        "planId" if is_plan else "migrationId": last["name"],
        "by": answer.by,
        "comment": answer.comment,
        **_repeated(cloud, answer),
    }


def _started(cloud: Cloud, machine: str) -> list[dict[str, Any]]:
    """Return the executions of a state machine, in the order in which they were started."""
    arn = cloud.outputs[machine]
    return [each for each in cloud.executions() if each["stateMachineArn"] == arn]


def _names(cloud: Cloud, *, to_plan: bool) -> dict[str, str]:
    """Return what each placeholder stands for, as far as something was started."""
    names = {}
    migrations, plans = _started(cloud, MIGRATIONS), _started(cloud, PLANS)
    if migrations:
        names["{migrationId}"] = str(migrations[-1]["name"])
    if plans:
        names["{planId}"] = str(plans[-1]["name"])
    if asked := (plans if to_plan else migrations)[-1:]:
        names["{requestId}"] = _request_id(asked[0])
    return names


def _request_id(execution: dict[str, Any]) -> str:
    """Return the id of a request: its own, else its envelope's, else the execution's name."""
    given = json.loads(execution["input"])
    asked = given.get("request", given) if isinstance(given, dict) else given
    ids = [each.get("requestId") for each in (asked, given) if isinstance(each, dict)]
    return str(next(filter(None, ids), execution["name"]))


def _filled(value: JsonValue, names: dict[str, str]) -> JsonValue:
    """Return a value with names in the place of placeholders, in every text of it."""
    if isinstance(value, str):
        for placeholder, name in names.items():
            value = value.replace(placeholder, name)
        return value
    if isinstance(value, list):
        return [_filled(each, names) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, names) for name, each in value.items()}
    return value


def _repeated(cloud: Cloud, answer: ScenarioAnswer) -> dict[str, str]:
    """Return the digest that an answer repeats, if it repeats one."""
    if answer.digest is None:
        return {}
    asked = [
        event["detail"]["data"]["digest"]
        for event in cloud.published_events
        if event["detail-type"] in QUESTIONS
    ]
    return {"digest": asked[0 if answer.digest == "first" else -1]}


def _answer_task(cloud: Cloud, answer: ScenarioAnswer) -> None:
    """Answer through Step Functions with the token of the last event that had one."""
    asked = [_data(event) for event in cloud.published_events]
    [*_, token] = [data["taskToken"] for data in asked if "taskToken" in data]
    client = cloud.client("stepfunctions")
    try:
        if answer.kind is ScenarioAnswerKind.APPROVED:
            said = {"approvedBy": answer.by, "comment": answer.comment}
            client.send_task_success(taskToken=token, output=json.dumps(said))
        else:
            client.send_task_failure(taskToken=token, error=answer.kind, cause=answer.comment)
    except ClientError:
        # The task is over: nobody asks any more.
        if not answer.if_possible:
            raise
