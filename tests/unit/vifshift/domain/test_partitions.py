"""Where AWS Health is asked, against what botocore knows of AWS's partitions."""

from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.loaders import Loader

from vifshift.domain.partitions import health_region

PARTITIONS: dict[str, dict[str, Any]] = {
    each["partition"]: each for each in Loader().load_data("endpoints")["partitions"]
}


def signing_regions(partition: str) -> set[str]:
    """Return the Regions for which calls to a partition's AWS Health are signed."""
    endpoints = PARTITIONS[partition]["services"].get("health", {}).get("endpoints", {})
    found = {
        endpoint.get("credentialScope", {}).get("region", name)
        for name, endpoint in endpoints.items()
        if "fips" not in name
    }
    # The passive one of two (AWS: "AWS Health endpoints and quotas").
    return found - {"us-east-2"}


@pytest.mark.parametrize("partition", PARTITIONS)
def test_every_region_asks_its_own_partition(partition: str) -> None:
    asked = {health_region(region) for region in PARTITIONS[partition]["regions"]}

    assert asked == signing_regions(partition)


@pytest.mark.parametrize("region", ["", "zz-new-1", "us-new-part-1", "eu-central-1 ", "cn-north"])
def test_where_the_partition_is_not_known_nobody_is_asked(region: str) -> None:
    assert health_region(region) is None


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "health.us-east-1.amazonaws.com"),
        ("cn-north-1", "health.cn-northwest-1.amazonaws.com.cn"),
        ("us-gov-east-1", "health.us-gov-west-1.amazonaws.com"),
    ],
)
def test_what_is_called_is_the_endpoint_of_the_partition(region: str, host: str) -> None:
    client: Any = botocore.session.Session().create_client(
        "health",
        region_name=health_region(region),
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    called = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        called.append(request.url)
        body = SimpleNamespace(stream=lambda: iter([b"{}"]))
        return AWSResponse(request.url, 200, HTTPHeaders(), body)

    client.meta.events.register("before-send.health", answer)
    client.describe_events()

    assert called == [f"https://{host}/"]
