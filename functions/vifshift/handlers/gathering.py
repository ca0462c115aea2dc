"""What the handlers at the end of a plan have in common: they ask what has become of its moves."""

import os

from vifshift.adapters.executions import executions
from vifshift.adapters.plan_table import plan_ledger
from vifshift.adapters.report_bucket import archive
from vifshift.domain.migration import Execution
from vifshift.plan.planning.preparation import Preparation
from vifshift.plan.running.child import Described, arn_of
from vifshift.plan.running.results import Results, gather


def results(execution: Execution, preparation: Preparation | None) -> Results:
    """Return what has become of each move; raises a `CallError` where that can't be read."""
    return gather(
        execution,
        preparation,
        documents=archive(),
        records=plan_ledger(),
        describe=_describe,
    )


def _describe(name: str) -> Described | None:
    arn = arn_of(os.environ["VIFSHIFT_MIGRATIONS"], name)
    return executions(os.environ["AWS_REGION"]).describe(arn)
