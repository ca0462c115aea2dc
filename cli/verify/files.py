"""Where evidence is read from: a folder with a copy of the bucket, or the bucket itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import ClientError

from vifshift.domain.object_keys import MANIFESTS

_ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "405"}


class EvidenceFiles(Protocol):
    """The objects of an evidence bucket."""

    @property
    def has_versions(self) -> bool:
        """Return whether versions of objects are known."""

    def manifest_keys(self) -> Iterator[str]:
        """Yield the keys of all that is stored under the prefix of manifests."""

    def read(self, key: str, version_id: str | None = None) -> bytes | None:
        """Return an object, by default its current version; None if it does not exist."""

    def current_version(self, key: str) -> str | None:
        """Return the current version of an object; None if it has none, or was deleted."""


class FolderFiles:
    """A copy of the bucket in a folder, as `aws s3 sync` makes it; it has no versions."""

    has_versions = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def manifest_keys(self) -> Iterator[str]:
        """Yield the keys of all that is stored under the prefix of manifests."""
        for path in sorted((self._folder / MANIFESTS).rglob("*")):
            if path.is_file():
                yield path.relative_to(self._folder).as_posix()

    def read(self, key: str, version_id: str | None = None) -> bytes | None:
        """Return a file, of whatever version it is; None if it does not exist."""
        path = self._folder / key
        # A key of a forged manifest must not lead out of the folder.
        if not path.resolve().is_relative_to(self._folder.resolve()) or not path.is_file():
            return None
        return path.read_bytes()

    def current_version(self, key: str) -> str | None:
        """Return None: versions are not known."""
        return None


class BucketFiles:
    """The bucket in AWS."""

    has_versions = True

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def manifest_keys(self) -> Iterator[str]:
        """Yield the keys of all that is stored under the prefix of manifests."""
        pages = self._s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=MANIFESTS):
            yield from (each["Key"] for each in page.get("Contents", ()))

    def read(self, key: str, version_id: str | None = None) -> bytes | None:
        """Return an object, by default its current version; None if it does not exist."""
        of = {"VersionId": version_id} if version_id else {}
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key, **of)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        body: bytes = answer["Body"].read()
        return body

    def current_version(self, key: str) -> str | None:
        """Return the current version of an object; None if it has none, or was deleted."""
        try:
            answer = self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        return str(answer["VersionId"])
