"""The Lambdas: one asset, one layer, and for each a role that may do just what its name says."""

from typing import NamedTuple, cast

from aws_cdk import CfnElement, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.config import Settings
from infra.layer import ARCHITECTURE, FUNCTIONS, RUNTIME, Dependencies
from infra.nag import acknowledge, every_execution_of
from vifshift.evidence.model import PREFIX
from vifshift.reach import Reach

SEEING = [
    "directconnect:DescribeConnections",
    "directconnect:DescribeDirectConnectGatewayAttachments",
    "directconnect:DescribeLags",
    "directconnect:DescribeVirtualInterfaces",
    "directconnect:ListVirtualInterfaceRoutes",
    "health:DescribeAffectedEntities",
    "health:DescribeEvents",
]
LOOKING = [
    "directconnect:DescribeConnections",
    "directconnect:DescribeLags",
    "directconnect:DescribeVirtualInterfaces",
    "directconnect:ListVirtualInterfaceRoutes",
]
ASSOCIATING = "directconnect:AssociateVirtualInterface"
ANY_SOURCE = "a-person"
"""The source that an answer is told to have where any source is let through."""


class Size(NamedTuple):
    """How long a Lambda may take, and how much memory it has, in MB."""

    seconds: int = 60
    memory: int = 256


USUAL = Size()


class Handler(lambda_.Function):
    """One handler module of `vifshift.handlers` as a Lambda, with a role and a log group."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        module: str,
        description: str,
        settings: Settings,
        layer: lambda_.ILayerVersion,
        size: Size,
        code: lambda_.Code,
    ) -> None:
        log_group = logs.LogGroup(
            scope,
            f"{construct_id}Logs",
            retention=settings.log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(
            scope,
            f"{construct_id}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=description,
        )
        log_group.grant_write(role)
        super().__init__(
            scope,
            construct_id,
            description=description,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=code,
            handler=f"vifshift.handlers.{module}.handler",
            layers=[layer],
            role=role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            memory_size=size.memory,
            timeout=Duration.seconds(size.seconds),
            tracing=lambda_.Tracing.ACTIVE,
            # What is left out is the code's own choice: Lambda would leave out its metrics, too.
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            environment={
                "POWERTOOLS_SERVICE_NAME": settings.stack_name,
                "VIFSHIFT_LOG_LEVEL": settings.log_level,
            },
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5",
            "X-Ray's PutTraceSegments and the Describe and List calls of Direct Connect and Health "
            "take no resource; what changes something is limited to ARNs.",
            "Resource::*",
        )

    @property
    def logical_id(self) -> str:
        """Return the id under which the template has it."""
        return Stack.of(self).get_logical_id(cast(CfnElement, self.node.default_child))

    def may_see(self, actions: list[str]) -> None:
        """Grant calls that read Direct Connect, which know no resources."""
        self.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=["*"]))

    def may_reach(self, reach: Reach) -> None:
        """Tell which Regions and roles may be asked for, and grant assuming just those roles."""
        self.add_environment("VIFSHIFT_REACH", reach.model_dump_json(exclude={"home"}))
        for role in reach.roles:
            self.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["sts:AssumeRole"],
                    resources=[role.arn],
                    conditions={"StringEquals": {"sts:ExternalId": role.external_id}},
                )
            )

    def may_read_history(self, state_machine: sfn.StateMachine) -> None:
        """Grant reading what the executions of a state machine have done."""
        state_machine.grant_execution(self, "states:GetExecutionHistory")
        acknowledge(
            cast(iam.Role, self.role),
            "AwsSolutions-IAM5",
            "Which execution will be interrupted is not known at deployment.",
            every_execution_of(state_machine),
        )


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
        self.validate.may_see(SEEING)
        self.validate.add_environment("VIFSHIFT_CHECKS", settings.checks.model_dump_json())
        if settings.checks.change_calendar:
            self._may_read_calendar(self.validate, settings.checks.change_calendar)
        self.associate = self._handler(
            "Associate", "Associates a virtual interface with a connection or LAG."
        )
        self.associate.may_see(["directconnect:DescribeVirtualInterfaces"])
        self._may_associate(self.associate, settings)
        self.observe = self._handler(
            "Observe", "Looks once at a virtual interface that moves, and judges it."
        )
        self.observe.may_see(LOOKING)
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
        for handler in (self.validate, self.associate, self.observe, self.investigate):
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
        }

    def use_table(self, table: dynamodb.ITableV2) -> None:
        """Let the functions keep and find what they need to know of a migration that waits."""
        for handler in (self.associate, self.observe, self.hold, self.answer):
            handler.add_environment("VIFSHIFT_TABLE", table.table_name)
        for handler in (self.associate, self.observe, self.hold, self.answer):
            table.grant(handler, "dynamodb:GetItem")
        for handler in (self.hold, self.answer):
            table.grant(handler, "dynamodb:PutItem")

    def use_bus(self, bus: events.IEventBus) -> None:
        """Let the function that holds a migration tell so."""
        self.hold.add_environment("VIFSHIFT_BUS", bus.event_bus_name)
        heard = self._settings.allowed_sources or (ANY_SOURCE,)
        self.hold.add_environment("VIFSHIFT_REPLY_SOURCE", heard[0])
        bus.grant_put_events_to(self.hold)

    def use_archive(self, bucket: s3.Bucket) -> None:
        """Let the function that reports a migration put its evidence there, and nothing else."""
        self.report.add_environment("VIFSHIFT_BUCKET", bucket.bucket_name)
        self.report.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"], resources=[bucket.arn_for_objects(f"{PREFIX}*")]
            )
        )
        name = Stack.of(self).get_logical_id(cast(CfnElement, bucket.node.default_child))
        acknowledge(
            cast(iam.Role, self.report.role),
            "AwsSolutions-IAM5",
            "Every migration has a report of its own, under this prefix.",
            f"Resource::<{name}.Arn>/{PREFIX}*",
        )

    def _handler(
        self,
        name: str,
        description: str,
        size: Size = USUAL,
    ) -> Handler:
        return Handler(
            self,
            name,
            module=name.lower(),
            description=description,
            settings=self._settings,
            layer=self._layer,
            size=size,
            code=self._code,
        )

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

    def _may_associate(self, handler: Handler, settings: Settings) -> None:
        """Grant the one call that changes a network, in this account and the allowed Regions.

        Source and target are both granted, since a rollback goes to the source (AWS: Service
        Authorization Reference, AWS Direct Connect).
        """
        stack, tag = Stack.of(self), settings.required_tag
        kinds = ["dxvif", "dxcon", "dxlag"]
        resources = [
            stack.format_arn(
                service="directconnect", region=region, resource=kind, resource_name="*"
            )
            for region in (stack.region, *settings.regions)
            for kind in kinds
        ]
        condition = {f"aws:ResourceTag/{tag.key}": tag.value} if tag else None
        handler.add_to_role_policy(
            iam.PolicyStatement(
                actions=[ASSOCIATING],
                resources=resources,
                conditions={"StringEquals": condition} if condition else None,
            )
        )
        acknowledge(
            cast(iam.Role, handler.role),
            "AwsSolutions-IAM5",
            "Which VIF moves where is not known at deployment: any of this account and the allowed "
            "Regions may be asked for. The setting requiredTag narrows it to those with a tag.",
            *(
                f"Resource::arn:<AWS::Partition>:directconnect:{region}:<AWS::AccountId>:{kind}/*"
                for region in ("<AWS::Region>", *settings.regions)
                for kind in kinds
            ),
        )
