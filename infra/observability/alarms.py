"""The alarms: what somebody has to look at, and what to do first."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.handler import Handler
from infra.names import Alarm
from vifshift.domain.metrics import NAMESPACE, OUTCOME, SERVICE, Metric
from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import PlanOutcome

PERIOD = Duration.minutes(1)


def migrations_ended(service: str, outcome: Outcome) -> cloudwatch.Metric:
    """Return how many migrations have ended like this."""
    return measured(Metric.MIGRATIONS, service, cloudwatch.Stats.SUM, {OUTCOME: outcome})


def plans_ended(service: str, outcome: PlanOutcome) -> cloudwatch.Metric:
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

    def __init__(self, scope: Construct, topics: Sequence[sns.ITopic], stack_name: str) -> None:
        self._scope = scope
        self._actions = [actions.SnsAction(topic) for topic in topics]
        self._stack_name = stack_name
        self.all: list[cloudwatch.Alarm] = []

    def of_outcomes(self) -> None:
        """Ring for outcomes that leave something to be done."""
        self._ring(
            Alarm.ROLLBACK_FAILED,
            migrations_ended(self._stack_name, Outcome.ROLLBACK_FAILED),
            "A VIF came good neither on its target nor back on its source: its traffic may be cut "
            "off. Act now: look at the VIF and at your routers. The last event says what was seen.",
        )
        self._ring(
            Alarm.NEEDS_ATTENTION,
            migrations_ended(self._stack_name, Outcome.NEEDS_ATTENTION),
            "A VIF did not come good, and was not brought back. Act now: read `nextStep` in its "
            "last event.",
        )
        self._ring(
            Alarm.INTERRUPTED,
            migrations_ended(self._stack_name, Outcome.INTERRUPTED),
            "A migration was stopped, timed out or broke. Read in its last event where its VIF was "
            "left: nobody watches it any more.",
        )
        self._ring(
            Alarm.PLAN_HALTED,
            plans_ended(self._stack_name, PlanOutcome.HALTED),
            "A plan was halted before all of its moves were started. Read why in its last event; "
            "the same plan, asked for again, runs what is left.",
        )
        self._ring(
            Alarm.PLAN_INTERRUPTED,
            plans_ended(self._stack_name, PlanOutcome.INTERRUPTED),
            "A plan was stopped, timed out or broke: nothing more of it is started. Moves on their "
            "way go on, each to its own end. Its last event says what was not started.",
        )

    def of_executions(self, migration: sfn.StateMachine, watchdog: sfn.StateMachine) -> None:
        """Ring for migrations that did not get to their own end."""
        self._ring(
            Alarm.TIMED_OUT,
            _timed_out(migration),
            "A migration's execution has timed out. The watchdog looks after it: wait for VIF "
            "Migration Interrupted, two minutes at most, then act on it.",
        )
        self._ring(
            Alarm.ABORTED,
            _aborted(migration),
            "Somebody has stopped a migration's execution. The watchdog looks after it: wait for "
            "VIF Migration Interrupted, two minutes at most, then act on it.",
        )
        self._ring(
            Alarm.WATCHDOG_FAILED,
            _failed(watchdog),
            "The watchdog itself broke. Look at the VIF that its execution's input names.",
        )
        self._ring(
            Alarm.WATCHDOG_TIMED_OUT,
            _timed_out(watchdog),
            "The watchdog did not get to its end. Look at the VIF that its execution's input "
            "names.",
        )

    def of_plans(self, plan: sfn.StateMachine, watchdog: sfn.StateMachine) -> None:
        """Ring for plans that did not get to their own end."""
        self._ring(
            Alarm.PLAN_TIMED_OUT,
            _timed_out(plan),
            "A plan's execution has timed out. Its watchdog looks after it: wait for VIF Plan "
            "Interrupted, five minutes at most, then act on it.",
        )
        self._ring(
            Alarm.PLAN_ABORTED,
            _aborted(plan),
            "Somebody has stopped a plan's execution. Its watchdog looks after it: wait for VIF "
            "Plan Interrupted, five minutes at most, then act on it.",
        )
        self._ring(
            Alarm.PLAN_WATCHDOG_FAILED,
            _failed(watchdog),
            "The watchdog of plans itself broke. Look at the plan that its execution's input "
            "names, and at the migrations that are named after it.",
        )
        self._ring(
            Alarm.PLAN_WATCHDOG_TIMED_OUT,
            _timed_out(watchdog),
            "The watchdog of plans did not get to its end. Look at the plan that its execution's "
            "input names, and at the migrations that are named after it.",
        )

    def of_dead_letters(self, not_started: sqs.IQueue, not_told: sqs.IQueue) -> None:
        """Ring while there is something that could not be delivered."""
        self._ring(
            Alarm.DEAD_LETTERS,
            _waiting_in(not_started),
            "Something could not be started. Read why in the message's attributes, mend that, and "
            "start it again: make redrive.",
            section="redrive",
        )
        self._ring(
            Alarm.UNDELIVERED_NOTIFICATIONS,
            _waiting_in(not_told),
            "A notification could not be delivered. Read in the queue what it was, and why.",
            section="be-told",
        )

    def of_errors(self, function: Handler, what_is_lost: str) -> None:
        """Ring where a Lambda fails that never should, and that nobody else tells of."""
        self._ring(
            Alarm.of_errors_of(function.node.id),
            function.metric_errors(statistic=cloudwatch.Stats.SUM),
            f"{what_is_lost} Look for `failed` in the function's log, by migrationId.",
        )

    def _ring(
        self, name: Alarm, metric: cloudwatch.Metric, meaning: str, section: str = "watch-it"
    ) -> None:
        """Ring as soon as one minute has more than none; where there is no data, all is well."""
        alarm = cloudwatch.Alarm(
            self._scope,
            name.construct_id,
            alarm_name=name.of(self._stack_name),
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


def _timed_out(state_machine: sfn.StateMachine) -> cloudwatch.Metric:
    return state_machine.metric_timed_out(statistic=cloudwatch.Stats.SUM)


def _aborted(state_machine: sfn.StateMachine) -> cloudwatch.Metric:
    return state_machine.metric_aborted(statistic=cloudwatch.Stats.SUM)


def _failed(state_machine: sfn.StateMachine) -> cloudwatch.Metric:
    return state_machine.metric_failed(statistic=cloudwatch.Stats.SUM)


def _waiting_in(queue: sqs.IQueue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(statistic=cloudwatch.Stats.MAXIMUM)
