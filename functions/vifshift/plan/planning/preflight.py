"""Preflight of a plan: each move against the network as it will be after the moves before it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.asked_by import AskedBy
from vifshift.domain.findings import DEFAULT_LIMITS, Finding, Limits, Severity
from vifshift.domain.migration import Decision
from vifshift.domain.model import Model
from vifshift.domain.overview import PlanOverview
from vifshift.domain.plan_request import PlanRequest, PlanRequestEnvelope, RequestedMove
from vifshift.domain.policy_floor import (
    NO_FLOOR,
    PolicyFloor,
    approved,
    is_silent_on_approval,
)
from vifshift.domain.request import ApprovalPolicy, AssociationRequest, Request, Trigger
from vifshift.domain.request_envelope import MOST_SIBLINGS, PlanContext, RequestEnvelope
from vifshift.domain.scope import Circumstances, Scope, ScopeChange, ScopedMove
from vifshift.events.plan import PlanFinding
from vifshift.migration.approvals import new_demand
from vifshift.migration.recheck import decide_on_changes, worded
from vifshift.migration.validation import CAN_CHANGE
from vifshift.plan.planning.alternatives import choose
from vifshift.plan.planning.comparison import PlanBaseline, changed_plan, is_larger
from vifshift.plan.planning.expansion import expand
from vifshift.plan.planning.findings import WINDOW_MAY_BE_TOO_SHORT
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.overview import overview_of_plan
from vifshift.plan.planning.projection import ALREADY_THERE, JudgedMove, PreflightContext
from vifshift.plan.planning.timing import begin_too_late
from vifshift.plan.planning.tracks import Track, TrackMove, tracks
from vifshift.preflight import checks as single
from vifshift.preflight.approval_floor import demanded
from vifshift.preflight.circumstances import circumstances
from vifshift.preflight.rules.policy import APPROVAL as POLICY_APPROVAL

GOING = {Decision.PROCEED, Decision.PLANNED}
"""The decisions on a move that is to be done, also if it is only in a dry run."""
MOST_SHARED = 10
"""The most findings of a rule that moves share, as those of ten gateways."""


class CheckedMove(Model):
    """A judged move of a plan; its number is its place in the request, from 1.

    `source` and `gateway` are None if the VIF is not known. `siblings` are those of its gateway,
    those that are up first. An unchanged move has no findings. `found` is what may change until it
    is started.
    """

    number: int
    request: Request
    decision: Decision
    source: str | None
    gateway: str | None
    siblings: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    found: Circumstances

    @property
    def is_left_alone(self) -> bool:
        """Return whether its VIF does not work on its target, and keeps no other from moving."""
        return self.decision is Decision.REJECTED and not any(each.blocks for each in self.findings)

    @property
    def scoped(self) -> ScopedMove:
        """Return the move as its approval covers it."""
        return ScopedMove.of(self.request, self.found, self.number)

    def asked(self, plan_id: str, request_id: str) -> RequestEnvelope:
        """Return the request that the migration of this move is started with."""
        context = PlanContext(plan_id=plan_id, number=self.number, siblings=self.siblings)
        return RequestEnvelope(
            request=self.request, request_id=request_id, trigger=Trigger.PLAN, plan=context
        )


class PlanPreflight(Model):
    """The decision on a plan, and its reasons.

    `moves` are in the order in which they are to be done, `tracks` are the numbers of those to do,
    and `findings` are those of the plan as a whole. `order_that_works` is another order in which
    the blocked moves would pass, if there is one. `approval` is what it needs, by its request or by
    the policy. `scope` is all that is to be done, `overview` what people are shown of it, `changes`
    what of it has changed, and `is_larger` is true if moves were added.
    """

    decision: Decision
    approval: ApprovalPolicy = ApprovalPolicy()
    scope: Scope
    changes: tuple[ScopeChange, ...] = ()
    is_larger: bool = False
    moves: tuple[CheckedMove, ...]
    findings: tuple[Finding, ...]
    tracks: tuple[Track, ...]
    order_that_works: tuple[int, ...] | None = None
    overview: PlanOverview


def barriers(
    asked: PlanRequestEnvelope,
    access_policy: AccessPolicy,
    now: datetime,
    floor: PolicyFloor = NO_FLOOR,
    asked_by: AskedBy | None = None,
) -> tuple[PlanFinding, ...]:
    """Return the findings of a plan whose Region may not be read; none if it may be read.

    They are those of the plan, or else those of its moves that have settings of their own.
    """
    request = asked.request
    any_move = RequestedMove(virtual_interface_id="dxvif-00000000", connection_id="dxcon-00000000")
    of_plan = request.complete(any_move).model_copy(update={"approval": request.approval})
    if found := single.barriers(of_plan, access_policy, now, floor, asked_by):
        return tuple(PlanFinding(**dict(each)) for each in found)
    if floor is NO_FLOOR or floor == NO_FLOOR:
        return ()
    return tuple(
        PlanFinding(**dict(each), move=number)
        for number, move in enumerate(request.moves or (), 1)
        if move.model_fields_set - AssociationRequest.model_fields.keys()
        for each in single.barriers(request.complete(move), access_policy, now, floor, asked_by)
    )


def preflight(
    asked: PlanRequestEnvelope,
    fleet: Fleet,
    now: datetime,
    limits: Limits = DEFAULT_LIMITS,
    before: PlanBaseline | None = None,
    asked_by: AskedBy | None = None,
    *,
    is_approved: bool | None = None,
) -> PlanPreflight:
    """Return the judged moves of a plan and its tracks; a blocked move blocks the plan.

    `fleet` is as it was read, and is not changed. `before` is what was found in the last check, and
    `is_approved` says whether somebody has approved it since, None at the first check.
    """
    request = asked.request
    if is_approved and is_silent_on_approval(request):
        request = request.model_copy(update={"approval": approved(request)})
    planned_moves, about_moves = expand(request, fleet, before.scope if before else None)
    choice = choose(request, fleet, planned_moves, PreflightContext(now, limits, asked_by))
    judged = choice.judged
    request, refused, demand = _with_approval(request, judged)
    findings = (*about_moves, *choice.findings, *_shared(judged), *refused)
    moves = tuple(_planned(each, fleet) for each in _without_blocks(judged))
    decision = _decide(request, moves, findings)
    to_do = () if decision is Decision.REJECTED else _tracks(request, judged, fleet, limits)
    late = begin_too_late(request, to_do, {move.number: move.request for move in moves}, now)
    if late:
        findings = (*findings, WINDOW_MAY_BE_TOO_SHORT.finding(_late(late, to_do), request))
    scope = _scope(request, moves, findings)
    changes = changed_plan(before, scope, judged) if before and decision in CAN_CHANGE else ()
    all_findings = (*findings, *(finding for move in moves for finding in move.findings))
    asks = request.approval.required
    changes = worded(changes, findings)
    decision = decide_on_changes(decision, changes, all_findings, asks=asks)
    if demand and decision is Decision.PROCEED and is_approved is False:
        # Nobody was asked when it was checked first, since it needed no approval then.
        decision, changes = Decision.ASK_AGAIN, (*changes, new_demand(demand))
    return PlanPreflight(
        decision=decision,
        approval=request.approval,
        scope=scope,
        changes=changes,
        is_larger=before is not None and is_larger(before.scope, scope),
        moves=moves,
        findings=single.worst_first(findings),
        tracks=to_do,
        order_that_works=choice.order_that_works,
        overview=overview_of_plan(request, judged, fleet, to_do, now=now, digest=scope.digest),
    )


def _with_approval(
    request: PlanRequest, judged: Sequence[JudgedMove]
) -> tuple[PlanRequest, tuple[Finding, ...], str]:
    """Return a plan with the approval that the policy demands of it, and why.

    If it refuses that, return a finding as well.
    """
    found = (
        (each.planned.number, demanded(each.move, (*each.findings, *each.shared)))
        for each in judged
        if each.decision is not Decision.UNCHANGED
    )
    number, demand = next(((number, why) for number, why in found if why), (None, ""))
    if not demand or request.approval.required:
        return request, (), demand
    if is_silent_on_approval(request):
        return request.model_copy(update={"approval": approved(request)}), (), demand
    refused = Finding(
        code=POLICY_APPROVAL,
        severity=Severity.BLOCK,
        message=f"approval.required is false, and {demand} (move {number})",
        remedy=single.remedy(POLICY_APPROVAL),
    )
    return request, (refused,), demand


def _scope(
    request: PlanRequest, moves: Sequence[CheckedMove], findings: Sequence[Finding]
) -> Scope:
    codes = {finding.code for finding in findings}
    blocks = {finding.code for finding in findings if finding.blocks}
    return Scope(
        moves=tuple(move.scoped for move in moves),
        max_concurrency=request.max_concurrency,
        stop_after_failures=request.stop_after_failures,
        order=request.order,
        findings=tuple(sorted(codes - blocks)),
        blocks=tuple(sorted(blocks)),
    )


def _decide(
    request: PlanRequest, moves: Sequence[CheckedMove], findings: Sequence[Finding]
) -> Decision:
    if any(move.decision is Decision.REJECTED and not move.is_left_alone for move in moves):
        return Decision.REJECTED
    if any(finding.blocks for finding in findings):
        return Decision.REJECTED
    if all(move.decision is Decision.UNCHANGED for move in moves):
        return Decision.UNCHANGED
    return Decision.PLANNED if request.dry_run else Decision.PROCEED


def _without_blocks(judged: Sequence[JudgedMove]) -> Iterator[JudgedMove]:
    """Yield the moves; what is left alone does not block the plan if there is anything to do."""
    is_anything_left = any(each.decision in GOING for each in judged)
    for each in judged:
        if not (each.is_left_alone and is_anything_left):
            yield each
            continue
        [found, *_] = (finding for finding in each.findings if finding.code == ALREADY_THERE)
        message = f"{found.message}; it is left as it is"
        warning = found.model_copy(update={"severity": Severity.WARN, "message": message})
        yield each._replace(findings=(warning,))


def _shared(judged: Sequence[JudgedMove]) -> Iterator[Finding]:
    """Yield once each finding that moves share, and how many there are besides the first."""
    seen: dict[str, dict[str, Finding]] = {}
    for finding in (finding for each in judged for finding in each.shared):
        seen.setdefault(finding.code, {}).setdefault(finding.message, finding)
    for of_code in seen.values():
        found = tuple(of_code.values())
        yield from found[:MOST_SHARED]
        unsaid = len(found) - MOST_SHARED
        if unsaid > 0:
            yield found[0].model_copy(update={"message": f"and {unsaid} more"})


def _planned(judged: JudgedMove, fleet: Fleet) -> CheckedMove:
    vif = fleet.vif(judged.planned.request.virtual_interface_id)
    siblings = [
        each
        for each in (fleet.siblings(vif) if vif else ())
        if not each.is_gone and each.virtual_interface_id in fleet
    ]
    siblings.sort(key=lambda each: each.works, reverse=True)
    return CheckedMove(
        number=judged.planned.number,
        request=judged.planned.request,
        decision=judged.decision,
        source=judged.source or None,
        gateway=vif.redundancy_group if vif else None,
        siblings=tuple(each.virtual_interface_id for each in siblings[:MOST_SIBLINGS]),
        findings=judged.findings,
        found=circumstances(judged.planned.request, judged.move.network, judged.findings),
    )


def _tracks(
    request: PlanRequest, judged: Sequence[JudgedMove], fleet: Fleet, limits: Limits
) -> tuple[Track, ...]:
    """Return the tracks; with one move at a time there is only one, which keeps the order."""
    track_moves = [
        TrackMove(each.planned.number, vif, each.source, each.planned.request.connection_id)
        for each in judged
        if each.decision in GOING and (vif := each.move.network.virtual_interface)
    ]
    if request.max_concurrency == 1:
        return (tuple(move.number for move in track_moves),) if track_moves else ()
    return tracks(track_moves, fleet, limits.quotas)


def _late(count: int, to_do: Sequence[Track]) -> str:
    number = sum(map(len, to_do))
    return (
        f"if each move takes as long as it can, {count} of {number} moves start too late to finish "
        "a move and a rollback before the window closes"
    )
