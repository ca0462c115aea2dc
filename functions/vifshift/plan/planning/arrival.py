"""What a move of a plan leaves behind: the VIF on its new port, and what is left of both ports."""

from vifshift.domain.bgp import BgpStatus
from vifshift.domain.migration import expected_peers
from vifshift.domain.network import VirtualInterface, VirtualInterfaceState
from vifshift.domain.ports import Connection, Lag, RateLimiterStatus

Port = Connection | Lag


def converged(vif: VirtualInterface, port: Port) -> VirtualInterface:
    """Return a VIF as it is once it has converged on a port: its expected peers are up."""
    expected = set(expected_peers(vif))
    peers = tuple(
        peer.model_copy(update={"bgp_status": BgpStatus.UP.value})
        if not peer.is_up and peer.key in expected
        else peer
        for peer in vif.live_peers
    )
    return vif.model_copy(
        update={
            "connection_id": port.port_id,
            "virtual_interface_state": VirtualInterfaceState.AVAILABLE.value,
            "location": port.location,
            "aws_logical_device_id": port.aws_logical_device_id,
            "aws_device_v2": port.aws_device_v2,
            "bgp_peers": peers,
        }
    )


def with_vif(port: Port, vif: VirtualInterface) -> Port:
    """Return a port from which a VIF has taken its rate limiter and its prefixes."""
    return _counted(port, vif, 1)


def without_vif(port: Port, vif: VirtualInterface) -> Port:
    """Return a port to which a VIF has given back its rate limiter and its prefixes."""
    return _counted(port, vif, -1)


def _counted(port: Port, vif: VirtualInterface, step: int) -> Port:
    """Return a port with `step` times the VIF's rate limiter and prefixes taken from it."""
    if not (
        vif.rate_limit
        or vif.prefix_pool_allocated_count_ipv4
        or vif.prefix_pool_allocated_count_ipv6
    ):
        return port
    ipv4, ipv6 = port.prefix_pool_unallocated_count_ipv4, port.prefix_pool_unallocated_count_ipv6
    return port.model_copy(
        update={
            "rate_limiter_status": _limiters(port.rate_limiter_status, vif, step),
            "prefix_pool_unallocated_count_ipv4": (
                None if ipv4 is None else ipv4 - step * vif.prefix_pool_allocated_count_ipv4
            ),
            "prefix_pool_unallocated_count_ipv6": (
                None if ipv6 is None else ipv6 - step * vif.prefix_pool_allocated_count_ipv6
            ),
        }
    )


def _limiters(
    status: RateLimiterStatus | None, vif: VirtualInterface, step: int
) -> RateLimiterStatus | None:
    if status is None or not vif.rate_limit:
        return status
    return RateLimiterStatus(
        in_use=None if status.in_use is None else status.in_use + step,
        remaining=None if status.remaining is None else status.remaining - step,
    )
