"""Whether there are as many approvals as a request takes."""

from collections.abc import Iterable

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.findings import Limits
from vifshift.domain.migration import GivenApproval
from vifshift.domain.request import Trigger
from vifshift.domain.request_envelope import MalformedRequestError, RequestEnvelope
from vifshift.domain.scope import LONGEST_MESSAGE, ChangeKind, ScopeChange
from vifshift.domain.sizes import shortened
from vifshift.preflight.rules.policy import APPROVAL


def bound_sources(given: Iterable[GivenApproval]) -> frozenset[str]:
    """Return the bound sources that have approved; each counts once, whoever it says they are."""
    return frozenset(each.source for each in given if each.source_is_bound)


def approvals_of(asked: RequestEnvelope) -> int:
    """Return how many approvals a migration takes, of its own or by its plan."""
    if asked.plan and asked.plan.approval_minutes is not None:
        return asked.plan.approval_of
    return asked.request.approval.of


def is_of_approved_plan(asked: RequestEnvelope, asked_by: AskedBy | None) -> bool:
    """Return whether a plan that had to be approved has asked, and not somebody who says so."""
    if asked_by is None or asked_by.trigger is not Trigger.PLAN or asked_by.trigger_is_claimed:
        return False
    return asked.plan is not None and asked.plan.approval_minutes is not None


def new_demand(reason: str) -> ScopeChange:
    """Return what has changed where an approval is demanded that was not before."""
    return ScopeChange(
        kind=ChangeKind.FINDING, code=APPROVAL, message=shortened(reason, LONGEST_MESSAGE)
    )


def raise_if_not_approved(of: int, given: tuple[GivenApproval, ...] | None, limits: Limits) -> None:
    """Raise `MalformedRequestError` if several approvals are asked for that can't be, or were not.

    `given` are the approvals, None if nobody was asked yet. Whoever has the task's token may have
    ended the wait with it: one call is not several approvals.
    """
    if of <= 1:
        return
    if given is not None:
        if (approved := len(bound_sources(given))) < of:
            raise MalformedRequestError(
                (f"approval: it takes {of} approvals from bound sources, and has {approved}",)
            )
        return
    if limits.bound_approvers is not None and limits.bound_approvers < of:
        fault = (
            f"approval.of: {of} needs as many sources that the setting approvalSources binds to "
            f"principals, and it binds {limits.bound_approvers}"
        )
        raise MalformedRequestError((fault,))
