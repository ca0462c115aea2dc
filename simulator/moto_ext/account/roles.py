"""sts:AssumeRole with trust policies; moto ignores them."""

import re
from collections.abc import Iterator
from html import escape
from http import HTTPStatus

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult
from moto.sts.responses import TokenResponse

from simulator.directconnect.clock import now
from simulator.moto_ext.account.facts import AssumableRole
from simulator.moto_ext.account.models import HEALTH_REGION, Assumption, account_backends

_ACCOUNT = re.compile(r"^arn:[a-z-]+:iam::([0-9]{12}):")
_MOTO = TokenResponse.assume_role


def assume_role(handler: TokenResponse) -> ActionResult | TYPE_RESPONSE:
    """Answer AssumeRole, as a method of moto's own handler, where the role trusts the caller."""
    arn, external_id = handler._get_param("RoleArn"), handler._get_param("ExternalId")
    caller = handler.current_account
    was_refused = not _is_trusting(arn, external_id)
    account_backends[caller][HEALTH_REGION].assumptions.append(
        Assumption(
            at=now(),
            role_arn=arn,
            session_name=handler._get_param("RoleSessionName"),
            external_id=external_id,
            was_refused=was_refused,
        )
    )
    if was_refused:
        return _refusal(
            f"User: arn:aws:sts::{caller}:assumed-role/simulator/simulator is not authorized to"
            f" perform: sts:AssumeRole on resource: {arn}"
        )
    return _MOTO(handler)


def _refusal(message: str) -> TYPE_RESPONSE:
    """Refuse as STS does, in the same words be the role unknown or not trusting (seen).

    moto's own errors are those of the service model, in which AccessDenied does not stand.
    """
    body = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>'
        f"<Type>Sender</Type><Code>AccessDenied</Code><Message>{escape(message)}</Message>"
        "</Error></ErrorResponse>"
    )
    status = int(HTTPStatus.FORBIDDEN)
    return status, {"status": status, "content-type": "text/xml"}, body


def _is_trusting(arn: str, external_id: str | None) -> bool:
    """Return whether a role trusts a caller with this external id.

    An account that names no roles is left to moto, in which every role can be assumed.
    """
    roles = list(_roles(arn))
    known = next((role for role in roles if role.arn == arn), None)
    return not roles or (known is not None and known.external_id == external_id)


def _roles(arn: str) -> Iterator[AssumableRole]:
    """Yield the roles of the account that an ARN is of."""
    for account in _ACCOUNT.findall(arn):
        for facts in account_backends[account][HEALTH_REGION].worlds.values():
            yield from facts.roles
