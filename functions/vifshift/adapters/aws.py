"""Calls AWS and interprets errors, for all adapters.

Nothing is sent twice: botocore's own retries would send AssociateVirtualInterface again after a
500, and would sleep while Step Functions can wait.
"""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    ParamValidationError,
)

from vifshift.adapters.call_counter import current_call_counter
from vifshift.domain.errors import (
    CallDenied,
    CallError,
    CallFailed,
    CallRefused,
    CallThrottled,
    CallTimedOut,
    OperationMissing,
    VirtualInterfaceInTransition,
)
from vifshift.domain.scrubbing import scrubbed
from vifshift.domain.sizes import shortened

# Associate makes three calls at most, within the 60 seconds of its Lambda.
ONCE = Config(
    connect_timeout=3,
    read_timeout=12,
    retries={"total_max_attempts": 1, "mode": "standard"},
)
# What a Lambda reads besides Direct Connect must not use up its time.
QUICK = Config(
    connect_timeout=2,
    read_timeout=3,
    retries={"total_max_attempts": 1, "mode": "standard"},
)
LONGEST_MESSAGE = 500
MOST_PAGES = 300
"""The most pages read of a list: of a hundred items each, more than any Region has."""

THROTTLES = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    # Two calls wrote the same DynamoDB item at once; the second may do so a little later.
    "TransactionConflictException",
    "TransactionInProgressException",
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


def call(client: Any, operation: str, **arguments: object) -> dict[str, Any]:
    """Call an operation once, and count the call; raises a `CallError` that tells why it failed."""
    send: Callable[..., dict[str, Any]] | None = getattr(client, operation, None)
    if send is None:
        raise OperationMissing(f"{operation}: this SDK does not know it")
    counter = current_call_counter()
    counter.count_call(client.meta.method_to_api_mapping[operation])
    try:
        return send(**arguments)
    except ClientError as error:
        meaning = _meaning(operation, error)
        if isinstance(meaning, CallThrottled):
            counter.count_throttle()
        # Not `from error`, whose text is AWS's own.
        raise meaning from None
    except (NoCredentialsError, CredentialRetrievalError) as error:
        raise CallDenied(f"{operation}: no credentials ({type(error).__name__})") from error
    except ParamValidationError as error:
        raise CallRefused(f"{operation}: not sent ({type(error).__name__})") from error
    except BotoCoreError as error:
        raise CallTimedOut(f"{operation}: no answer ({type(error).__name__})") from error


Send = Callable[..., dict[str, Any]]


def pages(
    client: Any, operation: str, *, send: Send = call, **arguments: object
) -> Iterator[dict[str, Any]]:
    """Yield the pages of a list, as `send` returns them; it is called as `call` is.

    A list without an end is cut off, which is noted: after too many pages, or when a page names
    itself as the next one.
    """
    page = send(client, operation, **arguments)
    yield page
    read, last = 1, None
    while token := page.get("nextToken"):
        if read == MOST_PAGES or token == last:
            counter = current_call_counter()
            counter.note_cut(client.meta.method_to_api_mapping[operation])
            return
        page = send(client, operation, **arguments, nextToken=token)
        yield page
        read, last = read + 1, token


def _meaning(operation: str, error: ClientError) -> CallError:
    """Return the error that AWS's response means: its code, and its message without secrets."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    said = f"{operation}: {scrubbed(code)}: {shortened(scrubbed(message), LONGEST_MESSAGE)}"
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
