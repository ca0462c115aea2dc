"""Where migrations may go, and under which name they go there."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vifshift.domain.access_policy import (
    Access,
    AccessPolicy,
    Role,
    session_name,
    source_identity,
)
from vifshift.domain.errors import CallDenied

ARN = "arn:aws:iam::444455556666:role/network/vifshift"
ROLE = Role(arn=ARN, external_id="a-shared-id")
REACH = AccessPolicy(home="eu-central-1", roles=(ROLE,), regions=("us-east-1",))


def test_without_a_role_the_lambda_calls_as_itself() -> None:
    assert REACH.access("us-east-1", None, "CHG0042") == Access("us-east-1", "eu-central-1")


def test_a_role_comes_with_its_external_id_and_the_name_of_the_migration() -> None:
    access = REACH.access("us-east-1", ARN, "CHG0042")

    assert access == Access("us-east-1", "eu-central-1", ROLE, "vifshift-CHG0042")


@pytest.mark.parametrize("arn", [ARN.upper(), f"{ARN}-2", ARN[:-1]])
def test_a_role_that_is_not_listed_to_the_letter_is_denied(arn: str) -> None:
    with pytest.raises(CallDenied, match="not among the roles"):
        REACH.access("eu-central-1", arn, "CHG0042")


@pytest.mark.parametrize(
    ("migration", "name"),
    [
        ("CHG0042", "vifshift-CHG0042"),
        ("a+b=c,d.e@f-g_h", "vifshift-a+b=c,d.e@f-g_h"),
        ("Änderung 42/b", "vifshift--nderung-42-b"),
        ("x" * 80, "vifshift-" + "x" * 55),
    ],
)
def test_a_session_is_named_after_its_migration(migration: str, name: str) -> None:
    assert session_name(migration) == name


@given(st.text())
def test_every_session_name_is_one_that_sts_takes(migration: str) -> None:
    assert re.fullmatch(r"[\w+=,.@-]{2,64}", session_name(migration), flags=re.ASCII)


@pytest.mark.parametrize(
    "wrong",
    [
        {"arn": "arn:aws:iam::444455556666:user/x", "externalId": "id"},
        {"arn": "arn:aws:iam::4444:role/x", "externalId": "id"},
        {"arn": "arn:aws:iam::444455556666:role/*", "externalId": "id"},
        {"arn": ARN, "externalId": "x"},
        {"arn": ARN, "externalId": "x" * 1225},
        {"arn": ARN, "externalId": "two words"},
        {"arn": ARN},
    ],
)
def test_a_role_must_be_one_that_sts_takes(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Role.model_validate(wrong)


@pytest.mark.parametrize(
    ("migration_id", "identity"),
    [
        ("CHG0042", "CHG0042"),
        ("a" * 64, "a" * 64),
        ("a=b,c.d@e-f_g+h", "a=b,c.d@e-f_g+h"),
        ("a" * 65, hashlib.sha256(b"a" * 65).hexdigest()),
        ("a" * 80, hashlib.sha256(b"a" * 80).hexdigest()),
        ("a", hashlib.sha256(b"a").hexdigest()),
        ("a!b", hashlib.sha256(b"a!b").hexdigest()),
        ("gr\u00fcn", hashlib.sha256("gr\u00fcn".encode()).hexdigest()),
        ("a'(b)", hashlib.sha256(b"a'(b)").hexdigest()),
    ],
)
def test_a_source_identity_is_the_migration_s_or_its_hash(migration_id: str, identity: str) -> None:
    assert source_identity(migration_id) == identity
    assert len(identity) <= 64


def test_a_session_has_a_source_identity_only_if_its_role_says_so() -> None:
    identified = ROLE.model_copy(update={"source_identity": True})
    policy = AccessPolicy(home="eu-central-1", roles=(identified,))

    assert policy.access("eu-central-1", ROLE.arn, "CHG0042").source_identity == "CHG0042"
    assert REACH.access("eu-central-1", ROLE.arn, "CHG0042").source_identity is None
