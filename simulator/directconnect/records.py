"""The records of a simulation."""

from collections.abc import Collection, Mapping
from datetime import datetime

from pydantic import Field, JsonValue

from simulator.directconnect.scenario_model import ScenarioModel


class Call(ScenarioModel):
    """One API call, SDK retries included; `at` is in UTC.

    `error` is what the caller got (`ReadTimeout`: no answer); `took_effect` tells whether the
    operation was carried out all the same, for a late effect once it has been.
    """

    at: datetime
    operation: str
    parameters: dict[str, JsonValue]
    error: str | None = None
    took_effect: bool = False


class Transition(ScenarioModel):
    """A change of a virtual interface, with its exact time.

    `connection_id` is the truth, whatever Describe shows. `bgp` has one entry per live peer
    ("ipv4 169.254.1.2"), `routes` one per family and direction ("ipv4 accepted"), and `prefixes`
    says which routes these are. `carries_traffic` is false while something beyond BGP swallows it.
    """

    at: datetime
    virtual_interface_id: str
    connection_id: str
    virtual_interface_state: str
    bgp: dict[str, str]
    routes: dict[str, int]
    cause: str
    prefixes: dict[str, frozenset[str]] = Field(default={}, repr=False)
    carries_traffic: bool = True

    def share_of(self, before: "Transition") -> float:
        """Return the least share of earlier routes that is there, in percent, by prefix."""
        return share_of(before.prefixes, self.prefixes, before.routes, self.routes)


def share_of(
    before: Mapping[str, Collection[str]],
    now: Mapping[str, Collection[str]],
    count_before: Mapping[str, int],
    count_now: Mapping[str, int],
) -> float:
    """Return the least share of routes that are back, of all families and directions, in percent.

    Routes are compared by their prefixes; where those are not known, as in what is written by hand,
    by number.
    """
    shares = [100.0]
    for kind, count in count_before.items():
        if not count:
            continue
        if kind in before:
            there = len(set(before[kind]) & set(now.get(kind, ())))
        else:
            there = count_now.get(kind, 0)
        shares.append(100 * there / count)
    return min(shares)
