"""The adapter for S3: keeps reports, and the documents of plans."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from pydantic import JsonValue

from vifshift.adapters.aws import QUICK, call
from vifshift.adapters.sessions import own_client
from vifshift.domain.errors import CallError, CallRefused, CallTimedOut
from vifshift.domain.plan_request import LONGEST_LIST
from vifshift.events.migration import EvidenceUris
from vifshift.plan.planning.documents import PLANS
from vifshift.reports.migration.model import PREFIX, Evidence

# A report of a migration that was watched for hours is a few MB.
KEEPING = QUICK.merge(Config(read_timeout=8))
READERS = 10
LONGEST_REPORT = 20_000_000

Picked = TypeVar("Picked")


@lru_cache(maxsize=1)
def archive() -> "Archive":
    """Return the archive; it is kept while the Lambda is warm."""
    client = own_client("s3", os.environ["AWS_REGION"], KEEPING)
    return Archive(client, os.environ["VIFSHIFT_BUCKET"])


class Archive:
    """A bucket behind boto3."""

    def __init__(self, client: Any, bucket: str) -> None:
        """Use a client that does not retry."""
        self._client = client
        self._bucket = bucket

    @property
    def bucket(self) -> str:
        """Return the bucket's name."""
        return self._bucket

    def keep(self, evidence: Evidence, page: str) -> EvidenceUris:
        """Keep a report as data and as a page, and return where; raises a `CallError`."""
        day = evidence.started_at.strftime("%Y/%m/%d")
        name = f"{PREFIX}{day}/{evidence.migration_id}/report"
        return EvidenceUris(
            json_uri=self._put(
                f"{name}.json", evidence.model_dump_json(indent=2), "application/json"
            ),
            html_uri=self._put(f"{name}.html", page, "text/html"),
        )

    def keep_report(self, folder: str, data: str, page: str) -> EvidenceUris:
        """Keep the report of a plan in its folder, as data and as a page; raises a `CallError`."""
        return EvidenceUris(
            json_uri=self._put(_of_plans(f"{folder}/report.json"), data, "application/json"),
            html_uri=self._put(_of_plans(f"{folder}/report.html"), page, "text/html"),
        )

    def keep_documents(self, documents: Mapping[str, str]) -> None:
        """Keep the documents of a plan, under their keys; raises a `CallError`."""
        for key, text in documents.items():
            self._put(_of_plans(key), text, "application/json")

    def moves(self, uri: str) -> JsonValue:
        """Return a list of moves that somebody has put under the prefix of plans.

        Raises ValueError where it is elsewhere, too long or no JSON, and a `CallError` where it
        can't be read.
        """
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if bucket != self._bucket or not key.startswith(PLANS):
            raise ValueError(f"is not in the stack's bucket, {self._bucket}, under {PLANS}")
        try:
            found: JsonValue = json.loads(self._get(key, LONGEST_LIST))
        except RecursionError:
            raise ValueError("is no list of moves") from None
        except UnicodeDecodeError:
            raise ValueError("is not UTF-8 text") from None
        except json.JSONDecodeError as error:
            raise ValueError(f"is no JSON, in line {error.lineno}") from None
        return found

    def document(self, key: str) -> str:
        """Return a document of a plan; raises a `CallError`, and ValueError where it's too long."""
        return self._get(_of_plans(key), LONGEST_REPORT)

    def reports(self, keys: Sequence[str], pick: Callable[[str], Picked]) -> dict[str, Picked]:
        """Return by their keys what is picked from reports of migrations, read side by side.

        One that can't be read is left out. `pick` raises ValueError for what it does not know.
        """

        def read(key: str) -> dict[str, Picked]:
            try:
                return {key: pick(self._get(key, LONGEST_REPORT))}
            except (CallError, ValueError):
                return {}

        wanted = [key for key in keys if key.startswith(PREFIX)]
        with ThreadPoolExecutor(max_workers=READERS) as pool:
            begun = [pool.submit(copy_context().run, read, key) for key in wanted]
            return {key: found for each in begun for key, found in each.result().items()}

    def _get(self, key: str, longest: int) -> str:
        answer = call(self._client, "get_object", Bucket=self._bucket, Key=key)
        if answer["ContentLength"] > longest:
            raise ValueError(f"is longer than {longest} bytes")
        try:
            body: bytes = answer["Body"].read()
        except BotoCoreError as error:
            raise CallTimedOut(f"get_object: no answer ({type(error).__name__})") from error
        return body.decode()

    def _put(self, key: str, text: str, content_type: str) -> str:
        call(
            self._client,
            "put_object",
            Bucket=self._bucket,
            Key=key,
            Body=text.encode(),
            ContentType=f"{content_type}; charset=utf-8",
            ContentDisposition="inline",
            # A bucket with Object Lock takes nothing without (AWS: S3 user guide, Object Lock).
            ChecksumAlgorithm="SHA256",
        )
        return f"s3://{self._bucket}/{key}"


def _of_plans(key: str) -> str:
    """Return a key of a plan's; raises a `CallRefused` for any other."""
    if not key.startswith(PLANS):
        raise CallRefused(f"{key} is not under {PLANS}")
    return key
