"""Notifications: rules that format events for chat and for email, with a topic for each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct
from pydantic import JsonValue

from infra.messaging.delivery import accept_from_services_alone, dead_letter_queue, rule_input
from infra.names import ResourceName
from infra.settings.model import Settings
from infra.settings.notification_levels import PASSING, Notify, notified_at
from tools.events.catalog import ANSWERED, OF_PLANS, OUTSIDE
from vifshift.domain.claim import ANOTHER_SENDER
from vifshift.events.answers import AnswerReason
from vifshift.events.base import SOURCE, DetailType
from vifshift.events.outside import Concern

# How long an event is worth notifying of; EventBridge retries for up to a day.
LASTS: Final = Duration.hours(24)
PASSES: Final = Duration.hours(1)

_TITLE, _TEXT, _NEXT_STEP, _MORE = (
    f"$.detail.data.notice.{name}" for name in ("title", "text", "nextStep", "more")
)
_REQUEST, _EXECUTION = (f"$.detail.metadata.{name}" for name in ("requestId", "executionArn"))
_OF_EXECUTIONS = (("Request", _REQUEST), ("Execution", _EXECUTION))


class MessageKind(NamedTuple):
    """Messages about migrations, plans or answers, and the events that they are about.

    `label` is that of its id in emails, and `path` is the id's; `more` are further labels and paths
    for emails, and `chat_metadata` is what chat gets besides. Notices that `has_more` have commands
    and links as well.
    """

    label: str
    path: str
    events: Callable[[DetailType], bool]
    more: tuple[tuple[str, str], ...] = _OF_EXECUTIONS
    chat_metadata: Mapping[str, JsonValue] = {
        "relatedResources": [_EXECUTION],
        "additionalContext": {"requestId": _REQUEST},
    }
    has_more: bool = False

    @property
    def chat(self) -> dict[str, JsonValue]:
        """Return the message for chat.

        AWS: "Custom notifications", Amazon Q Developer in chat applications. Each field of the
        event is a whole value: inside a longer string, EventBridge would not escape it.
        """
        return {
            "version": "1.0",
            "source": "custom",
            "id": "$.id",
            "content": {
                "textType": "client-markdown",
                "title": _TITLE,
                "description": _TEXT,
                "nextSteps": [_NEXT_STEP, _MORE] if self.has_more else [_NEXT_STEP],
                "keywords": [SOURCE, "$.detail-type"],
            },
            "metadata": {
                "threadId": self.path,
                "summary": _TITLE,
                "eventType": "$.detail-type",
                **self.chat_metadata,
            },
        }

    @property
    def email(self) -> tuple[tuple[str, str], ...]:
        """Return the lines of an email, each a label and a path."""
        return (
            ("", _TITLE),
            ("", _TEXT),
            ("What to do: ", _NEXT_STEP),
            *((("More: ", _MORE),) if self.has_more else ()),
            ("Event: ", "$.detail-type"),
            *((f"{label}: ", path) for label, path in ((self.label, self.path), *self.more)),
        )


_REASON = "$.detail.data.reasonCode"
MIGRATION: Final = MessageKind(
    "Migration",
    "$.detail.metadata.migrationId",
    lambda each: each not in {*OF_PLANS, *ANSWERED, *OUTSIDE},
    has_more=True,
)
PLAN: Final = MessageKind("Plan", "$.detail.metadata.planId", OF_PLANS.__contains__, has_more=True)
ANSWER: Final = MessageKind(
    "About",
    "$.detail.metadata.thread",
    ANSWERED.__contains__,
    (("Reason", _REASON), ("Answer", "$.detail.metadata.answerId")),
    {"additionalContext": {"reasonCode": _REASON}},
)
CHANGE: Final = MessageKind(
    "About",
    "$.detail.metadata.thread",
    OUTSIDE.__contains__,
    (("Reason", _REASON), ("CloudTrail event", "$.detail.metadata.changeId")),
    {"additionalContext": {"reasonCode": _REASON}},
)
DISTURBING: Final = {"data": {"concerns": [Concern.MIGRATION, Concern.PRODUCT]}}
"""The pattern of changes that people are notified of: those of their own doing concern nobody."""
QUIET: Final = {"data": {"reasonCode": [{"anything-but": [AnswerReason.SOURCE_NOT_ALLOWED]}]}}
"""The pattern of answers that people are notified of: whoever may not answer reaches no chat."""
CLAIMED: Final = {"data": {"reasonCode": [ANOTHER_SENDER]}}
"""The pattern of duplicates that people are notified of always."""

Message = Callable[[MessageKind], events.RuleTargetInput]
"""Formats the events of a kind."""


class Notifications(Construct):
    """The topics, the rules that publish to them, and the queue of undelivered notifications.

    Alarms publish to the topics as well. The queue is not that of the triggers, since redrive
    starts what is in that one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.IEventBus,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._bus = bus
        self._notified = notified_at(settings.notify)
        self._name = settings.stack_name
        self._kinds = [("", MIGRATION), ("Plan", PLAN), ("Answer", ANSWER)]
        if settings.cloud_trail.watch:
            self._kinds.append(("Outside", CHANGE))
        self._details: dict[DetailType, Mapping[str, object] | None] = {
            DetailType.ANSWER_NOT_HEARD: QUIET,
            DetailType.CHANGED_OUTSIDE: None if settings.notify is Notify.ALL else DISTURBING,
        }
        self.key = self._make_key()
        self._role = self._make_role()
        self.undelivered = dead_letter_queue(self, "Untold")
        accept_from_services_alone(self.undelivered)
        self.chat = self._topic("Chat", ResourceName.CHAT, lambda kind: rule_input(kind.chat))
        self.email: sns.Topic | None = None
        if settings.emails:
            self.email = self._topic("Email", ResourceName.EMAIL, _email)
            for address in settings.emails:
                self.email.add_subscription(subscriptions.EmailSubscription(address))

    @property
    def topics(self) -> list[sns.Topic]:
        """Return the topics: that of chat, and that of email if there are addresses."""
        return [self.chat, self.email] if self.email else [self.chat]

    def _make_key(self) -> kms.Key:
        """Return the key of all topics: CloudWatch can't use AWS's own key, `alias/aws/sns`."""
        key = kms.Key(
            self,
            "Key",
            description="Encrypts the notifications of vifshift.",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=RemovalPolicy.DESTROY,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsMayUseIt",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        return key

    def _make_role(self) -> iam.Role:
        """Return the role that the rules publish with.

        In policies of topics and keys, EventBridge supports no conditions (AWS: "Using
        resource-based policies for Amazon EventBridge", and "Key management" of SNS); the trust
        policy of a role can limit whose rules may use it.
        """
        role = iam.Role(
            self,
            "Role",
            description="Lets vifshift's rules publish to its topics.",
            assumed_by=iam.ServicePrincipal(
                "events.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": Stack.of(self).account},
                    "ArnLike": {"aws:SourceArn": self._arns("events", "rule/*")},
                },
            ),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key.key_arn]
            )
        )
        return role

    def _topic(self, name: str, suffix: ResourceName, message: Message) -> sns.Topic:
        """Return a topic, with the rules that publish to it in its own format."""
        topic = sns.Topic(
            self,
            name,
            topic_name=suffix.of(self._name),
            display_name=self._name,
            master_key=self.key,
            enforce_ssl=True,
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsMayPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": Stack.of(self).account},
                    "ArnLike": {"aws:SourceArn": self._arns("cloudwatch", "alarm:*")},
                },
            )
        )
        self._role.add_to_policy(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn])
        )
        for prefix, kind in self._kinds:
            notified = [each for each in self._notified if kind.events(each)]
            lasting = [each for each in notified if each not in PASSING]
            passing = [each for each in notified if each in PASSING]
            if lasting:
                self._publish(f"{name}{prefix}Lasting", lasting, topic, message(kind), LASTS)
            if passing:
                self._publish(f"{name}{prefix}Passing", passing, topic, message(kind), PASSES)
            for duplicate in (DetailType.DUPLICATE, DetailType.PLAN_DUPLICATE):
                if kind.events(duplicate) and duplicate not in notified:
                    self._publish(
                        f"{name}{prefix}Claimed", [duplicate], topic, message(kind), LASTS, CLAIMED
                    )
        return topic

    def _publish(
        self,
        name: str,
        detail_types: Sequence[DetailType],
        topic: sns.Topic,
        message: events.RuleTargetInput,
        max_age: Duration,
        detail: Mapping[str, object] | None = None,
    ) -> None:
        events.Rule(
            self,
            name,
            description="Notifies people of what becomes of a migration or a plan.",
            event_bus=self._bus,
            event_pattern=events.EventPattern(
                source=[SOURCE],
                # AWS's word, unlike the source: no other account is believed to be the product.
                account=[Stack.of(self).account],
                detail_type=list(detail_types),
                detail=self._details.get(detail_types[-1], detail),
            ),
            targets=[
                targets.SnsTopic(
                    topic,
                    message=message,
                    # Its policy is written out above, action by action.
                    role=self._role.without_policy_updates(),
                    dead_letter_queue=self.undelivered,
                    max_event_age=max_age,
                    retry_attempts=185,
                )
            ],
        )

    def _arns(self, service: str, resource: str) -> str:
        stack = Stack.of(self)
        return f"arn:{stack.partition}:{service}:{stack.region}:{stack.account}:{resource}"


def _email(kind: MessageKind) -> events.RuleTargetInput:
    # EventBridge requires each line to be in quotes, and SNS sends these as well.
    lines = (label + events.EventField.from_path(path) for label, path in kind.email)
    return events.RuleTargetInput.from_multiline_text("\n".join(lines))
