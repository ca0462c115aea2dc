"""The records of a simulation."""

from datetime import datetime

from pydantic import JsonValue

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
    ("ipv4 169.254.1.2"), `routes` one per family and direction ("ipv4 accepted").
    """

    at: datetime
    virtual_interface_id: str
    connection_id: str
    virtual_interface_state: str
    bgp: dict[str, str]
    routes: dict[str, int]
    cause: str
