"""Rules of the setting `policy`: below its floor, no request passes."""

from collections.abc import Iterator

from vifshift.domain.findings import RULES, Move, Severity, rule
from vifshift.domain.policy_floor import (
    NamingRule,
    is_below_hold,
    is_silent_on_approval,
    refuses_rollback,
)
from vifshift.preflight.approval_floor import UNPROVEN_REDUNDANCY, demanded

APPROVAL = "POLICY_APPROVAL"


@rule(
    APPROVAL,
    Severity.BLOCK,
    "Leave out approval.required, and somebody is asked to approve.",
)
def approval_is_not_refused(move: Move) -> Iterator[str]:
    """A request does not refuse the approval that the setting `policy` demands of it."""
    if is_silent_on_approval(move.request) or move.request.approval.required or move.is_approved:
        return
    floor = move.floor.approval
    if not floor.is_set:
        return
    found = [
        finding
        for each in RULES
        if floor.unless_redundant and each.code in UNPROVEN_REDUNDANCY
        for finding in each.findings(move)
    ]
    if reason := demanded(move, found):
        yield f"approval.required is false, and {reason}"


@rule(
    "POLICY_ACKNOWLEDGE",
    Severity.BLOCK,
    "Remove it from acknowledge, and fix what the finding reports.",
)
def what_is_acknowledged_may_be(move: Move) -> Iterator[str]:
    """No request acknowledges what the setting `policy` lets nobody acknowledge."""
    for code in move.request.acknowledge:
        if code in move.floor.never_acknowledge:
            yield f"acknowledge names {code}, which the policy lets nobody acknowledge"


@rule("POLICY_ROLLBACK", Severity.BLOCK, "Leave out rollback, or set it to auto.")
def rollback_may_be_left_out(move: Move) -> Iterator[str]:
    """No request does without a rollback if the setting `policy` does not allow that."""
    if refuses_rollback(move.request) and not move.floor.allow_rollback_never:
        yield "rollback is never, which the policy does not allow"


@rule("POLICY_HOLD", Severity.BLOCK, "Leave out convergence.holdSeconds, or raise it.")
def hold_is_long_enough(move: Move) -> Iterator[str]:
    """The hold of a request is at least that of the setting `policy`."""
    if is_below_hold(move.request, move.floor):
        yield (
            f"convergence.holdSeconds is {move.request.convergence.hold_seconds}, and the policy "
            f"demands at least {move.floor.min_hold_seconds}"
        )


@rule("POLICY_ROUTES", Severity.BLOCK, "Leave out routes.minRecoveredPercent, or raise it.")
def enough_routes_have_to_return(move: Move) -> Iterator[str]:
    """The share of routes that a request wants back is at least that of the setting `policy`."""
    percent = move.request.routes.min_recovered_percent
    if percent < move.floor.min_recovered_percent:
        yield (
            f"routes.minRecoveredPercent is {percent}, and the policy demands at least "
            f"{move.floor.min_recovered_percent}"
        )


@rule(
    "POLICY_REQUESTER",
    Severity.BLOCK,
    "Let one of those ask who may; a source counts only if the bus's policy binds it.",
)
def requester_may_name_it(move: Move) -> Iterator[str]:
    """Who asks may name the role, the Region and the VIF, if the setting `policy` says who may."""
    for each in move.floor.may_name:
        if _is_about(each, move) and not each.allows(move.asked_by):
            who = move.asked_by.in_words.removeprefix("by ") if move.asked_by else "nobody known"
            yield f"{each.subject} may be named only by {each.whom}, and not by {who}"


def _is_about(each: NamingRule, move: Move) -> bool:
    """Return whether a request names all that a rule is about; a VIF is known once it is read."""
    request = move.request
    if each.tags and not move.network.is_tagged(each.tags):
        return False
    is_role = each.role_arn is None or each.role_arn == request.role_arn
    region = request.region or move.access_policy.home or move.network.region
    return is_role and each.region in {None, region}
