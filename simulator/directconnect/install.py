"""The one place that changes moto: its Direct Connect has no virtual interfaces.

moto 5.2.5 knows 12 of Direct Connect's 73 operations: no virtual interface, no location, no
gateway, and ids that are ARNs with a timestamp in them. The registry of its backends is told to
make ours instead; `mock_aws` and the moto server both find backends, and through them the URLs
and the handler, in that registry.
"""

from typing import cast

from moto.directconnect.models import directconnect_backends

from simulator.directconnect.models import SimulatedDirectConnect


def install() -> None:
    """Make moto serve this Direct Connect; a second time changes nothing.

    A moto server that has answered a Direct Connect call before has moto's own handler for good.
    """
    if directconnect_backends.backend is not SimulatedDirectConnect:
        directconnect_backends.backend = SimulatedDirectConnect
        directconnect_backends.clear()


def simulated(account_id: str, region: str) -> SimulatedDirectConnect:
    """Find the backend of an account and Region; moto's reset makes a new one."""
    if directconnect_backends.backend is not SimulatedDirectConnect:
        raise RuntimeError("install() first")
    return cast(SimulatedDirectConnect, directconnect_backends[account_id][region])
