"""Reads how the moves of a plan ended, for the handlers that conclude and report it."""

from vifshift.adapters.environment import environment
from vifshift.adapters.executions import executions
from vifshift.adapters.plan_table import plan_table
from vifshift.adapters.report_bucket import report_bucket
from vifshift.domain.migration import Execution
from vifshift.domain.plan_progress import ExecutionDescription
from vifshift.plan.planning.preparation import Preparation
from vifshift.plan.running.child import arn_of
from vifshift.plan.running.results import Results, gather


def results(execution: Execution, preparation: Preparation | None) -> Results:
    """Return how each move ended; raises a `CallError` if that can't be read."""
    return gather(
        execution,
        preparation,
        documents=report_bucket(),
        records=plan_table(),
        describe=_describe,
    )


def _describe(name: str) -> ExecutionDescription | None:
    arn = arn_of(environment().migrations, name)
    return executions(environment().region).describe(arn)
