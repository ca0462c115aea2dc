"""What a step has seen or decided, in a line for people who look at an execution's graph."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from vifshift.domain.bgp import BgpStatus
from vifshift.domain.findings import Finding
from vifshift.domain.migration import Decision, Ends, Migration
from vifshift.domain.observation import Observation, Reason, Verdict
from vifshift.domain.sizes import shortened
from vifshift.migration.giving_up import gives_up_at
from vifshift.migration.route_comparison import deadline_of

LONGEST_LINE: Final = 200


def of_observation(observation: Observation, migration: Migration) -> str:
    """Return it in a line: `pending, BGP down, 0 of 3 routes, 4:10 left`."""
    picture = observation.picture
    if not observation.is_seen:
        return shortened(f"not seen: {observation.message}", LONGEST_LINE)
    down = [name for name, status in picture.bgp_peers.items() if status != BgpStatus.UP]
    is_all = len(down) == len(picture.bgp_peers)
    bgp = "BGP up" if not down else "BGP down" if is_all else f"BGP down: {', '.join(down)}"
    parts = [picture.virtual_interface_state, bgp, *_routes(observation, migration, bool(down))]
    if observation.verdict is Verdict.SETTLING:
        parts.append(_left(observation, migration))
    else:
        parts.append(observation.verdict.in_words(observation.reason))
    return shortened(", ".join(parts), LONGEST_LINE)


def of_decision(decision: Decision, faults: Sequence[str], found: Sequence[Finding]) -> str:
    """Return the decision and the codes of what blocks and warns: `rejected: VLAN_TAKEN`."""
    codes = [each.code for each in found if each.blocks]
    codes += [each.code for each in found if not (each.blocks or each.is_note)]
    said = "; ".join(faults) or ", ".join(dict.fromkeys(codes))
    return shortened(f"{decision}{f': {said}' if said else ''}", LONGEST_LINE)


def of_association(ends: Ends) -> str:
    """Return which way it was moved: `dxcon-source01 → dxlag-target01`."""
    return f"{ends.origin} → {ends.destination}"


def _routes(observation: Observation, migration: Migration, is_down: bool) -> list[str]:
    """Return how many of the earlier routes are there, if that is known."""
    before = sum(each.count for each in migration.expectation.routes or ())
    lost = sum(each.lost_count for each in observation.route_changes)
    if not before:
        return []
    if observation.route_changes or observation.reason is Reason.AS_EXPECTED:
        return [f"{max(0, before - lost)} of {before} routes"]
    # Without a BGP session there are no routes; with one, they are read later.
    is_any_up = BgpStatus.UP in observation.picture.bgp_peers.values()
    return [f"0 of {before} routes"] if is_down and not is_any_up else []


def _left(observation: Observation, migration: Migration) -> str:
    """Return the minutes and seconds left: to hold, or until it counts as failed."""
    progress, convergence = observation.progress, migration.request.convergence
    if progress.good_since:
        held = progress.good_since + timedelta(seconds=convergence.hold_seconds)
        return f"{_clock(held - observation.at)} to hold"
    ends: list[datetime] = [deadline_of(progress, convergence)]
    if gives_up := gives_up_at(progress, convergence):
        ends.append(gives_up)
    return f"{_clock(min(ends) - observation.at)} left"


def _clock(left: timedelta) -> str:
    minutes, seconds = divmod(max(0, round(left.total_seconds())), 60)
    return f"{minutes}:{seconds:02}"
