"""Makes the overview of what is to be done from what preflight has read and judged."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from vifshift.domain.findings import Move
from vifshift.domain.migration import Decision
from vifshift.domain.move_durations import (
    MoveDuration,
    Track,
    duration_of_plan,
    periods,
    time_left,
)
from vifshift.domain.network import VirtualInterface
from vifshift.domain.overview import (
    LONGEST_CUT_OFF,
    LONGEST_NAME,
    MOST_GATEWAYS,
    MOST_MOVES,
    MOST_PATHS,
    MOST_PEERS,
    MOST_STAYING,
    GatewayOverview,
    MoveOverview,
    MoveStage,
    PlanOverview,
    Redundancy,
    RedundancyStep,
    ShownPath,
    ShownPeer,
    Staying,
    WindowFit,
)
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.request import Window
from vifshift.domain.sizes import shortened
from vifshift.preflight.judged_rules import RuleTally
from vifshift.preflight.path_coverage import (
    counting,
    cut_off,
    families_without,
    is_judged_by_name,
    named,
    siblings,
)

MOST_PREFIXES = 20
TO_DO = {Decision.PROCEED, Decision.PLANNED, Decision.ASK_AGAIN}
"""The decisions on a move that is to be done, also if it is only in a dry run."""


class Arranged(NamedTuple):
    """How moves follow one another, when they may happen, and what else is known of them all."""

    now: datetime
    tracks: Sequence[Track]
    at_once: int = 1
    window: Window | None = None
    digest: str | None = None
    staying: Sequence[Staying] = ()


def overview(moves: Iterable[MoveOverview], arranged: Arranged, tally: RuleTally) -> PlanOverview:
    """Return the overview of all moves, in their order, with when each is expected to start."""
    known = list(moves)
    durations = {each.number: each.duration for each in known}
    to_do = [number for track in arranged.tracks for number in track]
    lengths = {
        number: timedelta(seconds=each.expected_seconds) for number, each in durations.items()
    }
    times = {each.number: each for each in periods(arranged.tracks, lengths, arranged.at_once)}
    timed = [
        each.model_copy(
            update={
                "starts_seconds": int(times[each.number].starts.total_seconds()),
                "ends_seconds": int(times[each.number].ends.total_seconds()),
            }
        )
        if each.number in times
        else each
        for each in known
    ]
    whole = duration_of_plan(
        arranged.tracks, {number: durations[number] for number in to_do}, arranged.at_once
    )
    window = arranged.window
    return PlanOverview(
        moves=tuple(timed[:MOST_MOVES]),
        count=len(timed),
        to_do=len(to_do),
        tracks=_shown(arranged.tracks, {each.number for each in timed[:MOST_MOVES]}),
        at_once=arranged.at_once,
        duration=whole,
        gateways=_gateways(timed)[:MOST_GATEWAYS],
        window=WindowFit(
            opens_at=window.opens_at,
            closes_at=window.closes_at,
            seconds_left=_left(window, arranged.now, whole.expected_seconds),
            seconds_left_at_longest=_left(window, arranged.now, whole.longest_seconds),
        )
        if window and to_do
        else None,
        staying=tuple(arranged.staying[:MOST_STAYING]),
        staying_count=len(arranged.staying),
        passed=tally.passed,
        not_judged=tally.not_judged,
        digest=arranged.digest,
    )


def overview_of_move(move: Move, decision: Decision, number: int = 1) -> MoveOverview:
    """Return the overview of one move in the network as it is when its turn comes."""
    network, request, vif = move.network, move.request, move.network.virtual_interface
    ups = counting(move) if vif else ()
    vpns = network.other_paths.vpns
    others = siblings(move) if vif else ()
    target_location = _location(network.target)
    nothing = Redundancy(paths=0, locations=0)
    return MoveOverview(
        number=number,
        virtual_interface_id=request.virtual_interface_id,
        target=request.connection_id,
        target_location=target_location,
        decision=decision,
        other_paths=tuple(map(_path, sorted(others, key=lambda each: not each.works)))[:MOST_PATHS],
        other_path_count=len(others),
        vpn_connections=tuple(each.vpn_connection_id for each in vpns[:MOST_PATHS]),
        paths_are_known=bool(vif and vif.shows_gateway and not network.other_paths.may_be_more),
        before=_redundancy(ups, [vif.location] if vif and vif.works else []) if vif else nothing,
        during=_redundancy(ups, []),
        after=_redundancy(ups, [target_location]) if vif else nothing,
        cut_off=_cut_off(move, ups),
        duration=MoveDuration.of(request.slowest, request.rollback),
        **_described(vif),
    )


def _described(vif: VirtualInterface | None) -> dict[str, object]:
    """Return the fields of a move about its virtual interface."""
    if vif is None:
        return {}
    return {
        "name": shortened(vif.virtual_interface_name, LONGEST_NAME),
        "virtual_interface_type": vif.virtual_interface_type,
        "vlan": vif.vlan,
        "source": vif.connection_id,
        "source_location": shortened(vif.location, LONGEST_NAME),
        "gateway": shortened(vif.redundancy_group, LONGEST_NAME),
        "peers": tuple(
            ShownPeer(
                name=shortened(str(peer.key), LONGEST_NAME),
                asn=peer.asn,
                bgp_status=shortened(peer.bgp_status, LONGEST_NAME),
            )
            for peer in vif.live_peers[:MOST_PEERS]
        ),
    }


def _path(vif: VirtualInterface) -> ShownPath:
    return ShownPath(
        virtual_interface_id=vif.virtual_interface_id,
        connection_id=vif.connection_id,
        location=shortened(vif.location, LONGEST_NAME),
        works=vif.works,
    )


def _location(port: Connection | Lag | None) -> str:
    return shortened(port.location, LONGEST_NAME) if port else ""


def _redundancy(ups: Sequence[VirtualInterface], own: Sequence[str]) -> Redundancy:
    """Return the paths that are up: siblings, and the VIF itself at its location, if it is."""
    locations = {*(each.location for each in ups), *own} - {""}
    return Redundancy(paths=len(ups) + len(own), locations=len(locations))


def _cut_off(move: Move, ups: Sequence[VirtualInterface]) -> str:
    """Return in words what nothing else carries while it moves, an empty text if that is nothing.

    Where no routes are known, it is the address families that no other path has up.
    """
    network = move.network
    lost = cut_off(network, ups)
    if lost:
        return shortened(named(lost, MOST_PREFIXES), LONGEST_CUT_OFF)
    if is_judged_by_name(network) or network.virtual_interface is None:
        return ""
    return ", ".join(f"{family}: all prefixes" for family in families_without(network, ups))


def _shown(tracks: Iterable[Track], numbers: set[int]) -> tuple[Track, ...]:
    """Return the tracks of the moves that are shown."""
    found = (tuple(number for number in track if number in numbers) for track in tracks)
    return tuple(track for track in found if track)


def _gateways(moves: Iterable[MoveOverview]) -> tuple[GatewayOverview, ...]:
    """Return the redundancy over time of each gateway of which something is to move."""
    by_gateway: defaultdict[str, list[tuple[int, int, MoveOverview]]] = defaultdict(list)
    for each in moves:
        if each.starts_seconds is not None and each.ends_seconds is not None and each.gateway:
            by_gateway[each.gateway].append((each.starts_seconds, each.ends_seconds, each))
    return tuple(
        GatewayOverview(gateway=gateway, steps=tuple(_steps(found)))
        for gateway, found in by_gateway.items()
    )


def _steps(found: list[tuple[int, int, MoveOverview]]) -> Iterable[RedundancyStep]:
    found.sort(key=lambda each: each[0])
    first = found[0][2]
    yield _step(MoveStage.BEFORE, first, 0)
    for starts, ends, each in found:
        yield _step(MoveStage.DURING, each, starts)
        yield _step(MoveStage.AFTER, each, ends)


def _step(stage: MoveStage, move: MoveOverview, starts: int) -> RedundancyStep:
    return RedundancyStep(
        stage=stage, move=move.number, starts_seconds=starts, redundancy=move.redundancy(stage)
    )


def _left(window: Window, now: datetime, seconds: int) -> int:
    return int(time_left(window, now, seconds).total_seconds())


def staying_on(
    ports: Mapping[str, Iterable[VirtualInterface]],
    moved: Iterable[str],
    reasons: Mapping[str, str],
    otherwise: str,
) -> tuple[Staying, ...]:
    """Return what stays on ports that others leave, by id, each with its reason or another one."""
    leaving = set(moved)
    return tuple(
        Staying(
            connection_id=port,
            virtual_interface_id=vif.virtual_interface_id,
            message=reasons.get(vif.virtual_interface_id, otherwise),
        )
        for port, there in ports.items()
        for vif in sorted(there, key=lambda each: each.virtual_interface_id)
        if vif.virtual_interface_id not in leaving and not vif.is_gone
    )


def overview_of_one(
    move: Move, decision: Decision, found: Iterable[str], digest: str | None
) -> PlanOverview:
    """Return the overview of a single move; `found` are the codes of its findings."""
    request, network = move.request, move.network
    tally = RuleTally()
    tally.add(move, found)
    vif = network.virtual_interface
    on_source = {vif.connection_id: network.on_source} if vif else {}
    arranged = Arranged(
        now=move.now,
        tracks=((1,),) if decision in TO_DO else (),
        window=request.window,
        digest=digest,
        staying=staying_on(on_source, [request.virtual_interface_id], {}, "it is not to be moved"),
    )
    return overview([overview_of_move(move, decision)], arranged, tally)
