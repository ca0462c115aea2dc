"""What all handlers have in common: logs, metrics, the execution, and its access."""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ConfigDict

from vifshift.adapters.call_counter import counting
from vifshift.adapters.environment import environment, require
from vifshift.domain.access_policy import Access
from vifshift.domain.identifiers import LONGEST_EXECUTION_NAME
from vifshift.domain.metrics import MIGRATION_ID, NAMESPACE, OUTCOME, Metric
from vifshift.domain.migration import Execution, Migration
from vifshift.domain.model import Model

# The longest name of an execution; a longer text is not one, and is not logged.
LONGEST_ID = LONGEST_EXECUTION_NAME

# Which only Lambda sets.
INITIALIZATION_TYPE = "AWS_LAMBDA_INITIALIZATION_TYPE"

logger = Logger(service="vifshift")
# Lambda's own filter would treat a metric as a line of level INFO, and drop it.
logging.getLogger("vifshift").setLevel(environment().log_level)
# At DEBUG, botocore logs Direct Connect's responses with their BGP keys. What it warns about is
# raised as well, and logged here with the migration's name.
logging.getLogger("botocore").setLevel(logging.ERROR)

Handler = Callable[..., dict[str, Any]]


BUILT_AT_ONCE = ConfigDict(defer_build=False)
"""The configuration of what a handler parses: the parser's errors would show a deferred input."""


class Input(Model):
    """The input that all handlers have; the execution comes from Step Functions."""

    model_config = BUILT_AT_ONCE

    execution: Execution


def entry(
    *paths: str, needs: Sequence[str] = (), made_ahead: Sequence[Callable[[], object]] = ()
) -> Callable[[Handler], Handler]:
    """Add the name of the migration or plan to everything that a handler logs and measures.

    The name is at one of `paths` in the event, by default at `execution.name`. It is added before
    the event is parsed, so that an event that can't be parsed is logged under its name as well.

    `needs` are the environment variables that the function requires; raises
    `MissingEnvironmentVariable` if one is missing. `made_ahead` makes what nearly every
    invocation uses: in Lambda it is called when the function is initialized, before an invocation
    waits for it.
    """
    require(*needs)
    if INITIALIZATION_TYPE in os.environ:
        for make in made_ahead:
            make()

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


def now_by_the_clock() -> datetime:
    """Return the time by the function's own clock.

    An input's time is that of its state, which may be much older after retries or a redrive; an
    event's time is what its sender says.
    """
    return datetime.fromtimestamp(time.time(), UTC)


def emit(
    migration_id: str,
    measured: Mapping[Metric, float],
    outcome: StrEnum | None = None,
) -> None:
    """Write metrics as one log line; the migration's name is a property, not a dimension."""
    if not measured:
        return
    # A new one for each line, since shared metrics would survive an invocation that fails.
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    # The clock that the log uses.
    metrics.timestamp = int(time.time() * 1000)
    for metric, value in measured.items():
        metrics.add_metric(metric, metric.unit, value)
    if outcome:
        metrics.add_dimension(OUTCOME, outcome)
    metrics.add_metadata(MIGRATION_ID, migration_id)
    metrics.flush_metrics()


def access(migration: Migration) -> Access:
    """Return the access to a migration's network.

    Raises `CallDenied` if the stack may not assume its role.
    """
    return environment().access_policy.access(
        migration.region, migration.role_arn, migration.migration_id
    )


def _find(event: object, path: list[str]) -> str:
    """Return the name at a path of a raw event, or an empty text without one."""
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event if isinstance(event, str) and len(event) <= LONGEST_ID else ""
