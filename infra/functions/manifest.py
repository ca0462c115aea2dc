"""The daily manifest of the evidence: the function that signs it, its key, and its schedule."""

from typing import Final, cast

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.functions.environment import environment
from infra.functions.handler import FunctionSize, HandlerFunction, HandlerFunctions
from infra.names import ResourceName
from infra.storage import EvidenceBucket
from vifshift.domain.manifest import SigningAlgorithm
from vifshift.domain.object_keys import MANIFESTS, MIGRATIONS, PLANS

SIZE: Final = FunctionSize(seconds=300, memory=512)
_KEY_SPECS: Final = {
    SigningAlgorithm.ECDSA: kms.KeySpec.ECC_NIST_P256,
    SigningAlgorithm.RSASSA_PSS: kms.KeySpec.RSA_3072,
}
# What the account may do with the key by its policies: to sign is not among it.
_ADMINISTRATION: Final = [
    "kms:CancelKeyDeletion",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:GetPublicKey",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
    "kms:Verify",
]


class Manifests(Construct):
    """A function that signs each day's manifest with a key that nobody else may sign with."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: HandlerFunctions,
        archive: EvidenceBucket,
        algorithm: SigningAlgorithm,
    ) -> None:
        super().__init__(scope, construct_id)
        bucket = archive.bucket
        self.function = functions.add(
            "Manifest",
            "Signs what was stored as evidence on each day.",
            environment(functions.settings, bucket=bucket),
            SIZE,
        )
        role = cast(iam.IRole, self.function.role)
        self.key = self._key(algorithm, role)
        self.function.add_environment(
            "VIFSHIFT_KEEP_DAYS", str(functions.settings.evidence.keep_days)
        )
        self.function.add_environment("VIFSHIFT_SIGNING_KEY", self.key.key_arn)
        self.function.add_environment("VIFSHIFT_SIGNING_ALGORITHM", algorithm.value)
        self.function.allow("kms:Sign", on=[self.key.key_arn])
        self.function.allow_writing(bucket, MANIFESTS)
        self.function.allow_reading(bucket, MANIFESTS)
        for prefix in (MIGRATIONS, PLANS):
            self.function.allow_reading_versions(bucket, prefix)
        self.function.allow("s3:ListBucketVersions", on=[bucket.bucket_arn])
        archive.protect(MANIFESTS, [role], "*")
        self._schedule(functions.settings.stack_name)

    @property
    def failing_silently(self) -> dict[HandlerFunction, str]:
        """Return the function, and what is lost if it fails."""
        return {
            self.function: "The manifest of a day was not signed; the next run makes up for it."
        }

    def _key(self, algorithm: SigningAlgorithm, signer: iam.IRole) -> kms.Key:
        """Return the key; it stays when the stack is deleted, since it verifies what it signed."""
        root = iam.AccountRootPrincipal()
        return kms.Key(
            self,
            "Key",
            description="Signs the manifests of vifshift's evidence.",
            key_spec=_KEY_SPECS[algorithm],
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=RemovalPolicy.RETAIN,
            policy=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        principals=[root], actions=_ADMINISTRATION, resources=["*"]
                    ),
                    iam.PolicyStatement(
                        principals=[root],
                        actions=["kms:Sign"],
                        resources=["*"],
                        conditions={"ArnEquals": {"aws:PrincipalArn": signer.role_arn}},
                    ),
                ]
            ),
        )

    def _schedule(self, stack_name: str) -> None:
        stack = Stack.of(self)
        group = stack.format_arn(
            service="scheduler", resource="schedule-group", resource_name="default"
        )
        role = iam.Role(
            self,
            "Role",
            description="Lets the schedule of the manifests invoke their function.",
            # AWS: Scheduler user guide, "Confused deputy prevention".
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account, "aws:SourceArn": group}
                },
            ),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[self.function.function_arn]
            )
        )
        # Without a queue for dead letters: what one day was not signed on, the next makes up for.
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=ResourceName.SIGNING.of(stack_name),
            description="Signs what was stored as evidence on the day before.",
            # A quarter past midnight, in UTC.
            schedule_expression="cron(15 0 * * ? *)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self.function.function_arn,
                role_arn=role.role_arn,
                input=stack.to_json_string({"at": "<aws.scheduler.scheduled-time>"}),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=Duration.hours(6).to_seconds(),
                    maximum_retry_attempts=10,
                ),
            ),
        )
