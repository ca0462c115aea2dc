"""How long names may be, and which characters they may have, where moto does not mind."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from moto.awslambda.models import LambdaBackend
from moto.cloudwatch.exceptions import ValidationError as InvalidName
from moto.cloudwatch.models import CloudWatchBackend
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import DynamoDBBackend
from moto.events.models import EventsBackend
from moto.iam.exceptions import ValidationError as IAMValidationError
from moto.iam.models import IAMBackend
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend
from moto.scheduler.models import EventBridgeSchedulerBackend

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.limits.argument_checks import guard, size_of

_LETTERS: Final = r"[.\-_A-Za-z0-9]+"
_IAM: Final = r"[\w+=,.@-]+"
LONGEST_KEY: Final = 1024
"""In bytes of UTF-8 (AWS: S3 user guide, "Naming Amazon S3 objects")."""

Refuse = Callable[[str], Exception]


REPAIRS: Final = (
    extension(
        "moto.iam.models:IAMBackend.create_role",
        "moto.iam.models:IAMBackend.create_policy",
        "moto.events.models:EventsBackend.put_rule",
        "moto.events.models:EventsBackend.create_event_bus",
        "moto.awslambda.models:LambdaBackend.create_function",
        "moto.dynamodb.models:DynamoDBBackend.create_table",
        "moto.scheduler.models:EventBridgeSchedulerBackend.create_schedule",
        "moto.scheduler.models:EventBridgeSchedulerBackend.create_schedule_group",
        "moto.cloudwatch.models:CloudWatchBackend.put_metric_alarm",
        lacks="Names of any length and with any characters are taken.",
        test="moto_ext/limits/test_names.py::test_a_name_is_as_long_as_it_may_be",
    ),
    extension(
        "moto.s3.models:S3Backend.put_object",
        lacks="Keys may have more than 1,024 bytes.",
        test="moto_ext/limits/test_names.py::test_a_name_is_as_long_as_it_may_be",
    ),
)


def _invalid(message: str) -> JsonRESTError:
    return JsonRESTError("ValidationException", message)


def _invalid_parameter(message: str) -> JsonRESTError:
    return JsonRESTError("InvalidParameterValueException", message)


class NameRule(NamedTuple):
    """A name that a method is given, under which parameter, and what it may be."""

    owner: Any
    method: str
    parameter: str
    longest: int
    characters: str
    refuse: Refuse = _invalid
    shortest: int = 1
    field: str | None = None

    def check(self, given: Mapping[str, Any]) -> None:
        """Raise the service's own error for a name that it would refuse."""
        name = given.get(self.parameter)
        if self.field is not None:
            name = (name or {}).get(self.field)
        if not isinstance(name, str):
            return
        if len(name) > self.longest:
            raise self.refuse(self._said(name, f"length less than or equal to {self.longest}"))
        if len(name) < self.shortest:
            raise self.refuse(self._said(name, f"length greater than or equal to {self.shortest}"))
        if not re.fullmatch(self.characters, name):
            said = self._said(name, f"regular expression pattern: {self.characters}")
            raise self.refuse(said.replace("must have regular", "must satisfy regular"))

    def _said(self, name: str, constraint: str) -> str:
        label = self.field or self.parameter
        return (
            f"1 validation error detected: Value '{name}' at '{label}' failed to satisfy "
            f"constraint: Member must have {constraint}"
        )


# The API references of CreateRole, CreatePolicy, PutRule, CreateEventBus, CreateFunction,
# CreateTable, CreateSchedule, CreateScheduleGroup and PutMetricAlarm. What else is named (topics,
# queues, buckets, log groups, state machines, executions) is checked by moto, or in `starting`.
NAMES: Final = (
    NameRule(IAMBackend, "create_role", "role_name", 64, _IAM, IAMValidationError),
    NameRule(IAMBackend, "create_policy", "policy_name", 128, _IAM, IAMValidationError),
    NameRule(EventsBackend, "put_rule", "name", 64, _LETTERS),
    NameRule(EventsBackend, "create_event_bus", "name", 256, r"[/.\-_A-Za-z0-9]+"),
    NameRule(
        LambdaBackend,
        "create_function",
        "spec",
        64,
        r"[a-zA-Z0-9-_]+",
        _invalid_parameter,
        field="FunctionName",
    ),
    NameRule(DynamoDBBackend, "create_table", "name", 255, _LETTERS, shortest=3),
    NameRule(EventBridgeSchedulerBackend, "create_schedule", "name", 64, r"[0-9a-zA-Z-_.]+"),
    NameRule(EventBridgeSchedulerBackend, "create_schedule_group", "name", 64, r"[0-9a-zA-Z-_.]+"),
    NameRule(
        CloudWatchBackend,
        "put_metric_alarm",
        "name",
        255,
        r"[^\x00-\x1f]+",
        InvalidName,
    ),
)


def repair(context: CloudContext) -> None:
    """Check names where they are given."""
    for name in NAMES:
        guard(context, name.owner, name.method, name.check)
    guard(context, S3Backend, "put_object", _check_key)


def _check_key(given: Mapping[str, Any]) -> None:
    if size_of(given["key_name"]) > LONGEST_KEY:
        raise S3ClientError("KeyTooLongError", "Your key is too long")
