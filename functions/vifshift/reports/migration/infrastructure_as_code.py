"""Says what has to be changed in infrastructure code, once a VIF is on another port for good.

Terraform would replace a VIF whose `connection_id` is not the one in its configuration
(registry.terraform.io, provider hashicorp/aws: `aws_dx_private_virtual_interface` and the like);
CloudFormation shows it as drift (AWS: `AWS::DirectConnect::PrivateVirtualInterface` and the like).
"""

from vifshift.domain.migration import Migration
from vifshift.migration.convergence import Picture
from vifshift.reports.migration.model import CodeChange

KINDS = ("private", "public", "transit")


def code_changes(migration: Migration | None, after: Picture | None) -> tuple[CodeChange, ...]:
    """Return what has to be changed where the VIF was seen on another port than before."""
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
    """Return how Terraform names the side that allocates a VIF to another account.

    Only that side names the connection; whoever accepts the VIF has nothing to change.
    """
    owner, caller = migration.snapshot.owner_account, migration.caller_account
    return "hosted_" if owner and caller and owner != caller else ""
