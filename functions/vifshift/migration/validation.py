"""Decides what to do with a request before anything is touched."""

from datetime import datetime
from typing import Protocol

from pydantic import JsonValue

from vifshift.domain.findings import DEFAULT_LIMITS, Finding, Limits, Move, bounded
from vifshift.domain.migration import Decision, Execution, Migration, expect, may_take_back
from vifshift.domain.network import Network
from vifshift.domain.observation import status_of
from vifshift.domain.overview import PlanOverview
from vifshift.domain.policy_floor import approved, is_silent_on_approval
from vifshift.domain.request import Request
from vifshift.domain.request_envelope import (
    LONGEST_REQUEST,
    MalformedRequestError,
    RequestEnvelope,
    parse_request,
)
from vifshift.domain.scope import CheckedScope, Circumstances, Scope, ScopeChange, ScopedMove
from vifshift.events import announcements
from vifshift.migration.approvals import (
    approvals_of,
    is_of_approved_plan,
    new_demand,
    raise_if_not_approved,
)
from vifshift.migration.recheck import (
    LastCheck,
    approval_minutes,
    baseline,
    changed,
    decide_on_changes,
    worded,
)
from vifshift.migration.validation_result import Validation
from vifshift.preflight.approval_floor import demanded
from vifshift.preflight.checks import barriers, preflight, worst_first
from vifshift.preflight.circumstances import circumstances
from vifshift.preflight.overview import overview_of_one
from vifshift.preflight.rollback_check import source_condition

FIRST_CHECK = LastCheck()
CAN_CHANGE = {Decision.PROCEED, Decision.REJECTED}


class Surveyor(Protocol):
    """Reads the network of a request."""

    def __call__(self, request: Request, *, siblings: tuple[str, ...] | None) -> Network:
        """Return the network; raises a `CallError` if it can't be read.

        `siblings` are those that a plan has read; with None, the whole Region is read.
        """


def validate(
    raw: JsonValue,
    *,
    is_too_long: bool,
    execution: Execution,
    survey: Surveyor,
    now: datetime,
    claimed_id: str,
    limits: Limits = DEFAULT_LIMITS,
    last: LastCheck = FIRST_CHECK,
) -> Validation:
    """Return the decision on a raw request; raises a `CallError` if its network can't be read.

    `last` is its last check, which it is compared with.
    """
    try:
        if is_too_long:
            fault = f"the request: is longer than {LONGEST_REQUEST} bytes"
            raise MalformedRequestError((fault,))
        asked = parse_request(raw)
        asked = asked.of(limits.guarded(limits.floor.completed(asked.request)))
        raise_if_not_approved(approvals_of(asked), last.given, limits)
    except MalformedRequestError as error:
        return Validation(
            decision=Decision.REJECTED,
            request_id=claimed_id,
            faults=error.faults,
            checked=last.checked,
            policy=limits.floor.clauses,
        )
    asked_by, is_approved = execution.asked_by, is_of_approved_plan(asked, execution.asked_by)
    floor, allowed = limits.floor, limits.access_policy
    if found := barriers(asked.request, allowed, now, floor, asked_by, is_approved=is_approved):
        return Validation(
            decision=Decision.REJECTED,
            request_id=claimed_id,
            request=asked.request,
            findings=bounded(found),
            checked=last.checked,
            policy=limits.floor.clauses,
        )
    network = survey(asked.request, siblings=asked.siblings)
    move = Move(
        request=asked.request,
        network=network,
        now=now,
        quotas=limits.quotas,
        access_policy=limits.access_policy,
        is_recheck=last.is_recheck,
        first_seen=last.seen if last.is_recheck else None,
        holder=last.moved(asked.request) if last.is_recheck else "",
        moved_to=last.moved_to(asked.request) if last.is_recheck else "",
        floor=limits.floor,
        asked_by=asked_by,
        is_approved=is_approved,
    )
    findings = preflight(move)
    findings = worst_first([*findings, *last.standing(findings, now)])
    demand = "" if is_approved else demanded(move, findings)
    if demand and is_silent_on_approval(asked.request):
        asked = asked.of(asked.request.model_copy(update={"approval": approved(asked.request)}))
    migration = _migration(asked, move, execution, claimed_id)
    decision = decide(asked.request, network, findings)
    now_found = circumstances(asked.request, network, findings)
    changes: tuple[ScopeChange, ...] = ()
    checked, before = last.checked, baseline(asked, last.checked)
    may_ask = approval_minutes(asked)
    if before and decision in CAN_CHANGE and _is_there(network):
        changes = worded(changed(before, move, now_found, last.own_moves), findings)
        decision = decide_on_changes(decision, changes, findings, asks=may_ask is not None)
    if demand and decision is Decision.PROCEED and last.is_recheck and last.given is None:
        # Nobody was asked when it was checked first, since it needed no approval then.
        decision, changes = Decision.ASK_AGAIN, (*changes, new_demand(demand))
    if checked is None or decision is Decision.ASK_AGAIN:
        checked = _checked(asked, now_found, now) if migration else None
    shown = None
    if asked.request.dry_run or asked.request.approval.required:
        shown = _overview(move, decision, findings, checked)
    worst = bounded(findings)
    findings = tuple(finding for finding in findings if finding in worst)
    announcement = None
    if decision is Decision.PROCEED and migration:
        announcement = announcements.started(
            announcements.metadata(execution, claimed_id, now),
            migration,
            findings,
            digest=checked.digest if checked else None,
        )
    return Validation(
        decision=decision,
        request_id=claimed_id,
        request=asked.request,
        migration=migration,
        before=status_of(migration.snapshot) if migration else None,
        findings=findings,
        announcement=announcement,
        checked=checked,
        changes=changes,
        approval_minutes=may_ask,
        approval_of=approvals_of(asked),
        policy=limits.floor.clauses,
        overview=shown,
    )


def _overview(
    move: Move,
    decision: Decision,
    findings: tuple[Finding, ...],
    checked: CheckedScope | None,
) -> PlanOverview | None:
    """Return what people are shown who are asked, or who asked for a dry run."""
    if move.network.virtual_interface is None:
        return None
    digest = checked.digest if checked else None
    return overview_of_one(move, decision, (each.code for each in findings), digest)


def decide(request: Request, network: Network, findings: tuple[Finding, ...]) -> Decision:
    """Return the decision; a VIF that already works on its target is unchanged.

    While another migration moves it there, that may still change: it is waited for.
    """
    vif = network.virtual_interface
    is_there = vif is not None and vif.connection_id == request.connection_id
    if is_there and network.moved_by and not request.dry_run:
        return Decision.PROCEED
    if is_there and network.works:
        return Decision.UNCHANGED
    if any(finding.blocks for finding in findings):
        return Decision.REJECTED
    return Decision.PLANNED if request.dry_run else Decision.PROCEED


def _is_there(network: Network) -> bool:
    """Return whether there is a VIF to move; one that is gone has not changed, but fallen away."""
    return network.virtual_interface is not None and not network.virtual_interface.is_gone


def _checked(asked: RequestEnvelope, found: Circumstances, now: datetime) -> CheckedScope:
    move = ScopedMove.of(asked.request, found, asked.plan.number if asked.plan else 1)
    return CheckedScope(digest=Scope(moves=(move,)).digest, at=now, move=move)


def _migration(
    asked: RequestEnvelope, move: Move, execution: Execution, claimed_id: str
) -> Migration | None:
    network = move.network
    vif = network.virtual_interface
    if vif is None:
        return None
    expectation = expect(vif, network.routes, network.up_before)
    return Migration(
        migration_id=execution.name,
        request_id=claimed_id,
        trigger=asked.trigger,
        region=network.region,
        request=asked.request,
        source=vif.connection_id,
        target=asked.request.connection_id,
        redundancy_group=vif.redundancy_group,
        snapshot=vif,
        expectation=expectation,
        is_source_available=may_take_back(network.source, expectation),
        caller_account=network.caller_account,
        plan_id=asked.plan.plan_id if asked.plan else None,
        source_condition=source_condition(move),
    )
