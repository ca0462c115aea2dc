"""The routes that a virtual interface exchanges."""

import ipaddress
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property

from pydantic import Field, field_validator, model_validator

from simulator.directconnect.scenario_model import ScenarioModel


class RouteDirection(StrEnum):
    """Accepted from the customer, or advertised to the customer."""

    ACCEPTED = "accepted"
    ADVERTISED = "advertised"


class SimulatedRoute(ScenarioModel):
    """One prefix; a scenario may write just its CIDR."""

    cidr: str
    as_path: tuple[int, ...] | None = None
    communities: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _cidr_alone(cls, value: object) -> object:
        return {"cidr": value} if isinstance(value, str) else value

    @field_validator("cidr")
    @classmethod
    def _is_network(cls, value: str) -> str:
        ipaddress.ip_network(value, strict=False)
        return value

    @cached_property
    def family(self) -> str:
        """The address family, as the API spells it."""
        return f"ipv{ipaddress.ip_network(self.cidr, strict=False).version}"


class Routes(ScenarioModel):
    """Both directions; a direction that is not named is left as it was.

    An entry with a `count` stands for so many networks of its size, one after the other.
    """

    accepted: tuple[SimulatedRoute, ...] | None = None
    advertised: tuple[SimulatedRoute, ...] | None = None

    @field_validator("accepted", "advertised", mode="before")
    @classmethod
    def _one_after_the_other(cls, value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        return [route for entry in value for route in _counted(entry)]

    def over(self, former: "Routes") -> "Routes":
        """Lay these routes over former ones."""
        return Routes(
            accepted=former.accepted if self.accepted is None else self.accepted,
            advertised=former.advertised if self.advertised is None else self.advertised,
        )

    def percent(self, share: float) -> "Routes":
        """Keep the first routes of each direction and family, rounded down."""
        return Routes(
            accepted=_share(self.accepted, share), advertised=_share(self.advertised, share)
        )

    def towards(self, direction: RouteDirection, family: str) -> list[SimulatedRoute]:
        """List one direction of one family."""
        return self._by_kind.get((direction, family), [])

    def prefixes(self, direction: RouteDirection, family: str) -> frozenset[str]:
        """Return the prefixes of one direction of one family."""
        return self._prefixes.get((direction, family), frozenset())

    @cached_property
    def _by_kind(self) -> dict[tuple[RouteDirection, str], list[SimulatedRoute]]:
        """The routes by direction and family: a table of thousands is listed page by page."""
        found: dict[tuple[RouteDirection, str], list[SimulatedRoute]] = {}
        for direction in RouteDirection:
            routes = self.accepted if direction is RouteDirection.ACCEPTED else self.advertised
            for route in routes or ():
                found.setdefault((direction, route.family), []).append(route)
        return found

    @cached_property
    def _prefixes(self) -> dict[tuple[RouteDirection, str], frozenset[str]]:
        return {
            kind: frozenset(route.cidr for route in routes)
            for kind, routes in self._by_kind.items()
        }


def _counted(entry: object) -> Iterator[object]:
    """Yield the routes that an entry stands for."""
    if not (isinstance(entry, dict) and "count" in entry):
        yield entry
        return
    count, first = entry["count"], ipaddress.ip_network(str(entry.get("cidr", "")))
    if not isinstance(count, int) or count < 1:
        raise ValueError("count must be a number of routes, 1 or more")
    rest = {name: value for name, value in entry.items() if name != "count"}
    step = int(first.num_addresses)
    for number in range(count):
        address = first.network_address + number * step
        yield {**rest, "cidr": f"{address}/{first.prefixlen}"}


def _share(routes: Sequence[SimulatedRoute] | None, percent: float) -> tuple[SimulatedRoute, ...]:
    kept: list[SimulatedRoute] = []
    for family in ("ipv4", "ipv6"):
        those = [route for route in routes or () if route.family == family]
        kept += those[: int(len(those) * percent / 100)]
    return tuple(kept)


Percent = Field(default=None, ge=0, le=100)
