"""The functions of plans, each with just the permissions that its part needs."""

from typing import cast

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from infra.functions.environment import StateMachines, environment
from infra.functions.handler import FunctionSize, HandlerFunction, HandlerFunctions
from infra.functions.network_access import (
    allow_background,
    allow_preflight,
    allow_reading_guards,
    allow_reading_routes,
)
from infra.names import Machine, machine_arn
from infra.permissions import allow_on_executions
from vifshift.domain.network_actions import LOOKING, SEEING
from vifshift.domain.object_keys import LISTS, MIGRATIONS, PLANS, PROPOSALS
from vifshift.domain.session_policy import SessionPurpose

# Thousands of moves are judged one after the other, in memory.
PREPARE_SIZE = FunctionSize(seconds=120, memory=1024)
# As many results are looked up, and as many reports of migrations are read.
CONCLUDE_SIZE = FunctionSize(seconds=120, memory=1024)
REPORT_SIZE = FunctionSize(seconds=300, memory=1024)


class PlanFunctions:
    """The functions that the plan workflow and its watchdog call."""

    def __init__(
        self,
        functions: HandlerFunctions,
        *,
        table: dynamodb.ITableV2,
        bucket: s3.Bucket,
        bus: events.IEventBus,
        migration: sfn.StateMachine,
    ) -> None:
        settings = functions.settings
        self.prepare = functions.add(
            "Prepare",
            "Decides whether a plan can be carried out, and divides it into tracks.",
            environment(
                settings, table=table, bucket=bucket, checks=True, session=SessionPurpose.CHECK
            ),
            PREPARE_SIZE,
        )
        # The record of the peers that were up before a move.
        table.grant(self.prepare, "dynamodb:GetItem", "dynamodb:BatchGetItem")
        # Whether each VIF is attached is read by its migration, right before it.
        allow_preflight(self.prepare, SEEING, settings)
        allow_reading_routes(self.prepare, settings)
        allow_background(self.prepare, settings)
        allow_reading_guards(self.prepare)
        self.prepare.allow_assuming(settings.roles)
        self.prepare.allow_writing(bucket, PLANS)
        self.prepare.allow_writing(bucket, PROPOSALS)
        self.prepare.allow_reading(bucket, PLANS, LISTS)
        self.prepare.allow_reading_versions(bucket, LISTS)

        self.hold_plan = functions.add(
            "HoldPlan",
            "Stores the token of a plan that waits, and announces what it waits for.",
            environment(settings, table=table, bus=bus),
        )
        table.grant(self.hold_plan, "dynamodb:GetItem", "dynamodb:PutItem")
        bus.grant_put_events_to(self.hold_plan)

        self.advance = functions.add(
            "Advance",
            "Records the result of a move, and decides whether the next one may start.",
            environment(settings, table=table, machines=StateMachines(migration)),
        )
        table.grant(self.advance, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        # It keeps back moves that wait once too many have failed.
        self.advance.allow("states:SendTaskFailure", on=[migration.state_machine_arn])

        self.conclude_plan = functions.add(
            "ConcludePlan",
            "Determines how a plan ended, and the result of each move.",
            environment(
                settings,
                table=table,
                bucket=bucket,
                machines=StateMachines(migration),
                session=SessionPurpose.READ_PORT,
            ),
            CONCLUDE_SIZE,
        )
        table.grant(self.conclude_plan, "dynamodb:GetItem", "dynamodb:BatchGetItem")
        self.conclude_plan.allow_reading(bucket, PLANS)
        # What is left on the port that a plan was to empty.
        self.conclude_plan.allow(*LOOKING, on=["*"])
        self.conclude_plan.allow_assuming(settings.roles)
        # The plan back, where a plan asks for one.
        plans = Machine.PLANS.of(settings.stack_name)
        self.conclude_plan.allow(
            "states:StartExecution", on=[machine_arn(self.conclude_plan, plans)]
        )

        self.report_plan = functions.add(
            "ReportPlan",
            "Writes the report of a plan.",
            environment(settings, table=table, bucket=bucket, machines=StateMachines(migration)),
            REPORT_SIZE,
        )
        table.grant(self.report_plan, "dynamodb:GetItem", "dynamodb:BatchGetItem")
        self.report_plan.allow_writing(bucket, PLANS)
        self.report_plan.allow_reading(bucket, PLANS, MIGRATIONS)
        self.report_plan.allow_listing(bucket, MIGRATIONS)
        for each in (self.prepare, self.conclude_plan, self.report_plan):
            each.allow_reading_versions(bucket, PLANS)
        for each in (self.advance, self.conclude_plan, self.report_plan):
            allow_on_executions(
                cast(iam.IRole, each.role),
                f"IsDescribedTo{each.node.id}",
                "states:DescribeExecution",
                migration,
                "Which migrations a plan has started is not known at deployment.",
            )

    @property
    def all(self) -> list[HandlerFunction]:
        """Return every one of them, which are those that the plan workflow calls."""
        return [
            self.prepare,
            self.hold_plan,
            self.advance,
            self.conclude_plan,
            self.report_plan,
        ]

    @property
    def assuming(self) -> list[HandlerFunction]:
        """Return those that may assume roles of other accounts."""
        return [self.prepare, self.conclude_plan]

    @property
    def roles_that_change(self) -> list[iam.IRole]:
        """Return the roles of those that write to the table, or end a task."""
        return [cast(iam.IRole, each.role) for each in (self.advance, self.hold_plan)]

    @property
    def failing_silently(self) -> dict[HandlerFunction, str]:
        """Return the functions whose failure no event reports, and what is lost by it."""
        return {
            self.advance: "A track of a plan ended before its last move.",
            self.conclude_plan: "A plan's end was reported without its details.",
            self.report_plan: "The evidence of a plan was not stored; its last event names none.",
        }
