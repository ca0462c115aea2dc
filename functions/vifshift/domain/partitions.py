"""Differences between AWS partitions, such as AWS, China and GovCloud."""

import re
from typing import Final

HEALTH_REGIONS: Final = {
    r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+": "us-east-1",
    r"cn-\w+-\d+": "cn-northwest-1",
    r"us-gov-\w+-\d+": "us-gov-west-1",
    r"eusc-\w+-\w+-\d+": "eusc-de-east-1",
    r"us-iso-\w+-\d+": "us-iso-east-1",
    r"us-isob-\w+-\d+": "us-isob-east-1",
    r"eu-isoe-\w+-\d+": "eu-isoe-west-1",
    r"us-isof-\w+-\d+": "us-isof-south-1",
}
"""The Region of each partition's AWS Health endpoint, by the names of the partition's Regions (AWS:
"AWS Health endpoints and quotas", and botocore's endpoints)."""

PARTITIONS: Final = {
    r"cn-": "aws-cn",
    r"us-gov-": "aws-us-gov",
    r"eusc-": "aws-eusc",
    r"us-iso-": "aws-iso",
    r"us-isob-": "aws-iso-b",
    r"eu-isoe-": "aws-iso-e",
    r"us-isof-": "aws-iso-f",
}
"""The partitions beside `aws`, by how the names of their Regions begin (botocore's endpoints)."""


def health_region(region: str) -> str | None:
    """Return the Region whose AWS Health endpoint serves all Regions of the partition.

    None if the partition is not known.
    """
    for regions, found in HEALTH_REGIONS.items():
        if re.fullmatch(regions, region):
            return found
    return None


def partition_of(region: str) -> str:
    """Return the partition of a Region, as ARNs name it; `aws` if none is known."""
    known = (partition for regions, partition in PARTITIONS.items() if re.match(regions, region))
    return next(known, "aws")
