"""Links to the console, by partition."""

import pytest

from vifshift.domain.console_links import execution_link, object_link

NAME = "states:{}:111122223333:execution:vifshift-migration:CHG'0042"


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-central-1", "eu-central-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_an_execution_has_its_page_in_its_partition(partition: str, region: str, host: str) -> None:
    arn = f"arn:{partition}:{NAME.format(region)}"

    assert execution_link(arn) == (
        f"https://{host}/states/home?region={region}#/v2/executions/details/"
        f"{arn.replace(chr(39), '%27')}"
    )


def test_no_link_is_made_up() -> None:
    assert execution_link(f"arn:aws-iso:{NAME.format('us-iso-east-1')}") is None
    assert execution_link("arn:aws:x") is None


def test_an_object_has_its_page_and_its_key_breaks_no_link() -> None:
    link = object_link("s3://bucket/migrations/2026/07/01/a b&c/report.html", "eu-central-1")

    assert link == (
        "https://eu-central-1.console.aws.amazon.com/s3/object/bucket?region=eu-central-1"
        "&prefix=migrations/2026/07/01/a%20b%26c/report.html"
    )
