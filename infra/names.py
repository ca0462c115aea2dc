"""The names that people look for in a console: predictable, and never changed.

A resource with a fixed name can be found, and its ARN written down, before anything is deployed.
Everything else has a name that CloudFormation generates (docs/decisions/0028).
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import permutations
from typing import Self

from aws_cdk import ArnFormat, Aws, Stack
from constructs import Construct

VENDED_LOGS = "/aws/vendedlogs/states"
"""Log groups with this prefix take no room in the account's log resource policy, which is limited
(AWS: "Logging in CloudWatch Logs", Step Functions Developer Guide)."""


class Machine(StrEnum):
    """The state machines, each by the suffix to the stack's name."""

    MIGRATIONS = "migrations"
    PLANS = "plans"
    WATCHDOG = "watchdog"
    PLAN_WATCHDOG = "plan-watchdog"

    def of(self, stack_name: str) -> str:
        """Return the name of a stack's state machine."""
        return f"{stack_name}-{self}"

    def log_group_of(self, stack_name: str) -> str:
        """Return the name of the log group of a stack's state machine."""
        return f"{VENDED_LOGS}/{self.of(stack_name)}"


class ResourceName(StrEnum):
    """Other resources with fixed names, each by the suffix to the stack's name."""

    REGISTRY = "events"
    WINDOWS = "windows"
    SIGNING = "signer"
    SWEEP = "sweep"
    CHAT = "chat"
    EMAIL = "email"

    def of(self, stack_name: str) -> str:
        """Return the name of a stack's resource."""
        return f"{stack_name}-{self}"


class Alarm(StrEnum):
    """The alarms, each by the suffix to the stack's name."""

    ROLLBACK_FAILED = "rollback-failed"
    NEEDS_ATTENTION = "needs-attention"
    INTERRUPTED = "interrupted"
    TIMED_OUT = "timed-out"
    ABORTED = "aborted"
    WATCHDOG_FAILED = "watchdog-failed"
    WATCHDOG_TIMED_OUT = "watchdog-timed-out"
    PLAN_HALTED = "plan-halted"
    PLAN_INTERRUPTED = "plan-interrupted"
    PLAN_TIMED_OUT = "plan-timed-out"
    PLAN_ABORTED = "plan-aborted"
    PLAN_WATCHDOG_FAILED = "plan-watchdog-failed"
    PLAN_WATCHDOG_TIMED_OUT = "plan-watchdog-timed-out"
    DEAD_LETTERS = "dead-letters"
    UNDELIVERED_NOTIFICATIONS = "undelivered-notifications"
    CONCLUDE_ERRORS = "conclude-errors"
    REPORT_ERRORS = "report-errors"
    ANSWER_ERRORS = "answer-errors"
    INVESTIGATE_ERRORS = "investigate-errors"
    ADVANCE_ERRORS = "advance-errors"
    CONCLUDE_PLAN_ERRORS = "conclude-plan-errors"
    REPORT_PLAN_ERRORS = "report-plan-errors"
    SWEEP_ERRORS = "sweep-errors"
    MANIFEST_ERRORS = "manifest-errors"
    WITNESS_ERRORS = "witness-errors"
    ASSOCIATE_THROTTLES = "associate-throttles"
    OBSERVE_THROTTLES = "observe-throttles"
    CONCLUDE_THROTTLES = "conclude-throttles"
    ANSWER_THROTTLES = "answer-throttles"

    @classmethod
    def of_errors_of(cls, function: str) -> Self:
        """Return the alarm for the errors of a function, by the id of its construct."""
        return cls._of(function, "errors")

    @classmethod
    def of_throttles_of(cls, function: str) -> Self:
        """Return the alarm for the throttles of a function, by the id of its construct."""
        return cls._of(function, "throttles")

    @classmethod
    def _of(cls, function: str, what: str) -> Self:
        words = re.findall("[A-Z][a-z]*", function)
        return cls("-".join([*(word.lower() for word in words), what]))

    @property
    def construct_id(self) -> str:
        """Return the id of its construct, from which its logical id is made."""
        return "".join(part.capitalize() for part in self.split("-"))

    def of(self, stack_name: str) -> str:
        """Return the name of a stack's alarm."""
        return f"{stack_name}-{self}"


# AWS: the API references of Step Functions, CloudWatch, EventBridge Schema Registry, EventBridge
# Scheduler and SNS.
_LIMITS = {
    ResourceName.REGISTRY: ("the schema registry", 64),
    ResourceName.WINDOWS: ("the schedule group", 64),
    ResourceName.SWEEP: ("the schedule", 64),
    ResourceName.SIGNING: ("the schedule", 64),
    ResourceName.CHAT: ("the topic", 256),
    ResourceName.EMAIL: ("the topic", 256),
}


def dashboard_name(stack_name: str) -> str:
    """Return the name of a stack's dashboard; all Regions share one list of dashboards."""
    return f"{stack_name}-{Aws.REGION}"


def too_long(stack_name: str) -> Iterator[str]:
    """Yield a sentence for each name that would be too long."""
    limited = [("the state machine", each.of(stack_name), 80) for each in Machine]
    limited += [("the alarm", each.of(stack_name), 255) for each in Alarm]
    limited += [(kind, each.of(stack_name), most) for each, (kind, most) in _LIMITS.items()]
    for kind, name, most in limited:
        if len(name) > most:
            yield f"{kind} {name} would have {len(name)} characters; at most {most} are allowed"


def namesake(stack_name: str) -> str | None:
    """Return a stack whose resource names would collide with this one's, if there is one.

    The watchdog of a stack `a-plan` would have the name of the plan watchdog of a stack `a`.
    """
    for names in (list(Machine), list(ResourceName), list(Alarm)):
        for longer, shorter in permutations(map(str, names), 2):
            if longer.endswith(f"-{shorter}"):
                between = f"-{longer.removesuffix(f'-{shorter}')}"
                if stack_name.endswith(between) and stack_name != between:
                    return stack_name.removesuffix(between)
    return None


def machine_arn(scope: Construct, name: str) -> str:
    """Return the ARN of a state machine, without a reference that would make others wait for it."""
    return _states_arn(scope, "stateMachine", name)


def executions_arn(scope: Construct, name: str) -> str:
    """Return the ARN of all executions of a state machine."""
    return _states_arn(scope, "execution", f"{name}:*")


def _states_arn(scope: Construct, resource: str, name: str) -> str:
    return Stack.of(scope).format_arn(
        service="states",
        resource=resource,
        resource_name=name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
