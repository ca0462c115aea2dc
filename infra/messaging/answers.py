"""The answers that people send to a migration or a plan: approved, refused, cancel, halt."""

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.handler import HandlerFunction
from infra.settings.model import Settings
from vifshift.events.base import ANSWERS, PLAN_ANSWERS


class Answers(Construct):
    """The rule that passes answers on; senders need no permission in Step Functions."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.IEventBus,
        answer: HandlerFunction,
        state_machines: Iterable[sfn.StateMachine],
        dead_letters: sqs.IQueue,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        # The CDK's own grant includes heartbeats, which nothing sends.
        answer.add_to_role_policy(
            iam.PolicyStatement(
                actions=["states:SendTaskFailure", "states:SendTaskSuccess"],
                resources=[each.state_machine_arn for each in state_machines],
            )
        )
        events.Rule(
            self,
            "Said",
            description="Passes on the answers that people send to a migration or a plan.",
            event_bus=bus,
            event_pattern=events.EventPattern(
                detail_type=[*ANSWERS, *PLAN_ANSWERS],
                source=list(settings.allowed_sources) or None,
            ),
            targets=[
                targets.LambdaFunction(
                    answer,
                    dead_letter_queue=dead_letters,
                    max_event_age=Duration.hours(1),
                    retry_attempts=10,
                )
            ],
        )
