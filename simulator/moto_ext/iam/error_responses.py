"""The error response of a service that denies a call, in the request's protocol."""

import json
from html import escape
from typing import Any, Final, NamedTuple

from moto.core.common_types import TYPE_RESPONSE

_FORBIDDEN, _BAD = 403, 400


class _Error(NamedTuple):
    code: str = "AccessDeniedException"
    status: int = _BAD


# Those whose error is called otherwise, or has another status.
_ERRORS: Final = {
    "awslambda": _Error(status=_FORBIDDEN),
    "sns": _Error("AuthorizationError", _FORBIDDEN),
    "sqs": _Error("AccessDenied", _FORBIDDEN),
    "sts": _Error("AccessDenied", _FORBIDDEN),
}
_OF_KEYS: Final = _Error("KMSAccessDenied")
_KEYS: Final = "kms:"


def refusal(handler: Any, action: str, message: str) -> TYPE_RESPONSE:
    """Return the response that denies an action."""
    error = _OF_KEYS if action.startswith(_KEYS) else _ERRORS.get(handler.service_name, _Error())
    is_json = "x-amz-target" in handler.headers or "X-Amz-Target" in handler.headers
    if is_json or handler.service_name == "awslambda":
        body = json.dumps({"__type": error.code, "message": message, "Message": message})
        kind = "application/x-amz-json-1.0"
    else:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{error.code}</Code>"
            f"<Message>{escape(message)}</Message></Error><RequestId>-</RequestId>"
            "</ErrorResponse>"
        )
        kind = "text/xml"
    headers = {"status": str(error.status), "content-type": kind, "x-amzn-ErrorType": error.code}
    return error.status, *handler._enrich_response(headers, body)
