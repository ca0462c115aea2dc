"""What is watched: the alarms, with where they are sent, and the dashboard."""

from collections.abc import Sequence

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.alarms import Alarms
from infra.config import Settings
from infra.dashboard import dashboard
from infra.functions import Functions


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
        topics: Sequence[sns.ITopic],
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        for topic in topics:
            self._let_alarms_publish(topic)
        alarms = Alarms(self, topics)
        alarms.of_outcomes(settings.stack_name)
        alarms.of_executions(migration, watchdog)
        alarms.of_dead_letters(dead_letters)
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

    def _let_alarms_publish(self, topic: sns.ITopic) -> None:
        """Let this account's alarms publish: a policy of a topic's own leaves them out."""
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
