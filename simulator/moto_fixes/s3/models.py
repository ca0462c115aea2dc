"""AWS::S3::Bucket: versioning, object lock, ownership, public access, lifecycle; and listing."""

from itertools import chain, count
from typing import Any, Final

from moto.s3.models import FakeBucket, S3Backend, s3_backends

from simulator.core.clients import clients_for
from simulator.core.context import CloudContext
from simulator.core.repairs import correction
from simulator.moto_fixes.cloudformation.properties import Properties, pick, plain

REPAIRS: Final = (
    correction(
        "moto.s3.models:FakeBucket.create_from_cloudformation_json",
        "moto.s3.models:FakeBucket.update_from_cloudformation_json",
        problem="VersioningConfiguration, PublicAccessBlockConfiguration, OwnershipControls, "
        "LifecycleConfiguration and ObjectLockConfiguration are ignored, and a retained bucket "
        "stands in the way of the next stack.",
        test="cloud/test_deployment.py::test_a_bucket_is_set_up_as_the_template_says",
    ),
    correction(
        "moto.s3.models:S3Backend.list_object_versions",
        problem="With a KeyMarker alone, the first key after it is left out.",
        test="moto_fixes/s3/test_models.py::test_versions_are_listed_after_a_key",
    ),
)


def repair(context: CloudContext) -> None:
    """Set up what a template says of a bucket; one that a deleted stack has left stays."""
    create = FakeBucket.__dict__["create_from_cloudformation_json"].__func__
    update = FakeBucket.__dict__["update_from_cloudformation_json"].__func__

    def create_bucket(
        cls: Any,
        /,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Any:
        properties = plain(cloudformation_json.get("Properties", {}))
        if "BucketName" not in properties:
            resource_name = _free(resource_name, account_id)
        bucket = create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
        _set_up(clients_for(account_id, region_name).get("s3"), resource_name, properties)
        return bucket

    def update_bucket(
        cls: Any,
        /,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        bucket = update(
            cls,
            original_resource,
            new_resource_name,
            cloudformation_json,
            account_id,
            region_name,
        )
        properties = plain(cloudformation_json["Properties"])
        _set_up(clients_for(account_id, region_name).get("s3"), bucket.name, properties)
        return bucket

    patches = context.patches
    patches.set(FakeBucket, "create_from_cloudformation_json", classmethod(create_bucket))
    patches.set(FakeBucket, "update_from_cloudformation_json", classmethod(update_bucket))
    listed: Any = S3Backend.list_object_versions

    def list_object_versions(self: Any, bucket_name: str, **asked: Any) -> Any:
        after, most = asked.get("key_marker"), asked.get("max_keys", 1000)
        if after is None or asked.get("version_id_marker"):
            return listed(self, bucket_name, **asked)
        found = listed(self, bucket_name, **{**asked, "key_marker": None, "max_keys": None})
        versions = [each for each in found[0] if each.name > after]
        markers = [each for each in found[2] if each.name > after]
        if len(versions) + len(markers) > (most or len(versions)):
            raise NotImplementedError("more than a page after a key")
        return versions, found[1], markers, None, None

    patches.set(S3Backend, "list_object_versions", list_object_versions)


def _free(name: str, account: str) -> str:
    """Return a name that no bucket has; CloudFormation would have drawn one by chance."""
    taken = s3_backends[account]["aws"].buckets
    others = (f"{name}-{number}" for number in count(2))
    return next(each for each in chain([name], others) if each not in taken)


def _set_up(s3: Any, name: str, properties: Properties) -> None:
    if versioning := properties.get("VersioningConfiguration"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    if block := properties.get("PublicAccessBlockConfiguration"):
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    if owners := properties.get("OwnershipControls"):
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=owners)
    if lifecycle := properties.get("LifecycleConfiguration"):
        rules = [_rule(rule) for rule in lifecycle["Rules"]]
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    if lock := properties.get("ObjectLockConfiguration"):
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)


def _rule(rule: Properties) -> Properties:
    """Spell a lifecycle rule of a template as the API has it."""
    names = {"ExpirationInDays": "Days", "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"}
    expiration = {api: rule[name] for name, api in names.items() if name in rule}
    return {
        **pick(rule, "Status", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"),
        **({"ID": rule["Id"]} if "Id" in rule else {}),
        **({"Expiration": expiration} if expiration else {}),
        "Filter": {"Prefix": rule.get("Prefix", "")},
    }
