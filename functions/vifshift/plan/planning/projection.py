"""Projects a plan: the network as it will be after each of its moves."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.findings import DEFAULT_LIMITS, Finding, Limits, Move
from vifshift.domain.migration import Decision
from vifshift.domain.network import Network
from vifshift.domain.plan_effects import PlanEffect, PlanEffects, Stage
from vifshift.domain.plan_request import MOST_MOVES
from vifshift.migration.validation import decide
from vifshift.plan.planning.expansion import PlannedMove
from vifshift.plan.planning.fleet import Fleet
from vifshift.preflight.checks import preflight, preflight_again

VLAN, ADDRESS = "VLAN_TAKEN", "ADDRESS_TAKEN"
POOL = "PREFIX_POOL_EXHAUSTED"
ROOM = (
    "VIRTUAL_INTERFACE_QUOTA",
    "HOSTED_CONNECTION_FULL",
    "RATE_LIMITERS_EXHAUSTED",
    POOL,
)
CONFLICTS = {VLAN, ADDRESS, *ROOM}
"""The rules by which one move can block another."""
REDUNDANCY = "NO_REDUNDANT_PATH"
ALREADY_THERE = "ALREADY_ON_TARGET"
FREEABLE = CONFLICTS | {REDUNDANCY}
"""The rules that another move can satisfy; the others do not depend on other moves."""
JUDGED_AGAIN = FREEABLE | {"TARGET_TOO_SMALL_FOR_TRAFFIC", "OTHER_PATH_TOO_SMALL"}
"""The rules whose findings another order of the moves can change."""
SHARED = {
    "CALENDAR_CLOSED",
    "CALENDAR_NOT_CHECKED",
    "COULD_NOT_CHECK",
    "GUARD_NOT_FOUND",
    "GUARD_NOT_GOOD",
    "GUARD_NOT_READ",
    "HEALTH_NOT_CHECKED",
    "LIST_CUT_OFF",
    "FAILOVER_NEVER_TESTED",
    "MAKE_BEFORE_BREAK",
    "LAST_FAILOVER_TEST",
    "FAILOVER_TESTS_NOT_SHOWN",
}
"""The rules whose findings are the same for every move, or every one of a gateway.

They become the plan's instead.
"""


class PreflightContext(NamedTuple):
    """The time and the limits with which all moves of a plan are judged, and who has asked."""

    now: datetime
    limits: Limits = DEFAULT_LIMITS
    asked_by: AskedBy | None = None


class JudgedMove(NamedTuple):
    """A move, judged when its turn came; `source` is where its VIF was then.

    `shared` are the findings that become the plan's, since they are the same for every move.
    """

    planned: PlannedMove
    decision: Decision
    findings: tuple[Finding, ...]
    shared: tuple[Finding, ...]
    source: str
    move: Move

    @property
    def is_blocked(self) -> bool:
        """Return whether anything blocks it."""
        return self.decision is Decision.REJECTED

    @property
    def is_left_alone(self) -> bool:
        """Return whether its VIF is on its target already, and there is nothing to move.

        It does not work there as before, which keeps no other move from being done.
        """
        is_there = self.source == self.planned.request.connection_id
        return self.is_blocked and is_there and ALREADY_THERE in self.blocking

    @property
    def blocking(self) -> set[str]:
        """Return the codes of what blocks it."""
        return {finding.code for finding in self.findings if finding.blocks}

    @property
    def fits(self) -> bool:
        """Return whether no other move blocks it, even if a reason of its own does."""
        vif, target = self.move.network.virtual_interface, self.move.network.target
        is_there = vif is not None and not vif.is_gone and target is not None
        return not self.is_blocked or (is_there and not self.blocking & CONFLICTS)


class PlanProjection:
    """Moves a fleet forward, one move after the other, and judges each of them first.

    For a move that is known from another projection, only the rules that depend on other moves are
    judged again.
    """

    def __init__(
        self,
        fleet: Fleet,
        planned_moves: Iterable[PlannedMove],
        context: PreflightContext,
        known: Iterable[JudgedMove] = (),
    ) -> None:
        """Start with the network as it is, and with all moves to come."""
        self._fleet = fleet.copy()
        self._occasion = context
        self._to_come: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._brought: dict[str, int] = {}
        self._tried: set[int] = set()
        self._known = {judged.planned.number: judged for judged in known}
        for planned in planned_moves:
            self._to_come[planned.request.virtual_interface_id][planned.number] = None

    def judge(self, planned: PlannedMove) -> JudgedMove:
        """Return the judgement of a move in the network as it is now; nothing is changed."""
        request, network = planned.request, self._fleet.network(planned.request)
        move = Move(
            request=request,
            network=network,
            now=self._occasion.now,
            quotas=self._occasion.limits.quotas,
            access_policy=self._occasion.limits.access_policy,
            plan_effects=self._plan_effects(network),
            is_projected=True,
            floor=self._occasion.limits.floor,
            asked_by=self._occasion.asked_by,
        )
        found = self._findings(planned, move)
        own = tuple(finding for finding in found if finding.code not in SHARED)
        decision = decide(request, network, own)
        self._tried.add(planned.number)
        vif = network.virtual_interface
        return JudgedMove(
            planned=planned,
            decision=decision,
            findings=() if decision is Decision.UNCHANGED else own,
            shared=tuple(finding for finding in found if finding.code in SHARED),
            source=vif.connection_id if vif else "",
            move=move,
        )

    def take(self, judged: JudgedMove) -> None:
        """Apply a move that was judged, and fits.

        What blocks it for a reason of its own is assumed to be fixed by then, so that moves after
        it are not blocked for the same reason.
        """
        request, number = judged.planned.request, judged.planned.number
        self._to_come[request.virtual_interface_id].pop(number, None)
        if judged.decision is not Decision.UNCHANGED and not judged.is_left_alone:
            self._brought[request.virtual_interface_id] = number
            self._fleet.move(request.virtual_interface_id, request.connection_id)

    def earlier_move(self, planned: PlannedMove) -> int | None:
        """Return an earlier move of the same VIF that is not done yet, if there is one."""
        earliest = next(iter(self._to_come[planned.request.virtual_interface_id]), planned.number)
        return earliest if earliest < planned.number else None

    def leaving(self, virtual_interface_id: str) -> int | None:
        """Return the next move of a VIF that is not done yet, if there is one."""
        return next(iter(self._to_come.get(virtual_interface_id, ())), None)

    def _findings(self, planned: PlannedMove, move: Move) -> tuple[Finding, ...]:
        before, vif = self._known.get(planned.number), move.network.virtual_interface
        if before is None or vif is None or vif.connection_id != before.source:
            return preflight(move)
        return preflight_again(move, before.findings, JUDGED_AGAIN)

    def _plan_effects(self, network: Network) -> PlanEffects:
        """Return the plan's effects on the VIFs that a move meets."""
        found: dict[str, PlanEffect] = {}
        for vif in (*network.on_target, *network.siblings):
            name = vif.virtual_interface_id
            if number := self._brought.get(name):
                found[name] = _effect(number, Stage.DONE)
            elif number := self.leaving(name):
                stage = Stage.BLOCKED if number in self._tried else Stage.TO_COME
                found[name] = _effect(number, stage)
        return PlanEffects(of=found)


@lru_cache(maxsize=MOST_MOVES * len(Stage))
def _effect(number: int, stage: Stage) -> PlanEffect:
    return PlanEffect(number=number, stage=stage)
