import runpy

import pytest

from tests.unit.vifshift.deployed import VARIABLES, hold
from vifshift.adapters.environment import MissingEnvironmentVariable, environment
from vifshift.domain.access_policy import AccessPolicy, Role


def test_the_variables_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = environment()
    monkeypatch.setenv("VIFSHIFT_BUS", "another-bus")
    assert environment() is first
    assert first.bus == VARIABLES["VIFSHIFT_BUS"]


def test_the_access_policy_includes_the_region_of_the_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    role = Role(arn="arn:aws:iam::222233334444:role/vifshift", external_id="an-id")
    policy = AccessPolicy(roles=(role,))
    monkeypatch.setenv("VIFSHIFT_REACH", policy.model_dump_json())
    assert environment().access_policy.home == VARIABLES["AWS_REGION"]
    assert environment().access_policy.roles == (role,)


@pytest.mark.parametrize("name", ["VIFSHIFT_BUS", "VIFSHIFT_REPLY_SOURCE", "VIFSHIFT_TABLE"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_function_without_a_variable_that_it_needs_does_not_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    # given
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    # when, then
    with pytest.raises(MissingEnvironmentVariable, match=f"^{name} is not set$"):
        runpy.run_path(str(hold.__file__))


def test_a_function_starts_without_the_variables_that_others_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("VIFSHIFT_CHECKS")
    runpy.run_path(str(hold.__file__))
