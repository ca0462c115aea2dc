"""Makes the overview of a plan from its judged moves."""

from collections.abc import Sequence
from datetime import datetime

from vifshift.domain.migration import Decision
from vifshift.domain.overview import PlanOverview
from vifshift.domain.plan_request import PlanRequest
from vifshift.plan.planning.expansion import staying
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.projection import JudgedMove
from vifshift.plan.planning.tracks import Track
from vifshift.preflight.judged_rules import RuleTally
from vifshift.preflight.overview import Arranged, overview, overview_of_move, staying_on

NOT_IN_PLAN = "no move of this plan is of it"


def overview_of_plan(
    request: PlanRequest,
    judged: Sequence[JudgedMove],
    fleet: Fleet,
    tracks: Sequence[Track],
    *,
    now: datetime,
    digest: str | None,
) -> PlanOverview:
    """Return the overview of a plan; `fleet` is as it was read, before the first move."""
    tally = RuleTally()
    for each in judged:
        if each.decision is not Decision.UNCHANGED:
            tally.add(each.move, (found.code for found in (*each.findings, *each.shared)))
    sources = dict.fromkeys(each.source for each in judged if each.source)
    if request.evacuate:
        sources = {request.evacuate.source: None}
    arranged = Arranged(
        now=now,
        tracks=tracks,
        at_once=request.max_concurrency,
        window=request.window,
        digest=digest,
        staying=staying_on(
            {port: fleet.on(port) for port in sources},
            (each.planned.request.virtual_interface_id for each in judged),
            {each.virtual_interface_id: each.message for each in staying(request.evacuate, fleet)},
            NOT_IN_PLAN,
        ),
    )
    moves = [overview_of_move(each.move, each.decision, each.planned.number) for each in judged]
    return overview(moves, arranged, tally)
