"""The Lambdas of plans, each with just what its part needs."""

from typing import Protocol, cast

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from infra.functions.handler import Handler, Size
from infra.workflows.machine import may_ask_about_executions
from vifshift.plan.planning.documents import PLANS
from vifshift.reports.migration.model import PREFIX

# Thousands of moves are judged one after the other, in memory.
PREPARE_SIZE = Size(seconds=120, memory=1024)
# As many results are looked up, and as many reports of migrations are read.
CONCLUDE_SIZE = Size(seconds=120, memory=1024)
REPORT_SIZE = Size(seconds=300, memory=1024)


class Maker(Protocol):
    """Makes a Lambda."""

    def __call__(self, name: str, description: str, size: Size = ...) -> Handler:
        """Return the Lambda of a handler module."""


class PlanFunctions:
    """The Lambdas that the workflow of plans asks."""

    def __init__(self, make: Maker) -> None:
        self.prepare = make(
            "Prepare", "Says whether a plan can be done, and cuts it into tracks.", PREPARE_SIZE
        )
        self.hold_plan = make(
            "HoldPlan", "Keeps the token of a plan that waits, and tells what it waits for."
        )
        self.advance = make(
            "Advance", "Notes what became of a move, and says whether the next one may start."
        )
        self.conclude_plan = make(
            "ConcludePlan", "Says how a plan ended, and what became of its moves.", CONCLUDE_SIZE
        )
        self.report_plan = make("ReportPlan", "Keeps the evidence of a plan.", REPORT_SIZE)

    @property
    def all(self) -> list[Handler]:
        """Return every one of them."""
        return [
            self.prepare,
            self.hold_plan,
            self.advance,
            self.conclude_plan,
            self.report_plan,
        ]

    def use_table(self, table: dynamodb.ITableV2) -> None:
        """Let them keep what became of moves, and find who has said what to a plan."""
        grants = {
            self.hold_plan: ("dynamodb:GetItem", "dynamodb:PutItem"),
            self.advance: ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
            self.conclude_plan: ("dynamodb:GetItem", "dynamodb:BatchGetItem"),
            self.report_plan: ("dynamodb:GetItem", "dynamodb:BatchGetItem"),
        }
        for handler, actions in grants.items():
            handler.add_environment("VIFSHIFT_TABLE", table.table_name)
            table.grant(handler, *actions)

    def use_archive(self, bucket: s3.Bucket) -> None:
        """Let them keep and read the documents and reports of plans, and those of migrations."""
        self.prepare.may_keep(bucket, PLANS)
        self.prepare.may_fetch(bucket, PLANS)
        self.conclude_plan.may_fetch(bucket, PLANS)
        self.report_plan.may_keep(bucket, PLANS)
        self.report_plan.may_fetch(bucket, PLANS, PREFIX)

    def may_ask_about(self, migration: sfn.StateMachine) -> None:
        """Let them find out about a migration whose end nobody has told."""
        for handler in (self.advance, self.conclude_plan, self.report_plan):
            handler.add_environment("VIFSHIFT_MIGRATIONS", migration.state_machine_arn)
            may_ask_about_executions(
                cast(iam.IRole, handler.role),
                f"IsDescribedTo{handler.node.id}",
                "states:DescribeExecution",
                migration,
                "Which migrations a plan has started is not known at deployment.",
            )

    def may_read_history_of(self, plans: sfn.StateMachine) -> None:
        """Let the report find what was prepared and approved, and the end whether it was told."""
        for handler, name in ((self.report_plan, "IsReported"), (self.conclude_plan, "WasTold")):
            may_ask_about_executions(
                cast(iam.IRole, handler.role),
                name,
                "states:GetExecutionHistory",
                plans,
                "Every plan is reported.",
            )
