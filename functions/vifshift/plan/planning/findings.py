"""The findings of a plan as a whole; its moves have those of the rules of preflight."""

from typing import NamedTuple

from vifshift.domain.findings import Finding, Severity
from vifshift.domain.plan_request import PlanRequest


class PlanRule(NamedTuple):
    """What all findings of one code have in common; `summary` states what must hold."""

    code: str
    severity: Severity
    summary: str
    remedy: str
    overridable: bool = False
    page: str = ""
    asks_again: bool = False

    def finding(self, message: str, request: PlanRequest) -> Finding:
        """Return a finding; it is acknowledged if the plan's request does so."""
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
    "The port to empty is a connection or LAG of this account and Region.",
    "Check the id, the account and the Region; DescribeConnections and DescribeLags list them.",
)
EXCLUDED_NOT_FOUND = PlanRule(
    "EXCLUDED_NOT_FOUND",
    Severity.BLOCK,
    "What an evacuation excludes is on the port; with a misspelled id, a VIF would move wrongly.",
    "Correct or remove the id; acknowledge it if the virtual interface has left the port.",
    overridable=True,
)
TOO_MANY_MOVES = PlanRule(
    "TOO_MANY_MOVES",
    Severity.BLOCK,
    "An evacuation has no more moves than a plan may have.",
    "Split it by tags or types.",
)
NOTHING_TO_MOVE = PlanRule(
    "NOTHING_TO_MOVE",
    Severity.INFO,
    "A plan without moves has nothing to do.",
    "Nothing to do if you expected this. Otherwise check the port, the tags and the types.",
)
MOVED_TWICE = PlanRule(
    "MOVED_TWICE",
    Severity.BLOCK,
    "A plan moves a virtual interface once.",
    "Remove all but one of the moves, or acknowledge it to run them one after the other.",
    overridable=True,
)
ORDER_WOULD_WORK = PlanRule(
    "ORDER_WOULD_WORK",
    Severity.INFO,
    "If moves are blocked in the order given, another order is searched for.",
    "Send the plan again with its moves in the order named.",
)
ORDER_KEPT = PlanRule(
    "ORDER_KEPT",
    Severity.INFO,
    "The least critical moves go first only if all moves still pass preflight.",
    "Nothing to do: the moves stay in the order given.",
)
SWAP_NEEDS_A_THIRD_PORT = PlanRule(
    "SWAP_NEEDS_A_THIRD_PORT",
    Severity.BLOCK,
    "No two moves wait for each other, as in a swap.",
    "Move one of them to a third port first, on its own or here with MOVED_TWICE acknowledged.",
)
WINDOW_MAY_BE_TOO_SHORT = PlanRule(
    "WINDOW_MAY_BE_TOO_SHORT",
    Severity.WARN,
    "Every move starts early enough to finish a move and a rollback, if each takes its longest.",
    "Use a longer window, fewer moves or a higher maxConcurrency; late moves are not started.",
)

MOVE_FELL_AWAY = PlanRule(
    "MOVE_FELL_AWAY",
    Severity.INFO,
    "What was to be moved when the plan was checked, or by an earlier plan, is still there.",
    "Nothing to do: there is nothing left to move.",
)
MOVE_ADDED = PlanRule(
    "MOVE_ADDED",
    Severity.WARN,
    "What is on the port to empty when the plan starts was there when the plan was checked.",
    "Nothing to do if it is to leave as well; otherwise halt the plan, and exclude it.",
)
LEFT_BEHIND = PlanRule(
    "LEFT_BEHIND",
    Severity.WARN,
    "What came to the port to empty after its list was approved is not moved.",
    "Send another plan for it, which has to be approved as well.",
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
    MOVE_FELL_AWAY,
    MOVE_ADDED,
    LEFT_BEHIND,
)
OVERRIDABLE = {rule.code for rule in PLAN_RULES if rule.overridable}
