"""Where a check has its settings from."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from cli.check.settings import find, written
from cli.environment import AwsEnvironment, RefusedError
from tests.unit.cli.conftest import ACCOUNT, REGION, client

ROLE = {"arn": "arn:aws:iam::222222222222:role/network", "externalId": "an-id"}
SETTINGS = {"checks": {"quotas": {"transitPerPort": 9}}, "regions": ["eu-west-1"], "roles": [ROLE]}


def wrote(tmp_path: Path, value: Any, name: str = "cdk.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


@pytest.mark.parametrize("value", [SETTINGS, {"context": {"vifshift": SETTINGS}}])
def test_a_file_has_them_by_themselves_or_as_cdk_json_has(tmp_path: Path, value: Any) -> None:
    found = written(wrote(tmp_path, value))
    assert found.checks.quotas.transit_per_port == 9
    assert found.access_policy.regions == ("eu-west-1",)
    assert found.access_policy.role(ROLE["arn"]) is not None
    assert found.origin.endswith("cdk.json")


@pytest.mark.parametrize("value", [{}, None, {"context": {}}, {"stackName": "other"}])
def test_what_is_not_set_has_its_default(tmp_path: Path, value: Any) -> None:
    found = written(wrote(tmp_path, value))
    assert found.access_policy.regions == ()
    assert found.checks.quotas.transit_per_port == 4


def test_every_fault_of_a_file_is_told_without_its_value(tmp_path: Path) -> None:
    bad = {"regions": ["nowhere"], "checks": {"quotas": {"transitPerPort": "secret"}}}
    with pytest.raises(RefusedError) as refused:
        written(wrote(tmp_path, bad))
    told = str(refused.value)
    assert "regions.0" in told
    assert "checks.quotas.transitPerPort" in told
    assert "secret" not in told


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"missing\.yaml"):
        written(tmp_path / "missing.yaml")


@pytest.fixture
def environment(account: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AwsEnvironment:
    monkeypatch.chdir(tmp_path)
    return AwsEnvironment(boto3.Session(region_name=REGION), ACCOUNT, REGION)


def test_without_a_stack_they_are_those_of_cdk_json(
    environment: AwsEnvironment, tmp_path: Path
) -> None:
    assert find(environment, "vifshift", None).origin == "the defaults"
    wrote(tmp_path, {"context": {"vifshift": SETTINGS}})
    found = find(environment, "vifshift", None)
    assert found.origin == "cdk.json"
    assert found.access_policy.home == REGION


def test_a_stack_without_the_function_is_none_of_ours(environment: AwsEnvironment) -> None:
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    client("cloudformation").create_stack(StackName="vifshift", TemplateBody=json.dumps(template))
    assert find(environment, "vifshift", None).origin == "the defaults"


def test_what_the_policy_demands_counts_as_well(tmp_path: Path) -> None:
    asked = {"policy": {"neverAcknowledge": ["NO_REDUNDANT_PATH"], "allowRollbackNever": False}}
    floor = written(wrote(tmp_path, asked)).limits.floor
    assert floor.never_acknowledge == ("NO_REDUNDANT_PATH",)
    assert floor.allow_rollback_never is False
    assert written(wrote(tmp_path, {})).limits.floor.allow_rollback_never is True


def test_who_may_name_a_role_counts_as_well(tmp_path: Path) -> None:
    asked = {"roles": [{**ROLE, "requestableBy": ["itsm"]}]}
    limits = written(wrote(tmp_path, asked)).limits
    [rule] = limits.floor.may_name
    assert (rule.role_arn, rule.sources) == (ROLE["arn"], ("itsm",))
    assert limits.access_policy.role(ROLE["arn"]) is not None
