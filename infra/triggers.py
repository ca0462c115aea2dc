"""What starts a migration: the event `VIF Migration Requested`."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.nag import acknowledge
from vifshift.events import DetailType
from vifshift.request import Trigger

STALE = Duration.minutes(15)


class Triggers(Construct):
    """The rule that starts the workflow, and the queue for what it could not deliver."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.IEventBus,
        state_machine: sfn.IStateMachine,
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
        events.Rule(
            self,
            "Requested",
            description="Starts a migration of a virtual interface.",
            event_bus=bus,
            event_pattern=events.EventPattern(detail_type=[DetailType.REQUESTED]),
            targets=[
                targets.SfnStateMachine(
                    state_machine,
                    input=events.RuleTargetInput.from_object(
                        {
                            "requestId": events.EventField.event_id,
                            "trigger": Trigger.EVENT,
                            "request": events.EventField.from_path("$.detail"),
                        }
                    ),
                    dead_letter_queue=self.dead_letters,
                    # A move that starts long after it was asked for surprises its network.
                    max_event_age=STALE,
                    retry_attempts=30,
                )
            ],
        )
