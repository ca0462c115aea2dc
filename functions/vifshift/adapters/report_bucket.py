"""The adapter for S3: stores reports, and the documents of plans."""

import hashlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from itertools import groupby, takewhile
from typing import Any, Final, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError

from vifshift.adapters.aws import MOST_PAGES, QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallError, CallRefused, CallTimedOut
from vifshift.domain.object_keys import (
    LISTS,
    MIGRATIONS,
    PLANS,
    PROPOSALS,
    report_number,
    report_path,
)
from vifshift.domain.plan_request import LONGEST_LIST
from vifshift.events.base import EvidenceUris, StoredFile

# The report of a migration that took hours has a few MB.
KEEPING = QUICK.merge(Config(read_timeout=8))
READERS = 10
LONGEST_REPORT = 20_000_000
MOST_REPORTS = 20
"""The most reports of one execution that differ: it was redriven, or stopped as it ended."""
_IS_THERE: Final = "put_object: PreconditionFailed:"

Picked = TypeVar("Picked")


@lru_cache(maxsize=1)
def report_bucket() -> "ReportBucket":
    """Return the bucket; it is kept while the Lambda is warm."""
    client = own_client("s3", environment().region, KEEPING)
    return ReportBucket(client, environment().bucket)


class ReportBucket:
    """The stack's evidence bucket, with boto3."""

    def __init__(self, client: Any, bucket: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._bucket = bucket

    @property
    def bucket(self) -> str:
        """Return the bucket's name."""
        return self._bucket

    def keep_report(self, folder: str, data: str, page: str) -> EvidenceUris:
        """Store a report in its folder, as data and as a page; raises a `CallError`.

        What is there is never replaced: the same report again is left as it is, and another one,
        such as that of an execution that was redriven, gets a name of its own.
        """
        _refuse_others(folder, MIGRATIONS, PLANS)
        for number in range(1, MOST_REPORTS + 1):
            path = report_path(folder, number)
            as_data = self._put_once(f"{path}.json", data, "application/json")
            if as_data is None:
                continue
            as_page = self._put_once(f"{path}.html", page, "text/html")
            if as_page is not None:
                return self._kept(path, as_page, as_data)
        raise CallRefused(f"{folder} already has {MOST_REPORTS} reports that differ")

    def keep_page(self, key: str, page: str) -> str | None:
        """Store the page of a proposal, and return its URI; None if it could not be stored.

        What is there was written for the same digest, by an attempt whose answer was lost. Nobody
        waits in vain for an approval because its page is missing.
        """
        try:
            _refuse_others(key, PROPOSALS)
            self._put(key, page, "text/html", IfNoneMatch="*")
        except CallRefused as error:
            if not str(error).startswith(_IS_THERE):
                return None
        except CallError:
            return None
        return f"s3://{self._bucket}/{key}"

    def keep_mark(self, key: str, text: str) -> None:
        """Store beside a report what was learned after it was written; raises a `CallError`.

        Its key names what it is about, so what is there is what another attempt has stored.
        """
        _refuse_others(key, MIGRATIONS)
        try:
            self._put(key, text, "application/json", IfNoneMatch="*")
        except CallRefused as error:
            if not str(error).startswith(_IS_THERE):
                raise

    def keep_documents(self, documents: Mapping[str, str]) -> dict[str, str | None]:
        """Store the documents of a plan, and return their versions, by key; raises a `CallError`.

        In a bucket without versions these are None.
        """
        versions: dict[str, str | None] = {}
        for key, text in documents.items():
            _refuse_others(key, PLANS)
            versions[key] = self._put(key, text, "application/json").get("VersionId")
        return versions

    def moves(self, uri: str, version_id: str | None = None) -> tuple[str, str | None]:
        """Return the text of a list of moves that a user stored under the prefix of lists.

        Its version is returned as well; without one, the latest is read. Raises ValueError if it is
        stored elsewhere, is too long or is not text, and a `CallError` if it can't be read.
        """
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        # Earlier releases had them under the prefix of plans.
        if bucket != self._bucket or not key.startswith((LISTS, PLANS)):
            raise ValueError(f"is not in the stack's bucket, {self._bucket}, under {LISTS}")
        try:
            return self._get_version(key, LONGEST_LIST, version_id)
        except UnicodeDecodeError:
            raise ValueError("is not UTF-8 text") from None

    def document(self, key: str, version_id: str | None = None) -> str:
        """Return a document of a plan; raises a `CallError`, and ValueError if it is too long.

        Without a version, the latest is read.
        """
        _refuse_others(key, PLANS)
        return self._get_version(key, LONGEST_REPORT, version_id)[0]

    def reports(
        self, folders: Sequence[str], pick: Callable[[str], Picked]
    ) -> dict[str, tuple[EvidenceUris, Picked]]:
        """Return the last report of migrations, by folder, with what `pick` returns for it.

        They are read in parallel. A report that can't be read is left out, as is one for which
        `pick` raises ValueError; a page that can't be read has no version and no SHA-256.
        """

        def read(folder: str, number: int) -> dict[str, tuple[EvidenceUris, Picked]]:
            path = report_path(folder, number)
            try:
                body, version = self._read(f"{path}.json", LONGEST_REPORT)
                as_data = StoredFile(version_id=version, sha256=_sha256(body))
                picked = pick(body.decode())
            except (CallError, ValueError):
                return {}
            try:
                page = self._stored(f"{path}.html")
            except CallError:
                page = None
            return {folder: (self._kept(path, page, as_data), picked)}

        try:
            last = self._last_reports([each for each in folders if each.startswith(MIGRATIONS)])
        except CallError:
            return {}
        with ThreadPoolExecutor(max_workers=READERS) as pool:
            begun = [
                pool.submit(copy_context().run, read, folder, number)
                for folder, number in last.items()
            ]
            return {folder: found for each in begun for folder, found in each.result().items()}

    def _last_reports(self, folders: Sequence[str]) -> dict[str, int]:
        """Return the number of the last report in each folder that has any; raises a `CallError`.

        The migrations of a plan that began on one day are listed together.
        """
        wanted = set(folders)
        found: dict[str, int] = {}
        for _, same in groupby(sorted(wanted), key=lambda each: each.rpartition("/")[0]):
            of_a_day = list(same)
            for page in self._pages(_common_prefix(of_a_day[0], of_a_day[-1])):
                for each in page.get("Contents", ()):
                    folder, _, name = each["Key"].rpartition("/")
                    if folder in wanted and (number := report_number(name)):
                        found[folder] = max(found.get(folder, 0), number)
        return found

    def _pages(self, prefix: str) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            page = call(
                self._client, "list_objects_v2", Bucket=self._bucket, Prefix=prefix, **token
            )
            yield page
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def _kept(self, path: str, page: StoredFile | None, data: StoredFile) -> EvidenceUris:
        uri = f"s3://{self._bucket}/{path}"
        return EvidenceUris(html_uri=f"{uri}.html", json_uri=f"{uri}.json", page=page, data=data)

    def _stored(self, key: str) -> StoredFile | None:
        """Return an object's version and its SHA-256, as S3 has computed it; None without one."""
        answer = call(
            self._client, "head_object", Bucket=self._bucket, Key=key, ChecksumMode="ENABLED"
        )
        # An object that was put in parts has a checksum of the checksums of its parts.
        if answer.get("ChecksumType", "FULL_OBJECT") != "FULL_OBJECT":
            return None
        checksum = answer.get("ChecksumSHA256")
        if checksum is None:
            return None
        return StoredFile(version_id=answer.get("VersionId"), sha256=b64decode(checksum).hex())

    def _get_version(
        self, key: str, longest: int, version_id: str | None
    ) -> tuple[str, str | None]:
        body, version = self._read(key, longest, version_id)
        return body.decode(), version

    def _read(
        self, key: str, longest: int, version_id: str | None = None
    ) -> tuple[bytes, str | None]:
        of = {"VersionId": version_id} if version_id else {}
        answer = call(self._client, "get_object", Bucket=self._bucket, Key=key, **of)
        if answer["ContentLength"] > longest:
            raise ValueError(f"is longer than {longest} bytes")
        try:
            body: bytes = answer["Body"].read()
        except BotoCoreError as error:
            raise CallTimedOut(f"get_object: no answer ({type(error).__name__})") from error
        return body, answer.get("VersionId")

    def _put(self, key: str, text: str, content_type: str, **condition: str) -> dict[str, Any]:
        answer: dict[str, Any] = call(
            self._client,
            "put_object",
            Bucket=self._bucket,
            Key=key,
            Body=text.encode(),
            ContentType=f"{content_type}; charset=utf-8",
            ContentDisposition="inline",
            # Required by a bucket with Object Lock (AWS: S3 user guide, Object Lock).
            ChecksumAlgorithm="SHA256",
            **condition,
        )
        return answer

    def _put_once(self, key: str, text: str, content_type: str) -> StoredFile | None:
        """Store an object unless there is one; return None if that has another content.

        Whoever tries again after an answer was lost finds its own object (AWS: Amazon S3 User
        Guide, "How to prevent object overwrites with conditional writes").
        """
        digest = _sha256(text.encode())
        try:
            version = self._put(key, text, content_type, IfNoneMatch="*").get("VersionId")
        except CallRefused as error:
            if not str(error).startswith(_IS_THERE):
                raise
            stored = self._stored(key)
            return stored if stored and stored.sha256 == digest else None
        return StoredFile(version_id=version, sha256=digest)


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _common_prefix(first: str, last: str) -> str:
    """Return what the first and the last of some sorted texts, and so all of them, begin with."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(each for each, _ in same)


def _refuse_others(key: str, *prefixes: str) -> None:
    """Raise `CallRefused` for a key that is under none of these prefixes."""
    if not key.startswith(prefixes):
        raise CallRefused(f"{key} is not under {' or '.join(prefixes)}")
