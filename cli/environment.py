"""The AWS environment that a command works in: its credentials, account and Region."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    InvalidRegionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

# In the order in which the CDK reads them; boto3 reads only the third.
_REGIONS: Final = ("AWS_REGION", "AMAZON_REGION", "AWS_DEFAULT_REGION", "AMAZON_DEFAULT_REGION")
_EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN: Final = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"}
)
_DENIED: Final = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
)
_QUICK: Final = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2})


class RefusedError(Exception):
    """Nothing was done; the message is a sentence that says why, and what to do."""


class ClientSource(Protocol):
    """Whatever has clients of AWS's services: a session, or an environment."""

    def client(self, service: str) -> Any:
        """Return a client of a service."""


@dataclass(frozen=True)
class AwsEnvironment:
    """An account and a Region, with the session to use there."""

    session: Any
    account: str
    region: str

    @property
    def partition(self) -> str:
        """Return the partition that the Region is in."""
        return str(self.session.get_partition_for_region(self.region))

    @property
    def name(self) -> str:
        """Return its name as the CDK writes it, such as `111122223333/eu-central-1`."""
        return f"{self.account}/{self.region}"

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a client with short timeouts and few attempts, by default of this Region."""
        return self.session.client(service, config=_QUICK, region_name=region)


def find(arguments: Sequence[str], variables: Mapping[str, str] = os.environ) -> AwsEnvironment:
    """Return the environment that the CDK would deploy to; raises `RefusedError`.

    `arguments` are those of the CDK, of which --profile and --region are used.
    """
    profile = option(arguments, "--profile")
    region = option(arguments, "--region") or next(
        (variables[name] for name in _REGIONS if variables.get(name)), None
    )
    try:
        session = boto3.Session(profile_name=profile, region_name=region)
        if session.region_name is None:
            raise RefusedError("No Region is set: set AWS_REGION, or name one in your profile.")
        account = session.client("sts", config=_QUICK).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise RefusedError(in_words(error)) from None
    return AwsEnvironment(session, account, session.region_name)


def check_direct_connect(environment: AwsEnvironment) -> None:
    """Refuse a Region without a Direct Connect endpoint, in which no VIF could be moved."""
    region, session = environment.region, environment.session
    if region in session.get_available_regions("directconnect", environment.partition):
        return
    # The Region may be newer than the SDK's list: any response shows that the endpoint exists.
    try:
        environment.client("directconnect").describe_locations()
    except (EndpointConnectionError, ConnectTimeoutError):
        raise RefusedError(
            f"Direct Connect is not available in {region}: set AWS_REGION to the Region of your "
            "virtual interfaces."
        ) from None
    except (BotoCoreError, ClientError) as error:
        if not is_denied(error):
            raise RefusedError(in_words(error)) from None


def is_denied(error: Exception) -> bool:
    """Return whether AWS refused a call because a permission is missing."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in _DENIED


def in_words(error: Exception) -> str:
    """Return what is wrong and what to do, in one sentence."""
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return "There are no AWS credentials: log in, or set AWS_PROFILE, and try again."
        case ProfileNotFound():
            return f"{error}: see `aws configure list-profiles`."
        case SSOError() | TokenRetrievalError():
            return "The AWS session has expired: log in again with `aws sso login`."
        case CredentialRetrievalError():
            return f"The AWS credentials could not be loaded: {_line(error)}."
        case InvalidRegionError():
            return f"{_line(error)}: set AWS_REGION to a Region, such as eu-central-1."
        case EndpointConnectionError() | ConnectTimeoutError():
            said = _line(error)
            return f"AWS could not be reached: {said}: check the network, and the Region."
    return _said_by_aws(error) if isinstance(error, ClientError) else f"{_line(error)}."


def _said_by_aws(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    if code in _EXPIRED:
        return "The AWS credentials have expired: log in, and try again."
    if code in _UNKNOWN:
        return "AWS does not accept these credentials: log in again, or set AWS_PROFILE."
    if code in _DENIED:
        return f"AWS does not allow it: {_line(error.response['Error']['Message'])}."
    return f"{_line(error)}."


def option(arguments: Sequence[str], *names: str) -> str | None:
    """Return the value of an option, given as `--name value` or `--name=value`, or None."""
    found = None
    for number, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in names:
            found = value if equals else next(iter(arguments[number + 1 :]), None)
    return found


def _line(said: object) -> str:
    return " ".join(str(said).split()).rstrip(".")
