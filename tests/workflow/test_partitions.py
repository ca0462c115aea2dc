"""The template that ships, deployed in other partitions and Regions than the usual one."""

from pathlib import Path

import pytest
import yaml

from simulator.expectations import failures
from simulator.runs.record import Record
from simulator.runs.session import run
from simulator.scenarios.model import Scenario, named

CHINA, GOVCLOUD = ("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")
WITHOUT_REGISTRY = ("il-central-1", "aws")


def ran(assembly: Path, region: str, scenario: str) -> Record:
    """Run a scenario that ships in another Region, to the end that it expects."""
    raw = yaml.safe_load(named(scenario).read_text("utf-8"))
    raw["world"]["region"] = region
    record = run(Scenario.model_validate(raw), assembly)
    assert failures(record) == []
    return record


@pytest.mark.verify
@pytest.mark.parametrize(("region", "partition"), [CHINA, GOVCLOUD])
def test_health_is_asked_at_the_endpoint_of_the_partition(
    assembly: Path, region: str, partition: str
) -> None:
    """The scenario expects a maintenance that just AWS Health tells of."""
    record = ran(assembly, region, "maintenance-on-target")

    [execution] = record.executions
    assert execution["executionArn"].startswith(f"arn:{partition}:states:{region}:")


@pytest.mark.verify
@pytest.mark.parametrize(("region", "partition"), [CHINA, GOVCLOUD, WITHOUT_REGISTRY])
@pytest.mark.parametrize("scenario", ["happy-path-dual-stack-lag", "gateways-side-by-side"])
def test_migrations_and_plans_run_in_every_partition(
    assembly: Path, region: str, partition: str, scenario: str
) -> None:
    record = ran(assembly, region, scenario)

    arns = [execution["executionArn"] for execution in record.executions]
    assert arns
    assert all(arn.startswith(f"arn:{partition}:states:{region}:") for arn in arns)
