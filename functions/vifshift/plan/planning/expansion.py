"""Turns a plan's request into moves, each complete and with its number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from vifshift.domain.findings import Finding, Severity
from vifshift.domain.network import TaggedVirtualInterface
from vifshift.domain.plan_effects import moves
from vifshift.domain.plan_request import MOST_MOVES, Evacuation, PlanRequest, RequestedMove
from vifshift.domain.port_left import StayingVif
from vifshift.domain.request import Request
from vifshift.domain.scope import Scope
from vifshift.plan.planning import findings as codes
from vifshift.plan.planning.added_and_gone import numbered, since, without_gone
from vifshift.plan.planning.fleet import Fleet
from vifshift.preflight.checks import OVERRIDABLE, remedy

MOST_NAMED = 20
NOT_OVERRIDABLE = "NOT_OVERRIDABLE"


class PlannedMove(NamedTuple):
    """One move of a plan, complete, with its number: its place in the request, from 1."""

    number: int
    request: Request


class Expansion(NamedTuple):
    """The moves of a plan in the order given, and the findings that need no judgement of a move."""

    planned_moves: tuple[PlannedMove, ...]
    findings: tuple[Finding, ...]


def expand(request: PlanRequest, fleet: Fleet, before: Scope | None = None) -> Expansion:
    """Return the moves of a plan; an evacuation has one for each VIF on the port.

    `before` is what it was when it was checked before, whose moves keep their numbers.
    """
    asked = dict(enumerate(request.moves or (), 1))
    found: list[Finding] = []
    if request.evacuate:
        leaving = [vif.virtual_interface_id for vif in _leaving(request.evacuate, fleet)]
        asked = {
            number: RequestedMove(virtual_interface_id=name, connection_id=request.evacuate.target)
            for number, name in numbered(leaving, before)
        }
    if request.moves:
        asked, about_gone = without_gone(asked, request, fleet, before)
        found += about_gone
    if before:
        asked, about_changes = since(before, asked, request, fleet)
        found += about_changes
    if request.evacuate:
        is_first = before is None
        found += _about_an_evacuation(
            request, request.evacuate, len(asked), fleet, is_first=is_first
        )
        asked = dict(islice(asked.items(), MOST_MOVES))
    if not asked:
        found.append(codes.NOTHING_TO_MOVE.finding(_nothing(request, fleet), request))
    inherited = request.model_copy(update={"acknowledge": _for_moves(request)})
    planned_moves = tuple(
        PlannedMove(number, inherited.complete(move)) for number, move in asked.items()
    )
    found += _moved_twice(request, planned_moves)
    found += _not_overridable(request)
    return Expansion(planned_moves, tuple(found))


def _leaving(evacuation: Evacuation, fleet: Fleet) -> Iterator[TaggedVirtualInterface]:
    """Yield the VIFs that an evacuation moves, by id."""
    for vif, why in _on_its_port(evacuation, fleet):
        if why is None:
            yield vif


def staying(evacuation: Evacuation | None, fleet: Fleet) -> tuple[StayingVif, ...]:
    """Return the VIFs that an evacuation leaves on the port, by id, and why."""
    if evacuation is None:
        return ()
    return tuple(
        StayingVif(virtual_interface_id=vif.virtual_interface_id, message=why)
        for vif, why in _on_its_port(evacuation, fleet)
        if why is not None
    )


def _on_its_port(
    evacuation: Evacuation, fleet: Fleet
) -> Iterator[tuple[TaggedVirtualInterface, str | None]]:
    """Yield the VIFs on the port, by id, and why each stays there; None for one that leaves."""
    excluded = set(evacuation.exclude)
    on_port = fleet.tagged_on(evacuation.source)
    for vif in sorted(on_port, key=lambda each: each.virtual_interface_id):
        if vif.is_gone:
            yield vif, "being deleted"
        elif vif.virtual_interface_id in excluded:
            yield vif, "excluded"
        elif evacuation.types is not None and vif.virtual_interface_type not in evacuation.types:
            yield vif, f"excluded, since it is {vif.virtual_interface_type or 'of no known type'}"
        elif not vif.has(evacuation.tags):
            yield vif, "excluded, since it has not all of the tags"
        else:
            yield vif, None


def _about_an_evacuation(
    request: PlanRequest, evacuation: Evacuation, count: int, fleet: Fleet, *, is_first: bool
) -> Iterator[Finding]:
    source = evacuation.source
    there = {vif.virtual_interface_id for vif in fleet.tagged_on(source)}
    # The connection of a hosted virtual interface may be another account's, and not be listed.
    if not there and fleet.port(source) is None:
        message = f"{source} does not exist in {fleet.surroundings.region}"
        yield codes.SOURCE_NOT_FOUND.finding(message, request)
    if count > MOST_MOVES:
        message = f"{count} virtual interfaces of {source} would move; the limit is {MOST_MOVES}"
        yield codes.TOO_MANY_MOVES.finding(message, request)
    # What was there, and has left since, is as good as excluded.
    excluded = evacuation.exclude if is_first else ()
    missing = [each for each in dict.fromkeys(excluded) if each not in there]
    for name in missing[:MOST_NAMED]:
        vif = fleet.vif(name)
        elsewhere = f"is on {vif.connection_id or 'no known port'}, not on {source}" if vif else ""
        message = f"{name} is excluded, but {elsewhere or 'does not exist'}"
        yield codes.EXCLUDED_NOT_FOUND.finding(message, request)
    if unsaid := len(missing[MOST_NAMED:]):
        message = f"{unsaid} more excluded virtual interfaces are not on {source}"
        yield codes.EXCLUDED_NOT_FOUND.finding(message, request)


def _nothing(request: PlanRequest, fleet: Fleet) -> str:
    if request.evacuate is None:
        return "the list of moves is empty"
    there = len(fleet.tagged_on(request.evacuate.source))
    return f"none of the {there} virtual interfaces on {request.evacuate.source} would move"


def _moved_twice(request: PlanRequest, planned_moves: Iterable[PlannedMove]) -> Iterator[Finding]:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for planned in planned_moves:
        numbers[planned.request.virtual_interface_id].append(planned.number)
    several = [(name, moving) for name, moving in numbers.items() if len(moving) > 1]
    for name, moving in several[:MOST_NAMED]:
        message = f"{name} is moved by {moves(moving)}"
        yield codes.MOVED_TWICE.finding(message, request)
    if unsaid := len(several[MOST_NAMED:]):
        message = f"{unsaid} more virtual interfaces are moved more than once"
        yield codes.MOVED_TWICE.finding(message, request)


def _for_moves(request: PlanRequest) -> tuple[str, ...]:
    """Return the acknowledged codes that moves inherit; the others are those of the plan itself."""
    return tuple(code for code in request.acknowledge if code in OVERRIDABLE)


def _not_overridable(request: PlanRequest) -> Iterator[Finding]:
    """Yield one finding for each acknowledged code that can't be overridden."""
    known = OVERRIDABLE | codes.OVERRIDABLE
    for code in dict.fromkeys(request.acknowledge):
        if code not in known:
            yield Finding(
                code=NOT_OVERRIDABLE,
                severity=Severity.WARN,
                message=f"acknowledge names {code}, which can't be overridden",
                remedy=remedy(NOT_OVERRIDABLE),
            )
