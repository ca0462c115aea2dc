"""The setting `policy`, compared with the other settings that it names."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import Field

from tools.suggestions import suggestion
from vifshift.domain.access_policy import Role
from vifshift.domain.policy_floor import (
    ACKNOWLEDGEABLE,
    NamingRule,
    PolicyFloor,
    Source,
)


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


def faults_of_roles(
    roles: Collection[RoleSettings], request_sources: Mapping[str, Collection[str]] | None
) -> Iterator[str]:
    """Yield what is wrong with who may name roles."""
    bound = [name for name, given in (request_sources or {}).items() if given]
    for number, role in enumerate(roles):
        yield from _unbound(f"{number}.requestableBy", role.requestable_by, bound)


def faults(floor: PolicyFloor, others: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with it; `others` are the settings that were read before."""
    for code in floor.never_acknowledge:
        if code not in ACKNOWLEDGEABLE:
            near = suggestion(code, ACKNOWLEDGEABLE)
            yield f"neverAcknowledge names {code}, which nobody can acknowledge anyway{near}"
    bound = [name for name, given in (others.get("request_sources") or {}).items() if given]
    roles = [role.arn for role in others.get("roles", ())]
    for number, rule in enumerate(floor.may_name):
        place = f"mayName.{number}"
        if rule.role_arn and rule.role_arn not in roles:
            near = suggestion(rule.role_arn, roles)
            yield f"{place}.roleArn: {rule.role_arn} is not in the setting roles{near}"
        yield from _unbound(f"{place}.sources", rule.sources, bound)


def _unbound(place: str, sources: Collection[str], bound: Collection[str]) -> Iterator[str]:
    for source in sources:
        if source not in bound:
            yield (
                f"{place}: {source} has no principals in the setting requestSources, so "
                f"that anybody could send it{suggestion(source, bound)}"
            )
