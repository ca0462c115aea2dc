"""Where migrations may go beside the stack's own account and Region, and as whom."""

import re
from typing import Annotated, NamedTuple

from pydantic import Field

from vifshift.domain.errors import CallDenied
from vifshift.domain.model import Model

RegionName = Annotated[str, Field(max_length=32, pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
RoleArn = Annotated[
    str,
    Field(max_length=2048, pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-zA-Z0-9+=,.@_/-]+$"),
]
# What STS takes (AWS: STS API reference, AssumeRole).
ExternalId = Annotated[
    str, Field(min_length=2, max_length=1224, pattern=r"^[a-zA-Z0-9_+=,.@:/-]+$")
]
LONGEST_SESSION_NAME = 64
SESSION_PREFIX = "vifshift-"


class Role(Model):
    """A role that may be assumed, and the external id that its trust policy asks for."""

    arn: RoleArn
    external_id: ExternalId


class Access(NamedTuple):
    """Where to call, and as whom: without a role, as the Lambda itself.

    `home` is the Region that the Lambda is in; `session_name` is what CloudTrail shows of the role.
    """

    region: str
    home: str
    role: Role | None = None
    session_name: str = ""


class Reach(Model):
    """The roles and Regions that may be asked for; `home`, the stack's own Region, always may."""

    home: str = ""
    roles: tuple[Role, ...] = ()
    regions: tuple[RegionName, ...] = ()

    def includes_region(self, region: str) -> bool:
        """Say whether a Region may be asked for."""
        return region == self.home or region in self.regions

    def role(self, arn: str) -> Role | None:
        """Return the role with this ARN, if it may be assumed."""
        return next((role for role in self.roles if role.arn == arn), None)

    def access(self, region: str, role_arn: str | None, migration_id: str) -> Access:
        """Return how a migration's Region is reached; raises `CallDenied` without the role."""
        if role_arn is None:
            return Access(region, self.home)
        role = self.role(role_arn)
        if role is None:
            raise CallDenied(f"{role_arn} is not among the roles that this stack may assume")
        return Access(region, self.home, role, session_name(migration_id))


def session_name(migration_id: str) -> str:
    """Name the session after its migration, in the characters and the length that STS takes."""
    name = re.sub(r"[^\w+=,.@-]", "-", migration_id, flags=re.ASCII)
    return f"{SESSION_PREFIX}{name}"[:LONGEST_SESSION_NAME]
