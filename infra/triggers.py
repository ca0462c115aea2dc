"""What starts a migration when it is asked for: the event `VIF Migration Requested`."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.config import Settings
from infra.nag import acknowledge
from infra.rules import rule_input
from vifshift.events import DetailType
from vifshift.starting import MIGRATION_INPUT

STALE = Duration.minutes(15)


class Triggers(Construct):
    """The rule that starts the workflow, and the queue for what could not be delivered."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.IEventBus,
        state_machine: sfn.IStateMachine,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            enforce_ssl=True,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            retention_period=Duration.days(14),
        )
        acknowledge(self.dead_letters, "AwsSolutions-SQS3", "It is a dead-letter queue itself.")
        self._start_when_requested(bus, state_machine, settings.allowed_sources)
        if settings.allowed_accounts:
            self._let_others_ask(bus, settings.allowed_accounts)

    def _start_when_requested(
        self, bus: events.IEventBus, state_machine: sfn.IStateMachine, sources: tuple[str, ...]
    ) -> None:
        events.Rule(
            self,
            "Requested",
            description="Starts a migration of a virtual interface.",
            event_bus=bus,
            event_pattern=events.EventPattern(
                detail_type=[DetailType.REQUESTED], source=list(sources) or None
            ),
            targets=[
                targets.SfnStateMachine(
                    state_machine,
                    input=rule_input(MIGRATION_INPUT),
                    dead_letter_queue=self.dead_letters,
                    # A move that starts long after it was asked for surprises its network.
                    max_event_age=STALE,
                    retry_attempts=30,
                )
            ],
        )

    def _let_others_ask(self, bus: events.IEventBus, accounts: tuple[str, ...]) -> None:
        """Let other accounts send requests to the bus, and nothing but requests."""
        statement = iam.PolicyStatement(
            principals=[iam.AccountPrincipal(account) for account in accounts],
            actions=["events:PutEvents"],
            resources=[bus.event_bus_arn],
            conditions={"StringEquals": {"events:detail-type": DetailType.REQUESTED}},
        )
        events.CfnEventBusPolicy(
            self,
            "Others",
            event_bus_name=bus.event_bus_name,
            statement_id="OthersMayAsk",
            statement=statement.to_statement_json(),
        )
