"""sts:AssumeRole with trust policies; moto ignores them."""

import re
from collections.abc import Iterator
from html import escape
from http import HTTPStatus
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult
from moto.sts.responses import TokenResponse

from simulator.directconnect.clock import now
from simulator.moto_ext.account.facts import AssumableRole
from simulator.moto_ext.account.models import HEALTH_REGION, Assumption, account_backends
from simulator.moto_ext.iam.callers import IDENTITY

LONGEST_POLICY = 2048
_POLICY = re.compile(rf"[\t\n\r\u0020-\u00ff]{{1,{LONGEST_POLICY}}}")
_IDENTITY = re.compile(r"[\w+=,.@-]{2,64}", flags=re.ASCII)
_ACCOUNT = re.compile(r"^arn:[a-z-]+:iam::([0-9]{12}):")
_MOTO = TokenResponse.assume_role


def assume_role(handler: TokenResponse) -> ActionResult | TYPE_RESPONSE:
    """Answer AssumeRole, as a method of moto's own handler, where the role trusts the caller."""
    arn, external_id = handler._get_param("RoleArn"), handler._get_param("ExternalId")
    policy, identity = handler._get_param("Policy"), handler._get_param("SourceIdentity")
    caller = handler.current_account
    if fault := _fault(policy, identity):
        return _error(HTTPStatus.BAD_REQUEST, "ValidationError", fault)
    was_refused = not _is_trusting(arn, external_id, identity)
    account_backends[caller][HEALTH_REGION].assumptions.append(
        Assumption(
            at=now(),
            role_arn=arn,
            session_name=handler._get_param("RoleSessionName"),
            external_id=external_id,
            was_refused=was_refused,
            policy=policy,
            source_identity=identity,
        )
    )
    if was_refused:
        return _refusal(
            f"User: arn:aws:sts::{caller}:assumed-role/simulator/simulator is not authorized to"
            f" perform: sts:AssumeRole on resource: {arn}"
        )
    answer = _MOTO(handler)
    if isinstance(answer, ActionResult):
        result: Any = answer.result
        setattr(result["Credentials"], IDENTITY, identity)
    return answer


def _fault(policy: str | None, identity: str | None) -> str | None:
    """Return what STS refuses in a session policy or a source identity (API: AssumeRole)."""
    if policy is not None and not _POLICY.fullmatch(policy):
        return (
            f"1 validation error detected: Value at 'policy' has {len(policy)} characters; they "
            f"must be of Latin-1, and at most {LONGEST_POLICY}"
        )
    if identity is not None and not _IDENTITY.fullmatch(identity):
        return (
            f"1 validation error detected: Value '{identity}' at 'sourceIdentity' failed to "
            f"satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"
        )
    return None


def _refusal(message: str) -> TYPE_RESPONSE:
    """Refuse as STS does, in the same words be the role unknown or not trusting (seen).

    moto's own errors are those of the service model, in which AccessDenied does not stand.
    """
    return _error(HTTPStatus.FORBIDDEN, "AccessDenied", message)


def _error(status: HTTPStatus, code: str, message: str) -> TYPE_RESPONSE:
    body = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>'
        f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
        "</Error></ErrorResponse>"
    )
    return int(status), {"status": int(status), "content-type": "text/xml"}, body


def _is_trusting(arn: str, external_id: str | None, identity: str | None) -> bool:
    """Return whether a role trusts a caller with this external id and source identity.

    An account that names no roles is left to moto, in which every role can be assumed; a role with
    a trust policy has been judged by IAM.
    """
    roles = list(_roles(arn))
    known = next((role for role in roles if role.arn == arn), None)
    if known is None:
        return not roles
    may_be_identified = known.source_identity or known.trust is not None or identity is None
    return known.external_id == external_id and may_be_identified


def _roles(arn: str) -> Iterator[AssumableRole]:
    """Yield the roles of the account that an ARN is of."""
    for account in _ACCOUNT.findall(arn):
        for facts in account_backends[account][HEALTH_REGION].worlds.values():
            yield from facts.roles
