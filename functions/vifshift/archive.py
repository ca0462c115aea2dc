"""The adapter for S3: keeps the report of a migration."""

import os
from functools import lru_cache
from typing import Any

from botocore.config import Config

from vifshift.aws import QUICK, call
from vifshift.events import EvidenceUris
from vifshift.evidence.model import PREFIX, Evidence
from vifshift.sessions import own_client

# A report of a migration that was watched for hours is a few MB.
KEEPING = QUICK.merge(Config(read_timeout=8))


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
