"""Scheduled windows: schedules that each start a migration or a plan.

A window has one schedule for each of its requests, all due at the same time, or one for its plan.
So each start has its own retries and its own dead letter, and a failed start does not affect the
others.
"""

from typing import Final, cast

from aws_cdk import Annotations, Duration, RemovalPolicy, TimeZone
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.names import ResourceName
from infra.settings.windows import ScheduledWindow
from vifshift.domain.request import Trigger

# After that, little is left of a window, and preflight would reject the request anyway.
STALE: Final = Duration.minutes(15)
MOST_RETRIES: Final = 30
RATE: Final = "rate("


class Windows(Construct):
    """A group with the schedules of all windows; each may start just one state machine.

    `roles` are the ARNs of the roles that the schedules have.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        windows: tuple[ScheduledWindow, ...],
        migration: sfn.IStateMachine,
        plan: sfn.IStateMachine,
        dead_letters: sqs.IQueue,
        stack_name: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._migration = migration
        self._plan = plan
        self._dead_letters = dead_letters
        self.roles: set[str] = set()
        self.group = scheduler.ScheduleGroup(
            self,
            "Group",
            schedule_group_name=ResourceName.WINDOWS.of(stack_name),
            removal_policy=RemovalPolicy.DESTROY,
        )
        for window in windows:
            self._open(window)

    def _open(self, window: ScheduledWindow) -> None:
        place = Construct(self, window.name)
        if window.schedule.startswith(RATE):
            Annotations.of(place).add_warning_v2(
                "vifshift:rate-starts-at-once",
                f"The window {window.name} opens as soon as it is deployed, as every rate(...) does"
                " (AWS: Schedule types in EventBridge Scheduler). Use cron(...) to set a time.",
            )
        for number, request in enumerate(window.requests or (), start=1):
            self._schedule(place, window, number, f"request {number}", self._migration, request)
        if window.plan is not None:
            self._schedule(place, window, 1, "the plan", self._plan, window.plan)

    def _schedule(
        self,
        place: Construct,
        window: ScheduledWindow,
        number: int,
        what: str,
        state_machine: sfn.IStateMachine,
        asked: object,
    ) -> None:
        schedule = scheduler.Schedule(
            place,
            f"Request{number}" if window.plan is None else "Plan",
            # Named, since people look for it in the group to pause or delete it.
            schedule_name=f"{window.name}.{number}",
            schedule_group=self.group,
            description=f"Starts {what} of the window {window.name}.",
            schedule=scheduler.ScheduleExpression.expression(
                window.schedule, TimeZone.of(window.timezone)
            ),
            time_window=_flexible(window.flexible_minutes),
            target=self._start(window, f"{window.name}.{number}", state_machine, asked),
        )
        # The schedule names its group by a text, which gives CloudFormation no order.
        schedule.node.add_dependency(self.group)
        target = cast(scheduler.CfnSchedule, schedule.node.default_child).target
        self.roles.add(cast(scheduler.CfnSchedule.TargetProperty, target).role_arn)

    def _start(
        self, window: ScheduledWindow, name: str, state_machine: sfn.IStateMachine, asked: object
    ) -> targets.StepFunctionsStartExecution:
        """Start the workflow, with the same request id however often one firing is delivered.

        The name is how the workflow finds the schedule, and out whether it is its input.
        """
        due = scheduler.ContextAttribute.scheduled_time
        return targets.StepFunctionsStartExecution(
            state_machine,
            input=scheduler.ScheduleTargetInput.from_object(
                {
                    "requestId": f"{window.name}@{due}",
                    "trigger": Trigger.SCHEDULE,
                    "scheduled": {
                        "at": due,
                        "durationMinutes": window.duration_minutes,
                        "schedule": name,
                    },
                    "request": asked,
                }
            ),
            dead_letter_queue=self._dead_letters,
            max_event_age=STALE,
            retry_attempts=MOST_RETRIES,
        )


def _flexible(minutes: int) -> scheduler.TimeWindow:
    if not minutes:
        return scheduler.TimeWindow.off()
    return scheduler.TimeWindow.flexible(Duration.minutes(minutes))
