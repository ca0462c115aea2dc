"""What differs between AWS's partitions: the usual one, China, GovCloud, and those set apart."""

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
"""Where each partition, known by the names of its Regions, has its endpoint of AWS Health (AWS:
"AWS Health endpoints and quotas", and botocore's endpoints)."""


def health_region(region: str) -> str | None:
    """Return the Region in which AWS Health is asked about all Regions of a partition.

    None where the partition is not known, and so neither is its endpoint.
    """
    for regions, found in HEALTH_REGIONS.items():
        if re.fullmatch(regions, region):
            return found
    return None
