"""The accounts and Regions, other than the stack's own, that migrations may access."""

import hashlib
import re
from typing import Annotated, NamedTuple

from pydantic import Field

from vifshift.domain.errors import CallDenied
from vifshift.domain.model import Model
from vifshift.domain.session_policy import SessionNeeds

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
_PATHS = "paths"
_SOURCE_IDENTITY = re.compile(r"[\w+=,.@-]{2,64}", flags=re.ASCII)


class Role(Model):
    """A role that may be assumed, and the external id that its trust policy asks for.

    With `source_identity`, its sessions have the migration as their source identity, which its
    trust policy must allow.
    """

    arn: RoleArn
    external_id: ExternalId
    source_identity: bool = False


class Access(NamedTuple):
    """The Region to call, and the role to assume; without a role, the function's own is used.

    `home` is the function's own Region; `session_name` is the role session's name in CloudTrail,
    `source_identity` its source identity there, and `session` what the session is needed for.
    """

    region: str
    home: str
    role: Role | None = None
    session_name: str = ""
    source_identity: str | None = None
    session: SessionNeeds = SessionNeeds()


class AccessPolicy(Model):
    """The roles and Regions that a request may name; `home` is the stack's own Region.

    `session` is what a role is assumed for.
    """

    home: str = ""
    roles: tuple[Role, ...] = ()
    regions: tuple[RegionName, ...] = ()
    session: SessionNeeds = SessionNeeds()

    def includes_region(self, region: str) -> bool:
        """Return whether a request may name this Region."""
        return region == self.home or region in self.regions

    def role(self, arn: str) -> Role | None:
        """Return the role with this ARN, if it may be assumed."""
        return next((role for role in self.roles if role.arn == arn), None)

    def access(self, region: str, role_arn: str | None, migration_id: str) -> Access:
        """Return the access to a migration's Region.

        Raises `CallDenied` for a role that the stack may not assume.
        """
        if role_arn is None:
            return Access(region, self.home)
        role = self.role(role_arn)
        if role is None:
            raise CallDenied(f"{role_arn} is not among the roles that this stack may assume")
        return self.with_role(Access(region, self.home), role, migration_id)

    def with_role(self, access: Access, role: Role, migration_id: str) -> Access:
        """Return an access with a role, for a migration."""
        return access._replace(
            role=role,
            session_name=session_name(migration_id),
            source_identity=source_identity(migration_id) if role.source_identity else None,
            session=self.session,
        )


def access_elsewhere(
    policy: AccessPolicy, access: Access, own_account: str, region: str, owner: str
) -> Access | None:
    """Return the access to a VIF of another Region or account, None if the stack has none.

    Besides its own account and the one that `access` reads, the stack may read those of its roles.
    """
    if not policy.includes_region(region):
        return None
    if owner in {"", _account_of(access.role.arn) if access.role else own_account}:
        return access._replace(region=region)
    if owner == own_account:
        return Access(region, access.home)
    role = next((role for role in policy.roles if _account_of(role.arn) == owner), None)
    if role is None:
        return None
    there = policy.with_role(Access(region, access.home), role, _PATHS)
    if access.role is None:
        return there
    identity = access.source_identity if role.source_identity else None
    return there._replace(
        session_name=access.session_name,
        source_identity=identity or there.source_identity,
    )


def _account_of(arn: str) -> str:
    return arn.split(":")[4]


def session_name(migration_id: str) -> str:
    """Return the name of a migration's role session.

    Its characters and its length are those that STS allows (AWS: STS API reference, AssumeRole).
    """
    name = re.sub(r"[^\w+=,.@-]", "-", migration_id, flags=re.ASCII)
    return f"{SESSION_PREFIX}{name}"[:LONGEST_SESSION_NAME]


def source_identity(migration_id: str) -> str:
    """Return the source identity of a migration's role sessions: its ID, or the ID's SHA-256.

    An ID is hashed if it is longer than a source identity may be, or has other characters (AWS: STS
    API reference, AssumeRole): cut or replaced, two IDs could become one.
    """
    if _SOURCE_IDENTITY.fullmatch(migration_id):
        return migration_id
    return hashlib.sha256(migration_id.encode()).hexdigest()
