"""The setting `policy`, compared with the other settings that it names."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tools.suggestions import suggestion
from vifshift.domain.policy_floor import ACKNOWLEDGEABLE, PolicyFloor
from vifshift.domain.role_settings import RoleSettings


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
