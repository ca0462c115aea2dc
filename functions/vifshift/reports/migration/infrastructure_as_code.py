"""The changes that infrastructure code needs once a VIF is on another port.

Terraform would replace a VIF whose `connection_id` is not the one in its configuration
(registry.terraform.io, provider hashicorp/aws: `aws_dx_private_virtual_interface` and the like);
CloudFormation shows it as drift (AWS: `AWS::DirectConnect::PrivateVirtualInterface` and the like).
"""

from vifshift.domain.migration import Migration
from vifshift.domain.observation import VifStatus
from vifshift.reports.migration.model import CodeChange

KINDS = ("private", "public", "transit")


def code_changes(migration: Migration | None, after: VifStatus | None) -> tuple[CodeChange, ...]:
    """Return the changes needed if the VIF was last seen on another port than before."""
    if migration is None or after is None:
        return ()
    kind = migration.snapshot.virtual_interface_type
    old, new = migration.source, after.connection_id
    if kind not in KINDS or not new or new == old:
        return ()
    construct = f"Cfn{kind.capitalize()}VirtualInterface"
    return (
        CodeChange(
            tool="Terraform",
            resource=f"aws_dx_{_hosted(migration)}{kind}_virtual_interface",
            old=f'connection_id = "{old}"',
            new=f'connection_id = "{new}"',
        ),
        CodeChange(
            tool="CloudFormation",
            resource=f"AWS::DirectConnect::{kind.capitalize()}VirtualInterface",
            old=f"ConnectionId: {old}",
            new=f"ConnectionId: {new}",
        ),
        CodeChange(
            tool="CDK",
            resource=f"{construct} (Python)",
            old=f'connection_id="{old}",',
            new=f'connection_id="{new}",',
        ),
        CodeChange(
            tool="CDK",
            resource=f"{construct} (TypeScript)",
            old=f'connectionId: "{old}",',
            new=f'connectionId: "{new}",',
        ),
    )


def _hosted(migration: Migration) -> str:
    """Return the prefix of Terraform's resource if the VIF is allocated to another account.

    Only the allocating side names the connection; the accepting side has nothing to change.
    """
    owner, caller = migration.snapshot.owner_account, migration.caller_account
    return "hosted_" if owner and caller and owner != caller else ""
