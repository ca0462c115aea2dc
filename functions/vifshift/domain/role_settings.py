"""The roles of other accounts as the settings list them, each with who may name it in a request."""

from collections.abc import Collection

from pydantic import Field

from vifshift.domain.access_policy import Role
from vifshift.domain.policy_floor import NamingRule, PolicyFloor, Source


class RoleSettings(Role):
    """A role that may be assumed, and the bound sources that may name it; by default, all may."""

    requestable_by: tuple[Source, ...] = Field(default=(), max_length=50)

    @property
    def role(self) -> Role:
        """Return the role as the functions read it."""
        return Role(
            arn=self.arn, external_id=self.external_id, source_identity=self.source_identity
        )


def with_roles(floor: PolicyFloor, roles: Collection[RoleSettings]) -> PolicyFloor:
    """Return the floor, with a rule for each role that not everybody may name."""
    rules = tuple(
        NamingRule(role_arn=each.arn, sources=each.requestable_by)
        for each in roles
        if each.requestable_by
    )
    return floor.model_copy(update={"may_name": (*floor.may_name, *rules)}) if rules else floor
