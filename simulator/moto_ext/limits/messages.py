"""How large messages, items and event patterns may be, where moto counts letters, or nothing."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.events.models import EventsBackend
from moto.sns.exceptions import InvalidParameterValue as InvalidForSNS
from moto.sns.models import SNSBackend
from moto.sqs.exceptions import SQSException
from moto.sqs.models import SQSBackend

from simulator.core.context import CloudContext
from simulator.core.repairs import correction, extension
from simulator.moto_ext.limits.argument_checks import guard, size_of

# "Amazon SNS endpoints and quotas": message and attributes, in bytes.
TOPIC_MESSAGE: Final = 256 * 1024
# "Amazon SQS message quotas": message and attributes, in bytes; 256 KiB until August 2025.
QUEUE_MESSAGE: Final = 1024 * 1024
# "Quotas in Amazon DynamoDB": an item with the names of its attributes, in bytes.
ITEM: Final = 400 * 1024
# "Amazon EventBridge quotas", in characters.
PATTERN: Final = 2_048


REPAIRS: Final = (
    extension(
        "moto.events.models:EventsBackend.put_rule",
        lacks="Event patterns have no limit.",
        test="moto_ext/limits/test_messages.py::test_what_is_sent_and_kept_is_as_large_as_it_may_be",
    ),
    correction(
        "moto.sns.models:SNSBackend.publish",
        "moto.sqs.models:SQSBackend.send_message",
        problem="Messages are measured in characters, without their attributes.",
        test="moto_ext/limits/test_messages.py::test_what_is_sent_and_kept_is_as_large_as_it_may_be",
    ),
    correction(
        "moto.dynamodb.models.dynamo_type:LimitedSizeDict.__setitem__",
        problem="Items are measured without the names of their attributes, in characters.",
        test="moto_ext/limits/test_messages.py::test_what_is_sent_and_kept_is_as_large_as_it_may_be",
    ),
)


def repair(context: CloudContext) -> None:
    """Measure in bytes of UTF-8 what is sent and kept."""
    guard(context, SNSBackend, "publish", _check_publication)
    guard(context, SQSBackend, "send_message", _check_message)
    guard(context, EventsBackend, "put_rule", _check_pattern)
    context.patches.set(LimitedSizeDict, "__setitem__", _set_attribute)


def _check_publication(given: Mapping[str, Any]) -> None:
    if _with_attributes(given["message"], given.get("message_attributes")) > TOPIC_MESSAGE:
        raise InvalidForSNS("Invalid parameter: Message too long")


def _check_message(given: Mapping[str, Any]) -> None:
    queue = given["self"].get_queue(given["queue_name"])
    most = min(QUEUE_MESSAGE, queue.maximum_message_size)
    if _with_attributes(given["message_body"], given.get("message_attributes")) > most:
        raise SQSException(
            "InvalidParameterValue",
            "One or more parameters are invalid. Reason: Message must be shorter than "
            f"{most} bytes.",
        )


def _with_attributes(message: str, attributes: Mapping[str, Any] | None) -> int:
    """Return the bytes of a message, and of the names, types and values of its attributes."""
    sizes = [size_of(message)]
    for name, attribute in (attributes or {}).items():
        sizes += [size_of(name), *(_length(each) for each in _values(attribute))]
    return sum(sizes)


def _values(attribute: Any) -> list[Any]:
    return list(attribute.values()) if isinstance(attribute, dict) else [attribute]


def _length(value: object) -> int:
    return len(value) if isinstance(value, bytes) else size_of("" if value is None else str(value))


def _check_pattern(given: Mapping[str, Any]) -> None:
    pattern = given.get("event_pattern")
    if pattern and len(pattern) > PATTERN:
        message = f"The event pattern has more than {PATTERN} characters."
        raise JsonRESTError("LimitExceededException", message)


def _set_attribute(self: Any, key: str, value: Any) -> None:
    others = sum(_size(name) + _size(each) for name, each in self.items() if name != key)
    if others + _size(key) + _size(value) > ITEM:
        raise ItemSizeTooLarge
    _write: Callable[..., None] = dict.__setitem__
    _write(self, key, value)


def _size(value: Any) -> int:
    return value.size() if isinstance(value, DynamoType) else size_of(str(value))
