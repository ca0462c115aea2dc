"""The findings of a plan as a whole; those of its moves are the rules'."""

from typing import NamedTuple

from vifshift.domain.findings import Finding, Severity
from vifshift.domain.plan_request import PlanRequest


class PlanRule(NamedTuple):
    """What all findings of one code share; `summary` says what has to hold."""

    code: str
    severity: Severity
    summary: str
    remedy: str
    overridable: bool = False
    page: str = ""

    def finding(self, message: str, request: PlanRequest) -> Finding:
        """Return a finding of a plan, which may have acknowledged it."""
        is_acknowledged = self.overridable and self.code in request.acknowledge
        return Finding(
            code=self.code,
            severity=self.severity,
            message=message,
            remedy=self.remedy,
            acknowledged_by=(request.requested_by or "the request") if is_acknowledged else None,
        )


SOURCE_NOT_FOUND = PlanRule(
    "SOURCE_NOT_FOUND",
    Severity.BLOCK,
    "The port to empty is a connection or a LAG of this account and Region.",
    "Check the id, the account and the Region; DescribeConnections and DescribeLags list them.",
)
EXCLUDED_NOT_FOUND = PlanRule(
    "EXCLUDED_NOT_FOUND",
    Severity.BLOCK,
    "What is excluded from an evacuation is on the port: a misspelt id would be moved.",
    "Correct the id or leave it out; acknowledge it where the virtual interface has left the port.",
    overridable=True,
)
TOO_MANY_MOVES = PlanRule(
    "TOO_MANY_MOVES",
    Severity.BLOCK,
    "An evacuation has as many moves as a plan may have.",
    "Split it, by tags or types.",
)
NOTHING_TO_MOVE = PlanRule(
    "NOTHING_TO_MOVE",
    Severity.INFO,
    "A plan without moves has nothing to do.",
    "Nothing to do, if that is what was expected. Else check the port, the tags and the types.",
)
MOVED_TWICE = PlanRule(
    "MOVED_TWICE",
    Severity.BLOCK,
    "A plan moves a virtual interface once.",
    "Leave out all but one of the moves, or acknowledge it: then they follow one another.",
    overridable=True,
)
ORDER_WOULD_WORK = PlanRule(
    "ORDER_WOULD_WORK",
    Severity.INFO,
    "Where moves are blocked in the order given, another order is looked for.",
    "Ask for the moves in the order named.",
)
ORDER_KEPT = PlanRule(
    "ORDER_KEPT",
    Severity.INFO,
    "The least critical go first only as far as each move still passes.",
    "Nothing to do: the moves stay in the order given.",
)
SWAP_NEEDS_A_THIRD_PORT = PlanRule(
    "SWAP_NEEDS_A_THIRD_PORT",
    Severity.BLOCK,
    "No two moves wait for each other, as those of a swap do.",
    "Move one of them to a third port first: by itself, or here with MOVED_TWICE acknowledged.",
)
WINDOW_MAY_BE_TOO_SHORT = PlanRule(
    "WINDOW_MAY_BE_TOO_SHORT",
    Severity.WARN,
    "Every move begins early enough to go there and back, if each takes as long as it may.",
    "Ask for a longer window, fewer moves or a higher maxConcurrency; late moves are rejected.",
)

PLAN_RULES = (
    SOURCE_NOT_FOUND,
    EXCLUDED_NOT_FOUND,
    TOO_MANY_MOVES,
    NOTHING_TO_MOVE,
    MOVED_TWICE,
    ORDER_WOULD_WORK,
    ORDER_KEPT,
    SWAP_NEEDS_A_THIRD_PORT,
    WINDOW_MAY_BE_TOO_SHORT,
)
OVERRIDABLE = {rule.code for rule in PLAN_RULES if rule.overridable}
