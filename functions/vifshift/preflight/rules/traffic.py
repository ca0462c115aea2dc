"""Rules about traffic: whether it fits, and whether what carries it meanwhile was up lately."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vifshift.domain.background import Background, PortLoad, VifHistory
from vifshift.domain.findings import Move, Severity, rule
from vifshift.domain.network import VirtualInterface
from vifshift.preflight.path_coverage import counting
from vifshift.preflight.rules.target import megabits_of

METRICS_PAGE = "Monitor with Amazon CloudWatch"
PEAKS = "the 95th percentile of hourly maxima over the last 14 days"
DIRECTIONS = ("egress", "ingress")
FEW_HOURS = 24
BITS_IN_A_MEGABIT = 1_000_000
UNITS = ((1e12, "Tbps"), (1e9, "Gbps"), (1e6, "Mbps"), (1e3, "kbps"))
MOST_NAMED = 5


def is_dead(move: Move) -> bool:
    """Return whether the VIF carries nothing, so that anything is better than where it is."""
    vif = move.network.virtual_interface
    return vif is not None and vif.is_dead


def _is_public(move: Move) -> bool:
    """Return whether a public VIF moves: AWS's public prefixes may be reached over the internet."""
    vif = move.network.virtual_interface
    return vif is not None and vif.is_public


@rule(
    "TARGET_TOO_SMALL_FOR_TRAFFIC",
    Severity.BLOCK,
    "Choose a target with more room, or acknowledge that traffic may be dropped at its peaks.",
    page=METRICS_PAGE,
    overridable=True,
    warns_if=is_dead,
)
def target_has_room_for_the_traffic(move: Move) -> Iterator[str]:
    """The target has room for the traffic of the last 14 days; a dead VIF only gets a warning."""
    vif, target = move.network.virtual_interface, move.network.target
    known = _known(move)
    if vif is None or target is None or known is None or vif.connection_id == target.port_id:
        return
    load = known.background.loads.get(target.port_id)
    if load is None or load.bandwidth is None:
        return
    for direction in DIRECTIONS:
        carried, others = _bits(known.own, direction), _bits(load, direction)
        if carried > max(0.0, load.bandwidth - others):
            beside = f", of which others use {speed(others)}" if others else ""
            yield (
                f"{vif.virtual_interface_id} carries {speed(carried)} {direction} ({PEAKS}); "
                f"{target.port_id} has {speed(load.bandwidth)}{beside}"
            )


@rule(
    "OTHER_PATH_TOO_SMALL",
    Severity.BLOCK,
    "Move it at a time with less traffic, or acknowledge that traffic may be dropped meanwhile.",
    page=METRICS_PAGE,
    overridable=True,
    warns_if=_is_public,
)
def other_path_has_room_for_the_traffic(move: Move) -> Iterator[str]:
    """What carries the traffic meanwhile has room for it; a public VIF only gets a warning."""
    vif, known = move.network.virtual_interface, _known(move)
    if vif is None or known is None or vif.is_dead:
        return
    for direction in DIRECTIONS:
        carried = _bits(known.own, direction)
        left = _left(known, counting(move), direction)
        if left is not None and carried > sum(left.values()):
            named = ", ".join(f"{port} {speed(bits)}" for port, bits in left.items())
            yield (
                f"{vif.virtual_interface_id} carries {speed(carried)} {direction} ({PEAKS}); what "
                f"carries it meanwhile has {speed(sum(left.values()))} left ({named})"
            )


@rule(
    "TRAFFIC_NOT_KNOWN",
    Severity.INFO,
    "Compare the traffic with the bandwidth of the target and of the other paths yourself.",
    page=METRICS_PAGE,
)
def traffic_is_known(move: Move) -> Iterator[str]:
    """Whether the traffic fits is judged from the metrics of AWS/DX, if there are any."""
    vif, background = move.network.virtual_interface, move.network.background
    if vif is None or background is None or background.history is None:
        return
    own = background.history.get(vif.virtual_interface_id)
    gaps = []
    if own is None or not own.hours:
        gaps.append(f"of {vif.virtual_interface_id} there is no data")
    elif own.hours < FEW_HOURS:
        gaps.append(f"of {vif.virtual_interface_id} there are {own.hours} hours only")
    ports = dict.fromkeys(
        [move.request.connection_id, *(other.connection_id for other in counting(move))]
    )
    for port in ports:
        load = background.loads.get(port)
        if load is None or load.bandwidth is None:
            gaps.append(f"the bandwidth of {port or 'a port'} is not known")
        elif load.unknown:
            gaps.append(f"of {load.unknown} others on {port} there is no data")
    if gaps:
        yield f"whether the traffic fits could not be judged in full: {'; '.join(gaps)}"


@rule(
    "OTHER_PATH_WAS_DOWN",
    Severity.WARN,
    "Find out why, and wait until it has been stable, since it is to carry the traffic meanwhile.",
    page=METRICS_PAGE,
)
def other_path_was_up_lately(move: Move) -> Iterator[str]:
    """What carries the traffic meanwhile was up for the last hour, unless we have moved it."""
    background = move.network.background
    if background is None or background.history is None:
        return
    for other in counting(move):
        name = other.virtual_interface_id
        history = background.history.get(name)
        families = {peer.address_family for peer in other.live_peers if peer.is_up}
        down = sorted(families & history.down_lately) if history else []
        if down and name not in background.moved_lately:
            yield f"{name} was down within the last hour ({', '.join(down)}, {_METRIC})"


_METRIC = "VirtualInterfaceBgpStatus"


class Known(NamedTuple):
    """What was read once, and of it the history of the VIF that moves."""

    background: Background
    own: VifHistory


def _known(move: Move) -> Known | None:
    vif, background = move.network.virtual_interface, move.network.background
    if vif is None or background is None or background.history is None:
        return None
    own = background.history.get(vif.virtual_interface_id)
    return Known(background, own) if own and own.hours else None


def _left(
    known: Known, others: Sequence[VirtualInterface], direction: str
) -> dict[str, float] | None:
    """Return what the ports of others have left, by port; None if any is not known, or none is."""
    left: dict[str, float] = {}
    for port in dict.fromkeys(other.connection_id for other in others):
        load = known.background.loads.get(port)
        if load is None or load.bandwidth is None:
            return None
        room = load.bandwidth - _bits(load, direction)
        limits = [
            _unused(other, known, direction) for other in others if other.connection_id == port
        ]
        if None not in limits:
            room = min(room, sum(limit for limit in limits if limit is not None))
        left[port] = max(0.0, room)
    return left or None


def _unused(vif: VirtualInterface, known: Known, direction: str) -> float | None:
    """Return what a rate limit leaves a virtual interface; None if it has none."""
    limit = megabits_of(vif.rate_limit)
    if limit is None:
        return None
    history = (known.background.history or {}).get(vif.virtual_interface_id)
    return max(0.0, limit * BITS_IN_A_MEGABIT - (_bits(history, direction) if history else 0.0))


def _bits(of: VifHistory | PortLoad, direction: str) -> float:
    value: float | None = of.egress if direction == "egress" else of.ingress
    return value or 0.0


def speed(bits: float) -> str:
    """Return bits per second as people read them, such as `1.2Gbps`."""
    for size, unit in UNITS:
        if bits >= size:
            return f"{bits / size:.4g}{unit}"
    return f"{bits:.4g}bps"
