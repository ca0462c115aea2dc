"""The adapter for manifests: lists what was stored, stores and signs what says so."""

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.report_bucket import KEEPING
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallRefused
from vifshift.domain.manifest import (
    COVERED,
    LONGEST_EXECUTION,
    SigningAlgorithm,
    StoredObject,
    day_of,
    manifest_key,
    signature_key,
)
from vifshift.domain.object_keys import MANIFESTS

READERS: Final = 10
MOST_PAGES: Final = 1_000
_IS_THERE: Final = "put_object: PreconditionFailed:"


@lru_cache(maxsize=1)
def manifest_archive() -> "ManifestArchive":
    """Return the archive; it is kept while the Lambda is warm."""
    region = environment().region
    return ManifestArchive(
        own_client("s3", region, KEEPING),
        own_client("kms", region, QUICK),
        environment().bucket,
        environment().signing_key,
        environment().signing_algorithm,
    )


class ManifestArchive:
    """The manifests in the evidence bucket, and the key that signs them."""

    def __init__(
        self, s3: Any, kms: Any, bucket: str, key_id: str, algorithm: SigningAlgorithm
    ) -> None:
        """Use clients that do not retry."""
        self._s3 = s3
        self._kms = kms
        self._bucket = bucket
        self._key_id = key_id
        self._algorithm = algorithm

    @property
    def bucket(self) -> str:
        """Return the bucket's name."""
        return self._bucket

    def days(self) -> dict[date, bool]:
        """Return the days that have a manifest, and whether its signature is there as well.

        A deleted manifest counts as well, so that no other one takes its place.
        """
        found: dict[date, bool] = {}
        for each in self._versions(MANIFESTS):
            if (day := day_of(each["Key"])) is not None:
                found[day] = found.get(day, False) or each["Key"] == signature_key(day)
        return found

    def stored_on(self, day: date) -> tuple[StoredObject, ...]:
        """Return all versions and delete markers that were stored on a day, in order of keys."""
        listed = [
            each
            for prefix in COVERED
            for each in self._versions(prefix, f"{prefix}{day - LONGEST_EXECUTION:%Y/%m/%d}")
            if _day(each["LastModified"]) == day
        ]
        with ThreadPoolExecutor(max_workers=READERS) as pool:
            begun = [pool.submit(copy_context().run, self._stored, each) for each in listed]
            return tuple(each.result() for each in begun)

    def keep(self, day: date, text: str) -> bytes:
        """Store the manifest of a day, and return its file: that of before if there is one."""
        key = manifest_key(day)
        if self._put_once(key, text.encode(), "application/json; charset=utf-8"):
            return text.encode()
        return self.manifest(day)

    def manifest(self, day: date) -> bytes:
        """Return the file of a day's manifest; raises a `CallError` without one."""
        answer = call(self._s3, "get_object", Bucket=self._bucket, Key=manifest_key(day))
        body: bytes = answer["Body"].read()
        return body

    def sign(self, day: date, text: bytes) -> None:
        """Sign a day's manifest, and store the signature unless there is one."""
        answer = call(
            self._kms,
            "sign",
            KeyId=self._key_id,
            Message=hashlib.sha256(text).digest(),
            MessageType="DIGEST",
            SigningAlgorithm=self._algorithm.value,
        )
        self._put_once(signature_key(day), answer["Signature"], "application/octet-stream")

    def _stored(self, listed: dict[str, Any]) -> StoredObject:
        key, version = listed["Key"], listed["VersionId"]
        known = {"key": key, "version_id": version, "stored_at": listed["LastModified"]}
        if "Size" not in listed:
            return StoredObject(**known, is_delete_marker=True)
        head = call(
            self._s3,
            "head_object",
            Bucket=self._bucket,
            Key=key,
            VersionId=version,
            ChecksumMode="ENABLED",
        )
        checksum = head.get("ChecksumSHA256")
        if head.get("ChecksumType", "FULL_OBJECT") != "FULL_OBJECT":
            checksum = None
        return StoredObject(
            **known,
            size=listed["Size"],
            sha256=b64decode(checksum).hex() if checksum else None,
        )

    def _versions(self, prefix: str, after: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the versions and delete markers of objects under a prefix, after a key."""
        marker = {"KeyMarker": after} if after else {}
        for _ in range(MOST_PAGES):
            page = call(
                self._s3, "list_object_versions", Bucket=self._bucket, Prefix=prefix, **marker
            )
            yield from page.get("Versions", ())
            yield from page.get("DeleteMarkers", ())
            if not page.get("IsTruncated"):
                return
            marker = {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page["NextVersionIdMarker"],
            }
        raise CallRefused(f"list_object_versions: more than {MOST_PAGES} pages under {prefix}")

    def _put_once(self, key: str, body: bytes, content_type: str) -> bool:
        """Store an object, and return False if there is one already."""
        try:
            call(
                self._s3,
                "put_object",
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
                IfNoneMatch="*",
            )
        except CallRefused as error:
            if not str(error).startswith(_IS_THERE):
                raise
            return False
        return True


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
