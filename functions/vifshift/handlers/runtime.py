"""What all handlers have in common: logs, metrics, the execution, and where it may go."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from vifshift.adapters.call_counter import counting
from vifshift.adapters.environment import environment, require
from vifshift.domain.access_policy import Access
from vifshift.domain.metrics import MIGRATION_ID, NAMESPACE, OUTCOME, Metric
from vifshift.domain.migration import Execution, Migration, Outcome
from vifshift.domain.model import Model
from vifshift.domain.plan_outcome import PlanOutcome

# As long as an execution's name may be; what is longer names none, and may be anything.
LONGEST_ID = 80

logger = Logger(service="vifshift")
# Not Lambda's own filter, which would take a metric for a line of level INFO, and drop it.
logging.getLogger("vifshift").setLevel(environment().log_level)
# At DEBUG, botocore logs what Direct Connect answers: BGP keys and all. What it warns of is raised
# as well, and told by us, with the migration's name.
logging.getLogger("botocore").setLevel(logging.ERROR)

Handler = Callable[..., dict[str, Any]]


class Input(Model):
    """What every handler is told; the clock and the execution are Step Functions'."""

    execution: Execution


def entry(*paths: str, needs: Sequence[str] = ()) -> Callable[[Handler], Handler]:
    """Let all that a handler logs and measures name the migration, or plan, that it is about.

    The event has it at one of the paths; without any it is the execution's name.

    It comes before the event is parsed, so that one that can't be is told of under its name, too.
    `needs` are the environment variables without which the function does not start: raises
    `MissingEnvironmentVariable`.
    """
    require(*needs)

    def decorate(handler: Handler) -> Handler:
        @logger.inject_lambda_context(log_event=False)
        @wraps(handler)
        def enter(event: object, context: LambdaContext) -> dict[str, Any]:
            found = (_find(event, path.split(".")) for path in paths or ("execution.name",))
            name = next(filter(None, found), "")
            logger.thread_safe_append_keys(**{MIGRATION_ID: name})
            with counting() as counter:
                try:
                    answer = handler(event, context)
                except Exception as error:
                    logger.error("failed", error=type(error).__name__)
                    emit(name, {Metric.API_THROTTLES: counter.throttles})
                    raise
                emit(name, {Metric.API_THROTTLES: counter.throttles})
                return answer

        return enter

    return decorate


def emit(
    migration_id: str,
    measured: Mapping[Metric, float],
    outcome: Outcome | PlanOutcome | None = None,
) -> None:
    """Write metrics with the same dimensions as one line; the migration is no dimension of them."""
    if not measured:
        return
    # One for each line: what Powertools shares outlives an invocation that never got to flush it.
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    # The clock that the log goes by.
    metrics.timestamp = int(time.time() * 1000)
    for metric, value in measured.items():
        metrics.add_metric(metric, metric.unit, value)
    if outcome:
        metrics.add_dimension(OUTCOME, outcome)
    metrics.add_metadata(MIGRATION_ID, migration_id)
    metrics.flush_metrics()


def access(migration: Migration) -> Access:
    """Return how the network of a migration is reached; raises `CallDenied`."""
    return environment().access_policy.access(
        migration.region, migration.role_arn, migration.migration_id
    )


def _find(event: object, path: list[str]) -> str:
    """Return the name at a path of a raw event, or an empty one where there is none."""
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event if isinstance(event, str) and len(event) <= LONGEST_ID else ""
