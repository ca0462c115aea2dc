"""Properties of answers: each is answered once, and what was not heard changes nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from simulator.explore.case import Case
from simulator.runs.record import Record
from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.events.base import ANSWERS, PLAN_ANSWERS, REQUESTS, DetailType

ANSWERED = (DetailType.ANSWER_HEARD, DetailType.ANSWER_NOT_HEARD)
NAMING = ("migrationId", "planId", "requestId")


def every_answer_is_answered(case: Case) -> Iterator[str]:
    """Every answer gets one event that tells what became of it, however often it was delivered."""
    answers = answers_of(case.record)
    if not case.is_platform_sound or case.record.denials:
        return
    told = Counter(each["detail"]["metadata"]["answerId"] for each in _answered(case.record))
    for answer in answers:
        if told[answer["id"]] != 1:
            yield f"{answer['detail-type']} was answered {told[answer['id']]} times"
    if strange := told.keys() - {answer["id"] for answer in answers}:
        yield f"answers that nobody gave were answered: {sorted(strange)}"


def what_was_not_heard_changes_nothing(case: Case) -> Iterator[str]:
    """Where no answer was heard, or kept for later, nothing is approved, cancelled or halted."""
    answers = _answered(case.record)
    if any(answer.with_token for answer in case.record.scenario.answers) or not answers:
        return
    for each in answers:
        data = each["detail"]["data"]
        if each["detail-type"] == DetailType.ANSWER_HEARD or data["keptUntil"]:
            return
    for event in (*case.record.final_events, *case.record.plan_ends):
        data = event["detail"]["data"]
        if data.get("approval"):
            yield f"nobody was heard, and {event['detail-type']} says that somebody approved"
        if data["outcome"] in {Outcome.CANCELLED, PlanOutcome.CANCELLED}:
            yield f"nobody was heard, and {event['detail-type']} was sent"
        if data.get("reasonCode") in {"HALTED", "CANCELLED"}:
            yield f"nobody was heard, and it ended because of {data['reasonCode']}"


def what_is_heard_as_cancelled_stays_untouched(case: Case) -> Iterator[str]:
    """A VIF that was not moved yet when a cancellation was heard is not moved by that migration.

    A redrive is a decision of its own.
    """
    execution = case.execution
    if execution is None or case.record.scenario.redrives or not case.associations:
        return
    first = case.associations[0].at
    for each in _answered(case.record):
        data = each["detail"]["data"]
        is_heard = each["detail-type"] == DetailType.ANSWER_HEARD
        if not is_heard or data["said"] != DetailType.CANCEL_REQUESTED:
            continue
        heard_at = datetime.fromisoformat(each["detail"]["metadata"]["occurredAt"])
        if execution["name"] in data["heardBy"] and execution["startDate"] <= heard_at < first:
            yield f"it was to be moved at {case.seconds(first):g} s, though it was cancelled before"


def answers_of(record: Record) -> list[dict[str, Any]]:
    """Return the answers that people have sent."""
    return [each for each in record.events if each["detail-type"] in {*ANSWERS, *PLAN_ANSWERS}]


def requests_of(record: Record) -> list[dict[str, Any]]:
    """Return the events that have asked for a migration or a plan."""
    return [each for each in record.events if each["detail-type"] in REQUESTS]


def names_in(answer: dict[str, Any]) -> Iterator[str]:
    """Yield the id of an answer, and what it names."""
    yield str(answer["id"])
    yield from (str(answer["detail"][name]) for name in NAMING if name in answer["detail"])


def _answered(record: Record) -> list[dict[str, Any]]:
    return [each for each in record.events if each["detail-type"] in ANSWERED]
