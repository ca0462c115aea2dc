"""The adapter: the only module that knows boto3's Direct Connect client.

Every call is sent once: botocore's own retries would send AssociateVirtualInterface again after a
500, and would sleep where Step Functions can wait. What is read becomes an allow-listed view at
once, so that no `authKey` or `customerRouterConfig` ever leaves this module.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    ParamValidationError,
)

from vifshift.errors import (
    CallDenied,
    CallFailed,
    CallRefused,
    CallThrottled,
    CallTimedOut,
    DirectConnectError,
    OperationMissing,
    VirtualInterfaceInTransition,
)
from vifshift.network import Connection, Lag, RouteSet, VirtualInterface

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

PAGE = 100
MOST_ROUTES = 1000
LONGEST_MESSAGE = 500

THROTTLES = {
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
DENIALS = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "OptInRequired",
    "UnrecognizedClientException",
    "UnauthorizedOperation",
}
MISSING = {"InvalidAction", "UnknownOperationException"}
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
KINDS = [
    (family, direction) for family in ("ipv4", "ipv6") for direction in ("accepted", "advertised")
]


@lru_cache(maxsize=8)
def direct_connect(region: str) -> "DirectConnectAdapter":
    """Return the adapter for a Region; it is kept while the Lambda is warm."""
    config = Config(
        # Associate makes three calls at most, within the 60 seconds of its Lambda.
        connect_timeout=3,
        read_timeout=12,
        retries={"total_max_attempts": 1, "mode": "standard"},
    )
    return DirectConnectAdapter(boto3.client("directconnect", region_name=region, config=config))


class DirectConnectAdapter:
    """Direct Connect behind boto3, as `vifshift.network.DirectConnect` asks for it."""

    def __init__(self, client: "DirectConnectClient") -> None:
        """Use a client that does not retry."""
        self._client = client

    def virtual_interface(self, virtual_interface_id: str) -> VirtualInterface | None:
        """Return the VIF, or None: Direct Connect lists nothing where it does not know the id."""
        for item in self._list(
            "virtualInterfaces",
            "describe_virtual_interfaces",
            virtualInterfaceId=virtual_interface_id,
        ):
            return VirtualInterface.model_validate(item)
        return None

    def virtual_interfaces_on(self, connection_id: str) -> tuple[VirtualInterface, ...]:
        """Return every VIF on a connection or LAG."""
        items = self._list(
            "virtualInterfaces", "describe_virtual_interfaces", connectionId=connection_id
        )
        return tuple(map(VirtualInterface.model_validate, items))

    def port(self, connection_id: str) -> Connection | Lag | None:
        """Return the connection or LAG; an unknown id is refused by AWS with "Could not find"."""
        try:
            if connection_id.startswith("dxlag-"):
                for lag in self._list("lags", "describe_lags", lagId=connection_id):
                    return Lag.model_validate(lag)
            else:
                for item in self._list(
                    "connections", "describe_connections", connectionId=connection_id
                ):
                    return Connection.model_validate(item)
        except CallRefused as error:
            if "could not find" not in str(error).lower():
                raise
        return None

    def routes(self, virtual_interface_id: str, *, by_number: bool) -> tuple[RouteSet, ...]:
        """Return the routes by family and direction; where they are too many, just their numbers.

        Each family and direction is then cut by itself, since the order of a list means nothing.
        `by_number` spares the attempt to name them all.
        """
        if by_number:
            return tuple(self._counted(virtual_interface_id))
        prefixes: dict[tuple[str, str], set[str]] = {}
        for number, route in enumerate(self._routes(virtual_interface_id)):
            if number == MOST_ROUTES:
                return tuple(self._counted(virtual_interface_id))
            kind = (route.get("addressFamily", ""), route.get("routeDirection", ""))
            prefixes.setdefault(kind, set()).add(route.get("cidr", ""))
        return tuple(
            RouteSet(
                address_family=family,
                route_direction=direction,
                count=len(cidrs),
                cidrs=tuple(sorted(cidrs)),
            )
            for (family, direction), cidrs in sorted(prefixes.items())
        )

    def _counted(self, virtual_interface_id: str) -> Iterator[RouteSet]:
        """Yield how many routes each family and direction has, up to `MOST_ROUTES`."""
        for family, direction in KINDS:
            filters = {"addressFamily": family, "routeDirection": direction}
            found = islice(self._routes(virtual_interface_id, filters=filters), MOST_ROUTES)
            if count := sum(1 for _ in found):
                yield RouteSet(
                    address_family=family, route_direction=direction, count=count, cidrs=None
                )

    def _routes(self, virtual_interface_id: str, **filters: object) -> Iterator[dict[str, Any]]:
        return self._list(
            "routes",
            "list_virtual_interface_routes",
            virtualInterfaceId=virtual_interface_id,
            **filters,
        )

    def associate(self, virtual_interface_id: str, connection_id: str) -> None:
        """Send AssociateVirtualInterface, once; its answer holds secrets and is dropped."""
        self._call(
            "associate_virtual_interface",
            virtualInterfaceId=virtual_interface_id,
            connectionId=connection_id,
        )

    def _list(self, key: str, operation: str, **arguments: object) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages: boto3 has no paginator for Direct Connect."""
        page = self._call(operation, **arguments, maxResults=PAGE)
        yield from page.get(key) or ()
        while token := page.get("nextToken"):
            page = self._call(operation, **arguments, maxResults=PAGE, nextToken=token)
            yield from page.get(key) or ()

    def _call(self, operation: str, **arguments: object) -> dict[str, Any]:
        send: Callable[..., dict[str, Any]] | None = getattr(self._client, operation, None)
        if send is None:
            raise OperationMissing(f"{operation}: this SDK does not know it")
        try:
            return send(**arguments)
        except ClientError as error:
            raise _meaning(operation, error) from error
        except (NoCredentialsError, CredentialRetrievalError) as error:
            raise CallDenied(f"{operation}: no credentials ({type(error).__name__})") from error
        except ParamValidationError as error:
            raise CallRefused(f"{operation}: not sent ({type(error).__name__})") from error
        except BotoCoreError as error:
            raise CallTimedOut(f"{operation}: no answer ({type(error).__name__})") from error


def _meaning(operation: str, error: ClientError) -> DirectConnectError:
    """Turn what AWS answered into what it means; only code and message are kept."""
    code = error.response.get("Error", {}).get("Code", "")
    message = error.response.get("Error", {}).get("Message", "")[:LONGEST_MESSAGE]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    said = f"{operation}: {code}: {message}"
    if code in THROTTLES or status == TOO_MANY_REQUESTS:
        return CallThrottled(said)
    if code in DENIALS:
        return CallDenied(said)
    if code in MISSING:
        return OperationMissing(said)
    if code == "DirectConnectServerException" or status >= SERVER_ERROR:
        return CallFailed(said)
    if "transition" in message.lower():
        return VirtualInterfaceInTransition(said)
    return CallRefused(said)
