"""The rules that start a migration or a plan when an event on the bus requests it."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct
from pydantic import JsonValue

from infra.messaging.delivery import dead_letter_queue, rule_input
from infra.settings.model import Settings
from vifshift.domain.execution_input import MIGRATION_INPUT, PLAN_INPUT
from vifshift.events.base import DetailType

STALE = Duration.minutes(15)


class Triggers(Construct):
    """The rules that start the workflows, and the queue for starts that could not be delivered."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.IEventBus,
        migration: sfn.IStateMachine,
        plan: sfn.IStateMachine,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self._bus = bus
        self._sources = list(settings.requesters) or None
        self._start(
            "Requested",
            DetailType.REQUESTED,
            "Starts a migration of a virtual interface.",
            migration,
            MIGRATION_INPUT,
        )
        self._start(
            "PlanRequested",
            DetailType.PLAN_REQUESTED,
            "Starts a plan of many migrations.",
            plan,
            PLAN_INPUT,
        )
        if settings.allowed_accounts:
            self._allow_requests_from(bus, settings.allowed_accounts)

    def _start(
        self,
        name: str,
        detail_type: DetailType,
        description: str,
        state_machine: sfn.IStateMachine,
        template: Mapping[str, JsonValue],
    ) -> None:
        events.Rule(
            self,
            name,
            description=description,
            event_bus=self._bus,
            event_pattern=events.EventPattern(detail_type=[detail_type], source=self._sources),
            targets=[
                targets.SfnStateMachine(
                    state_machine,
                    input=rule_input(template),
                    dead_letter_queue=self.dead_letters,
                    # Nobody expects a move that starts long after it was requested.
                    max_event_age=STALE,
                    retry_attempts=30,
                )
            ],
        )

    def _allow_requests_from(self, bus: events.IEventBus, accounts: tuple[str, ...]) -> None:
        """Let other accounts send requests, and only requests, to the bus."""
        statement = iam.PolicyStatement(
            principals=[iam.AccountPrincipal(account) for account in accounts],
            actions=["events:PutEvents"],
            resources=[bus.event_bus_arn],
            conditions={
                "StringEquals": {
                    "events:detail-type": [DetailType.REQUESTED, DetailType.PLAN_REQUESTED]
                }
            },
        )
        events.CfnEventBusPolicy(
            self,
            "Others",
            event_bus_name=bus.event_bus_name,
            statement_id="OthersMayAsk",
            statement=statement.to_statement_json(),
        )
