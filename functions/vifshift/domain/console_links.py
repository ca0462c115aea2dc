"""Links to pages of the AWS Management Console, by the partition of the Region."""

from typing import Final
from urllib.parse import quote

from vifshift.domain.partitions import partition_of

_DOMAINS: Final = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def execution_link(arn: str) -> str | None:
    """Return the page of an execution; None in a partition whose console is not known."""
    parts = arn.split(":")
    region = parts[3] if len(parts) > 3 else ""  # noqa: PLR2004
    home = _home(region)
    return home and (
        f"{home}/states/home?region={region}#/v2/executions/details/{quote(arn, safe=':')}"
    )


def object_link(uri: str, region: str) -> str | None:
    """Return the page of an object, by its `s3://` URI; None in an unknown partition."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    home = _home(region)
    return home and f"{home}/s3/object/{quote(bucket)}?region={region}&prefix={quote(key)}"


def _home(region: str) -> str | None:
    domain = _DOMAINS.get(partition_of(region)) if region else None
    return domain and f"https://{quote(region)}.{domain}"
