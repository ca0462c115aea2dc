"""Tells people: rules that word events for chat and for e-mail, and a topic for each; no Lambda."""

from collections.abc import Callable, Sequence
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

from infra.messaging.dead_letters import dead_letter_queue
from infra.messaging.rules import rule_input
from infra.names import Name
from infra.settings.model import Settings
from infra.settings.notification_levels import PASSING, told_at
from tools.events.catalog import OF_PLANS
from vifshift.events.migration import SOURCE, DetailType

# How an outcome is still worth telling; EventBridge tries for a day at most.
LASTS: Final = Duration.hours(24)
PASSES: Final = Duration.hours(1)

_TITLE, _TEXT, _NEXT_STEP = (
    f"$.detail.data.notice.{name}" for name in ("title", "text", "nextStep")
)
_REQUEST, _EXECUTION = (f"$.detail.metadata.{name}" for name in ("requestId", "executionArn"))


class Kind(NamedTuple):
    """A kind of events: what a mail calls what they tell of, and the path of its name."""

    label: str
    path: str

    @property
    def chat(self) -> dict[str, JsonValue]:
        """Return the chat's message.

        Amazon Q Developer in chat applications: "Custom notifications", event schema. What comes
        from an event is a value of its own everywhere: inside of a string EventBridge would not
        escape it.
        """
        return {
            "version": "1.0",
            "source": "custom",
            "id": "$.id",
            "content": {
                "textType": "client-markdown",
                "title": _TITLE,
                "description": _TEXT,
                "nextSteps": [_NEXT_STEP],
                "keywords": [SOURCE, "$.detail-type"],
            },
            "metadata": {
                "threadId": self.path,
                "summary": _TITLE,
                "eventType": "$.detail-type",
                "relatedResources": [_EXECUTION],
                "additionalContext": {"requestId": _REQUEST},
            },
        }

    @property
    def email(self) -> tuple[tuple[str, str], ...]:
        """Return a mail's lines: EventBridge wants each in quotes, and SNS mails those, too."""
        return (
            ("", _TITLE),
            ("", _TEXT),
            ("What to do: ", _NEXT_STEP),
            ("Event: ", "$.detail-type"),
            (f"{self.label}: ", self.path),
            ("Request: ", _REQUEST),
            ("Execution: ", _EXECUTION),
        )


MIGRATION: Final = Kind("Migration", "$.detail.metadata.migrationId")
PLAN: Final = Kind("Plan", "$.detail.metadata.planId")

Message = Callable[[Kind], events.RuleTargetInput]
"""Words the events of a kind."""


class Notifications(Construct):
    """The topics, the rules that feed them, and the queue for what could not be told.

    `topics`, chat first and then e-mail, are for the actions of alarms as well. `untold` is that
    queue. It is not that of the triggers: redrive starts what is in there.
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
        self._told = told_at(settings.notify)
        self._name = settings.stack_name
        self._key = self._make_key()
        self._role = self._make_role()
        self.untold = dead_letter_queue(self, "Untold")
        self.topics = [self._tell("Chat", Name.CHAT, lambda kind: rule_input(kind.chat))]
        if settings.emails:
            mails = self._tell("Email", Name.EMAIL, _mail)
            for address in settings.emails:
                mails.add_subscription(subscriptions.EmailSubscription(address))
            self.topics.append(mails)

    def _make_key(self) -> kms.Key:
        """Make the key of all topics: CloudWatch can't use that of SNS's own, `alias/aws/sns`."""
        key = kms.Key(
            self,
            "Key",
            description="Encrypts what vifshift tells people.",
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
        """Make the role that the rules publish with.

        In the policies of topics and of their keys EventBridge takes no conditions (AWS: "Using
        resource-based policies for Amazon EventBridge", and SNS's "Key management"); a role's
        trust can say whose rules it is for.
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
                actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self._key.key_arn]
            )
        )
        return role

    def _tell(self, name: str, suffix: Name, message: Message) -> sns.Topic:
        """Make a topic, and the rules that publish to it in its own words."""
        topic = sns.Topic(
            self,
            name,
            topic_name=suffix.of(self._name),
            display_name=self._name,
            master_key=self._key,
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
        for prefix, kind in (("", MIGRATION), ("Plan", PLAN)):
            told = [each for each in self._told if (each in OF_PLANS) is (kind is PLAN)]
            lasting = [each for each in told if each not in PASSING]
            passing = [each for each in told if each in PASSING]
            self._publish(f"{name}{prefix}Lasting", lasting, topic, message(kind), LASTS)
            if passing:
                self._publish(f"{name}{prefix}Passing", passing, topic, message(kind), PASSES)
        return topic

    def _publish(
        self,
        name: str,
        told: Sequence[DetailType],
        topic: sns.Topic,
        message: events.RuleTargetInput,
        max_age: Duration,
    ) -> None:
        events.Rule(
            self,
            name,
            description="Tells people what becomes of a migration, or of a plan.",
            event_bus=self._bus,
            event_pattern=events.EventPattern(source=[SOURCE], detail_type=list(told)),
            targets=[
                targets.SnsTopic(
                    topic,
                    message=message,
                    # What it may do stands above, action by action.
                    role=self._role.without_policy_updates(),
                    dead_letter_queue=self.untold,
                    max_event_age=max_age,
                    retry_attempts=185,
                )
            ],
        )

    def _arns(self, service: str, resource: str) -> str:
        stack = Stack.of(self)
        return f"arn:{stack.partition}:{service}:{stack.region}:{stack.account}:{resource}"


def _mail(kind: Kind) -> events.RuleTargetInput:
    lines = (words + events.EventField.from_path(path) for words, path in kind.email)
    return events.RuleTargetInput.from_multiline_text("\n".join(lines))
