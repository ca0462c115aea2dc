"""What may be shown before something moves: to whoever is to approve it, and after a dry run."""

from collections.abc import Callable, Mapping

from tests.unit.vifshift.fakes import after
from tests.unit.vifshift.plan.plans import P, Q, judged, name, region, sibling, vif
from tests.unit.vifshift.reports.migration.examples import HOSTILE
from tests.unit.vifshift.reports.plan.reports import a_move, a_report
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.overview import PlanOverview
from vifshift.domain.plan_outcome import MoveOutcome, PlanOutcome
from vifshift.reports.overview.page import Proposal
from vifshift.reports.plan.model import PlanReport

WARNING = Finding(
    code="NO_REDUNDANT_PATH",
    severity=Severity.WARN,
    message=f"{name(1)} is the only virtual interface of gw-1: nothing else carries 10.0.0.0/8",
    remedy="Bring up another path that carries these prefixes.",
)


def an_overview(number: int) -> PlanOverview:
    """Return the overview of an evacuation whose first VIF has no other path."""
    vifs = [vif(each, P, location="EqFA5") for each in range(1, number + 1)]
    only_down = sibling(vifs[0], 99, up=False)
    return judged(
        region(*vifs, only_down),
        evacuate={"from": P, "to": Q},
        maxConcurrency=3,
        acknowledge=["NO_REDUNDANT_PATH"],
        window=_WINDOW,
    ).overview


def a_proposal(overview: PlanOverview, title: str, text: str = "CHG0042") -> Proposal:
    """Return what somebody is to approve."""
    return Proposal(
        title=title,
        execution_name=text,
        execution_arn=f"arn:aws:states:eu-central-1:111122223333:execution:plans:{text}",
        request_id=text,
        region="eu-central-1",
        asked_by="by bound source an-engineer of account 111122223333",
        requested_by=text,
        reason=text,
        checked_at=after(0),
        findings=(WARNING,),
        changes=(text,),
        overview=overview,
    )


def one() -> Proposal:
    return a_proposal(an_overview(1), f"{name(1)} from {P} to {Q}")


def several() -> Proposal:
    return a_proposal(an_overview(9), f"9 virtual interfaces from {P} to {Q}")


def hostile() -> Proposal:
    return a_proposal(an_overview(2), HOSTILE[:200], HOSTILE[:200])


def planned() -> PlanReport:
    """Return the report of a dry run of a plan."""
    moves = [a_move(number, MoveOutcome.NOT_STARTED) for number in range(1, 4)]
    return a_report(*moves, outcome=PlanOutcome.PLANNED, overview=an_overview(3))


_WINDOW = {"opensAt": "2026-07-01T09:00:00Z", "closesAt": "2026-07-01T10:00:00Z"}
PROPOSALS: Mapping[str, Callable[[], Proposal]] = {
    "approval_one": one,
    "approval_several": several,
    "approval_hostile": hostile,
}
