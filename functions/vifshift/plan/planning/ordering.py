"""In which order the moves of a plan can be done: the one given, or another one."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vifshift.plan.planning.expansion import Leg
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.projection import REDUNDANCY, Course, Judged
from vifshift.plan.planning.waiting import MOVES, Key, awaited, brought_about
from vifshift.preflight.rules.redundancy import is_up

TRIES_A_MOVE = 4
"""How often a move is judged on the average, at most, while an order is looked for."""
TRIES = 100
"""How often moves are judged in a small plan, at most."""


class Run(NamedTuple):
    """What became of the moves: those that were done in order, and those that are stuck.

    Done is also what is blocked for a reason of its own, which has to be mended in any order. A
    move that has to follow a stuck one of its VIF was never judged.
    """

    done: tuple[Judged, ...]
    stuck: tuple[Judged, ...]
    never_judged: int = 0

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Return all that were judged, in the order of their numbers."""
        return tuple(sorted((*self.done, *self.stuck), key=lambda judged: judged.leg.number))

    @property
    def blocked(self) -> tuple[Judged, ...]:
        """Return the moves that something speaks against."""
        return tuple(judged for judged in (*self.done, *self.stuck) if judged.is_blocked)

    @property
    def is_complete(self) -> bool:
        """Say whether no move stands in the way of another."""
        return not self.never_judged and not any(awaited(judged) for judged in self.stuck)

    @property
    def order(self) -> tuple[int, ...]:
        """Return the numbers of the moves that could be done."""
        return tuple(judged.leg.number for judged in self.done)


def in_the_order_given(course: Course, legs: Iterable[Leg]) -> Run:
    """Judge one move after the other; one that does not fit leaves its VIF where it is."""
    done: list[Judged] = []
    stuck: list[Judged] = []
    for leg in legs:
        judged = course.judge(leg)
        if judged.fits:
            course.take(judged)
        (done if judged.fits else stuck).append(judged)
    return Run(tuple(done), tuple(stuck))


def as_far_as_possible(course: Course, legs: Sequence[Leg]) -> Run:
    """Do the moves in this order, but let those that are blocked wait until another frees them."""
    return _Arranging(course, legs).run()


def least_critical_first(fleet: Fleet, legs: Iterable[Leg]) -> list[Leg]:
    """Sort moves by how much is left of their gateways meanwhile, most first; else as given."""
    return sorted(legs, key=lambda leg: _redundancy(fleet, leg), reverse=True)


def freeing_first(run: Run, legs: Iterable[Leg]) -> list[Leg]:
    """Sort the moves first that leave a port which others wait for; else as given.

    Of a port that is almost full, what is taken early by one move may be what others have missed.
    """
    wanted = {judged.leg.request.connection_id for judged in run.stuck}
    freeing = {judged.leg.number for judged in run.judged if judged.source in wanted}
    return sorted(legs, key=lambda leg: leg.number not in freeing)


def may_be_helped(run: Run) -> bool:
    """Say whether another order could give those room that have none at the end of a run.

    Where all that are to leave a port have left it, it is as full in the end in any order.
    """
    keys = [awaited(judged) for judged in run.stuck]
    full = {key.place for key in keys if key and key.is_room}
    return bool(full) and full <= {judged.source for judged in run.stuck}


def _redundancy(fleet: Fleet, leg: Leg) -> tuple[int, int, int]:
    """Count the other locations, the other devices and the siblings that carry traffic."""
    vif = fleet.vif(leg.request.virtual_interface_id)
    if vif is None:
        return (0, 0, 0)
    ups = [sibling for sibling in fleet.siblings(vif) if is_up(sibling)]
    locations = {sibling.location for sibling in ups} - {vif.location, ""}
    devices = {sibling.aws_logical_device_id for sibling in ups} - {vif.aws_logical_device_id, ""}
    return (len(locations), len(devices), len(ups))


class _Arranging:
    """Finds an order by doing what can be done, and retrying just what that may have freed."""

    def __init__(self, course: Course, legs: Sequence[Leg]) -> None:
        self._course, self._legs = course, legs
        self._done: list[Judged] = []
        self._stuck: dict[int, Judged] = {}
        self._waiting: defaultdict[Key, deque[Leg]] = defaultdict(deque)
        self._rooms: defaultdict[str, dict[Key, None]] = defaultdict(dict)
        self._tries = TRIES_A_MOVE * len(legs) + TRIES
        self._is_patient = True

    def run(self) -> Run:
        """Try each once, then what waits as long as that leads anywhere.

        Redundancy that no other move brings is not waited for in the end.
        """
        for leg in self._legs:
            self._follow(self._try(leg))
        for self._is_patient in (True, False):
            while self._tries > 0 and self._sweep():
                pass
        stuck = (self._stuck[leg.number] for leg in self._legs if leg.number in self._stuck)
        never_judged = len(self._legs) - len(self._done) - len(self._stuck)
        return Run(tuple(self._done), tuple(stuck), never_judged)

    def _sweep(self) -> bool:
        """Try what is first in each queue once more, and say whether that has led anywhere."""
        before = len(self._done)
        for key in list(self._waiting):
            if self._is_patient or key.code == REDUNDANCY:
                self._follow(self._wake(key))
        return len(self._done) > before

    def _follow(self, freed: Iterable[Key]) -> None:
        """Let those go on that wait for what was freed, and for what they free themselves."""
        following = deque(freed)
        while following:
            following.extend(self._wake(following.popleft()))

    def _wake(self, key: Key) -> list[Key]:
        """Let those go on that wait for something which is there now; return what they free."""
        waiting = self._waiting.get(key)
        if not waiting:
            return []
        freed: list[Key] = []
        for _ in range(len(waiting)):
            if self._tries <= 0:
                break
            leg = waiting.popleft()
            freed += self._try(leg)
            if waiting and waiting[-1] is leg and not key.is_shared:
                # It is used up again, and who was first stays first.
                waiting.rotate(1)
                break
        return freed

    def _try(self, leg: Leg) -> list[Key]:
        """Do a move if it can be done, and return what it brings about; else let it wait."""
        if self._course.precedes(leg):
            self._wait(leg, Key(MOVES, leg.request.virtual_interface_id))
            return []
        self._tries -= 1
        judged = self._course.judge(leg)
        key = awaited(judged)
        if not judged.fits or (self._is_patient and key is not None):
            self._stuck[leg.number] = judged
            if key is not None:
                self._wait(leg, key)
            return []
        self._stuck.pop(leg.number, None)
        self._done.append(judged)
        self._course.take(judged)
        return [*brought_about(judged), *self._rooms[judged.source]]

    def _wait(self, leg: Leg, key: Key) -> None:
        self._waiting[key].append(leg)
        if key.is_room:
            self._rooms[key.place][key] = None
