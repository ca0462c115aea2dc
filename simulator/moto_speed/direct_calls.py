"""API calls from this process to moto, without what only a network needs.

botocore signs each request, builds it, looks at which of its many hooks want to see it and takes
the answer apart again; moto tries its patterns of all services for the one that is meant, and
builds a server's request. All that is most of what a call costs, and always comes to the same. What
is left is botocore's own serializer and parser, and moto's own handler between them.

It is for clients that never retry, of services that nothing else hooks into; all others call as
usual. `requests_made` in `moto_ext.awslambda.cold_starts` sees both.
"""

import re
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any, Final
from weakref import WeakKeyDictionary

from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.client import BaseClient
from botocore.response import StreamingBody
from moto import backends
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.core.request import Request
from werkzeug.exceptions import HTTPException

from simulator.core.context import CloudContext
from simulator.core.repairs import speed
from simulator.moto_speed.light_requests import LightRequest, LightResponse
from simulator.moto_speed.response_parsing import with_shape_readers

# Each with the name that moto has for it.
_SERVICES: Final = {
    "cloudwatch": "cloudwatch",
    "directconnect": "directconnect",
    "dynamodb": "dynamodb",
    "events": "events",
    "health": "health",
    "lambda": "lambda",
    "sns": "sns",
    "ssm": "ssm",
    "stepfunctions": "stepfunctions",
    "sts": "sts",
}
_AMAZON: Final = ".amazonaws.com"
# A parameter that is part of an endpoint's address.
_IN_ADDRESS: Final = "EndpointId"
_ERROR: Final = 300
_ON_THE_WAY: Final = "19700101"


REPAIRS: Final = (
    speed(
        "botocore.client:BaseClient._make_api_call",
        costs="botocore signs and builds an HTTP request, and moto matches it against the "
        "patterns of all services.",
        test="moto_speed/test_direct_calls.py::test_the_short_way_is_answered_like_the_long_one",
    ),
)


def repair(context: CloudContext) -> None:
    """Let clients of this process call moto directly."""
    routes: WeakKeyDictionary[Any, dict[str, DirectOperation | None]] = WeakKeyDictionary()
    base: Any = BaseClient
    call: Callable[[Any, str, dict[str, Any]], Any] = base._make_api_call

    def make_api_call(self: Any, operation_name: str, api_params: dict[str, Any]) -> Any:
        known = routes.setdefault(self, {})
        if operation_name not in known:
            # Behind a server, others than the cloud's own clients are to use the network.
            is_answered = botocore_stubber.enabled or self in context.clients
            known[operation_name] = _route(self, operation_name) if is_answered else None
        route = known[operation_name]
        if route is None or _IN_ADDRESS in api_params:
            return call(self, operation_name, api_params)
        return route.call(api_params)

    context.patches.set(BaseClient, "_make_api_call", make_api_call)


class DirectOperation:
    """One operation of one client, and moto's handler of it."""

    def __init__(self, client: Any, operation: Any, url: str, handler: Callable[..., Any]) -> None:
        self._client = client
        self._operation = operation
        self._url = url
        self._handler = handler
        protocol = operation.service_model.resolved_protocol
        self._is_light = protocol in {"json", "rest-json"}
        parsers = client._endpoint._response_parser_factory
        self._parser = with_shape_readers(parsers.create_parser(protocol))

    def call(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Call the operation; raises what botocore raises."""
        request = self._client._serializer.serialize_to_request(parameters, self._operation)
        # botocore gives each request one of its own, which in a Lambda is drawn from the cloud's.
        request["headers"]["amz-sdk-invocation-id"] = str(uuid.uuid4())
        request["headers"]["Authorization"] = self._authorization()
        prepare_request_dict(request, endpoint_url=self._url, context={})
        http = self.send(request)
        answer = self._answer(http)
        parsed: dict[str, Any] = self._parser.parse(answer, self._operation.output_shape)
        parsed.setdefault("ResponseMetadata", {})["RetryAttempts"] = 0
        if http.status_code < _ERROR:
            return parsed
        self._client._endpoint._add_modeled_error_fields(
            answer, parsed, self._operation, self._parser
        )
        error = self._client.exceptions.from_code(parsed.get("Error", {}).get("Code"))
        raise error(parsed, self._operation.name)

    def send(self, request: dict[str, Any]) -> LightResponse:
        """Hand a request to moto, and return what it answers."""
        made = self._light(request) if self._is_light else _whole(request)
        try:
            status, headers, body = self._handler(made, made.raw_url, made.headers)
        except HTTPException as error:
            status, headers, body = error.code, error.get_headers(), error.get_body()
        return LightResponse(status, dict(headers), body)

    def _answer(self, http: LightResponse) -> dict[str, Any]:
        """Return an answer in the form that botocore's parsers take."""
        body: Any = http.content
        if http.status_code < _ERROR and self._operation.has_streaming_output:
            body = StreamingBody(BytesIO(body), http.headers.get("content-length"))
        context = {"operation_name": self._operation.name}
        return {
            "headers": http.headers,
            "status_code": http.status_code,
            "context": context,
            "body": body,
        }

    def _light(self, request: dict[str, Any]) -> LightRequest:
        body: bytes = request["body"] or b""
        headers = {**request["headers"], "Content-Length": str(len(body))}
        return LightRequest(request["method"], request["url"], headers, body)

    def _authorization(self) -> str:
        """Name the caller and the Region, which is what moto reads of a signature."""
        signer = self._client._request_signer
        key = signer._credentials.get_frozen_credentials().access_key
        scope = f"{key}/{_ON_THE_WAY}/{signer.region_name}/{signer.signing_name}/aws4_request"
        return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"


def _route(client: Any, operation_name: str) -> DirectOperation | None:
    """Return the direct form of an operation, or None if there is none."""
    model = client.meta.service_model
    service = _SERVICES.get(model.service_name)
    once = (client.meta.config.retries or {}).get("total_max_attempts") == 1
    url = client.meta.endpoint_url
    has_credentials = client._request_signer._credentials is not None
    if service is None or not (once and has_credentials and url.endswith(_AMAZON)):
        return None
    operation = model.operation_model(operation_name)
    if operation.auth_type is not None or operation.has_event_stream_output:
        return None
    handler = _handler(service, url + operation.http["requestUri"])
    return None if handler is None else DirectOperation(client, operation, url, handler)


def _handler(service: str, url: str) -> Callable[..., Any] | None:
    """Find what answers a URL, as moto's stubber does."""
    found: Any = backends.get_backend(service)  # type: ignore[call-overload]
    regions = found[DEFAULT_ACCOUNT_ID]
    backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
    return next((do for pattern, do in backend.urls.items() if re.match(pattern, url)), None)


def _whole(request: dict[str, Any]) -> Request:
    """Build moto's own request, of a body that is no JSON."""
    made = create_request_object(request).prepare()
    return Request.from_primitives(made.method, made.url, made.headers, made.body)
