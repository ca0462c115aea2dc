"""The HTTP side: moto's handler for Direct Connect, with our operations and errors."""

import json
import socket
from collections.abc import Callable
from http import HTTPStatus

from botocore.exceptions import ReadTimeoutError
from moto.core.common_types import TYPE_RESPONSE
from moto.core.utils import camelcase_to_underscores
from moto.directconnect.models import directconnect_backends
from moto.directconnect.responses import DirectConnectResponse
from pydantic import TypeAdapter, ValidationError

from simulator.directconnect.exceptions import ApiError, NoAnswer
from simulator.directconnect.models import SimulatedDirectConnect
from simulator.directconnect.operations.table import OPERATIONS
from simulator.directconnect.shapes import Fields

_BODY: TypeAdapter[Fields] = TypeAdapter(Fields)
_CONTENT_TYPE = "application/x-amz-json-1.1"


class SimulatedDirectConnectResponse(DirectConnectResponse):
    """Answers Direct Connect's calls; moto finds a method per operation, by its name."""

    def serve(self, operation: str) -> TYPE_RESPONSE:
        """Call the simulation, and return its result as an HTTP response."""
        backend = directconnect_backends[self.current_account][self.region]
        assert isinstance(backend, SimulatedDirectConnect)
        try:
            return _response(HTTPStatus.OK, backend.call(operation, self._parameters()))
        except ApiError as error:
            body: Fields = {"__type": error.code, "message": error.message}
            return _response(error.status, body, {"x-amzn-ErrorType": error.code})
        except NoAnswer as error:
            return self._leave_unanswered(error)

    def _parameters(self) -> Fields:
        try:
            return _BODY.validate_json(self.body or "{}")
        except ValidationError as error:
            raise ApiError("SerializationException", "The body is not a JSON object") from error

    def _leave_unanswered(self, error: NoAnswer) -> TYPE_RESPONSE:
        """Send no response, without delaying anybody.

        Under `mock_aws` botocore's own ReadTimeoutError goes up through the client, which treats
        it as it does a real one. Behind a moto server the connection is cut without a byte: the
        client sees ConnectionClosedError at once where the real one would see ReadTimeoutError
        after its read timeout. Both are an HTTPClientError, are retried alike, and leave the
        client as ignorant of what happened.
        """
        connection = self.normalized_request.environ.get("werkzeug.socket")
        if connection is None:
            raise ReadTimeoutError(endpoint_url=self.uri) from error
        connection.shutdown(socket.SHUT_RDWR)
        return _response(HTTPStatus.GATEWAY_TIMEOUT, {})


def _response(status: int, body: Fields, headers: dict[str, str] | None = None) -> TYPE_RESPONSE:
    sent: dict[str, str | int] = {"status": int(status), "content-type": _CONTENT_TYPE}
    return int(status), {**sent, **(headers or {})}, json.dumps(body)


def _method(operation: str) -> Callable[[SimulatedDirectConnectResponse], TYPE_RESPONSE]:
    def method(self: SimulatedDirectConnectResponse) -> TYPE_RESPONSE:
        return self.serve(operation)

    method.__name__ = camelcase_to_underscores(operation)
    method.__doc__ = f"Answer {operation}."
    return method


for _operation in sorted(OPERATIONS):
    _handler = _method(_operation)
    setattr(SimulatedDirectConnectResponse, _handler.__name__, _handler)
