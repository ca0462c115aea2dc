"""A Lambda of ours: one handler module, with a log group and a role of its own."""

from typing import NamedTuple, cast

from aws_cdk import CfnElement, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.functions.layer import ARCHITECTURE, RUNTIME
from infra.nag import acknowledge, every_object_under
from infra.settings.model import Settings
from vifshift.domain.access_policy import Reach


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

    def may_keep(self, bucket: s3.Bucket, prefix: str) -> None:
        """Tell which bucket it is, and grant the keeping of objects under a prefix."""
        self.add_environment("VIFSHIFT_BUCKET", bucket.bucket_name)
        self._may(bucket, "s3:PutObject", prefix)

    def may_fetch(self, bucket: s3.Bucket, *prefixes: str) -> None:
        """Tell which bucket it is, and grant the reading of objects under some prefixes."""
        self.add_environment("VIFSHIFT_BUCKET", bucket.bucket_name)
        for prefix in prefixes:
            self._may(bucket, "s3:GetObject", prefix)

    def _may(self, bucket: s3.Bucket, action: str, prefix: str) -> None:
        self.add_to_role_policy(
            iam.PolicyStatement(actions=[action], resources=[bucket.arn_for_objects(f"{prefix}*")])
        )
        acknowledge(
            cast(iam.Role, self.role),
            "AwsSolutions-IAM5",
            "Every migration and every plan has objects of its own, under this prefix.",
            every_object_under(bucket, prefix),
        )
