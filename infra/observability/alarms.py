"""The alarms: what has happened, and what to do first."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.handler import HandlerFunction
from infra.names import Alarm
from vifshift.domain.metrics import NAMESPACE, OUTCOME, SERVICE, Metric
from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.events.answers import AnswerReason

PERIOD = Duration.minutes(1)


def migrations_ended(service: str, outcome: Outcome) -> cloudwatch.Metric:
    """Return the metric of migrations that ended with an outcome."""
    return measured(Metric.MIGRATIONS, service, cloudwatch.Stats.SUM, {OUTCOME: outcome})


def plans_ended(service: str, outcome: PlanOutcome) -> cloudwatch.Metric:
    """Return the metric of plans that ended with an outcome."""
    return measured(Metric.PLANS, service, cloudwatch.Stats.SUM, {OUTCOME: outcome})


def answers_ended(service: str, reason: AnswerReason) -> cloudwatch.Metric:
    """Return the metric of answers that were heard, or not for a reason."""
    return measured(Metric.ANSWERS, service, cloudwatch.Stats.SUM, {OUTCOME: reason})


def measured(
    metric: Metric, service: str, statistic: str, dimensions: dict[str, str] | None = None
) -> cloudwatch.Metric:
    """Return one of the metrics that the functions write, with the dimensions they use."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=metric,
        dimensions_map={SERVICE: service, **(dimensions or {})},
        statistic=statistic,
    )


class Alarms:
    """Makes alarms that fire in the first minute in which something is wrong."""

    def __init__(self, scope: Construct, topics: Sequence[sns.ITopic], stack_name: str) -> None:
        self._scope = scope
        self._actions = [actions.SnsAction(topic) for topic in topics]
        self._stack_name = stack_name
        self.all: list[cloudwatch.Alarm] = []

    def of_outcomes(self) -> None:
        """Fire on outcomes that need a person to act."""
        self._alarm(
            Alarm.ROLLBACK_FAILED,
            migrations_ended(self._stack_name, Outcome.ROLLBACK_FAILED),
            "A VIF converged neither on its target nor back on its source: its traffic may be cut "
            "off. Act now: check the VIF and your routers. The last event says what was seen.",
        )
        self._alarm(
            Alarm.NEEDS_ATTENTION,
            migrations_ended(self._stack_name, Outcome.NEEDS_ATTENTION),
            "A VIF did not converge, and was not rolled back. Act now: follow `nextStep` in its "
            "last event.",
        )
        self._alarm(
            Alarm.INTERRUPTED,
            migrations_ended(self._stack_name, Outcome.INTERRUPTED),
            "A migration was stopped, timed out or broke. Its last event says where its VIF was "
            "left: nothing watches it any more.",
        )
        self._alarm(
            Alarm.PLAN_HALTED,
            plans_ended(self._stack_name, PlanOutcome.HALTED),
            "A plan was halted before all of its moves were started. Its last event says why. "
            "Request the same plan again to run what is left.",
        )
        self._alarm(
            Alarm.PLAN_INTERRUPTED,
            plans_ended(self._stack_name, PlanOutcome.INTERRUPTED),
            "A plan was stopped, timed out or broke: it starts no further moves. Moves in progress "
            "continue. Its last event says what was not started.",
        )

    def of_migrations(self, migration: sfn.StateMachine, watchdog: sfn.StateMachine) -> None:
        """Fire when an execution of a migration, or its watchdog, does not end by itself."""
        self._alarm(
            Alarm.TIMED_OUT,
            _timed_out(migration),
            "The execution of a migration timed out. The watchdog looks after it: wait up to two "
            "minutes for VIF Migration Interrupted, then act on that.",
        )
        self._alarm(
            Alarm.ABORTED,
            _aborted(migration),
            "Somebody stopped the execution of a migration. The watchdog looks after it: wait up "
            "to two minutes for VIF Migration Interrupted, then act on that.",
        )
        self._alarm(
            Alarm.WATCHDOG_FAILED,
            _failed(watchdog),
            "The watchdog of migrations failed. Check the VIF that its execution's input names.",
        )
        self._alarm(
            Alarm.WATCHDOG_TIMED_OUT,
            _timed_out(watchdog),
            "The watchdog of migrations did not finish. Check the VIF that its execution's input "
            "names.",
        )

    def of_plans(self, plan: sfn.StateMachine, watchdog: sfn.StateMachine) -> None:
        """Fire when an execution of a plan, or its watchdog, does not end by itself."""
        self._alarm(
            Alarm.PLAN_TIMED_OUT,
            _timed_out(plan),
            "The execution of a plan timed out. Its watchdog looks after it: wait up to five "
            "minutes for VIF Plan Interrupted, then act on that.",
        )
        self._alarm(
            Alarm.PLAN_ABORTED,
            _aborted(plan),
            "Somebody stopped the execution of a plan. Its watchdog looks after it: wait up to "
            "five minutes for VIF Plan Interrupted, then act on that.",
        )
        self._alarm(
            Alarm.PLAN_WATCHDOG_FAILED,
            _failed(watchdog),
            "The watchdog of plans failed. Check the plan that its execution's input names, and "
            "the migrations that are named after that plan.",
        )
        self._alarm(
            Alarm.PLAN_WATCHDOG_TIMED_OUT,
            _timed_out(watchdog),
            "The watchdog of plans did not finish. Check the plan that its execution's input "
            "names, and the migrations that are named after that plan.",
        )

    def of_queues(self, dead_letters: sqs.IQueue, undelivered: sqs.IQueue) -> None:
        """Fire while a queue holds something that could not be delivered."""
        self._alarm(
            Alarm.DEAD_LETTERS,
            _messages_in(dead_letters),
            "A migration or a plan could not be started, or an answer could not be delivered. The "
            "message's attributes say why. Fix that, then start it again with make redrive.",
            section="redrive",
        )
        self._alarm(
            Alarm.UNDELIVERED_NOTIFICATIONS,
            _messages_in(undelivered),
            "A notification could not be delivered. The message in the queue says which one, and "
            "its attributes say why.",
            section="be-told",
        )

    def of_errors(self, function: HandlerFunction, what_is_lost: str) -> None:
        """Fire on errors of a function that should never fail, and that no event reports."""
        self._alarm(
            Alarm.of_errors_of(function.node.id),
            function.metric_errors(statistic=cloudwatch.Stats.SUM),
            f"{what_is_lost} Search the function's log for `failed`, by migrationId.",
        )

    def of_throttles(self, function: HandlerFunction) -> None:
        """Fire when Lambda refuses to run a function that keeps a moving VIF in sight."""
        self._alarm(
            Alarm.of_throttles_of(function.node.id),
            function.metric_throttles(statistic=cloudwatch.Stats.SUM),
            "Lambda has refused to run a function that migrations in progress depend on. It is "
            "tried again; if this lasts, raise reservedConcurrency, or start fewer moves at once.",
            section="under-load",
        )

    def _alarm(
        self, name: Alarm, metric: cloudwatch.Metric, meaning: str, section: str = "watch-it"
    ) -> None:
        """Fire as soon as one minute has a value above zero; missing data is good."""
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


def _messages_in(queue: sqs.IQueue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(statistic=cloudwatch.Stats.MAXIMUM)
