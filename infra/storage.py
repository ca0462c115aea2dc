"""The bucket that keeps the evidence of migrations; it outlives the stack."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.nag import acknowledge
from infra.settings.evidence import EvidenceSettings, ObjectLock

SUPERSEDED = Duration.days(90)
INCOMPLETE = Duration.days(7)


class Archive(Construct):
    """A private, versioned bucket whose objects expire; deleting the stack leaves it."""

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
                    noncurrent_version_expiration=SUPERSEDED,
                    abort_incomplete_multipart_upload_after=INCOMPLETE,
                ),
                # What has expired leaves a marker behind, which counts as an object.
                s3.LifecycleRule(id="Forget", expired_object_delete_marker=True),
            ],
            removal_policy=RemovalPolicy.RETAIN,
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "CloudTrail's data events tell who has read a report, to whom that matters; a bucket "
            "of access logs would have to be kept as long as the reports.",
        )


def _retention(lock: ObjectLock | None) -> s3.ObjectLockRetention | None:
    """Return the lock that each new report gets, if any."""
    if lock is None:
        return None
    days = Duration.days(lock.days)
    if lock.mode == "COMPLIANCE":
        return s3.ObjectLockRetention.compliance(days)
    return s3.ObjectLockRetention.governance(days)
