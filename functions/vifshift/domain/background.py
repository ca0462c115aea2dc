"""What only the first check of a move reads: resiliency groups, failover tests, and metrics."""

from collections.abc import Mapping
from datetime import datetime

from vifshift.domain.model import Model, View

ASSOCIATED = "associated"
AVAILABLE = "available"


class ResiliencyGroup(View):
    """A resiliency group; `ports` are the ids of its associated connections and LAGs.

    Which model it is meant to meet, no operation returns (botocore's service model).
    """

    resiliency_group_id: str
    resiliency_group_name: str = ""
    state: str = ""
    ports: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return its id and its name."""
        name = self.resiliency_group_name
        is_named = name not in {"", self.resiliency_group_id}
        return f"{self.resiliency_group_id} ({name})" if is_named else self.resiliency_group_id


class ResiliencyGroups(Model):
    """The groups that were read, and how many there are besides."""

    groups: tuple[ResiliencyGroup, ...] = ()
    unread: int = 0


class LastFailoverTests(Model):
    """When the last failover test of each virtual interface that had one began or ended.

    `asked` are those whose tests were listed; None is all of the account in the Region.
    """

    last: Mapping[str, datetime] = {}
    asked: frozenset[str] | None = frozenset()

    def were_asked(self, virtual_interface_id: str) -> bool:
        """Return whether the tests of a virtual interface were listed."""
        return self.asked is None or virtual_interface_id in self.asked


class VifHistory(Model):
    """What AWS/DX has of a virtual interface, on whatever port it was.

    `egress` and `ingress` are in bits per second, the 95th percentile of `hours` hourly maxima;
    None if there are none. `up` are the address families whose BGP session was up at some time,
    `down_lately` those whose session was not up all through the last hour.
    """

    egress: float | None = None
    ingress: float | None = None
    hours: int = 0
    up: frozenset[str] = frozenset()
    down_lately: frozenset[str] = frozenset()


class PortLoad(Model):
    """What the other virtual interfaces on a port carry at their peaks, and what the port has.

    All are in bits per second; `bandwidth` is None if it is not known. `unknown` is how many of
    the virtual interfaces that are up have no data.
    """

    port_id: str
    bandwidth: float | None = None
    egress: float = 0
    ingress: float = 0
    unknown: int = 0


class Background(Model):
    """What was read once; what could not be read is None, and is in the network's `unchecked`.

    `history` has the VIF, its siblings and what is on the ports that matter; `loads` are those of
    the target and of the siblings' ports. `moved_lately` are the VIFs that this stack has moved
    within the last hour.
    """

    resiliency_groups: tuple[ResiliencyGroup, ...] | None = None
    failover_tests: LastFailoverTests | None = None
    history: Mapping[str, VifHistory] | None = None
    loads: Mapping[str, PortLoad] = {}
    moved_lately: frozenset[str] = frozenset()
