"""What the settings `roles` and `regions` make of the template."""

import json
from typing import Any

import pytest
from pydantic import JsonValue

from infra.settings.model import LONGEST_REACH, Settings
from simulator.synthesis import SynthesisError
from tests.infra.everything import SETTINGS, template_with_everything
from tests.synthesis import synthesized
from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.network_actions import ASSOCIATING
from vifshift.domain.session_policy import LONGEST_SESSION_POLICY, SessionNeeds

ROLES = SETTINGS["roles"]
REACHING = ("Associate", "ConcludePlan", "Investigate", "Observe", "Prepare", "Validate")


@pytest.fixture(scope="module")
def reaching() -> dict[str, Any]:
    """The template of a stack that reaches two other accounts and another Region."""
    return template_with_everything()


def granted(template: dict[str, Any], action: str) -> list[tuple[str, dict[str, Any]]]:
    """Return policy and statement wherever an action is allowed."""
    return sorted(
        (
            (name, statement)
            for name, resource in template["Resources"].items()
            if resource["Type"] == "AWS::IAM::Policy"
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]
            if action in statement["Action"]
        ),
        key=lambda found: found[0],
    )


def environments(template: dict[str, Any], name: str) -> dict[str, str]:
    """Return a variable of each function that has it, by the function's name."""
    return {
        logical_id: variables[name]
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
        and name
        in (variables := resource["Properties"].get("Environment", {}).get("Variables", {}))
    }


def test_just_the_listed_roles_may_be_assumed_with_their_external_ids(
    reaching: dict[str, Any],
) -> None:
    statements = granted(reaching, "sts:AssumeRole")

    assert [name.removeprefix("Functions").partition("Role")[0] for name, _ in statements] == [
        name for name in REACHING for _ in ROLES
    ]
    assert [(each["Resource"], each["Condition"]) for _, each in statements] == [
        (role["arn"], {"StringEquals": {"sts:ExternalId": role["externalId"]}})
        for _ in REACHING
        for role in ROLES
    ]


def test_an_association_is_allowed_in_the_listed_regions_of_this_account(
    reaching: dict[str, Any],
) -> None:
    [(policy, statement)] = granted(reaching, "directconnect:AssociateVirtualInterface")

    assert policy.startswith("FunctionsAssociateRole")
    arns = [json.dumps(arn) for arn in statement["Resource"]]
    assert all("AWS::AccountId" in arn for arn in arns)
    assert [":directconnect:us-east-1:" in arn for arn in arns] == [False] * 3 + [True] * 3
    assert ["AWS::Region" in arn for arn in arns] == [True] * 3 + [False] * 3


def test_the_functions_are_told_what_they_may_reach(reaching: dict[str, Any]) -> None:
    told = environments(reaching, "VIFSHIFT_REACH")

    assert [name.removeprefix("Functions")[:-8] for name in sorted(told)] == list(REACHING)
    for text in told.values():
        reach = AccessPolicy.model_validate_json(text)
        assert [role.model_dump(exclude_defaults=True) for role in reach.roles] == ROLES
        assert reach.regions == ("us-east-1",)


def test_without_settings_no_role_may_be_assumed(template: dict[str, Any]) -> None:
    assert granted(template, "sts:AssumeRole") == []
    told = environments(template, "VIFSHIFT_REACH").values()
    assert {AccessPolicy.model_validate_json(text) for text in told} == {AccessPolicy()}


def test_wrong_roles_and_regions_are_refused_by_name() -> None:
    roles = [
        {"arn": "arn:aws:iam::444455556666:user/x", "externalId": "a-shared-id"},
        {"arn": ROLES[0]["arn"], "externalId": "x"},
    ]

    with pytest.raises(SynthesisError) as refused:
        synthesized({"roles": roles, "regions": ["Frankfurt"]})

    for name in ("roles.0.arn", "roles.1.externalId", "regions.0"):
        assert f"{name}: " in str(refused.value)


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ([ROLES[0], {**ROLES[0], "externalId": "another-id"}], "more than once"),
        ([{**ROLES[0], "externalId": "x" * 1224}] * 3, "more than once"),
        (
            [{"arn": f"{ROLES[0]['arn']}{n}", "externalId": "x" * 1000} for n in range(3)],
            f"more than {LONGEST_REACH}",
        ),
    ],
)
def test_what_the_functions_can_not_be_told_is_refused(roles: list[Any], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        Settings.read({"roles": roles})


def test_each_function_assumes_roles_for_what_it_needs_alone(reaching: dict[str, Any]) -> None:
    needs = {
        name.removeprefix("Functions")[:-8]: SessionNeeds.model_validate_json(text)
        for name, text in environments(reaching, "VIFSHIFT_SESSION").items()
    }

    assert {name: each.purpose for name, each in needs.items()} == {
        "Associate": "associate",
        "ConcludePlan": "read-port",
        "Investigate": "investigate",
        "Observe": "observe",
        "Prepare": "check",
        "Validate": "check",
    }
    assert [name for name, each in needs.items() if ASSOCIATING in each.policy] == ["Associate"]
    assert all(len(each.policy) < LONGEST_SESSION_POLICY / 2 for each in needs.values())


def test_the_roles_that_assume_others_are_in_an_output(reaching: dict[str, Any]) -> None:
    _, parts = reaching["Outputs"]["AssumingRoleArns"]["Value"]["Fn::Join"]

    assert [each for each in parts if isinstance(each, str)] == [","] * 5
    named = [each["Fn::GetAtt"][0] for each in parts if each != ","]
    assert sorted(name.removeprefix("Functions").partition("Role")[0] for name in named) == list(
        REACHING
    )


@pytest.mark.parametrize(
    ("tag", "is_refused"),
    [
        ({"key": "k" * 128, "value": "v" * 256}, False),
        ({"key": "k", "value": "ü" * 256}, False),
        ({"key": "ü" * 128, "value": "ü" * 256}, True),
    ],
)
def test_a_tag_fits_into_a_session_policy(tag: JsonValue, is_refused: bool) -> None:
    settings: dict[str, JsonValue] = {"requiredTag": tag}
    Settings.read(settings)
    if not is_refused:
        Settings.read({**settings, "roles": ROLES})
        return
    with pytest.raises(SystemExit, match="choose a shorter tag"):
        Settings.read({**settings, "roles": ROLES})


def test_a_source_identity_is_set_where_a_role_says_so_and_nowhere_else() -> None:
    roles = [{**ROLES[0], "sourceIdentity": True}, ROLES[1]]
    folder = synthesized({"roles": roles})
    template = json.loads((folder / "vifshift.template.json").read_text("utf-8"))

    statements = granted(template, "sts:SetSourceIdentity")

    assert [each["Resource"] for _, each in statements] == [ROLES[0]["arn"]] * len(REACHING)
