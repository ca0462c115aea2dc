"""What a scenario says of a virtual interface's past: its `traffic`."""

from typing import Annotated, Literal

from pydantic import Field

from simulator.directconnect.scenario_model import ScenarioModel

USUAL_BPS = 10_000_000.0
USUAL_HOURS = 24
MOST_HOURS = 14 * 24
EGRESS = "VirtualInterfaceBpsEgress"

Rate = Annotated[float, Field(ge=0)]
Minutes = Annotated[float, Field(ge=0)]


class PastBgp(ScenarioModel):
    """The state of a family's BGP session in a time before the start."""

    address_family: Literal["ipv4", "ipv6"]
    bgp_status: Literal["up", "down"]
    from_minutes_ago: Minutes
    to_minutes_ago: Minutes = 0


class PastTraffic(ScenarioModel):
    """Bits per second in each of the last `hours`, of which there are metrics.

    Several rates take turns, the latest hour first. Until `movedHoursAgo` it was on the `former`
    connection. `bgp` is what differs from the state at the start.
    """

    egress_bps: Rate | tuple[Rate, ...] = USUAL_BPS
    ingress_bps: Rate | tuple[Rate, ...] = USUAL_BPS
    hours: Annotated[int, Field(ge=0)] = MOST_HOURS
    former: str | None = None
    moved_hours_ago: Annotated[int, Field(ge=0)] = 0
    bgp: tuple[PastBgp, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether a scenario says how much it carried, whatever BGP did."""
        return bool({"egress_bps", "ingress_bps"} & self.model_fields_set)

    def bits(self, metric: str, hours_ago: int) -> float:
        """Return the rate of an hour."""
        rates = self.egress_bps if metric == EGRESS else self.ingress_bps
        return rates[hours_ago % len(rates)] if isinstance(rates, tuple) else rates


USUAL = PastTraffic(hours=USUAL_HOURS)
"""What a virtual interface has carried of which a scenario says nothing."""
