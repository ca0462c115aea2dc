"""What is watched: the alarms, with where they are sent, and the dashboard."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.alarms import Alarms
from infra.config import Settings
from infra.dashboard import dashboard
from infra.functions import Functions
from infra.notifications import Notifications


class Monitoring(Construct):
    """Alarms that go to every topic, and a dashboard.

    Lambdas that fail on purpose, or whose failure the workflow tells of, have no alarm.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        migration: sfn.StateMachine,
        watchdog: sfn.StateMachine,
        functions: Functions,
        dead_letters: sqs.IQueue,
        people: Notifications,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        alarms = Alarms(self, people.topics)
        alarms.of_outcomes(settings.stack_name)
        alarms.of_executions(migration, watchdog)
        alarms.of_dead_letters(dead_letters, people.untold)
        for function, what_is_lost in functions.that_nobody_tells_of.items():
            alarms.of_errors(function, what_is_lost)
        board = dashboard(
            self,
            service=settings.stack_name,
            state_machine=migration,
            functions=functions.all,
            conclusions=[functions.conclude, functions.investigate],
            dead_letters=dead_letters,
            alarms=alarms.all,
        )
        region = Stack.of(self).region
        CfnOutput(
            scope,
            "DashboardUrl",
            value=f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
            f"#dashboards/dashboard/{board.dashboard_name}",
        )
