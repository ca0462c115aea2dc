"""Schedules that fire: EventBridge Scheduler's, and those of rules."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from moto.events.models import EventsBackend
from moto.moto_api._internal import mock_random
from moto.scheduler.models import EventBridgeSchedulerBackend, scheduler_backends

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.eventbridge.delivery import Delivery
from simulator.moto_ext.eventbridge.schedule_expressions import next_time
from simulator.moto_ext.eventbridge.senders import Sender

_RATE = "rate("


REPAIRS: Final = (
    extension(
        "moto.scheduler.models:EventBridgeSchedulerBackend.create_schedule",
        "moto.scheduler.models:EventBridgeSchedulerBackend.update_schedule",
        lacks="Schedules are stored, and never invoke their targets.",
        test="moto_ext/eventbridge/test_schedules.py::test_a_target_is_told_about_the_firing",
    ),
    extension(
        "moto.events.models:EventsBackend.put_rule",
        lacks="Rules with a schedule never invoke their targets.",
        test="moto_ext/eventbridge/test_events.py::"
        "test_a_rate_fires_again_and_again_while_time_passes",
    ),
)


def repair(context: CloudContext) -> None:
    """Make schedules and scheduled rules invoke their targets."""
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


def next_firing(context: CloudContext, name: str) -> datetime | None:
    """Return when a schedule is due next, None where it is never or not there."""
    backends: Any = scheduler_backends
    for group in backends[context.account][context.region].schedule_groups.values():
        if name in group.schedules:
            due: datetime | None = group.schedules[name].due
            return due
    return None


@dataclass(frozen=True)
class Firing(Delivery):
    """A schedule's call of its target (AWS: EventBridge Scheduler, "Adding context attributes")."""

    due: datetime = datetime.min
    group_arn: str = ""

    def sender(self, context: CloudContext) -> Sender:
        """Return who delivers it: the service, on behalf of the schedule's group.

        AWS: Scheduler user guide, "Confused deputy prevention".
        """
        service = "scheduler.amazonaws.com"
        return Sender(service, context.account, self.group_arn, dead_letters_with_role=True)

    def text(self, ingested: str, retries: int) -> str:
        """Return the target's input, with what is known about this firing put into it."""
        text = str(self.target.get("Input") or "{}")
        words = {
            "schedule-arn": self.rule_arn,
            "scheduled-time": self._time,
            "execution-id": str(self.event["id"]),
            "attempt-number": str(retries + 1),
        }
        for word, value in words.items():
            text = text.replace(f"<aws.scheduler.{word}>", value)
        return text

    def dead_letter(self, retries: int) -> tuple[str, dict[str, str]]:
        """Return the input, and what AWS's page "Configuring a schedule's DLQ" adds to it."""
        return self.text("", retries), {
            "SCHEDULED_TIME": self._time,
            "EXECUTION_ID": str(self.event["id"]),
            "IS_PAYLOAD_TRUNCATED": "false",
        }

    @property
    def _time(self) -> str:
        return self.due.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _follow(
    context: CloudContext,
    expression: str,
    zone: str,
    alive: Callable[[datetime], bool],
    fire: Callable[[datetime], None],
    tell: Callable[[datetime | None], None] = lambda due: None,
    *,
    at_once: bool = False,
    rest: Callable[[], int | None] = lambda: 0,
) -> None:
    """Fire at the times of an expression, as long as the schedule is there and unchanged.

    After each firing it rests for so many of them, but not once an execution starts or ends; where
    there is no number, it does not even fire until then.
    """
    begun = context.clock.now()

    def arm(after: datetime | None) -> None:
        due = begun if after is None else next_time(expression, zone, begun, after)
        tell(due)
        if due is None:
            return

        def ring() -> None:
            if not alive(due):
                return
            left_out = rest()
            if left_out != 0:
                context.asleep.append(lambda: arm(context.clock.now()))
            if left_out is None:
                return
            following = next_time(expression, zone, begun, due) or due
            arm(due + (following - due) * left_out)
            fire(due)

        once = expression.startswith("at(")
        seconds = (due - context.clock.now()).total_seconds()
        context.clock.call_later(seconds, ring, background=not once)

    arm(None if at_once else begun)


def _follow_schedule(context: CloudContext, backend: Any, schedule: Any) -> None:
    stamp = object()
    # A later update takes this schedule over from the timers that are under way.
    schedule.followed_by = stamp

    def alive(due: datetime) -> bool:
        group = backend.schedule_groups.get(schedule.group_name)
        there = group is not None and group.schedules.get(schedule.name) is schedule
        return there and schedule.followed_by is stamp and schedule.due == due

    def fire(due: datetime) -> None:
        if schedule.state == "DISABLED":
            return
        firing = Firing(
            target=schedule.target,
            event={"id": str(mock_random.uuid4())},
            rule_arn=schedule.arn,
            origin="SCHEDULE_ARN",
            due=due,
            group_arn=backend.schedule_groups[schedule.group_name].arn,
        )
        context.clock.call_later(_late(schedule, due), lambda: firing.start(context))
        done = next_time(
            schedule.schedule_expression, schedule.schedule_expression_timezone, due, due
        )
        if done is None and schedule.action_after_completion == "DELETE":
            backend.delete_schedule(schedule.group_name, schedule.name)

    def tell(due: datetime | None) -> None:
        schedule.due = due

    expression = schedule.schedule_expression
    _follow(
        context,
        expression,
        schedule.schedule_expression_timezone,
        alive,
        fire,
        tell,
        # Without a StartDate it begins at once (AWS: "Schedule types in EventBridge Scheduler").
        at_once=expression.startswith(_RATE) and not schedule.start_date,
        rest=lambda: _rest(context, schedule),
    )


def _rest(context: CloudContext, schedule: Any) -> int | None:
    """Return for how many firings a function that is invoked at a rate finds what it found before.

    Until the first execution, None: it finds nothing. After that, only for speed: a function that
    looks at executions again and again hardly finds anything new until one starts or ends, and
    would take most of the time of a run that waits for weeks. What it tries again by itself, it
    tries at growing distances, and so does the schedule.
    """
    is_repeated = schedule.schedule_expression.startswith(_RATE)
    if not (is_repeated and ":lambda:" in schedule.target["Arn"]):
        return 0
    if not context.service_events:
        return None
    if not context.speed:
        return 0
    seen, schedule.seen = getattr(schedule, "seen", 0), len(context.service_events)
    schedule.rest = 2 * getattr(schedule, "rest", 0) + 1 if seen == schedule.seen else 0
    return int(schedule.rest)


def _late(schedule: Any, due: datetime) -> int:
    """Return by how many seconds a flexible window delays a firing: another each time."""
    minutes = int(schedule.flexible_time_window.get("MaximumWindowInMinutes") or 0)
    return zlib.crc32(f"{schedule.name} {due.isoformat()}".encode()) % (minutes * 60 or 1)


def _follow_rule(context: CloudContext, backend: Any, rule: Any) -> None:
    def alive(_due: datetime) -> bool:
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
