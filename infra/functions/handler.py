"""A Lambda function for each handler module, with a log group and a role of its own."""

import re
from collections.abc import Mapping
from typing import NamedTuple, cast

from aws_cdk import CfnElement, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.functions.layer import ARCHITECTURE, FUNCTIONS, RUNTIME, Dependencies
from infra.functions.packaging import function_code
from infra.permissions import acknowledge, every_object_under
from infra.settings.model import Settings
from vifshift.domain.access_policy import Role


class FunctionSize(NamedTuple):
    """How many seconds a function may run, and how much memory it has, in MB."""

    seconds: int = 60
    memory: int = 256


DEFAULT_SIZE = FunctionSize()


class HandlerFunction(lambda_.Function):
    """One module of `vifshift.handlers` as a Lambda function, with a role and a log group."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        environment: Mapping[str, str],
        size: FunctionSize,
        settings: Settings,
        layer: lambda_.ILayerVersion,
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
            handler=f"vifshift.handlers.{_module(construct_id)}.handler",
            layers=[layer],
            role=role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            memory_size=size.memory,
            timeout=Duration.seconds(size.seconds),
            tracing=lambda_.Tracing.ACTIVE,
            # The code filters its own log: filtered by Lambda, its metrics would be lost as well.
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            environment=environment,
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.RETAIN),
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5",
            "X-Ray's PutTraceSegments and the Describe and List calls of Direct Connect and Health "
            "support no resource-level permissions; calls that change anything name their ARNs.",
            "Resource::*",
        )

    @property
    def logical_id(self) -> str:
        """Return the function's logical id in the template."""
        return Stack.of(self).get_logical_id(cast(CfnElement, self.node.default_child))

    def allow(self, *actions: str, on: list[str], when: Mapping[str, str] | None = None) -> None:
        """Allow actions on resources, under the condition that each key in `when` equals a value.

        `on` lists ARNs, or `*` where an action has no resource-level permissions.
        """
        self.add_to_role_policy(
            iam.PolicyStatement(
                actions=list(actions),
                resources=on,
                conditions={"StringEquals": dict(when)} if when else None,
            )
        )

    def allow_assuming(self, roles: tuple[Role, ...]) -> None:
        """Allow assuming just these roles, each with its external ID."""
        for role in roles:
            self.allow("sts:AssumeRole", on=[role.arn], when={"sts:ExternalId": role.external_id})
            if role.source_identity:
                # A permission of its own, which knows no external ID.
                self.allow("sts:SetSourceIdentity", on=[role.arn])

    def allow_writing(self, bucket: s3.Bucket, prefix: str) -> None:
        """Allow writing objects under a prefix."""
        self._allow_on_objects(bucket, "s3:PutObject", prefix)

    def allow_reading(self, bucket: s3.Bucket, *prefixes: str) -> None:
        """Allow reading objects under each prefix."""
        for prefix in prefixes:
            self._allow_on_objects(bucket, "s3:GetObject", prefix)

    def allow_reading_versions(self, bucket: s3.Bucket, prefix: str) -> None:
        """Allow reading earlier versions of the objects under a prefix as well."""
        self._allow_on_objects(bucket, "s3:GetObjectVersion", prefix)

    def allow_listing(self, bucket: s3.Bucket, prefix: str) -> None:
        """Allow listing the objects under a prefix."""
        self.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:ListBucket"],
                resources=[bucket.bucket_arn],
                conditions={"StringLike": {"s3:prefix": f"{prefix}*"}},
            )
        )

    def acknowledge(self, reason: str, *findings: str) -> None:
        """Acknowledge findings of cdk-nag about wildcards in the role's policy."""
        acknowledge(cast(iam.Role, self.role), "AwsSolutions-IAM5", reason, *findings)

    def _allow_on_objects(self, bucket: s3.Bucket, action: str, prefix: str) -> None:
        self.allow(action, on=[bucket.arn_for_objects(f"{prefix}*")])
        self.acknowledge(
            "Every migration and every plan has objects of its own under this prefix.",
            every_object_under(bucket, prefix),
        )


class HandlerFunctions(Construct):
    """All Lambda functions: one asset, one layer, and for each function a role of its own."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self.settings = settings
        self._layer = Dependencies(self, "Dependencies")
        self._code = function_code(self, FUNCTIONS)

    def add(
        self,
        name: str,
        description: str,
        environment: Mapping[str, str],
        size: FunctionSize = DEFAULT_SIZE,
    ) -> HandlerFunction:
        """Add the function of a handler module; `name` is the module's name in PascalCase."""
        return HandlerFunction(
            self,
            name,
            description=description,
            environment=environment,
            size=size,
            settings=self.settings,
            layer=self._layer,
            code=self._code,
        )

    @property
    def all(self) -> list[HandlerFunction]:
        """Return every function that has been added."""
        return [each for each in self.node.children if isinstance(each, HandlerFunction)]


def _module(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
