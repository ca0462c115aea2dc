"""The page of a migration that is to be approved."""

from datetime import datetime

from vifshift.domain.migration import Execution
from vifshift.migration.validation_result import Validation
from vifshift.reports.overview.page import Proposal


def proposal(validation: Validation, execution: Execution, now: datetime) -> Proposal | None:
    """Return what is to be approved, None where an earlier release has checked it."""
    migration, overview = validation.migration, validation.overview
    if migration is None or overview is None:
        return None
    request, vif = migration.request, migration.snapshot.virtual_interface_id
    return Proposal(
        title=f"{vif} from {migration.source} to {migration.target}",
        execution_name=execution.name,
        execution_arn=execution.arn,
        request_id=validation.request_id,
        region=migration.region,
        asked_by=execution.asked_by.in_words if execution.asked_by else "",
        requested_by=request.requested_by,
        reason=request.reason,
        checked_at=validation.checked.at if validation.checked else now,
        findings=validation.findings,
        changes=tuple(each.message for each in validation.changes),
        overview=overview,
    )
