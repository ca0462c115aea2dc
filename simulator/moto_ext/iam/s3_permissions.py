"""The permissions that requests to S3 need, with the keys of their conditions.

AWS: Service Authorization Reference, Amazon S3.
"""

from typing import Any, Final
from xml.etree import ElementTree

from simulator.moto_ext.iam.required_permissions import (
    RequiredPermission,
    RequiredPermissions,
    UnknownPermissionError,
)

_OF_S3: Final = frozenset(
    {
        "DeleteObject",
        "DeleteObjectVersion",
        "GetObject",
        "GetObjectVersion",
        "ListBucket",
        "ListBucketVersions",
        "PutObject",
    }
)


def permissions_of_s3(handler: Any, bucket: str | None, key: str | None) -> RequiredPermissions:
    """Yield what a request to S3 needs permission for: a batch, for each of its objects."""
    operation = handler.data["Action"]
    if operation == "GetObject" and "versionId" in handler.querystring:
        # moto knows that of GetObject, and not of HeadObject.
        operation = "GetObjectVersion"
    if operation not in _OF_S3:
        raise UnknownPermissionError(f"s3: what {operation} needs is not known")
    headers, asked = handler.headers, handler.querystring
    more = (
        ("s3:tlsversion", "1.3"),
        ("s3:if-none-match", headers.get("If-None-Match") if operation == "PutObject" else None),
        # An upload in parts makes an object only when it is completed.
        (
            "s3:objectcreationoperation",
            str(not asked.keys() & {"uploads", "partNumber"}).lower(),
        ),
        ("s3:prefix", asked.get("prefix", [None])[0]),
    )
    arn = f"arn:{handler.partition}:s3:::{bucket}"
    if operation == "DeleteObject" and not key:
        for each in ElementTree.fromstring(handler.body).iterfind("{*}Object"):
            version = "Version" if each.find("{*}VersionId") is not None else ""
            name = each.findtext("{*}Key")
            yield RequiredPermission(f"s3:{operation}{version}", f"{arn}/{name}", more)
        return
    if headers.get("x-amz-bypass-governance-retention") == "true":
        yield RequiredPermission("s3:BypassGovernanceRetention", f"{arn}/{key}", more)
    yield RequiredPermission(f"s3:{operation}", f"{arn}/{key}" if key else arn, more)
