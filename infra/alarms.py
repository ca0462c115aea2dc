"""The alarms: what somebody has to look at, and what to do first."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from vifshift.metrics import NAMESPACE, OUTCOME, SERVICE, Metric
from vifshift.migration import Outcome
from vifshift.plan.outcome import PlanOutcome

PERIOD = Duration.minutes(1)


def migrations(service: str, outcome: Outcome) -> cloudwatch.Metric:
    """Return how many migrations have ended like this."""
    return measured(Metric.MIGRATIONS, service, cloudwatch.Stats.SUM, {OUTCOME: outcome})


def plans(service: str, outcome: PlanOutcome) -> cloudwatch.Metric:
    """Return how many plans have ended like this."""
    return measured(Metric.PLANS, service, cloudwatch.Stats.SUM, {OUTCOME: outcome})


def measured(
    metric: Metric, service: str, statistic: str, dimensions: dict[str, str] | None = None
) -> cloudwatch.Metric:
    """Return one of the metrics that the Lambdas write, as they write it."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=metric,
        dimensions_map={SERVICE: service, **(dimensions or {})},
        statistic=statistic,
    )


class Alarms:
    """Makes alarms that ring at the first minute in which something is not as it should be."""

    def __init__(self, scope: Construct, topics: Sequence[sns.ITopic]) -> None:
        self._scope = scope
        self._actions = [actions.SnsAction(topic) for topic in topics]
        self.all: list[cloudwatch.Alarm] = []

    def of_outcomes(self, service: str) -> None:
        """Ring for outcomes that leave something to be done."""
        self._ring(
            "RollbackFailed",
            migrations(service, Outcome.ROLLBACK_FAILED),
            "A VIF came good neither on its target nor back on its source: its traffic may be cut "
            "off. Act now: look at the VIF and at your routers. The last event says what was seen.",
        )
        self._ring(
            "NeedsAttention",
            migrations(service, Outcome.NEEDS_ATTENTION),
            "A VIF did not come good, and was not brought back. Act now: read `nextStep` in its "
            "last event.",
        )
        self._ring(
            "Interrupted",
            migrations(service, Outcome.INTERRUPTED),
            "A migration was stopped, timed out or broke. Read in its last event where its VIF was "
            "left: nobody watches it any more.",
        )

    def of_executions(self, migration: sfn.StateMachine, watchdog: sfn.StateMachine) -> None:
        """Ring for executions that did not get to their own end."""
        self._ring(
            "TimedOut",
            migration.metric_timed_out(statistic=cloudwatch.Stats.SUM),
            "A migration's execution has timed out. The watchdog looks after it: wait for VIF "
            "Migration Interrupted, two minutes at most, then act on it.",
        )
        self._ring(
            "Aborted",
            migration.metric_aborted(statistic=cloudwatch.Stats.SUM),
            "Somebody has stopped a migration's execution. The watchdog looks after it: wait for "
            "VIF Migration Interrupted, two minutes at most, then act on it.",
        )
        self._ring(
            "WatchdogFailed",
            watchdog.metric_failed(statistic=cloudwatch.Stats.SUM),
            "The watchdog itself broke. Look at the VIF that its execution's input names.",
        )
        self._ring(
            "WatchdogTimedOut",
            watchdog.metric_timed_out(statistic=cloudwatch.Stats.SUM),
            "The watchdog did not get to its end. Look at the VIF that its execution's input "
            "names.",
        )

    def of_dead_letters(self, not_started: sqs.IQueue, not_told: sqs.IQueue) -> None:
        """Ring while there is something that could not be delivered."""
        self._ring(
            "Undelivered",
            _waiting_in(not_started),
            "Something could not be started. Read why in the message's attributes, mend that, and "
            "start it again: make redrive.",
            section="redrive",
        )
        self._ring(
            "Untold",
            _waiting_in(not_told),
            "People could not be told of something. Read in the queue what it was, and why.",
            section="be-told",
        )

    def of_errors(self, function: lambda_.Function, what_is_lost: str) -> None:
        """Ring where a Lambda fails that never should, and that nobody else tells of."""
        self._ring(
            f"{function.node.id}Errors",
            function.metric_errors(statistic=cloudwatch.Stats.SUM),
            f"{what_is_lost} Look for `failed` in the function's log, by migrationId.",
        )

    def _ring(
        self, name: str, metric: cloudwatch.Metric, meaning: str, section: str = "watch-it"
    ) -> None:
        """Ring as soon as one minute has more than none; where there is no data, all is well."""
        alarm = cloudwatch.Alarm(
            self._scope,
            name,
            alarm_description=f"{meaning} See docs/operations.md#{section}.",
            metric=metric.with_(period=PERIOD),
            threshold=0,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._actions:
            alarm.add_alarm_action(*self._actions)
        self.all.append(alarm)


def _waiting_in(queue: sqs.IQueue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(statistic=cloudwatch.Stats.MAXIMUM)
