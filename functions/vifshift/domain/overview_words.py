"""The words of an overview, which a page and a terminal share."""

from collections.abc import Iterator

from vifshift.domain.durations import lasting
from vifshift.domain.overview import (
    GatewayOverview,
    MoveOverview,
    MoveStage,
    PlanOverview,
    Redundancy,
    WindowFit,
)
from vifshift.domain.time_spans import span


def takes(overview: PlanOverview) -> str:
    """Return how long all of it takes."""
    if not overview.to_do:
        return "nothing is to be done"
    expected = lasting(overview.duration.expected_seconds)
    longest = lasting(overview.duration.longest_seconds)
    whole = "with a rollback" if overview.to_do == 1 else "with a rollback of each move"
    return f"{expected} expected, {longest} at the longest, {whole}"


def order(overview: PlanOverview) -> str:
    """Return in what way moves follow one another."""
    tracks = len(overview.tracks)
    if overview.to_do <= 1:
        return ""
    if tracks == 1 or overview.at_once == 1:
        return "one after the other"
    at_once = min(overview.at_once, tracks)
    return f"{tracks} tracks, {at_once} of them at a time; the moves of a track follow one another"


def window(fit: WindowFit) -> str:
    """Return whether a window is long enough."""
    if fit.seconds_left < 0:
        return f"it does not fit: it is expected to end {lasting(-fit.seconds_left)} after that"
    if fit.seconds_left_at_longest < 0:
        late = lasting(-fit.seconds_left_at_longest)
        return f"it is expected to fit, and at its longest would end {late} after that"
    left = lasting(fit.seconds_left_at_longest)
    return f"it fits: at its longest, {left} are left at the end"


def window_span(fit: WindowFit) -> str:
    """Return when a window is open."""
    return span(fit.opens_at, fit.closes_at)


def paths(redundancy: Redundancy) -> str:
    """Return how many paths are up, and where: `2 paths at 2 locations`."""
    if not redundancy.paths:
        return "no path"
    some = "1 path" if redundancy.paths == 1 else f"{redundancy.paths} paths"
    if not redundancy.locations:
        return some
    places = "1 location" if redundancy.locations == 1 else f"{redundancy.locations} locations"
    return f"{some} at {places}"


def over_time(gateway: GatewayOverview) -> Iterator[tuple[str, Redundancy]]:
    """Yield the redundancy of a gateway over time, each with its time in words."""
    last = len(gateway.steps) - 1
    for number, step in enumerate(gateway.steps):
        if step.stage is MoveStage.BEFORE:
            yield "now", step.redundancy
        elif step.stage is MoveStage.DURING:
            yield f"during move {step.move}", step.redundancy
        elif number == last or step.redundancy != gateway.steps[number + 1].redundancy:
            yield f"after move {step.move}", step.redundancy


def _others(redundancy: Redundancy) -> str:
    """Return how many other paths are up: `2 other paths of the gateway, at 2 locations`."""
    number, places = redundancy.paths, redundancy.locations
    some = "1 other path" if number == 1 else f"{number} other paths"
    where = "" if not places else ", at 1 location" if places == 1 else f", at {places} locations"
    return f"{some} of the gateway{where}"


def meanwhile(move: MoveOverview) -> str:
    """Return what carries the traffic of a move meanwhile."""
    known = "" if move.paths_are_known else "; there may be other paths, which could not be read"
    if move.cut_off:
        return f"nothing else carries {move.cut_off}{known}"
    if move.during.paths:
        return f"{_others(move.during)}{known}"
    if move.vpn_connections:
        return f"a VPN connection alone: {', '.join(move.vpn_connections)}"
    return f"no other path{known}"
