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


def health_region(region: str) -> str | None:
    """Return the Region whose AWS Health endpoint serves all Regions of the partition.

    None if the partition is not known.
    """
    for regions, found in HEALTH_REGIONS.items():
        if re.fullmatch(regions, region):
            return found
    return None
