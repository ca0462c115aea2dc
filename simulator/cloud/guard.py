"""Who may talk to a served cloud: programs of this machine that know its key, and no web page.

A page in a browser can send requests to a port of this machine: with its own `Origin`, or, once its
host's name has been made to mean this machine (DNS rebinding), with that name as `Host`. Another
user's program can send anything. So a request must name this machine, come from no page, and have
an access key ID that was printed to whoever serves, or that STS has handed out since then.
"""

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from moto.sts.models import sts_backends

_STS: Any = sts_backends
_NAMES: Final = ("127.0.0.1", "localhost")
# AWS: IAM user guide, "Authenticating requests (AWS Signature Version 4)": header and query.
_IN_HEADER: Final = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/")
_PAGES: Final = frozenset({"cross-site", "same-site"})
_UNKNOWN: Final = "UnrecognizedClientException"


class Guard:
    """A WSGI application that lets nobody else reach another one.

    `key` is the access key ID that opens it; without one, only sessions of STS do.
    """

    def __init__(self, application: Any, port: int, key: str | None) -> None:
        self._application = application
        self._hosts = frozenset(f"{name}:{port}" for name in _NAMES)
        self._key = key

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> Any:
        """Pass a request on, or refuse it."""
        why = self._refusal(environ)
        if why is None:
            return self._application(environ, start_response)
        kind, body = _in_words(environ, why)
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("x-amzn-ErrorType", _UNKNOWN),
        ]
        start_response("403 Forbidden", headers)
        return [body]

    def _refusal(self, environ: Mapping[str, Any]) -> str | None:
        """Return why a request is refused, None if it is not."""
        host, origin = environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN")
        if host.lower() not in self._hosts:
            return "The host of this request is not this machine."
        is_own = origin is None or origin.lower().removeprefix("http://") in self._hosts
        if not is_own or environ.get("HTTP_SEC_FETCH_SITE", "").lower() in _PAGES:
            return "This request comes from a web page."
        if not any(map(self._is_known, _access_keys(environ))):
            return "The access key ID is not the one that was printed when this cloud was started."
        return None

    def _is_known(self, key: str) -> bool:
        if self._key is not None and hmac.compare_digest(key.encode(), self._key.encode()):
            return True
        return any(
            backend.get_assumed_role_from_access_key(key) is not None
            for account in list(_STS.values())
            for backend in list(account.values())
        )


def _access_keys(environ: Mapping[str, Any]) -> Iterable[str]:
    """Return the access key ID that a request is signed with, in its header or its query."""
    if signed := _IN_HEADER.match(environ.get("HTTP_AUTHORIZATION", "")):
        return [signed[1]]
    asked = parse_qs(environ.get("QUERY_STRING", ""))
    credentials = [each.partition("/")[0] for each in asked.get("X-Amz-Credential", ())]
    # Signature Version 2, of presigned URLs of S3 alone.
    return [*credentials, *asked.get("AWSAccessKeyId", ())][:1]


def _in_words(environ: Mapping[str, Any], why: str) -> tuple[str, bytes]:
    """Return an error as clients of the protocol that is asked in read it."""
    kind = str(environ.get("CONTENT_TYPE", ""))
    if "json" in kind or "HTTP_X_AMZ_TARGET" in environ:
        return "application/json", json.dumps({"__type": _UNKNOWN, "message": why}).encode()
    error = f"<Error><Code>{_UNKNOWN}</Code><Message>{why}</Message></Error>"
    return "text/xml", f"<ErrorResponse>{error}</ErrorResponse>".encode()
