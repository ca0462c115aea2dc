"""Finds an order in which the moves of a plan can be done."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vifshift.plan.planning.expansion import PlannedMove
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.projection import REDUNDANCY, JudgedMove, PlanProjection
from vifshift.plan.planning.waiting import MOVES, AwaitedChange, awaited, changes_by

TRIES_A_MOVE = 4
"""The most times that a move is judged on average while an order is searched for."""
TRIES = 100
"""The most times that moves are judged in a small plan."""


class TrialRun(NamedTuple):
    """The result of trying an order: the moves that were done, in order, and those stuck.

    A move that is blocked for a reason of its own counts as done, since that has to be fixed in
    any order. A move that has to follow a stuck one of its VIF is never judged.
    """

    done: tuple[JudgedMove, ...]
    stuck: tuple[JudgedMove, ...]
    never_judged: int = 0

    @property
    def judged(self) -> tuple[JudgedMove, ...]:
        """Return all judged moves, by number."""
        return tuple(sorted((*self.done, *self.stuck), key=lambda judged: judged.planned.number))

    @property
    def blocked(self) -> tuple[JudgedMove, ...]:
        """Return the blocked moves."""
        return tuple(judged for judged in (*self.done, *self.stuck) if judged.is_blocked)

    @property
    def is_complete(self) -> bool:
        """Return whether no move blocks another."""
        return not self.never_judged and not any(awaited(judged) for judged in self.stuck)

    @property
    def order(self) -> tuple[int, ...]:
        """Return the numbers of the moves that could be done."""
        return tuple(judged.planned.number for judged in self.done)


def in_the_order_given(
    projection: PlanProjection, planned_moves: Iterable[PlannedMove]
) -> TrialRun:
    """Return the result of the order given; a move that does not fit leaves its VIF in place."""
    done: list[JudgedMove] = []
    stuck: list[JudgedMove] = []
    for planned in planned_moves:
        judged = projection.judge(planned)
        if judged.fits:
            projection.take(judged)
        (done if judged.fits else stuck).append(judged)
    return TrialRun(tuple(done), tuple(stuck))


def as_far_as_possible(
    projection: PlanProjection, planned_moves: Sequence[PlannedMove]
) -> TrialRun:
    """Return the result of this order, in which blocked moves wait until another frees them."""
    return _OrderSearch(projection, planned_moves).run()


def least_critical_first(fleet: Fleet, planned_moves: Iterable[PlannedMove]) -> list[PlannedMove]:
    """Return the moves by the redundancy that their gateway has left, most first."""
    return sorted(planned_moves, key=lambda planned: _redundancy(fleet, planned), reverse=True)


def freeing_first(run: TrialRun, planned_moves: Iterable[PlannedMove]) -> list[PlannedMove]:
    """Return the moves with those first that leave a port which others wait for.

    On a port that is almost full, a move may otherwise take early what another one needs.
    """
    wanted = {judged.planned.request.connection_id for judged in run.stuck}
    freeing = {judged.planned.number for judged in run.judged if judged.source in wanted}
    return sorted(planned_moves, key=lambda planned: planned.number not in freeing)


def may_be_helped(run: TrialRun) -> bool:
    """Return whether another order could make room for the moves that are stuck.

    If all moves that leave a port are done, it is as full at the end in any order.
    """
    keys = [awaited(judged) for judged in run.stuck]
    full = {key.place for key in keys if key and key.is_room}
    return bool(full) and full <= {judged.source for judged in run.stuck}


def _redundancy(fleet: Fleet, planned: PlannedMove) -> tuple[int, int, int]:
    """Return the numbers of other locations, other devices and siblings that carry traffic."""
    vif = fleet.vif(planned.request.virtual_interface_id)
    if vif is None:
        return (0, 0, 0)
    ups = [sibling for sibling in fleet.siblings(vif) if sibling.works]
    locations = {sibling.location for sibling in ups} - {vif.location, ""}
    devices = {str(each.device) for each in ups if each.device.is_same(vif.device) is False}
    return (len(locations), len(devices), len(ups))


class _OrderSearch:
    """Finds an order by doing what can be done, and retrying only what that may have freed."""

    def __init__(self, projection: PlanProjection, planned_moves: Sequence[PlannedMove]) -> None:
        self._course, self._planned_moves = projection, planned_moves
        self._done: list[JudgedMove] = []
        self._stuck: dict[int, JudgedMove] = {}
        self._waiting: defaultdict[AwaitedChange, deque[PlannedMove]] = defaultdict(deque)
        self._rooms: defaultdict[str, dict[AwaitedChange, None]] = defaultdict(dict)
        self._tries = TRIES_A_MOVE * len(planned_moves) + TRIES
        self._is_patient = True

    def run(self) -> TrialRun:
        """Try each move once, then retry those that wait for as long as any can be done.

        At last, moves no longer wait for redundancy that no other move brings.
        """
        for planned in self._planned_moves:
            self._follow(self._try(planned))
        for self._is_patient in (True, False):
            while self._tries > 0 and self._sweep():
                pass
        stuck = (
            self._stuck[planned.number]
            for planned in self._planned_moves
            if planned.number in self._stuck
        )
        never_judged = len(self._planned_moves) - len(self._done) - len(self._stuck)
        return TrialRun(tuple(self._done), tuple(stuck), never_judged)

    def _sweep(self) -> bool:
        """Retry the first moves of each queue, and return whether any was done."""
        before = len(self._done)
        for key in list(self._waiting):
            if self._is_patient or key.code == REDUNDANCY:
                self._follow(self._wake(key))
        return len(self._done) > before

    def _follow(self, freed: Iterable[AwaitedChange]) -> None:
        """Retry the moves that wait for what was freed, and for what those free in turn."""
        following = deque(freed)
        while following:
            following.extend(self._wake(following.popleft()))

    def _wake(self, key: AwaitedChange) -> list[AwaitedChange]:
        """Retry the moves that wait for a change that has happened; return what they free."""
        waiting = self._waiting.get(key)
        if not waiting:
            return []
        freed: list[AwaitedChange] = []
        for _ in range(len(waiting)):
            if self._tries <= 0:
                break
            planned = waiting.popleft()
            freed += self._try(planned)
            if waiting and waiting[-1] is planned and not key.is_shared:
                # It is used up again, and the first in the queue stays first.
                waiting.rotate(1)
                break
        return freed

    def _try(self, planned: PlannedMove) -> list[AwaitedChange]:
        """Do a move if it can be done, and return the changes it makes; or else let it wait."""
        if self._course.earlier_move(planned):
            self._wait(planned, AwaitedChange(MOVES, planned.request.virtual_interface_id))
            return []
        self._tries -= 1
        judged = self._course.judge(planned)
        key = awaited(judged)
        if not judged.fits or (self._is_patient and key is not None):
            self._stuck[planned.number] = judged
            if key is not None:
                self._wait(planned, key)
            return []
        self._stuck.pop(planned.number, None)
        self._done.append(judged)
        self._course.take(judged)
        return [*changes_by(judged), *self._rooms[judged.source]]

    def _wait(self, planned: PlannedMove, key: AwaitedChange) -> None:
        self._waiting[key].append(planned)
        if key.is_room:
            self._rooms[key.place][key] = None
