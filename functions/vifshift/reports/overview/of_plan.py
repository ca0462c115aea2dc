"""The page of a plan that is to be approved."""

from collections.abc import Iterable
from datetime import datetime

from vifshift.domain.findings import Finding
from vifshift.domain.migration import Execution
from vifshift.domain.overview import PlanOverview
from vifshift.events.plan import PlanFinding
from vifshift.plan.planning.preparation import Preparation
from vifshift.reports.overview.page import Proposal


def proposal(
    preparation: Preparation, overview: PlanOverview, execution: Execution, now: datetime
) -> Proposal:
    """Return what is to be approved."""
    request = preparation.request
    return Proposal(
        title=_title(overview),
        execution_name=execution.name,
        execution_arn=execution.arn,
        request_id=preparation.request_id,
        region=preparation.region,
        asked_by=execution.asked_by.in_words if execution.asked_by else "",
        requested_by=request.requested_by if request else "",
        reason=request.reason if request else "",
        checked_at=now,
        findings=tuple(_findings(preparation.findings)),
        changes=tuple(
            f"{each.virtual_interface_id}: {each.message}"
            if each.virtual_interface_id
            else each.message
            for each in preparation.changes
        ),
        overview=overview,
    )


def _title(overview: PlanOverview) -> str:
    some = f"{overview.to_do} virtual interface{'' if overview.to_do == 1 else 's'}"
    ends = {(each.source, each.target) for each in overview.moves}
    if len(ends) > 1 or overview.unsaid_moves:
        return some
    return next((f"{some} from {source} to {target}" for source, target in ends), some)


def _findings(found: Iterable[PlanFinding]) -> Iterable[Finding]:
    for each in found:
        whole = each.without_move
        message = whole.message if each.move is None else f"move {each.move}: {whole.message}"
        yield whole.model_copy(update={"message": message})
