"""Delivery of events after PutEvents: retries, and the dead-letter queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from simulator.core.context import CloudContext
from simulator.moto_ext.eventbridge.delivery_errors import RETRYABLE, DeliveryFailedError
from simulator.moto_ext.eventbridge.input_transformer import target_input
from simulator.moto_ext.eventbridge.senders import Sender
from simulator.moto_ext.eventbridge.targets import deliver, send_to_queue
from simulator.virtual_time.interpreter import iso

DEFAULT_RETRIES: Final = 185
DEFAULT_AGE: Final = 86_400
_FIRST_DELAY: Final = 1.0
_LONGEST_DELAY: Final = 600.0


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one target of a rule, or of a schedule."""

    target: Mapping[str, Any]
    event: Mapping[str, Any]
    rule_arn: str
    origin: str = "RULE_ARN"

    def text(self, ingested: str, retries: int) -> str:
        """Return what the target receives, at this attempt."""
        return target_input(self.target, self.event, self.rule_arn, ingested)

    def dead_letter(self, retries: int) -> tuple[str, dict[str, str]]:
        """Return the text and additional attributes of a dead letter."""
        return target_input({}, self.event, "", ""), {}

    def sender(self, context: CloudContext) -> Sender:
        """Return who delivers it, as IAM sees that."""
        return Sender("events.amazonaws.com", context.account, self.rule_arn)

    def start(self, context: CloudContext) -> None:
        """Queue the first attempt, after the bus's latency."""
        begun = context.clock.now()
        context.clock.call_later(
            context.delivery_latency, lambda: self._attempt(context, iso(begun), begun, 0)
        )

    def _attempt(self, context: CloudContext, ingested: str, begun: Any, retries: int) -> None:
        try:
            text = self.text(ingested, retries)
            with self.sender(context).delivering(context, self.target.get("RoleArn")):
                deliver(context, self.target, text, str(self.event["id"]))
        except DeliveryFailedError as failed:
            policy = self.target.get("RetryPolicy", {})
            allowed = int(policy.get("MaximumRetryAttempts", DEFAULT_RETRIES))
            age = timedelta(seconds=int(policy.get("MaximumEventAgeInSeconds", DEFAULT_AGE)))
            delay = min(_FIRST_DELAY * 2**retries, _LONGEST_DELAY)
            late = context.clock.now() + timedelta(seconds=delay) - begun > age
            if failed.code in RETRYABLE and retries < allowed and not late:
                context.clock.call_later(
                    delay, lambda: self._attempt(context, ingested, begun, retries + 1)
                )
            else:
                self._send_to_dead_letters(context, failed, retries, late)

    def _send_to_dead_letters(
        self, context: CloudContext, failed: DeliveryFailedError, retries: int, late: bool
    ) -> None:
        queue = self.target.get("DeadLetterConfig", {}).get("Arn")
        if not queue:
            return
        text, own = self.dead_letter(retries)
        attributes = {
            **own,
            self.origin: self.rule_arn,
            "TARGET_ARN": self.target["Arn"],
            "ERROR_CODE": failed.code,
            "ERROR_MESSAGE": failed.message,
            "RETRY_ATTEMPTS": str(retries),
        }
        if failed.code in RETRYABLE:
            attributes["EXHAUSTED_RETRY_CONDITION"] = (
                "MaximumEventAgeInSeconds" if late else "MaximumRetryAttempts"
            )
        with self.sender(context).dead_lettering(context, self.target.get("RoleArn")):
            send_to_queue(context, queue, text, attributes=attributes)
