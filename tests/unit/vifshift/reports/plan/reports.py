"""Reports of plans as they may well be, and some as they hopefully never are."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.unit.vifshift.fakes import ACCOUNT, REGION, after
from tests.unit.vifshift.reports.migration.examples import HOSTILE, LONG, SHOUT
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Approval
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.plan_request import Order
from vifshift.domain.request import Window
from vifshift.events.base import EvidenceUris
from vifshift.reports.plan.model import MoveReport, PlanReport

OLD, NEW = "dxcon-fh3xk2aq", "dxlag-fgz7m1p0"
PLAN = "CHG0042-evacuate"
BUCKET = "vifshift-evidence-111122223333"
SUCCEEDED, UNCHANGED = MoveOutcome.SUCCEEDED, MoveOutcome.UNCHANGED
ROLLED_BACK, NOT_STARTED = MoveOutcome.ROLLED_BACK, MoveOutcome.NOT_STARTED
MESSAGES = {
    SUCCEEDED: "moved and verified",
    UNCHANGED: "it was already on its target",
    ROLLED_BACK: "did not converge, was rolled back, and works as before: BGP is not up",
    NOT_STARTED: "the plan was halted before its turn",
    MoveOutcome.REJECTED: "nothing was touched: VLAN_TAKEN",
    MoveOutcome.IN_FLIGHT: "it has not ended yet",
}
UNTOUCHED = {NOT_STARTED, MoveOutcome.IN_FLIGHT}


def a_uri(migration_id: str, bucket: str = BUCKET) -> EvidenceUris:
    """Build where the report of a migration is kept."""
    name = f"s3://{bucket}/migrations/2026/07/01/{migration_id}/report"
    return EvidenceUris(html_uri=f"{name}.html", json_uri=f"{name}.json")


def a_move(
    number: int = 1, outcome: MoveOutcome = SUCCEEDED, starts: float = 60, **fields: Any
) -> MoveReport:
    """Build a move of three minutes, as far as its outcome lets it come."""
    is_started = outcome is not NOT_STARTED
    is_ended = outcome not in UNTOUCHED
    child = f"{PLAN}-1a2b3c4d-{number:04}"
    return MoveReport(
        **{
            "number": number,
            "virtual_interface_id": f"dxvif-fg{number:06}",
            "virtual_interface_name": f"frankfurt-core-{number}",
            "source": OLD,
            "target": NEW,
            "outcome": outcome,
            "message": MESSAGES.get(outcome, f"ended as {outcome}"),
            "started_at": after(starts) if is_started else None,
            "ended_at": after(starts + 180) if is_ended else None,
            "interruption_seconds": 40.0 + number % 20 if outcome is SUCCEEDED else None,
            "migration_id": child if is_started else None,
            "evidence": a_uri(child) if is_ended else None,
            **fields,
        }
    )


def some_moves(*outcomes: MoveOutcome, at_once: int = 3) -> tuple[MoveReport, ...]:
    """Build moves that begin a few at a time."""
    return tuple(
        a_move(number, outcome, 60 + (number - 1) // at_once * 200 + 7 * (number % at_once))
        for number, outcome in enumerate(outcomes, 1)
    )


def a_report(*moves: MoveReport, **fields: Any) -> PlanReport:
    """Build a report of a plan that ended a minute after its last move."""
    ends = [move.ended_at for move in moves if move.ended_at]
    return PlanReport(
        **{
            "plan_id": PLAN,
            "request_id": "CHG0042",
            "execution_arn": f"arn:aws:states:{REGION}:{ACCOUNT}:execution:vifshift-plan:{PLAN}",
            "region": REGION,
            "account": ACCOUNT,
            "started_at": after(0),
            "ended_at": max(ends, default=after(5)),
            "outcome": PlanOutcome.COMPLETED,
            "sentence": "all moves were done, and verified",
            "next_step": "Update your infrastructure code: the reports of the moves say where.",
            "requested_by": "alice@example.com",
            "reason": "CHG0042, the 10G port is being retired",
            "approval": None,
            "max_concurrency": 3,
            "stop_after_failures": 2,
            "order": Order.LEAST_CRITICAL_FIRST,
            "window": None,
            "counts": Counts.of(move.outcome for move in moves),
            "findings": (),
            "moves": moves,
            **fields,
        }
    )


def a_finding(severity: Severity = Severity.WARN, **fields: Any) -> Finding:
    """Build a finding that many moves share."""
    return Finding(
        **{
            "code": "DEVICE_SHARED",
            "severity": severity,
            "message": "the target is on the device of a sibling",
            "remedy": "Name a target on another logical device.",
            **fields,
        }
    )


def completed() -> PlanReport:
    """Ten moves in a window that is as good as used up, approved by a person."""
    return a_report(
        *some_moves(*[SUCCEEDED] * 8, UNCHANGED, SUCCEEDED),
        approval=Approval(approved_by="Bob Neumann", comment="fine by the network team"),
        window=Window(opens_at=after(0), closes_at=after(1500)),
    )


def halted() -> PlanReport:
    """After two failures no more is started; one of those under way ends well."""
    blocked = a_finding(Severity.BLOCK, code="VLAN_TAKEN", message="VLAN 101 is taken")
    moves = some_moves(*[SUCCEEDED] * 5, ROLLED_BACK, SUCCEEDED, MoveOutcome.REJECTED, SUCCEEDED)
    rejected = moves[7].model_copy(update={"findings": (blocked, a_finding())})
    shared = moves[8].model_copy(update={"findings": (a_finding(message="as it was before"),)})
    return a_report(
        *moves[:7],
        rejected,
        shared,
        *(a_move(number, NOT_STARTED) for number in range(10, 15)),
        outcome=PlanOutcome.HALTED,
        sentence="halted after 2 failures: 7 of 14 moves were done, 5 were not started",
        next_step="Do what the reports of the failed moves say, then run the same plan again.",
        findings=(
            a_finding(
                code="WINDOW_MAY_BE_TOO_SHORT",
                message="3 of 14 moves begin too late",
                remedy="Ask for a longer window.",
            ),
        ),
        window=Window(opens_at=after(-86_400), closes_at=after(86_400)),
    )


def in_trouble() -> PlanReport:
    """Every way in which a move can end, to several targets, and one is still on its way."""
    moves = some_moves(*MoveOutcome, at_once=1)
    away = moves[0].model_copy(update={"target": "dxcon-elsewhere", "source": None})
    return a_report(
        away,
        *moves[1:],
        ended_at=after(2200),
        outcome=PlanOutcome.INTERRUPTED,
        sentence="cut off: the workflow of the plan ended before its time",
        next_step="Look at the moves that are named here.",
        max_concurrency=1,
        stop_after_failures=1,
    )


def rejected() -> PlanReport:
    """Preflight blocks it: nothing was touched."""
    return a_report(
        *(a_move(number, NOT_STARTED) for number in range(1, 4)),
        outcome=PlanOutcome.REJECTED,
        sentence="nothing was touched: SWAP_NEEDS_A_THIRD_PORT",
        next_step="Follow the findings' remedies, then send the request again.",
        findings=(a_finding(Severity.BLOCK, code="SWAP_NEEDS_A_THIRD_PORT"),),
    )


def unreadable() -> PlanReport:
    """A plan that could not be read; it took no time at all."""
    return a_report(
        ended_at=after(0),
        account="",
        outcome=PlanOutcome.REJECTED,
        sentence="nothing was touched: moves.3.connectionId: is missing",
        next_step="Follow the findings' remedies, then send the plan again.",
        requested_by="",
        reason="",
    )


def hostile() -> PlanReport:
    """Everything that people, or AWS, may write is meant to break the page."""
    usual = halted()
    broken = {
        "virtual_interface_name": HOSTILE,
        "message": HOSTILE,
        "source": LONG[:60],
        "target": SHOUT,
        "migration_id": f"{SHOUT}{LONG}"[:80],
        "evidence": a_uri('../javascript:alert("1")?#%/é', bucket=SHOUT),
        "findings": (a_finding(code=LONG, message=HOSTILE, remedy=HOSTILE),),
    }
    return usual.model_copy(
        update={
            "plan_id": LONG[:80],
            "request_id": LONG[:128],
            "execution_arn": f"{usual.execution_arn}{LONG}",
            "sentence": HOSTILE,
            "next_step": HOSTILE,
            "requested_by": HOSTILE,
            "reason": HOSTILE,
            "approval": Approval(approved_by=HOSTILE, comment=HOSTILE),
            "findings": (a_finding(code=LONG, message=HOSTILE, remedy=HOSTILE),),
            "moves": tuple(move.model_copy(update=broken) for move in usual.moves),
        }
    )


def many(number: int = 350) -> PlanReport:
    """More moves than anybody reads, twenty at a time, and a few of them have failed."""
    outcomes = [
        ROLLED_BACK if place % 97 == 50 else UNCHANGED if place % 50 == 7 else SUCCEEDED
        for place in range(number)
    ]
    moves = some_moves(*outcomes, at_once=20)
    return a_report(
        *(move.model_copy(update={"findings": (a_finding(),)}) for move in moves),
        outcome=PlanOutcome.PARTLY_COMPLETED,
        sentence="all moves were tried, and some have failed",
        max_concurrency=20,
        stop_after_failures=number,
    )


REPORTS: Mapping[str, Callable[[], PlanReport]] = {
    f"plan_{made.__name__}": made
    for made in (completed, halted, in_trouble, rejected, unreadable, hostile, many)
}
