"""What is watched: the alarms, with where they are sent, and the dashboard."""

from typing import NamedTuple

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.migration import Functions
from infra.messaging.notifications import Notifications
from infra.observability.alarms import Alarms
from infra.observability.consoles import Console
from infra.observability.dashboard import dashboard
from infra.settings.model import Settings


class Watched(NamedTuple):
    """A state machine, and the watchdog that looks after its executions."""

    state_machine: sfn.StateMachine
    watchdog: sfn.StateMachine


class Monitoring(Construct):
    """Alarms that go to every topic, and a dashboard.

    Lambdas that fail on purpose, or whose failure the workflow tells of, have no alarm.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        migrations: Watched,
        plans: Watched,
        functions: Functions,
        dead_letters: sqs.IQueue,
        people: Notifications,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        alarms = Alarms(self, people.topics, settings.stack_name)
        alarms.of_outcomes()
        alarms.of_executions(*migrations)
        alarms.of_plans(*plans)
        alarms.of_dead_letters(dead_letters, people.untold)
        for function, what_is_lost in functions.that_nobody_tells_of.items():
            alarms.of_errors(function, what_is_lost)
        board = dashboard(
            self,
            service=settings.stack_name,
            migrations=migrations.state_machine,
            plans=plans.state_machine,
            functions=functions.all,
            conclusions=[functions.conclude, functions.investigate],
            dead_letters=dead_letters,
            alarms=alarms.all,
        )
        console = Console(self, "Console")
        region = Stack.of(self).region
        CfnOutput(
            scope,
            "DashboardUrl",
            description="The dashboard: what runs, what came out, how long interruptions were.",
            condition=console.is_known,
            value=f"https://{region}.{console.domain}/cloudwatch/home?region={region}"
            f"#dashboards/dashboard/{board.dashboard_name}",
        )
        CfnOutput(
            scope,
            "DashboardName",
            description="The name of the dashboard in CloudWatch.",
            value=board.dashboard_name,
        )
