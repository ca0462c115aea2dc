"""Who may write what in the evidence bucket; nobody may delete there, or replace a report."""

from collections.abc import Sequence
from typing import Final, cast

from aws_cdk import aws_iam as iam

from infra.functions.handler import HandlerFunction
from infra.functions.migration import MigrationFunctions
from infra.functions.plan import PlanFunctions
from infra.storage import EvidenceBucket
from vifshift.domain.object_keys import MIGRATIONS, PLANS, PROPOSALS

_FILES: Final = ("report.json", "report.html", "report-?.json", "report-?.html")
_MORE_FILES: Final = ("report-??.json", "report-??.html")
# A wildcard stands for slashes as well, and a plan may have any name: so its day is spelled out.
_REPORTS_OF_PLANS: Final = tuple(f"????/??/??/*/{name}" for name in (*_FILES, *_MORE_FILES))


def protect_evidence(
    archive: EvidenceBucket,
    migrations: MigrationFunctions,
    plans: PlanFunctions,
    others: Sequence[HandlerFunction],
) -> None:
    """Let only the functions that write the evidence write under its prefixes.

    `others` add to that of migrations.
    """
    archive.protect(MIGRATIONS, [_role(each) for each in (migrations.report, *others)], "*")
    writers = [_role(plans.prepare), _role(plans.report_plan)]
    archive.protect(PLANS, writers, *_REPORTS_OF_PLANS)
    # People decide by these pages: only who asks them may write one, once.
    archive.protect(PROPOSALS, [_role(migrations.hold), _role(plans.prepare)], "*")


def _role(function: HandlerFunction) -> iam.IRole:
    return cast(iam.IRole, function.role)
