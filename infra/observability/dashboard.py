"""The dashboard: what is running, how it ended, and how long the interruptions were."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.names import dashboard_name
from infra.observability.alarms import answers_ended, measured, migrations_ended, plans_ended
from vifshift.domain.metrics import MIGRATION_ID, OUTCOME, Metric
from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.events.answers import AnswerReason

WEEK = Duration.days(7)
HALF = 12
WHOLE = 24
TYPICAL = cloudwatch.Stats.percentile(50)
SUM, MAXIMUM = cloudwatch.Stats.SUM, cloudwatch.Stats.MAXIMUM


def dashboard(
    scope: Construct,
    *,
    service: str,
    migrations: sfn.StateMachine,
    plans: sfn.StateMachine,
    functions: Sequence[lambda_.Function],
    conclusions: Sequence[lambda_.Function],
    dead_letters: sqs.IQueue,
    alarms: Sequence[cloudwatch.IAlarm],
) -> cloudwatch.Dashboard:
    """Return the dashboard; `conclusions` are the functions that count how migrations ended."""
    return cloudwatch.Dashboard(
        scope,
        "Dashboard",
        dashboard_name=dashboard_name(service),
        default_interval=WEEK,
        widgets=[
            [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=WHOLE, height=3)],
            [_runs("Executions: migrations", migrations), _migrations(service)],
            [_runs("Executions: plans", plans), _plans(service)],
            [_interruptions(service), _times(service)],
            [_answers(service), _observations(service)],
            [_undelivered(dead_letters), _throttles(service)],
            [_errors(functions), _durations(functions)],
            [_last_conclusions(conclusions)],
        ],
    )


def _graph(
    title: str, width: int, metrics: Sequence[cloudwatch.IMetric], *, stacked: bool = False
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title,
        width=width,
        left=metrics,
        stacked=stacked,
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    )


def _runs(title: str, state_machine: sfn.StateMachine) -> cloudwatch.IWidget:
    metrics = {
        "started": state_machine.metric_started,
        "succeeded": state_machine.metric_succeeded,
        "failed": state_machine.metric_failed,
        "timed out": state_machine.metric_timed_out,
        "aborted": state_machine.metric_aborted,
    }
    executions = [make(statistic=SUM, label=label) for label, make in metrics.items()]
    return _graph(title, HALF, executions)


def _migrations(service: str) -> cloudwatch.IWidget:
    outcomes = [migrations_ended(service, outcome).with_(label=outcome) for outcome in Outcome]
    return _graph("Outcomes of migrations", HALF, outcomes, stacked=True)


def _plans(service: str) -> cloudwatch.IWidget:
    outcomes = [plans_ended(service, outcome).with_(label=outcome) for outcome in PlanOutcome]
    return _graph("Outcomes of plans", HALF, outcomes, stacked=True)


def _answers(service: str) -> cloudwatch.IWidget:
    answers = [answers_ended(service, reason).with_(label=reason) for reason in AnswerReason]
    return _graph("Answers of people", HALF, answers, stacked=True)


def _interruptions(service: str) -> cloudwatch.IWidget:
    return _graph(
        "Interruptions of traffic, in seconds",
        HALF,
        _typical_and_longest(service, Metric.INTERRUPTION_SECONDS, "BGP not up"),
    )


def _times(service: str) -> cloudwatch.IWidget:
    return _graph(
        "Time to converge, in seconds",
        HALF,
        [
            *_typical_and_longest(service, Metric.SECONDS_TO_AVAILABLE, "to available"),
            *_typical_and_longest(service, Metric.SECONDS_TO_BGP_UP, "to BGP up"),
        ],
    )


def _typical_and_longest(service: str, metric: Metric, label: str) -> list[cloudwatch.Metric]:
    return [
        measured(metric, service, statistic).with_(label=f"{label}, {name}")
        for statistic, name in ((TYPICAL, "median"), (MAXIMUM, "longest"))
    ]


def _observations(service: str) -> cloudwatch.IWidget:
    observations = measured(Metric.OBSERVATIONS, service, SUM).with_(label="observations")
    return _graph("Observations of virtual interfaces", HALF, [observations])


def _throttles(service: str) -> cloudwatch.IWidget:
    throttles = measured(Metric.API_THROTTLES, service, SUM).with_(label="throttled")
    return _graph("Throttled calls to AWS", HALF, [throttles])


def _undelivered(queue: sqs.IQueue) -> cloudwatch.IWidget:
    letters = queue.metric_approximate_number_of_messages_visible(
        statistic=MAXIMUM, label="messages"
    )
    return _graph("Dead letters", HALF, [letters])


def _errors(functions: Sequence[lambda_.Function]) -> cloudwatch.IWidget:
    errors = [each.metric_errors(statistic=SUM, label=each.node.id) for each in functions]
    return _graph("Functions: errors, refusals included", HALF, errors, stacked=True)


def _durations(functions: Sequence[lambda_.Function]) -> cloudwatch.IWidget:
    longest = [each.metric_duration(statistic=MAXIMUM, label=each.node.id) for each in functions]
    return _graph("Functions: longest duration, in milliseconds", HALF, longest)


def _last_conclusions(functions: Sequence[lambda_.Function]) -> cloudwatch.IWidget:
    """Return a list of how the latest migrations ended, from the log lines that count them."""
    return cloudwatch.LogQueryWidget(
        title="Latest migrations",
        width=WHOLE,
        view=cloudwatch.LogQueryVisualizationType.TABLE,
        log_group_names=[function.log_group.log_group_name for function in functions],
        query_lines=[
            f"filter ispresent({Metric.MIGRATIONS})",
            f"display @timestamp, {MIGRATION_ID}, {OUTCOME}",
            "sort @timestamp desc",
            "limit 50",
        ],
    )
