"""Prepares a plan: reads it and its Region, judges its moves, and stores what to do."""

from datetime import datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import JsonValue

from vifshift.adapters.account import account
from vifshift.adapters.alarms import alarms_elsewhere, read_guards
from vifshift.adapters.background import background
from vifshift.adapters.call_counter import current_call_counter
from vifshift.adapters.directconnect import direct_connect, own_direct_connect, readers_elsewhere
from vifshift.adapters.environment import (
    ACCESS_POLICY,
    BOUND_APPROVERS,
    BUCKET,
    CHECKS,
    FLOOR,
    SESSION,
    TABLE,
    environment,
)
from vifshift.adapters.gateway_locks import gateway_locks
from vifshift.adapters.own_moves import own_moves
from vifshift.adapters.peer_records import peer_records
from vifshift.adapters.report_bucket import report_bucket
from vifshift.adapters.sessions import assume
from vifshift.adapters.vpn import vpns_elsewhere
from vifshift.domain.errors import PASSING, READ_RETRIES
from vifshift.domain.findings import Limits
from vifshift.domain.migration import Approval
from vifshift.domain.object_keys import proposal_key
from vifshift.domain.outcomes import outcome_before_moves
from vifshift.domain.plan_request import PlanRequest
from vifshift.events.plan import PlanFinding
from vifshift.handlers.asking import to_json, who_asked, with_given
from vifshift.handlers.runtime import Input, entry, logger
from vifshift.migration import in_a_line
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.preparation import CheckedPlan, is_asked
from vifshift.plan.planning.prepare import LastPreparation, prepare
from vifshift.plan.planning.readers import PlanReaders
from vifshift.plan.running.waits import name_in_table
from vifshift.preflight.background import BackgroundAsked
from vifshift.preflight.discovery import CheckAttempt, OptionalSources
from vifshift.preflight.moves_in_progress import LockReads
from vifshift.preflight.other_paths import lately
from vifshift.reports.overview.of_plan import proposal
from vifshift.reports.overview.page import render


class PrepareInput(Input):
    """A raw plan, null if it is too long for the payload, and the id that it claimed.

    `is_gap_over` says that a VIF which is still not listed is gone, `attempt` how often it was
    tried before, which an earlier release does not say; `checked` is what was last shown to
    people, `findings` are those of the last check, and `approval` is what somebody has answered.
    """

    request_id: str
    request: JsonValue
    is_too_long: bool
    is_recheck: bool
    is_gap_over: bool = True
    attempt: int = READ_RETRIES
    now: datetime
    checked: CheckedPlan | None = None
    findings: tuple[PlanFinding, ...] = ()
    approval: Approval | None = None


@entry(
    needs=(ACCESS_POLICY, BOUND_APPROVERS, BUCKET, CHECKS, FLOOR, SESSION, TABLE),
    made_ahead=(own_direct_connect, report_bucket, gateway_locks),
)
@event_parser(model=PrepareInput)
def handler(event: PrepareInput, context: LambdaContext) -> dict[str, Any]:
    """Return the decision on the plan, and store its moves for the workflow."""
    checks = environment().checks
    kept = report_bucket()
    execution = who_asked(
        event.request, event.execution, is_recheck=event.is_recheck, attempt=event.attempt
    )
    digest = event.checked.digest if event.checked else ""
    approval = with_given(event.approval, name_in_table(event.execution.name), digest)
    prepared = prepare(
        event.request,
        is_too_long=event.is_too_long,
        execution=execution,
        readers=PlanReaders(
            partial(
                _survey,
                name=event.execution.name,
                calendar=checks.change_calendar,
                attempt=CheckAttempt(event.is_gap_over, is_last=event.attempt >= READ_RETRIES),
                now=event.now,
                own_account=event.execution.account,
                is_first=not event.is_recheck,
                locks=LockReads(gateway_locks(), event.now, event.execution.arn),
            ),
            kept,
            own_moves().since,
            approval.given if approval else None,
        ),
        now=event.now,
        claimed_id=event.request_id,
        limits=Limits(
            checks.quotas,
            environment().access_policy,
            environment().bound_approvers,
            environment().floor,
            checks.guards,
        ),
        last=LastPreparation(event.checked, event.findings),
    )
    preparation = prepared.preparation.stored(kept.keep_documents(prepared.documents))
    if prepared.overview and is_asked(preparation, is_recheck=event.is_recheck):
        page = render(proposal(preparation, prepared.overview, execution, event.now))
        key = proposal_key(event.now, execution.name, preparation.digest or "")
        preparation = preparation.model_copy(update={"page": kept.keep_page(key, page)})
    logger.info(
        "prepared",
        decision=preparation.decision,
        is_recheck=event.is_recheck,
        moves=preparation.counts.moves,
        stages=len(preparation.stages),
    )
    return {
        "preparation": preparation.to_json(),
        "saw": in_a_line.of_decision(
            preparation.decision, preparation.faults, preparation.findings
        ),
        "askedBy": to_json(execution.asked_by),
        "approval": to_json(approval),
        "outcomeIfItEndsHere": outcome_before_moves(preparation.decision),
        "calls": current_call_counter().calls,
    }


def _survey(
    request: PlanRequest,
    *,
    name: str,
    calendar: str | None,
    attempt: CheckAttempt,
    is_first: bool,
    now: datetime,
    locks: LockReads,
    own_account: str,
) -> Fleet:
    allowed = environment().access_policy
    access = allowed.access(request.region or allowed.home, request.role_arn, name)
    assume(access)
    asked = BackgroundAsked(background(access), now, own_moves().since)
    fleet = survey_fleet(
        direct_connect(access),
        account(access),
        access.region,
        calendar=calendar,
        plan=request,
        attempt=attempt,
        optional=OptionalSources(
            peer_records,
            asked if is_first else None,
            lately(own_moves().since, now),
            locks,
            readers_elsewhere(allowed, access, own_account),
            vpns_elsewhere(allowed, access, own_account),
        ),
    )
    guards = read_guards(
        [guard.alarm for guard in request.guarded_by],
        alarms_elsewhere(allowed, access, own_account),
        now,
        raises=() if attempt.is_last else PASSING,
    )
    return fleet.guarded(guards).cut_off(current_call_counter().cut_lists())
