"""A trail of the account: its records reach the default bus, a while after the calls."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse
from moto.events.models import events_backends
from moto.s3.responses import S3Response

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.cloudtrail.records import SERVICES, at, is_recorded, record
from simulator.moto_ext.eventbridge.publishing import publish_recorded

DETAIL_TYPE: Final = "AWS API Call via CloudTrail"
_DEFAULT_BUS: Final = "default"
_OF_BUCKETS: Final = ("DeleteBucket", "PutBucket")

REPAIRS: Final = (
    extension(
        "moto.core.responses:BaseResponse.call_action",
        "moto.s3.responses:S3Response._authenticate_and_authorize_s3_action",
        lacks="CloudTrail sends no records of calls to EventBridge.",
        test="moto_ext/cloudtrail/test_trail.py::test_a_call_is_recorded_with_its_caller",
    ),
)


def repair(context: CloudContext) -> None:
    """Send a record of each call that a rule on the default bus asks for."""
    answer: Callable[[Any], TYPE_RESPONSE] = BaseResponse.call_action
    check_s3: Any = S3Response._authenticate_and_authorize_s3_action

    def call_action(self: Any) -> TYPE_RESPONSE:
        operation = self._get_action() if self.service_name in SERVICES else ""
        if not is_recorded(self.service_name, operation) or not _is_wanted(context, self):
            return answer(self)
        called_at, answered = context.clock.now(), None
        try:
            answered = answer(self)
            return answered
        finally:
            # A call whose answer is lost was made all the same.
            _send(context, at(record(self, operation, answered), called_at))

    def authorize(self: Any, *given: Any, **named: Any) -> Any:
        checked = check_s3(self, *given, **named)
        operation = str((self.data or {}).get("Action", ""))
        if operation.startswith(_OF_BUCKETS) and _is_wanted(context, self):
            _send(context, at(record(self, operation, None), context.clock.now()))
        return checked

    context.patches.set(BaseResponse, "call_action", call_action)
    context.patches.set(S3Response, "_authenticate_and_authorize_s3_action", authorize)


def _is_wanted(context: CloudContext, handler: Any) -> bool:
    """Return whether a rule of the handler's account and Region asks for records of its service."""
    if (handler.current_account, handler.region) != (context.account, context.region):
        return False
    backends: Any = events_backends
    bus = backends[context.account][context.region].event_buses.get(_DEFAULT_BUS)
    source = f"aws.{SERVICES[handler.service_name]}"
    patterns = (rule.event_pattern.get_pattern() for rule in (bus.rules.values() if bus else ()))
    return any(
        DETAIL_TYPE in pattern.get("detail-type", ()) and source in pattern.get("source", ())
        for pattern in patterns
    )


def _send(context: CloudContext, kept: dict[str, Any]) -> None:
    source = f"aws.{kept['eventSource'].partition('.')[0]}"
    if context.deploying:
        kept["userIdentity"]["invokedBy"] = "cloudformation.amazonaws.com"
    deliver = partial(publish_recorded, context, source, DETAIL_TYPE, kept)
    context.clock.call_later(context.trail_seconds, deliver)
