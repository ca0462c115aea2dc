"""Where a dead letter may come from: the rules and schedules of one stack, as they are deployed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from botocore.exceptions import ClientError

from cli.deployed import DeployedStack
from cli.environment import ClientSource

_RULE: Final = "AWS::Events::Rule"
_SCHEDULE: Final = "AWS::Scheduler::Schedule"
_DEFAULT: Final = "default"
_ENABLED: Final = "ENABLED"
_GONE: Final = frozenset({"ResourceNotFoundException"})
_ACCOUNT_DIGITS: Final = 12


class ForeignLetterError(ValueError):
    """A letter that does not come from this stack, or may not start anything; it says why."""


@dataclass(frozen=True)
class DeployedRule:
    """A rule of the stack: its event pattern, and the ARNs of its targets."""

    arn: str
    pattern: str
    targets: frozenset[str]


@dataclass(frozen=True)
class DeployedSchedule:
    """A schedule of the stack: what it starts, with which input, and when."""

    arn: str
    target: str
    input: str
    expression: str
    timezone: str


class _Place(NamedTuple):
    """Where a rule or a schedule is, a bus or a group, and its name there."""

    place: str
    name: str


class Origins:
    """The rules and schedules of a stack; each is asked for once, when a letter names it.

    What a letter says of them is not believed: it is compared with what AWS says.
    """

    def __init__(self, session: ClientSource, stack_id: str) -> None:
        """Take the stack's id, an ARN that tells its partition, Region and account."""
        self._session = session
        _, self._partition, _, self._region, self._account, name = stack_id.split(":", 5)
        stack = name.split("/")[1]
        self._stack, self._sweep = DeployedStack(session, stack), f"{stack}-sweep"
        self.rule = cache(self._rule)
        self.schedule = cache(self._schedule)
        self.may_send = cache(self._may_send)

    def is_of_sweep(self, attributes: Mapping[str, str]) -> bool:
        """Return whether a letter is of the schedule that looks for unreported ends regularly."""
        arn = attributes.get("SCHEDULE_ARN", "")
        if not arn.endswith(f"/{_DEFAULT}/{self._sweep}"):
            return False
        return self.schedule(arn).target == attributes.get("TARGET_ARN")

    def check_pattern(self, rule: DeployedRule, event: str) -> None:
        """Raise `ForeignLetterError` for an event that the rule, as it is now, does not match."""
        try:
            answer = self._session.client("events").test_event_pattern(
                EventPattern=rule.pattern, Event=event
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"ValidationException", "InvalidParameter"}:
                raise
            why = error.response["Error"]["Message"]
            raise ForeignLetterError(f"its event is not one of EventBridge: {why}") from None
        if not answer.get("Result"):
            raise ForeignLetterError("its event does not match the pattern of its rule")

    def _rule(self, arn: str) -> DeployedRule:
        """Return a rule of the stack by its ARN; raises `ForeignLetterError`."""
        place = self._place(arn, "events", "rule")
        if place is None or place not in self._stack.places(_RULE, "EventBusName"):
            raise ForeignLetterError("its rule is not one of this stack")
        client = self._session.client("events")
        bus, name = place
        try:
            rule = client.describe_rule(Name=name, EventBusName=bus)
            targets = client.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise
            raise ForeignLetterError("its rule was deleted") from None
        if rule["Arn"] != arn:
            raise ForeignLetterError("its rule is not one of this stack")
        if not rule["State"].startswith(_ENABLED):
            raise ForeignLetterError("its rule is disabled")
        return DeployedRule(
            arn, rule.get("EventPattern", ""), frozenset(each["Arn"] for each in targets)
        )

    def _schedule(self, arn: str) -> DeployedSchedule:
        """Return a schedule of the stack by its ARN; raises `ForeignLetterError`."""
        place = self._place(arn, "scheduler", "schedule")
        if place is None or place not in self._stack.places(_SCHEDULE, "GroupName"):
            raise ForeignLetterError("its schedule is not one of this stack")
        try:
            schedule = self._session.client("scheduler").get_schedule(
                Name=place.name, GroupName=place.place
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise
            raise ForeignLetterError("its schedule was deleted") from None
        if schedule["Arn"] != arn:
            raise ForeignLetterError("its schedule is not one of this stack")
        if schedule["State"] != _ENABLED:
            raise ForeignLetterError("its schedule is disabled")
        return DeployedSchedule(
            arn,
            schedule["Target"]["Arn"],
            schedule["Target"].get("Input", ""),
            schedule["ScheduleExpression"],
            schedule.get("ScheduleExpressionTimezone", "UTC"),
        )

    def _may_send(self, account: str, bus: str) -> bool:
        """Return whether an account is this one, or one that the policy of the bus lets in."""
        if account == self._account:
            return True
        answer = self._session.client("events").describe_event_bus(Name=bus)
        return account in set(_let_in(answer.get("Policy") or "{}", account))

    def _place(self, arn: str, service: str, prefix: str) -> _Place | None:
        """Return what an ARN in this stack's account and Region names, else None."""
        owner = f"arn:{self._partition}:{service}:{self._region}:{self._account}:{prefix}/"
        if not arn.startswith(owner):
            return None
        place, slash, name = arn.removeprefix(owner).rpartition("/")
        return _Place(place if slash else _DEFAULT, name)


def bus_of(rule: DeployedRule) -> str:
    """Return the name of a rule's bus."""
    return rule.arn.partition(":rule/")[2].rpartition("/")[0] or _DEFAULT


def _let_in(policy: str, account: str) -> Iterator[str]:
    """Yield the accounts that a policy lets put events; everybody stands for the one in question.

    Whom conditions keep out is judged where the event is put, and can't be told from it later.
    """
    statements = json.loads(policy).get("Statement", [])
    for each in statements if isinstance(statements, list) else [statements]:
        if each.get("Effect") != "Allow":
            continue
        principal = each.get("Principal", {})
        names = principal.get("AWS", []) if isinstance(principal, Mapping) else principal
        for name in names if isinstance(names, list) else [names]:
            yield account if name == "*" else _account(str(name))


def _account(principal: str) -> str:
    """Return the account of a principal, given as an account or as an ARN."""
    if len(principal) == _ACCOUNT_DIGITS and principal.isdecimal():
        return principal
    return "".join(principal.split(":")[4:5])
