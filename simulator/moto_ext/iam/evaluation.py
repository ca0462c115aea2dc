"""Whether a request is allowed (AWS: IAM user guide, "Policy evaluation logic").

What is not here is not used here, and refused where it is read: organizations' policies,
permissions boundaries.
"""

from enum import Enum, StrEnum
from typing import NamedTuple

from simulator.moto_ext.iam.conditions import holds
from simulator.moto_ext.iam.policy_documents import Statement, parse

Keys = tuple[tuple[str, str | None], ...]
"""Condition keys in lower case, with their values; None for one that a request does not have."""


class PrincipalKind(StrEnum):
    """The kinds of principals."""

    ROLE = "role"
    SERVICE = "service"


class Principal(NamedTuple):
    """Who makes a call: a role by its ARN, or a service by its name.

    `account` is the role's, or the one that a service acts for; `on_behalf_of` is the ARN of what
    lets a service act. A role's `session` is what it is told to be called; it may have a policy of
    its own, and a source identity.
    """

    kind: PrincipalKind
    name: str
    account: str
    on_behalf_of: str | None = None
    session: str = "simulator"
    session_policy: str | None = None
    source_identity: str | None = None

    @property
    def caller(self) -> str:
        """Return the ARN of the session that AWS would name, or the service's name."""
        if self.kind is PrincipalKind.SERVICE:
            return self.name
        partition = self.name.split(":")[1]
        role = self.name.rsplit("/", 1)[-1]
        return f"arn:{partition}:sts::{self.account}:assumed-role/{role}/{self.session}"


class AccessRequest(NamedTuple):
    """A principal's request for an action on a resource; `more` are condition keys and values."""

    principal: Principal
    action: str
    resource: str
    more: Keys = ()


class ResourcePolicy(NamedTuple):
    """A resource's own policy, if it has one.

    `decides` says that no identity's policy is enough without it: a key's, and a role's trust.
    """

    policy: str | None
    account: str
    decides: bool = False


class AccessVerdict(NamedTuple):
    """Whether a request is allowed, and what AWS says where it is not."""

    allowed: bool
    why: str = ""


class _Grant(Enum):
    NONE = 0
    TO_ACCOUNT = 1
    """The account may hand it on, by its identities' policies."""
    DIRECT = 2


ALLOWED = AccessVerdict(True)


def decide(
    request: AccessRequest, identity: tuple[str, ...], guard: ResourcePolicy
) -> AccessVerdict:
    """Judge a request by the policies of the identity and that of the resource."""
    context = _context(request)
    own = [each for text in identity for each in parse(text) if _applies(each, request, context)]
    others = [
        (each, grant)
        for each in (parse(guard.policy) if guard.policy else ())
        if (grant := _grant(each, request.principal)) is not _Grant.NONE
        and _applies(each, request, context)
    ]
    if not all(each.allows for each in own):
        return _refused(request, "with an explicit deny in an identity-based policy")
    if not all(each.allows for each, _ in others):
        return _refused(request, "with an explicit deny in a resource-based policy")
    if (why := _refused_by_session(request, context)) is not None:
        return _refused(request, why)
    granted = max((grant for _, grant in others), default=_Grant.NONE, key=_strength)
    if _is_allowed(request.principal, guard, is_own=bool(own), granted=granted):
        return ALLOWED
    lacking = _lacking(request.principal, guard, is_own=bool(own))
    return _refused(request, f"because no {lacking} policy allows the {request.action} action")


def decide_by_session(request: AccessRequest) -> AccessVerdict:
    """Judge a request of a role that may do everything, by its session's policy alone."""
    why = _refused_by_session(request, _context(request))
    return ALLOWED if why is None else _refused(request, why)


def _refused_by_session(request: AccessRequest, context: dict[str, str | None]) -> str | None:
    """Return why a session's own policy refuses a request, None if it does not.

    It limits also what a resource's policy grants, since none here names a session (AWS: IAM user
    guide, "Session policies").
    """
    policy = request.principal.session_policy
    if policy is None:
        return None
    found = [each for each in parse(policy) if _applies(each, request, context)]
    if not all(each.allows for each in found):
        return "with an explicit deny in a session policy"
    return None if found else f"because no session policy allows the {request.action} action"


def _is_allowed(
    principal: Principal, guard: ResourcePolicy, *, is_own: bool, granted: _Grant
) -> bool:
    if principal.kind is PrincipalKind.SERVICE:
        return granted is _Grant.DIRECT
    if guard.account != principal.account:
        return is_own and granted is not _Grant.NONE
    if granted is _Grant.DIRECT:
        return True
    return is_own and (granted is _Grant.TO_ACCOUNT or not guard.decides)


def _lacking(principal: Principal, guard: ResourcePolicy, *, is_own: bool) -> str:
    is_enough = principal.kind is PrincipalKind.ROLE and not is_own
    return "identity-based" if is_enough else "resource-based"


def _refused(request: AccessRequest, why: str) -> AccessVerdict:
    caller = request.principal.caller
    who = f"User: {caller}" if request.principal.kind is PrincipalKind.ROLE else caller
    return AccessVerdict(
        False,
        f"{who} is not authorized to perform: {request.action} on resource: "
        f"{request.resource} {why}",
    )


def _applies(statement: Statement, request: AccessRequest, context: dict[str, str | None]) -> bool:
    return statement.is_about(request.action, request.resource) and all(
        holds(condition, context) for condition in statement.conditions
    )


def _grant(statement: Statement, principal: Principal) -> _Grant:
    """Return whether a statement of a resource's policy is about a principal, and how."""
    grants = (
        _named(kind, name, principal, allows=statement.allows)
        for kind, name in statement.principals or ()
    )
    return max(grants, default=_Grant.NONE, key=_strength)


def _named(kind: str, name: str, principal: Principal, *, allows: bool) -> _Grant:
    if principal.kind is PrincipalKind.SERVICE:
        # A service is nobody's account; but what is denied to everybody is denied to it, too.
        is_named = (kind, name) == ("Service", principal.name) or (name == "*" and not allows)
        return _Grant.DIRECT if is_named else _Grant.NONE
    if kind != "AWS":
        return _Grant.NONE
    if name in {"*", principal.name}:
        return _Grant.DIRECT
    return _Grant.TO_ACCOUNT if _is_account(name, principal.account) else _Grant.NONE


def _strength(grant: _Grant) -> int:
    return int(grant.value)


def _is_account(name: str, account: str) -> bool:
    return name == account or (name.endswith(f"::{account}:root") and name.startswith("arn:"))


def _context(request: AccessRequest) -> dict[str, str | None]:
    principal = request.principal
    is_role = principal.kind is PrincipalKind.ROLE
    return {
        "aws:securetransport": "true",
        "aws:principalarn": principal.name if is_role else None,
        "aws:principalaccount": principal.account if is_role else None,
        "aws:principalisawsservice": str(not is_role).lower(),
        "aws:sourcearn": principal.on_behalf_of,
        "aws:sourceidentity": principal.source_identity,
        # SNS alone has it: who owns what a call comes from.
        "aws:sourceowner": principal.account,
        "aws:sourceaccount": None if is_role else principal.account,
        **dict(request.more),
    }
