"""The adapter for S3: stores reports, and the documents of plans."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.environment import environment
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallError, CallRefused, CallTimedOut
from vifshift.domain.object_keys import MIGRATIONS, PLANS
from vifshift.domain.plan_request import LONGEST_LIST
from vifshift.events.base import EvidenceUris

# The report of a migration that took hours has a few MB.
KEEPING = QUICK.merge(Config(read_timeout=8))
READERS = 10
LONGEST_REPORT = 20_000_000

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
        """Store a report in its folder, as data and as a page; raises a `CallError`."""
        _refuse_others(folder, MIGRATIONS, PLANS)
        return EvidenceUris(
            json_uri=self._put_report(f"{folder}/report.json", data, "application/json"),
            html_uri=self._put_report(f"{folder}/report.html", page, "text/html"),
        )

    def keep_mark(self, key: str, text: str) -> None:
        """Store beside a report what was learned after it was written; raises a `CallError`."""
        _refuse_others(key, MIGRATIONS)
        self._put(key, text, "application/json")

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
        """Return the text of a list of moves that a user stored under the prefix of plans.

        Its version is returned as well; without one, the latest is read. Raises ValueError if it is
        stored elsewhere, is too long or is not text, and a `CallError` if it can't be read.
        """
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if bucket != self._bucket or not key.startswith(PLANS):
            raise ValueError(f"is not in the stack's bucket, {self._bucket}, under {PLANS}")
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

    def reports(self, keys: Sequence[str], pick: Callable[[str], Picked]) -> dict[str, Picked]:
        """Return by key what `pick` returns for reports of migrations, which are read in parallel.

        A report that can't be read is left out, as is one for which `pick` raises ValueError.
        """

        def read(key: str) -> dict[str, Picked]:
            try:
                return {key: pick(self._get(key, LONGEST_REPORT))}
            except (CallError, ValueError):
                return {}

        wanted = [key for key in keys if key.startswith(MIGRATIONS)]
        with ThreadPoolExecutor(max_workers=READERS) as pool:
            begun = [pool.submit(copy_context().run, read, key) for key in wanted]
            return {key: found for each in begun for key, found in each.result().items()}

    def _get(self, key: str, longest: int) -> str:
        return self._get_version(key, longest, None)[0]

    def _get_version(
        self, key: str, longest: int, version_id: str | None
    ) -> tuple[str, str | None]:
        of = {"VersionId": version_id} if version_id else {}
        answer = call(self._client, "get_object", Bucket=self._bucket, Key=key, **of)
        if answer["ContentLength"] > longest:
            raise ValueError(f"is longer than {longest} bytes")
        try:
            body: bytes = answer["Body"].read()
        except BotoCoreError as error:
            raise CallTimedOut(f"get_object: no answer ({type(error).__name__})") from error
        return body.decode(), answer.get("VersionId")

    def _put(self, key: str, text: str, content_type: str) -> dict[str, Any]:
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
        )
        return answer

    def _put_report(self, key: str, text: str, content_type: str) -> str:
        self._put(key, text, content_type)
        return f"s3://{self._bucket}/{key}"


def _refuse_others(key: str, *prefixes: str) -> None:
    """Raise `CallRefused` for a key that is under none of these prefixes."""
    if not key.startswith(prefixes):
        raise CallRefused(f"{key} is not under {' or '.join(prefixes)}")
