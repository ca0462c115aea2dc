"""Finds moves that wait for each other, as in a swap, so that none of them can go first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from vifshift.domain.findings import Finding
from vifshift.domain.plan_effects import moves
from vifshift.domain.plan_request import PlanRequest
from vifshift.plan.planning.findings import SWAP_NEEDS_A_THIRD_PORT
from vifshift.plan.planning.ordering import TrialRun
from vifshift.plan.planning.projection import ADDRESS, VLAN, JudgedMove
from vifshift.plan.planning.waiting import awaited, rival

MOST_NAMED = 5
MOST_CYCLES = 20


def swaps(request: PlanRequest, run: TrialRun) -> Iterator[Finding]:
    """Yield a finding for each group of moves that wait for each other at the end of a run."""
    found = list(cycles(run.stuck))
    for cycle in found[:MOST_CYCLES]:
        yield SWAP_NEEDS_A_THIRD_PORT.finding(_in_words(cycle), request)
    if unsaid := len(found[MOST_CYCLES:]):
        message = f"{unsaid} more groups of moves wait for each other"
        yield SWAP_NEEDS_A_THIRD_PORT.finding(message, request)


def cycles(stuck: Iterable[JudgedMove]) -> Iterator[list[JudgedMove]]:
    """Yield groups of moves in which each waits for the next, and the last for the first."""
    by_number = {judged.planned.number: judged for judged in stuck}
    following = _following(by_number)
    seen: set[int] = set()
    for start in following:
        path: dict[int, None] = {}
        number: int | None = start
        while number is not None and number not in seen:
            seen.add(number)
            path[number] = None
            number = following[number]
        if number in path:
            numbers = list(path)
            yield [by_number[each] for each in numbers[numbers.index(number) :]]


def _following(stuck: Mapping[int, JudgedMove]) -> dict[int, int | None]:
    """Return the move that each waits for: a particular one, or any that leaves the port."""
    moving: dict[str, int] = {}
    departing: defaultdict[str, list[int]] = defaultdict(list)
    for number, judged in sorted(stuck.items()):
        moving.setdefault(judged.planned.request.virtual_interface_id, number)
        departing[judged.source].append(number)
    following: dict[int, int | None] = {}
    for number, judged in stuck.items():
        key, other = awaited(judged), rival(judged)
        if key and key.is_room:
            others = (each for each in departing[key.place] if each != number)
            following[number] = next(others, None)
        else:
            following[number] = moving.get(other) if other else None
    return following


def _in_words(cycle: list[JudgedMove]) -> str:
    numbers = [judged.planned.number for judged in cycle]
    holders = [*cycle[1:], cycle[0]]
    needs = [_need(*each) for each in zip(cycle, holders, strict=True)]
    unsaid = len(needs) - MOST_NAMED
    more = f", and {unsaid} more" if unsaid > 0 else ""
    return f"{moves(numbers)} wait for each other: {', '.join(needs[:MOST_NAMED])}{more}"


def _need(judged: JudgedMove, holder: JudgedMove) -> str:
    """Return what a move needs from the VIF of another one."""
    request, key = judged.planned.request, awaited(judged)
    kinds = {VLAN: f"VLAN {key.detail}", ADDRESS: "an address"} if key else {}
    need = kinds.get(key.code, "the room") if key else "the room"
    return (
        f"{request.virtual_interface_id} needs {need} of "
        f"{holder.planned.request.virtual_interface_id} on {request.connection_id}"
    )
