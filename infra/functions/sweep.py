"""The sweep: every few minutes, it finds the executions whose end was not reported."""

from typing import Final, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.environment import StateMachines, Watchdogs, environment
from infra.functions.handler import HandlerFunction, HandlerFunctions
from infra.names import ResourceName
from infra.permissions import allow_on_executions
from vifshift.domain.open_executions import EVERY, OPEN_INDEX

MOST_RETRIES: Final = 2
"""The next sweep comes soon."""


class Sweep(Construct):
    """The function that sweeps, and the schedule that invokes it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: HandlerFunctions,
        table: dynamodb.ITableV2,
        watched: tuple[sfn.StateMachine, ...],
        watchdogs: Watchdogs,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = functions.add(
            "Sweep",
            "Finds the executions whose end was not reported, and starts a watchdog for each.",
            environment(
                functions.settings, table=table, machines=StateMachines(watchdogs=watchdogs)
            ),
        )
        self.function.allow("dynamodb:Query", on=[f"{table.table_arn}/index/{OPEN_INDEX}"])
        self.function.allow(
            "states:StartExecution", on=[each.state_machine_arn for each in watchdogs]
        )
        for each in watched:
            allow_on_executions(
                cast(iam.IRole, self.function.role),
                "IsSwept",
                "states:DescribeExecution",
                each,
                "Which executions will not have reported their end is not known at deployment.",
            )
        self._schedule(self.function, dead_letters, functions.settings.stack_name)

    @property
    def failing_silently(self) -> dict[HandlerFunction, str]:
        """Return the function, and what is lost if it fails."""
        return {self.function: "An interrupted migration or plan may not be reported."}

    def _schedule(
        self, function: HandlerFunction, dead_letters: sqs.IQueue, stack_name: str
    ) -> None:
        role = self.role = self._role(function, dead_letters)
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=ResourceName.SWEEP.of(stack_name),
            description="Looks for executions whose end was not reported.",
            schedule_expression=f"rate({EVERY.total_seconds() // 60:.0f} minutes)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=function.function_arn,
                role_arn=role.role_arn,
                input=Stack.of(self).to_json_string({"at": "<aws.scheduler.scheduled-time>"}),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=dead_letters.queue_arn
                ),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=Duration.seconds(
                        EVERY.total_seconds()
                    ).to_seconds(),
                    maximum_retry_attempts=MOST_RETRIES,
                ),
            ),
        )

    def _role(self, function: HandlerFunction, dead_letters: sqs.IQueue) -> iam.Role:
        """Return the role of the schedule, which no other account's schedule can use.

        AWS: Scheduler user guide, "Confused deputy prevention".
        """
        stack = Stack.of(self)
        group = stack.format_arn(
            service="scheduler", resource="schedule-group", resource_name="default"
        )
        role = iam.Role(
            self,
            "Role",
            description="Lets the schedule of the sweep invoke its function.",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account, "aws:SourceArn": group}
                },
            ),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[function.function_arn]
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn])
        )
        return role
