"""Failures to deliver an event, in EventBridge's words."""

from botocore.exceptions import ClientError

_CODES = {
    "ResourceNotFoundException": "NO_RESOURCE",
    "StateMachineDoesNotExist": "NO_RESOURCE",
    "AWS.SimpleQueueService.NonExistentQueue": "NO_RESOURCE",
    "QueueDoesNotExist": "NO_RESOURCE",
    "NotFound": "NO_RESOURCE",
    "NotFoundException": "NO_RESOURCE",
    "AccessDeniedException": "NO_PERMISSIONS",
    "AccessDenied": "NO_PERMISSIONS",
    "AuthorizationError": "NO_PERMISSIONS",
    "KMSAccessDenied": "NO_PERMISSIONS",
    "ThrottlingException": "THROTTLING",
    "TooManyRequestsException": "THROTTLING",
}
RETRYABLE = frozenset({"THROTTLING", "INTERNAL_ERROR", "TIMEOUT"})


class DeliveryFailedError(Exception):
    """A target did not take an event."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def from_client_error(error: ClientError) -> DeliveryFailedError:
    """Translate a target's refusal into the code that EventBridge gives a DLQ message."""
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 400)
    known = _CODES.get(code, "INTERNAL_ERROR" if status >= 500 else "SDK_CLIENT_ERROR")  # noqa: PLR2004
    return DeliveryFailedError(known, error.response["Error"]["Message"])
