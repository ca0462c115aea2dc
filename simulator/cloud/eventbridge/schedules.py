"""Schedules that fire: EventBridge Scheduler's, and those of rules."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.events.models import EventsBackend
from moto.moto_api._internal import mock_random
from moto.scheduler.models import EventBridgeSchedulerBackend

from simulator.cloud.context import CloudContext
from simulator.cloud.eventbridge.delivery import Delivery
from simulator.cloud.eventbridge.timetable import next_time
from simulator.cloud.stepfunctions.timing import iso


def repair(context: CloudContext) -> None:
    """Fire what moto only stores."""
    patches = context.patches
    create = EventBridgeSchedulerBackend.create_schedule
    update = EventBridgeSchedulerBackend.update_schedule
    put_rule = EventsBackend.put_rule

    def create_schedule(self: Any, **settings: Any) -> Any:
        schedule = create(self, **settings)
        _follow_schedule(context, self, schedule)
        return schedule

    def update_schedule(self: Any, **settings: Any) -> Any:
        schedule = update(self, **settings)
        _follow_schedule(context, self, schedule)
        return schedule

    def put(self: Any, name: str, **settings: Any) -> Any:
        rule = put_rule(self, name, **settings)
        if rule.scheduled_expression:
            _follow_rule(context, self, rule)
        return rule

    patches.set(EventBridgeSchedulerBackend, "create_schedule", create_schedule)
    patches.set(EventBridgeSchedulerBackend, "update_schedule", update_schedule)
    patches.set(EventsBackend, "put_rule", put)


def _follow(
    context: CloudContext,
    expression: str,
    zone: str,
    alive: Callable[[], bool],
    fire: Callable[[datetime], None],
) -> None:
    """Fire at the times of an expression, as long as the schedule is there and unchanged."""
    begun = context.clock.now()

    def arm(after: datetime) -> None:
        due = next_time(expression, zone, begun, after)
        if due is None:
            return

        def ring() -> None:
            if alive():
                arm(due)
                fire(due)

        once = expression.startswith("at(")
        seconds = (due - context.clock.now()).total_seconds()
        context.clock.call_later(seconds, ring, background=not once)

    arm(begun)


def _follow_schedule(context: CloudContext, backend: Any, schedule: Any) -> None:
    stamp = object()
    # A later update takes this schedule over from the timers that are under way.
    schedule.followed_by = stamp

    def alive() -> bool:
        group = backend.schedule_groups.get(schedule.group_name)
        there = group is not None and group.schedules.get(schedule.name) is schedule
        return there and schedule.followed_by is stamp

    def fire(due: datetime) -> None:
        if schedule.state == "DISABLED":
            return
        event_id = str(mock_random.uuid4())
        words = {
            "schedule-arn": schedule.arn,
            "scheduled-time": iso(due),
            "execution-id": event_id,
            "attempt-number": "1",
        }
        text = schedule.target.get("Input") or json.dumps({})
        for word, value in words.items():
            text = text.replace(f"<aws.scheduler.{word}>", value)
        target = {**schedule.target, "Input": text}
        Delivery(target, {"id": event_id}, schedule.arn, "SCHEDULE_ARN").start(context)
        done = next_time(
            schedule.schedule_expression, schedule.schedule_expression_timezone, due, due
        )
        if done is None and schedule.action_after_completion == "DELETE":
            backend.delete_schedule(schedule.group_name, schedule.name)

    expression = schedule.schedule_expression
    _follow(context, expression, schedule.schedule_expression_timezone, alive, fire)


def _follow_rule(context: CloudContext, backend: Any, rule: Any) -> None:
    def alive() -> bool:
        bus = backend.event_buses.get("default")
        return bus is not None and bus.rules.get(rule.name) is rule

    def fire(due: datetime) -> None:
        if rule.state == "DISABLED":
            return
        event = {
            "version": "0",
            "id": str(mock_random.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": rule.account_id,
            "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": rule.region_name,
            "resources": [rule.arn],
            "detail": {},
        }
        for target in rule.targets:
            Delivery(dict(target), event, rule.arn).start(context)

    _follow(context, rule.scheduled_expression, "UTC", alive, fire)
