"""boto3's clients, for this account or with a role in another one.

A role's credentials last an hour, and a migration may take three: they are refreshed as they
expire, so that an adapter can be kept while the Lambda is warm. Nothing here logs them.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import (
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.loaders import Loader
from botocore.parsers import ResponseParserFactory

from vifshift.adapters.aws import ONCE, call
from vifshift.domain.access_policy import Access, Role
from vifshift.domain.errors import CallDenied

# The longest session of a role that is assumed with another role's credentials.
LIFETIME = timedelta(hours=1)
# AssumeRole precedes the three calls of Associate, within the 60 seconds of its Lambda.
SOON = ONCE.merge(Config(connect_timeout=2, read_timeout=5))
# One loader for all sessions, since reading the service models takes longest.
_LOADER = Loader(include_default_search_paths=True)


def client(service: str, region: str, access: Access, config: Config = ONCE) -> Any:
    """Return a client that does not retry, with the credentials of an access."""
    if access.role is None:
        return own_client(service, region, config)
    return _session(access).create_client(service, region_name=region, config=config)


def client_of_numbers(service: str, region: str, access: Access, config: Config) -> Any:
    """Return a client whose timestamps are what AWS sends, such as seconds since 1970.

    To make a datetime of each takes twelve times as long as the rest of an answer with tens of
    thousands of them.
    """
    session = botocore.session.Session()
    session.register_component("data_loader", _LOADER)
    factory = ResponseParserFactory()
    factory.set_parser_defaults(timestamp_parser=_as_sent)
    session.register_component("response_parser_factory", factory)
    if access.role is not None:
        shared = _Shared(_session(access))
        session.register_component("credential_provider", CredentialResolver([shared]))
    return session.create_client(service, region_name=region, config=config)


def _as_sent(value: Any) -> Any:
    return value


def own_client(service: str, region: str, config: Config = ONCE) -> Any:
    """Return a client that does not retry, with the Lambda's own credentials."""
    # Any: the stubs know each service by its literal name alone.
    make: Callable[..., Any] = boto3.client
    return make(service, region_name=region, config=config)


def assume(access: Access) -> None:
    """Assume the role now, before several threads would do so; raises a `CallError`."""
    if access.role is not None:
        credentials = _session(access).get_credentials()
        assert credentials is not None
        credentials.get_frozen_credentials()


@lru_cache(maxsize=8)
def _session(access: Access) -> botocore.session.Session:
    """Return the session of an access, whose clients share one set of credentials."""
    assert access.role is not None
    session = botocore.session.Session()
    session.register_component("data_loader", _LOADER)
    provider = _RoleProvider(access.role, access)
    session.register_component("credential_provider", CredentialResolver([provider]))
    return session


class _Shared(CredentialProvider):
    """Provides the credentials of another session, so that its role is not assumed twice."""

    METHOD = "shared"

    def __init__(self, session: botocore.session.Session) -> None:
        super().__init__()
        self._session = session

    def load(self) -> Any:
        """Return the credentials, which refresh themselves."""
        return self._session.get_credentials()


class _RoleProvider(CredentialProvider):
    """Provides the credentials of one role, which is assumed when they are first needed."""

    METHOD = "assume-role"

    def __init__(self, role: Role, access: Access) -> None:
        super().__init__()
        self._role = role
        self._access = access

    def load(self) -> DeferredRefreshableCredentials:
        """Return credentials that refresh themselves."""
        # Tokens of a Region's own endpoint are valid in all Regions (AWS: IAM user guide).
        sts = own_client("sts", self._access.home, SOON)
        return DeferredRefreshableCredentials(
            refresh_using=lambda: self._assume(sts), method=self.METHOD, time_fetcher=_now
        )

    def _assume(self, sts: Any) -> dict[str, str]:
        asked_at = _now()
        try:
            answer = call(
                sts,
                "assume_role",
                RoleArn=self._role.arn,
                RoleSessionName=self._access.session_name,
                ExternalId=self._role.external_id,
                DurationSeconds=int(LIFETIME.total_seconds()),
                Policy=self._access.session.policy,
                **_identified_as(self._access.source_identity),
            )
        except CallDenied as error:
            identity = (
                ", and sts:SetSourceIdentity, which `sourceIdentity` needs"
                if self._access.source_identity
                else ""
            )
            raise CallDenied(
                f"{error}; {self._role.arn} must trust this stack's account with the external id "
                f"of its setting `roles`{identity}, and the function must be allowed to assume it"
            ) from error
        credentials = answer["Credentials"]
        return {
            "access_key": credentials["AccessKeyId"],
            "secret_key": credentials["SecretAccessKey"],
            "token": credentials["SessionToken"],
            # By the local clock, like the time that it is compared with.
            "expiry_time": (asked_at + LIFETIME).isoformat(),
        }


def _identified_as(source_identity: str | None) -> dict[str, str]:
    return {"SourceIdentity": source_identity} if source_identity else {}


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
