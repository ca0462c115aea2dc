"""What has to be changed in infrastructure code."""

import aws_cdk.aws_directconnect as cdk
import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    ELSEWHERE,
    SOURCE,
    TARGET,
    a_landed_vif,
    a_migration,
    a_picture,
    a_vif,
)
from vifshift.domain.migration import Migration
from vifshift.reports.migration.infrastructure_as_code import code_changes
from vifshift.reports.migration.model import CodeChange

KINDS = ["private", "public", "transit"]


def changes(migration: Migration | None, port: str = TARGET) -> dict[str, CodeChange]:
    picture = a_picture(a_landed_vif(), connection_id=port)
    return {each.resource: each for each in code_changes(migration, picture)}


def a_kind(kind: str, owner: str = "", caller: str = "") -> Migration:
    vif = a_vif(virtual_interface_type=kind, owner_account=owner)
    return a_migration(vif).model_copy(update={"caller_account": caller})


@pytest.mark.parametrize("kind", KINDS)
def test_each_tool_is_told_old_and_new(kind: str) -> None:
    name = f"{kind.capitalize()}VirtualInterface"

    found = changes(a_kind(kind))

    assert {resource: (each.tool, each.old, each.new) for resource, each in found.items()} == {
        f"aws_dx_{kind}_virtual_interface": (
            "Terraform",
            f'connection_id = "{SOURCE}"',
            f'connection_id = "{TARGET}"',
        ),
        f"AWS::DirectConnect::{name}": (
            "CloudFormation",
            f"ConnectionId: {SOURCE}",
            f"ConnectionId: {TARGET}",
        ),
        f"Cfn{name} (Python)": (
            "CDK",
            f'connection_id="{SOURCE}",',
            f'connection_id="{TARGET}",',
        ),
        f"Cfn{name} (TypeScript)": (
            "CDK",
            f'connectionId: "{SOURCE}",',
            f'connectionId: "{TARGET}",',
        ),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_cdk_has_what_it_is_told_to_have(kind: str) -> None:
    construct = getattr(cdk, f"Cfn{kind.capitalize()}VirtualInterface")

    assert construct.CFN_RESOURCE_TYPE_NAME in changes(a_kind(kind))
    assert hasattr(construct, "connection_id")


@pytest.mark.parametrize("kind", KINDS)
def test_terraform_names_the_side_that_allocates_otherwise(kind: str) -> None:
    hosted = a_kind(kind, owner="222233334444", caller=ACCOUNT)

    assert f"aws_dx_hosted_{kind}_virtual_interface" in changes(hosted)
    assert f"AWS::DirectConnect::{kind.capitalize()}VirtualInterface" in changes(hosted)


@pytest.mark.parametrize(("owner", "caller"), [(ACCOUNT, ACCOUNT), ("", ACCOUNT), (ACCOUNT, "")])
def test_an_account_that_is_the_same_or_not_known_is_the_owner(owner: str, caller: str) -> None:
    assert "aws_dx_private_virtual_interface" in changes(a_kind("private", owner, caller))


def test_where_somebody_else_has_moved_it_the_code_is_wrong_too() -> None:
    found = changes(a_kind("transit"), ELSEWHERE)

    assert found["aws_dx_transit_virtual_interface"].new == f'connection_id = "{ELSEWHERE}"'


def test_nothing_changes_where_it_is_where_it_was_or_is_not_known() -> None:
    migration = a_kind("transit")

    assert changes(migration, SOURCE) == {}
    assert changes(migration, "") == {}
    assert changes(None) == {}
    assert changes(a_kind("quantum")) == {}
    assert code_changes(migration, None) == ()
