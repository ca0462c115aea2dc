"""The Lambdas: one asset, one layer, and for each a role that may do just what its name says."""

import re
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.functions.handler import USUAL, Handler, Size
from infra.functions.layer import FUNCTIONS, Dependencies
from infra.functions.plan import PlanFunctions
from infra.nag import acknowledge
from infra.settings.model import Settings
from vifshift.reports.migration.model import PREFIX

LOOKING = [
    "directconnect:DescribeConnections",
    "directconnect:DescribeLags",
    "directconnect:DescribeVirtualInterfaces",
]
PLANNING = [*LOOKING, "health:DescribeEvents"]
SEEING = [*PLANNING, "directconnect:DescribeDirectConnectGatewayAttachments"]
ROUTES = "directconnect:ListVirtualInterfaceRoutes"
AFFECTED = "health:DescribeAffectedEntities"
ASSOCIATING = "directconnect:AssociateVirtualInterface"
ANY_SOURCE = "a-person"
"""The source that an answer is told to have where any source is let through."""


class Functions(Construct):
    """All Lambdas."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._layer = Dependencies(self, "Dependencies")
        self._code = lambda_.Code.from_asset(
            str(FUNCTIONS), exclude=["**/__pycache__", "requirements.*", "*.typed"]
        )
        self.validate = self._handler(
            "Validate", "Says whether a request can be done, and what speaks against it."
        )
        self._may_judge(self.validate, SEEING)
        self._may_read_routes(self.validate)
        self.associate = self._handler(
            "Associate", "Associates a virtual interface with a connection or LAG."
        )
        self.associate.may_see(["directconnect:DescribeVirtualInterfaces"])
        self._may_associate(self.associate, settings)
        self.observe = self._handler(
            "Observe", "Looks once at a virtual interface that moves, and judges it."
        )
        self.observe.may_see(LOOKING)
        self._may_read_routes(self.observe)
        self.conclude = self._handler("Conclude", "Says how a migration ended.")
        self.hold = self._handler(
            "Hold", "Keeps the token of a migration that waits, and tells what it waits for."
        )
        self.answer = self._handler(
            "Answer", "Hands on what people say to a migration: approved, refused, cancel."
        )
        self.investigate = self._handler(
            "Investigate", "Finds out what became of a migration that was interrupted."
        )
        self.investigate.may_see(["directconnect:DescribeVirtualInterfaces"])
        # The last event waits for it; a long history is read, and its page is written, in memory.
        self.report = self._handler(
            "Report",
            "Keeps the evidence of a migration.",
            Size(seconds=30, memory=1024),
        )
        self.of_plans = PlanFunctions(self._handler)
        # Each move looks at its own routes and attachment, right before it goes.
        self._may_judge(self.of_plans.prepare, PLANNING)
        for handler in (
            self.validate,
            self.associate,
            self.observe,
            self.investigate,
            self.of_plans.prepare,
        ):
            handler.may_reach(settings.reach)

    @property
    def of_a_migration(self) -> list[Handler]:
        """Return the functions of the migration workflow."""
        return [
            self.validate,
            self.associate,
            self.observe,
            self.conclude,
            self.hold,
            self.report,
        ]

    @property
    def all(self) -> list[Handler]:
        """Return every function."""
        return [each for each in self.node.children if isinstance(each, Handler)]

    @property
    def that_nobody_tells_of(self) -> dict[Handler, str]:
        """Return the functions whose failure no event tells of, and what is lost by it."""
        return {
            self.conclude: "A migration's end is told without its details.",
            self.report: "The evidence of a migration was not kept; its last event names none.",
            self.answer: "What somebody said to a migration was not heard: tell them.",
            self.investigate: "What became of an interrupted migration may not be told.",
            self.of_plans.advance: "A track of a plan has ended before its last move.",
            self.of_plans.conclude_plan: "A plan's end is told without its details.",
            self.of_plans.report_plan: "The evidence of a plan was not kept.",
        }

    def use_table(self, table: dynamodb.ITableV2) -> None:
        """Let the functions keep and find what they need to know of a migration that waits."""
        for handler in (self.associate, self.observe, self.hold, self.answer):
            handler.add_environment("VIFSHIFT_TABLE", table.table_name)
            table.grant(handler, "dynamodb:GetItem")
        for handler in (self.hold, self.answer):
            table.grant(handler, "dynamodb:PutItem")
        # Whether a plan is to halt stands with what it counts.
        table.grant(self.answer, "dynamodb:UpdateItem")
        self.of_plans.use_table(table)

    def use_bus(self, bus: events.IEventBus) -> None:
        """Let the functions that hold a migration or a plan tell so."""
        heard = self._settings.allowed_sources or (ANY_SOURCE,)
        for hold in (self.hold, self.of_plans.hold_plan):
            hold.add_environment("VIFSHIFT_BUS", bus.event_bus_name)
            hold.add_environment("VIFSHIFT_REPLY_SOURCE", heard[0])
            bus.grant_put_events_to(hold)

    def use_archive(self, bucket: s3.Bucket) -> None:
        """Let the functions keep their reports and documents there, and nothing else."""
        self.report.may_keep(bucket, PREFIX)
        self.of_plans.use_archive(bucket)

    def _handler(
        self,
        name: str,
        description: str,
        size: Size = USUAL,
    ) -> Handler:
        return Handler(
            self,
            name,
            module=re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(),
            description=description,
            settings=self._settings,
            layer=self._layer,
            size=size,
            code=self._code,
        )

    def _may_judge(self, handler: Handler, actions: list[str]) -> None:
        """Grant all that preflight reads, and tell what it is to check."""
        checks = self._settings.checks
        handler.may_see(actions)
        # Of any Region: Health tells of all of them in one place, and of those that have none.
        events = f"arn:{Stack.of(self).partition}:health:*::event/DIRECTCONNECT/*"
        handler.add_to_role_policy(iam.PolicyStatement(actions=[AFFECTED], resources=[events]))
        acknowledge(
            cast(iam.Role, handler.role),
            "AwsSolutions-IAM5",
            "Which events AWS Health will tell of is not known: any of Direct Connect are read.",
            "Resource::arn:<AWS::Partition>:health:*::event/DIRECTCONNECT/*",
        )
        handler.add_environment("VIFSHIFT_CHECKS", checks.model_dump_json())
        if checks.change_calendar:
            self._may_read_calendar(handler, checks.change_calendar)

    def _may_read_calendar(self, handler: Handler, calendar: str) -> None:
        """Grant the look at the one change calendar that the settings name, by name or ARN."""
        arn = (
            calendar
            if calendar.startswith("arn:")
            else Stack.of(self).format_arn(
                service="ssm", resource="document", resource_name=calendar
            )
        )
        handler.add_to_role_policy(
            iam.PolicyStatement(actions=["ssm:GetCalendarState"], resources=[arn])
        )

    def _may_read_routes(self, handler: Handler) -> None:
        """Grant the reading of any VIF's routes, whose tags do not matter for that."""
        self._may_on_network(handler, ROUTES, ["dxvif"])

    def _may_associate(self, handler: Handler, settings: Settings) -> None:
        """Grant the one call that changes a network.

        Source and target are both granted, since a rollback goes to the source.
        """
        tag = settings.required_tag
        condition = {f"aws:ResourceTag/{tag.key}": tag.value} if tag else None
        self._may_on_network(handler, ASSOCIATING, ["dxvif", "dxcon", "dxlag"], condition)

    def _may_on_network(
        self,
        handler: Handler,
        action: str,
        kinds: list[str],
        condition: dict[str, str] | None = None,
    ) -> None:
        """Grant a call on what a network is made of, in this account and the allowed Regions.

        AWS: Service Authorization Reference, AWS Direct Connect.
        """
        stack, regions = Stack.of(self), self._settings.regions
        handler.add_to_role_policy(
            iam.PolicyStatement(
                actions=[action],
                resources=[
                    stack.format_arn(
                        service="directconnect", region=region, resource=kind, resource_name="*"
                    )
                    for region in (stack.region, *regions)
                    for kind in kinds
                ],
                conditions={"StringEquals": condition} if condition else None,
            )
        )
        acknowledge(
            cast(iam.Role, handler.role),
            "AwsSolutions-IAM5",
            "Which VIF moves where is not known at deployment: any of this account and the allowed "
            "Regions may be asked for. The setting requiredTag narrows what may be moved to what "
            "has a tag.",
            *(
                f"Resource::arn:<AWS::Partition>:directconnect:{region}:<AWS::AccountId>:{kind}/*"
                for region in ("<AWS::Region>", *regions)
                for kind in kinds
            ),
        )
