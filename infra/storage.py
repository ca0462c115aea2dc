"""What is stored: the table of locks, and the bucket of evidence, which outlives the stack."""

from collections.abc import Iterable, Mapping
from typing import Final, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.permissions import acknowledge
from infra.settings.model import EvidenceSettings, ObjectLock
from vifshift.domain.open_executions import OPEN_ATTRIBUTE, OPEN_INDEX

INCOMPLETE = Duration.days(7)
_WRITING: Final = ["s3:PutObject", "s3:ReplicateObject"]
_DELETING: Final = [
    "s3:BypassGovernanceRetention",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:ReplicateDelete",
]


def lock_table(scope: Construct) -> dynamodb.TableV2:
    """Return the table of locks, claims, waits and the progress of plans; its items expire."""
    table = dynamodb.TableV2(
        scope,
        "Locks",
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
        time_to_live_attribute="expiresAt",
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        removal_policy=RemovalPolicy.DESTROY,
    )
    _add_index_of_open_executions(cast(dynamodb.CfnGlobalTable, table.node.default_child))
    return table


def _add_index_of_open_executions(table: dynamodb.CfnGlobalTable) -> None:
    """Add an index that holds only the executions that have not been struck off.

    It is added to the resource itself: a table that the CDK knows to have an index grants every
    function that may use the table all of its indexes as well.
    """
    key, sort_key = OPEN_ATTRIBUTE, "executionArn"
    table.attribute_definitions = [
        dynamodb.CfnGlobalTable.AttributeDefinitionProperty(attribute_name=name, attribute_type="S")
        for name in ("pk", key, sort_key)
    ]
    table.global_secondary_indexes = [
        dynamodb.CfnGlobalTable.GlobalSecondaryIndexProperty(
            index_name=OPEN_INDEX,
            key_schema=[
                dynamodb.CfnGlobalTable.KeySchemaProperty(attribute_name=key, key_type="HASH"),
                dynamodb.CfnGlobalTable.KeySchemaProperty(
                    attribute_name=sort_key, key_type="RANGE"
                ),
            ],
            projection=dynamodb.CfnGlobalTable.ProjectionProperty(projection_type="KEYS_ONLY"),
        )
    ]


class EvidenceBucket(Construct):
    """A private, versioned bucket whose objects expire; it stays when the stack is deleted."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: EvidenceSettings) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Evidence",
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            object_lock_default_retention=_retention(settings.object_lock),
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="Expire",
                    expiration=Duration.days(settings.keep_days),
                    noncurrent_version_expiration=Duration.days(settings.days_of_noncurrent),
                    abort_incomplete_multipart_upload_after=INCOMPLETE,
                ),
                # An expired object leaves a delete marker behind, which counts as an object.
                s3.LifecycleRule(id="Forget", expired_object_delete_marker=True),
            ],
            removal_policy=RemovalPolicy.RETAIN,
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "CloudTrail data events show who has read a report, for those who need to know; a "
            "bucket of access logs would have to be kept for as long as the reports.",
        )
        # As long as the evidence is there, so is what protects it.
        cast(s3.BucketPolicy, self.bucket.policy).apply_removal_policy(RemovalPolicy.RETAIN)

    def protect(self, prefix: str, writers: Iterable[iam.IRole], *once: str) -> None:
        """Deny everybody but the writers to write under a prefix, and everybody to delete there.

        Objects whose keys match one of `once`, below the prefix, can't be replaced by the writers
        either (AWS: Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets").
        Lifecycle rules are not subject to the policy.
        """
        under = self.bucket.arn_for_objects(f"{prefix}*")
        arns = [role.role_arn for role in writers]
        self._deny(_WRITING, [under], {"ArnNotEquals": {"aws:PrincipalArn": arns}})
        self._deny(_DELETING, [under])
        self._deny(
            ["s3:PutObject"],
            [self.bucket.arn_for_objects(f"{prefix}{each}") for each in once],
            {
                "Null": {"s3:if-none-match": "true"},
                # The parts of an upload come without a condition; what completes it has one.
                "Bool": {"s3:ObjectCreationOperation": "true"},
            },
        )

    def _deny(
        self,
        actions: list[str],
        resources: list[str],
        conditions: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=actions,
                resources=resources,
                conditions=conditions,
            )
        )


def _retention(lock: ObjectLock | None) -> s3.ObjectLockRetention | None:
    """Return the default retention of each new report, or None if reports are not locked."""
    if lock is None:
        return None
    days = Duration.days(lock.days)
    if lock.mode == "COMPLIANCE":
        return s3.ObjectLockRetention.compliance(days)
    return s3.ObjectLockRetention.governance(days)
