"""When a migration or a plan was approved, by what people say in a scenario."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import JsonValue

from simulator.explore.case import Case
from simulator.runs.record import execution_of, request_id_of
from simulator.scenarios.model import ScenarioAnswer, ScenarioAnswerKind
from vifshift.events.base import DetailType

MOMENT = timedelta(seconds=1)
QUESTIONS = {DetailType.APPROVAL_REQUESTED, DetailType.PLAN_APPROVAL_REQUESTED}
NAMING = {DetailType.APPROVED: "migrationId", DetailType.PLAN_APPROVED: "planId"}


def asked_at(case: Case) -> list[datetime]:
    """Return when people were asked for an approval of a migration, or of a move of a plan."""
    arn = (case.execution or {}).get("executionArn")
    return [
        _occurred_at(event)
        for event in case.record.events
        if event["detail-type"] in QUESTIONS and execution_of(event) == arn
    ]


def minutes_of_plan(case: Case) -> int:
    """Return for how long people are asked about a move of an approved plan that has changed."""
    plan = case.asked.get("plan") if case.move and isinstance(case.asked, dict) else None
    minutes = plan.get("approvalMinutes") if isinstance(plan, dict) else None
    return minutes if isinstance(minutes, int) else 0


def approvals_of(case: Case, arn: str, said: DetailType) -> Iterator[datetime]:
    """Yield when an execution was approved; what is said before it asks is no approval.

    Whether the product has heard it makes no difference.
    """
    questions = [
        event
        for event in case.record.events
        if event["detail-type"] in QUESTIONS and execution_of(event) == arn
    ]
    if not questions:
        return
    began = min(map(_occurred_at, questions)) - MOMENT
    digests = {event["detail"]["data"]["digest"] for event in questions}
    names = {"{migrationId}", "{planId}", "{requestId}", arn.rpartition(":")[2]}
    names |= {request_id_of(event) for event in questions}
    for answer in case.record.scenario.answers:
        at = case.record.started_at + timedelta(seconds=answer.at)
        is_approval = at >= began and _approves(case, answer, said, names, digests)
        if is_approval and not _is_for_several(case, answer, at):
            yield at


def _is_for_several(case: Case, answer: ScenarioAnswer, at: datetime) -> bool:
    """Return whether an answer gives only the number of a request, under which several wait."""
    detail = answer.detail if isinstance(answer.detail, dict) else {}
    if "requestId" not in detail or {*NAMING.values()} & detail.keys() or detail.get("digest"):
        return False
    open_then = {
        execution["executionArn"]
        for execution in case.record.executions
        if "executionArn" in execution and execution.get("stopDate", at) >= at
    }
    waiting = {
        execution_of(event)
        for event in case.record.events
        if event["detail-type"] in QUESTIONS
        and request_id_of(event) == detail["requestId"]
        and _occurred_at(event) <= at
    }
    return len(waiting & open_then) > 1


def _approves(
    case: Case, answer: ScenarioAnswer, said: DetailType, names: set[str], digests: set[JsonValue]
) -> bool:
    """Return whether an answer approves what has these names, and asks with these digests."""
    if answer.with_token:
        return answer.kind is ScenarioAnswerKind.APPROVED
    if not _may_approve(case, answer):
        return False
    if answer.kind is not None:
        return answer.kind is ScenarioAnswerKind.APPROVED
    detail = answer.detail if isinstance(answer.detail, dict) else {}
    named = detail.get(NAMING[said], detail.get("requestId"))
    is_same = detail.get("digest") is None or detail["digest"] in digests
    return answer.detail_type == said and named in names and is_same


def _may_approve(case: Case, answer: ScenarioAnswer) -> bool:
    """Return whether the source of an answer is one that may approve."""
    settings = case.record.scenario.settings or {}
    listed = settings.get("approvalSources") or settings.get("allowedSources")
    return answer.source in listed if isinstance(listed, list | dict) else True


def _occurred_at(event: dict[str, JsonValue]) -> datetime:
    detail = event["detail"]
    metadata = detail["metadata"] if isinstance(detail, dict) else None
    return datetime.fromisoformat(str(metadata["occurredAt"] if isinstance(metadata, dict) else ""))
