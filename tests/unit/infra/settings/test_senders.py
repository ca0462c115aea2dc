"""Settings of who may ask and who may answer."""

from typing import Any

import pytest
from pydantic import JsonValue

from infra.settings.model import Settings

ROLE, OTHER = "arn:aws:iam::111122223333:role/chat-bot", "arn:aws:iam::111122223333:role/desk"


def test_allowed_sources_stand_for_both_and_are_claimed() -> None:
    settings = Settings.read({"allowedSources": ["change-management", "chat-bot"]})

    assert [*settings.requesters] == [*settings.approvers] == ["change-management", "chat-bot"]
    assert (settings.bound_requesters, settings.answer_rules.bound) == ((), 0)
    assert settings.statements == {}


def test_requests_and_approvals_are_apart() -> None:
    settings = Settings.read(
        {"requestSources": {"itsm": [ROLE], "runbooks": []}, "approvalSources": {"chat": [OTHER]}}
    )

    assert settings.bound_requesters == ("itsm",)
    rules = settings.answer_rules
    assert (rules.may_decide("chat"), rules.may_decide("itsm")) == (True, False)
    assert (rules.may_stop("itsm"), rules.may_stop("chat"), rules.may_stop("x")) == (
        True,
        True,
        False,
    )
    assert len(settings.statements) == 2


def test_sources_of_one_principal_are_one_approver() -> None:
    one, other, third = (f"arn:aws:iam::111122223333:role/{name}" for name in "abc")
    shared: dict[str, JsonValue] = {
        "chat": [one],
        "pager": [one, other],
        "desk": [other],
        "board": [third],
    }
    settings = Settings.read({"requestSources": {"x": []}, "approvalSources": {**shared}})

    rules = settings.answer_rules

    assert {name: rules.of(name).same_as for name in shared} == {
        "chat": ("pager",),
        "pager": ("chat", "desk"),
        "desk": ("pager",),
        "board": (),
    }
    assert rules.bound == 2


@pytest.mark.parametrize(("may_both", "not_for"), [(False, ("chat",)), (True, ())])
def test_who_may_ask_may_not_approve_unless_a_setting_says_so(
    may_both: bool, not_for: tuple[str, ...]
) -> None:
    settings = Settings.read(
        {
            "requestSources": {"chat": [ROLE], "itsm": [OTHER]},
            "approvalSources": {"chat": [ROLE]},
            "approval": {"requesterMayApprove": may_both},
        }
    )

    assert settings.answer_rules.of("chat").not_for == not_for


def test_the_same_name_for_other_principals_is_somebody_else() -> None:
    settings = Settings.read(
        {"requestSources": {"chat": [ROLE]}, "approvalSources": {"chat": [OTHER]}}
    )

    assert settings.answer_rules.of("chat").not_for == ()
    assert len(settings.statements) == 2


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"requestSources": {"vifshift": []}}, "vifshift is the source of the product's own"),
        ({"allowedSources": ["vifshift"]}, "vifshift is the source of the product's own"),
        ({"approvalSources": {"aws.ssm": [ROLE]}}, "aws.ssm is sent by AWS alone"),
        ({"allowedSources": ["a"], "requestSources": {"b": []}}, "allowedSources stands for both"),
        ({"allowedSources": ["a"], "approvalSources": {}}, "allowedSources stands for both"),
        ({"requestSources": {"a": ["arn:aws:iam::111122223333:role/chat-*"]}}, "pattern"),
        ({"requestSources": {"a": ["arn:aws:sts::111122223333:assumed-role/x/y"]}}, "pattern"),
        ({"requestSources": {"a": ["111122223333"]}}, "pattern"),
        (
            {"eventBus": "b", "eventBusExists": True, "requestSources": {"a": [ROLE]}},
            "a has principals, but the policy of the event bus is not the stack's",
        ),
        (
            {"guardEventBus": False, "approvalSources": {"chat": [ROLE]}},
            "chat has principals, but the policy of the event bus is not the stack's",
        ),
        (
            {
                "approvalSources": {
                    "few": [ROLE],
                    "many": [f"{ROLE}-{number:03}" for number in range(200)],
                }
            },
            "may have 10240 .* List fewer principals, first of all for many",
        ),
        (
            {"requestSources": {f"{number:02}{'x' * 200}": [] for number in range(40)}},
            "approvalSources takes more than 2500 characters",
        ),
    ],
)
def test_what_can_not_hold_is_refused_by_name(given: dict[str, Any], fault: str) -> None:
    with pytest.raises(SystemExit, match=fault):
        Settings.read(given)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::111122223333:user/ana@example.com",
        "arn:aws:iam::111122223333:root",
        "arn:aws-cn:iam::111122223333:role/path/of/a-role",
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Net_0123abc",
    ],
)
def test_principals_are_roles_and_users_by_their_whole_arns(arn: str) -> None:
    assert Settings.read({"requestSources": {"a": [arn]}}).requesters == {"a": (arn,)}


def test_a_bus_that_exists_can_be_guarded() -> None:
    settings = Settings.read(
        {
            "eventBus": "b",
            "eventBusExists": True,
            "guardEventBus": True,
            "requestSources": {"a": [ROLE]},
        }
    )

    assert settings.guards_bus
    assert settings.bound_requesters == ("a",)


def test_as_many_principals_as_fit_are_taken() -> None:
    many: list[JsonValue] = [f"{ROLE}-{number:03}" for number in range(100)]

    assert len(Settings.read({"approvalSources": {"many": many}}).statements) == 1
