"""The answers that people send to a migration or a plan: approved, refused, cancel, halt."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.functions.handler import HandlerFunction
from vifshift.events.base import ANSWERS, PLAN_ANSWERS, REQUESTS


class Answers(Construct):
    """The rule that passes answers on; senders need no permission in Step Functions."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.IEventBus,
        answer: HandlerFunction,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        events.Rule(
            self,
            "Said",
            description="Passes on the answers that people send, and notes who sent requests.",
            event_bus=bus,
            # What starts a workflow can be made up by whoever may start one; what this rule tells
            # the function can't. The function judges the source: whoever is not heard is told so.
            event_pattern=events.EventPattern(detail_type=[*ANSWERS, *PLAN_ANSWERS, *REQUESTS]),
            targets=[
                targets.LambdaFunction(
                    answer,
                    dead_letter_queue=dead_letters,
                    max_event_age=Duration.hours(1),
                    retry_attempts=10,
                )
            ],
        )
