"""The HTTP side: moto has no handler for Health at all, and some operations are missing."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult, BaseResponse
from pydantic import JsonValue, TypeAdapter, ValidationError

from simulator.moto_ext.account import calendars, health
from simulator.moto_ext.account.exceptions import AccountApiError
from simulator.moto_ext.account.models import HEALTH_REGION, SimulatedAccount, account_backends
from simulator.moto_ext.account.vpn import listed

Operation = Callable[[SimulatedAccount, Mapping[str, object]], Mapping[str, object]]

_BODY: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
_CONTENT_TYPE = "application/x-amz-json-1.1"


class HealthResponse(BaseResponse):
    """Answers Health's calls, in JSON 1.1, which is what botocore speaks with it.

    The model offers CBOR as well, which botocore takes only where a service has no JSON.
    """

    def __init__(self) -> None:
        super().__init__(service_name="health")

    def describe_events(self) -> TYPE_RESPONSE:
        """Answer DescribeEvents."""
        return _serve(self, HEALTH_REGION, health.describe_events, _partition(self))

    def describe_affected_entities(self) -> TYPE_RESPONSE:
        """Answer DescribeAffectedEntities."""
        return _serve(self, HEALTH_REGION, health.describe_affected_entities, _partition(self))


def get_calendar_state(handler: BaseResponse) -> TYPE_RESPONSE:
    """Answer GetCalendarState, as a method of moto's own handler for SSM."""
    return _serve(handler, handler.region, calendars.get_calendar_state)


def describe_vpn_connections(handler: Any) -> ActionResult:
    """Answer DescribeVpnConnections, as a method of moto's own handler for EC2.

    It leaves moto's backend alone, which makes networks for a whole Region when it is first asked.
    """
    facts = account_backends[handler.current_account][handler.region].facts
    ids = handler._get_param("VpnConnectionIds", [])
    filters = handler._filters_from_querystring()
    return ActionResult({"VpnConnections": listed(facts.vpn_connections, ids, filters)})


def _partition(handler: BaseResponse) -> str:
    """Return the partition whose endpoint was called."""
    host = urlsplit(handler.uri).netloc
    if host.endswith(".cn"):
        return "aws-cn"
    return "aws-us-gov" if "us-gov" in host else "aws"


def _serve(
    handler: BaseResponse, region: str, operation: Operation, partition: str | None = None
) -> TYPE_RESPONSE:
    backend = account_backends[handler.current_account][region]
    try:
        if partition:
            backend.recognize_in(partition)
        return _response(HTTPStatus.OK, operation(backend, _parameters(handler)))
    except AccountApiError as error:
        body = {"__type": error.code, "message": error.message}
        return _response(error.status, body, {"x-amzn-ErrorType": error.code})


def _parameters(handler: BaseResponse) -> Mapping[str, object]:
    try:
        return _BODY.validate_json(handler.body or "{}")
    except ValidationError as error:
        raise AccountApiError("SerializationException", "The body is not a JSON object") from error


def _response(
    status: HTTPStatus, body: Mapping[str, object], headers: dict[str, str] | None = None
) -> TYPE_RESPONSE:
    sent: dict[str, str | int] = {"status": int(status), "content-type": _CONTENT_TYPE}
    return int(status), {**sent, **(headers or {})}, json.dumps(body)
