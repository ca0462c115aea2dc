"""Who makes a call: what a thread acts as, or whose credentials a request is signed with.

Whoever is neither a role nor a service here (an engineer, the CDK, a test, the simulator itself)
is the account's administrator, and is not judged; neither are the sessions that it opens, such as
those of the CDK's own roles.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from moto.sts.models import sts_backends

from simulator.moto_ext.iam.evaluation import Principal, PrincipalKind

_STS: Any = sts_backends
# Of temporary credentials (AWS: IAM user guide, "Unique identifiers").
_TEMPORARY: Final = "ASIA"
_LONGEST: Final = 43_200

_ACTING: ContextVar[Principal | None] = ContextVar("acting", default=None)
# Whose request a service answers, while what it does for that is its own.
_ASKING: ContextVar[Principal | None] = ContextVar("asking", default=None)
_IS_JUDGED: Final = "is_judged"
IDENTITY: Final = "source_identity"
"""Where a session of STS has its source identity, which moto does not know."""


@contextmanager
def acting_as(principal: Principal | None) -> Iterator[None]:
    """Make the calls of this thread as a principal; None is the administrator."""
    token = _ACTING.set(principal)
    try:
        yield
    finally:
        _ACTING.reset(token)


@contextmanager
def answering(principal: Principal) -> Iterator[None]:
    """Answer a principal's request, as the service."""
    token = _ASKING.set(principal)
    try:
        with acting_as(None):
            yield
    finally:
        _ASKING.reset(token)


def is_judged() -> bool:
    """Return whether a request is being answered of somebody whose permissions are judged."""
    return _ASKING.get() is not None


def opened(session: Any) -> Any:
    """Note of a session of STS whether it was opened by somebody who is judged, and return it."""
    setattr(session, _IS_JUDGED, _ASKING.get() is not None)
    return session


def principal_of(handler: Any) -> Principal | None:
    """Return who makes the request that a handler of moto's is about to answer."""
    key: str = handler.access_key
    if key.startswith(_TEMPORARY):
        sessions = _STS[handler.current_account][handler.partition]
        session = sessions.get_assumed_role_from_access_key(key)
        if session is not None and not getattr(session, _IS_JUDGED):
            return None
        if session is not None:
            return role_session(session.role_arn, session.session_name)._replace(
                session_policy=session.policy, source_identity=getattr(session, IDENTITY, None)
            )
    return _ACTING.get()


def role_session(arn: str, session: str) -> Principal:
    """Return a role's session."""
    return Principal(PrincipalKind.ROLE, arn, arn.split(":")[4], session=session)


def service_principal(name: str, account: str, on_behalf_of: str | None) -> Principal:
    """Return a service that acts for something in an account."""
    return Principal(PrincipalKind.SERVICE, name, account, on_behalf_of)


def credentials_of(arn: str, region: str, session: str) -> dict[str, str]:
    """Return the variables of a new session of a role, for a process of its own."""
    _, partition, _, _, account, _ = arn.split(":", 5)
    made = _STS[account][partition].assume_role(
        region_name=region,
        role_session_name=session,
        role_arn=arn,
        policy=None,
        duration=_LONGEST,
        external_id=None,
    )
    setattr(made, _IS_JUDGED, True)
    return {
        "AWS_ACCESS_KEY_ID": made.access_key_id,
        "AWS_SECRET_ACCESS_KEY": made.secret_access_key,
        "AWS_SESSION_TOKEN": made.session_token,
    }
