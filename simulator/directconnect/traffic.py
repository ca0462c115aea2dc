"""What the metrics of AWS/DX have of a virtual interface: its traffic, and the state of BGP.

AWS: Direct Connect User Guide, "Monitor with Amazon CloudWatch". Times are counted from when the
world was loaded; what happens after that is the network's history.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from simulator.directconnect.network.state import SimulatedVirtualInterface
from simulator.directconnect.records import Transition
from simulator.directconnect.traffic_model import PastTraffic

FAMILIES = ("ipv4", "ipv6")
HOUR = timedelta(hours=1)


class Point(NamedTuple):
    """The value of a period, and when the period begins."""

    at: datetime
    value: float


class MetricPeriod(NamedTuple):
    """What a metric is asked for: its periods from a start to an end."""

    start: datetime
    end: datetime
    length: timedelta

    def bins(self) -> Iterator[tuple[datetime, datetime]]:
        """Yield the beginning and the end of each period."""
        at = self.start
        while at < self.end:
            yield at, min(at + self.length, self.end)
            at += self.length


class VifSeries:
    """The series of one virtual interface, on each connection that it was on."""

    def __init__(
        self, vif: SimulatedVirtualInterface, past: Sequence[Transition], loaded_at: datetime
    ) -> None:
        self._traffic: PastTraffic | None = vif.traffic
        self._past = [each for each in past if each.virtual_interface_id == vif.id]
        self._loaded_at = loaded_at

    def bits(self, metric: str, period: MetricPeriod) -> dict[str, list[Point]]:
        """Return the hourly maxima of VirtualInterfaceBpsEgress or Ingress, by connection."""
        found: dict[str, list[Point]] = {}
        if self._traffic is None:
            return found
        for begins, ends in self._known(period):
            ago = max(0, int((self._loaded_at - ends) / HOUR))
            value = self._traffic.bits(metric, ago) if self._was_up(begins, ends) else 0.0
            found.setdefault(self._connection(ends), []).append(Point(begins, value))
        return found

    def up(self, family: str, period: MetricPeriod) -> dict[str, list[Point]]:
        """Return for how much of each period BGP was up, by connection: 1 is all of it."""
        found: dict[str, list[Point]] = {}
        for begins, ends in self._known(period):
            value = self._share(family, begins, ends)
            found.setdefault(self._connection(ends), []).append(Point(begins, value))
        return found

    def _known(self, period: MetricPeriod) -> Iterator[tuple[datetime, datetime]]:
        """Yield the periods of which there is anything."""
        if self._traffic is None or not self._past:
            return
        first = self._loaded_at - self._traffic.hours * HOUR
        for begins, ends in period.bins():
            if ends > first:
                yield begins, ends

    def _connection(self, at: datetime) -> str:
        """Return where it was at a time."""
        traffic = self._traffic
        if traffic and traffic.former and at <= self._loaded_at - traffic.moved_hours_ago * HOUR:
            return traffic.former
        return self._state(at).connection_id

    def _state(self, at: datetime) -> Transition:
        earlier = [each for each in self._past if each.at <= at]
        return earlier[-1] if earlier else self._past[0]

    def _was_up(self, begins: datetime, ends: datetime) -> bool:
        assert self._traffic is not None
        if self._traffic.is_told:
            return True
        return any(self._share(family, begins, ends) > 0 for family in FAMILIES)

    def _share(self, family: str, begins: datetime, ends: datetime) -> float:
        """Return the share of a time in which a family was up."""
        edges = {begins, ends, *self._edges()}
        cuts = sorted(each for each in edges if begins <= each <= ends)
        pairs = list(pairwise(cuts))
        up = sum(((to - from_) for from_, to in pairs if self._is_up(family, from_)), timedelta())
        return up / (ends - begins)

    def _edges(self) -> Iterator[datetime]:
        """Yield the times at which something may have changed."""
        for told in self._traffic.bgp if self._traffic else ():
            yield self._loaded_at - timedelta(minutes=told.from_minutes_ago)
            yield self._loaded_at - timedelta(minutes=told.to_minutes_ago)
        yield from (each.at for each in self._past)

    def _is_up(self, family: str, at: datetime) -> bool:
        """Return whether BGP was up in the time that begins then."""
        ago = (self._loaded_at - at) / timedelta(minutes=1)
        for told in self._traffic.bgp if self._traffic else ():
            if told.address_family == family and told.to_minutes_ago < ago <= told.from_minutes_ago:
                return told.bgp_status == "up"
        bgp = self._state(at).bgp
        return any(label.startswith(family) and status == "up" for label, status in bgp.items())
