"""Monitoring: the alarms, with the topics that they go to, and the dashboard."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from aws_cdk import Aws, CfnCondition, CfnOutput, Fn, Stack
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.handler import HandlerFunction
from infra.messaging.notifications import Notifications
from infra.observability.alarms import Alarms
from infra.observability.dashboard import dashboard
from infra.settings.model import Settings

USUAL_DOMAIN: Final = "console.aws.amazon.com"
OTHER_DOMAINS: Final = {
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""The partitions whose consoles AWS documents publicly (AWS: "AWS Management Console endpoints and
quotas"; user guides of AWS in China and AWS GovCloud (US))."""


class Watched(NamedTuple):
    """A state machine, and the watchdog that looks after its executions."""

    state_machine: sfn.StateMachine
    watchdog: sfn.StateMachine


class MonitoredFunctions(NamedTuple):
    """The functions on the dashboard, and those of them that are treated in a special way.

    `failing_silently` are those whose errors have an alarm, with what is lost by them: the others
    fail on purpose, or the workflow reports their failure. `conclusions` are those that count how
    migrations ended, and `in_sight` those that Lambda must always run.
    """

    all: Sequence[HandlerFunction]
    failing_silently: Mapping[HandlerFunction, str]
    conclusions: Sequence[HandlerFunction]
    in_sight: Sequence[HandlerFunction] = ()


class Monitoring(Construct):
    """Alarms that go to every topic, and a dashboard."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        migrations: Watched,
        plans: Watched,
        functions: MonitoredFunctions,
        dead_letters: sqs.IQueue,
        notifications: Notifications,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        alarms = Alarms(self, notifications.topics, settings.stack_name)
        alarms.of_outcomes()
        alarms.of_migrations(*migrations)
        alarms.of_plans(*plans)
        alarms.of_queues(dead_letters, notifications.undelivered)
        for function, what_is_lost in functions.failing_silently.items():
            alarms.of_errors(function, what_is_lost)
        for function in functions.in_sight:
            alarms.of_throttles(function)
        board = dashboard(
            self,
            service=settings.stack_name,
            migrations=migrations.state_machine,
            plans=plans.state_machine,
            functions=functions.all,
            conclusions=functions.conclusions,
            dead_letters=dead_letters,
            alarms=alarms.all,
        )
        console = ConsoleDomain(self, "Console")
        region = Stack.of(self).region
        CfnOutput(
            scope,
            "DashboardUrl",
            description="The dashboard: what is running, how it ended, how long it took.",
            condition=console.is_known,
            value=f"https://{region}.{console.name}/cloudwatch/home?region={region}"
            f"#dashboards/dashboard/{board.dashboard_name}",
        )
        CfnOutput(
            scope,
            "DashboardName",
            description="The name of the dashboard in CloudWatch.",
            value=board.dashboard_name,
        )


class ConsoleDomain(Construct):
    """The domain of the AWS console in the stack's partition.

    `is_known` is the condition that the partition is one whose domain is documented.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.is_known = CfnCondition(
            self,
            "IsKnown",
            expression=Fn.condition_or(
                *(Fn.condition_equals(Aws.PARTITION, each) for each in ("aws", *OTHER_DOMAINS))
            ),
        )
        self.name = USUAL_DOMAIN
        for partition, domain in OTHER_DOMAINS.items():
            is_there = CfnCondition(
                self, partition, expression=Fn.condition_equals(Aws.PARTITION, partition)
            )
            self.name = Fn.condition_if(is_there.logical_id, domain, self.name).to_string()
