"""VPN connections with the telemetry of their tunnels: moto makes them without, never up."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, JsonValue

from simulator.directconnect.scenario_model import ScenarioModel

# The keys of VPN tunnels are secrets; AWS returns them in a configuration like this one.
SECRET_CONFIGURATION = "<pre_shared_key>a-secret-that-must-not-leak</pre_shared_key>"


class SimulatedTunnel(ScenarioModel):
    """One of the tunnels of a VPN connection, as `VgwTelemetry` has it."""

    status: str = "UP"
    accepted_route_count: int = 1


class VpnOptions(ScenarioModel):
    """The options of a VPN connection."""

    static_routes_only: bool = False
    tunnel_inside_ip_version: str = "ipv4"


class SimulatedVpnConnection(ScenarioModel):
    """A VPN connection on a virtual private gateway or a transit gateway."""

    vpn_connection_id: Annotated[str, Field(pattern=r"^vpn-[a-z0-9]+$")]
    vpn_gateway_id: str | None = None
    transit_gateway_id: str | None = None
    state: str = "available"
    vgw_telemetry: tuple[SimulatedTunnel, ...] = (SimulatedTunnel(), SimulatedTunnel())
    options: VpnOptions = VpnOptions()

    def view(self) -> dict[str, JsonValue]:
        """Return it as EC2 does, under EC2's names, with what must never be shown."""
        fields = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        found = _capitalized({**fields, "customerGatewayConfiguration": SECRET_CONFIGURATION})
        assert isinstance(found, dict)
        return found


def listed(
    known: Sequence[SimulatedVpnConnection],
    vpn_connection_ids: Sequence[str] | None = None,
    filters: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, JsonValue]]:
    """Return those that pass every filter; a filter that is not simulated is refused."""
    wanted = dict(filters or {})
    vgws, tgws = wanted.pop("vpn-gateway-id", None), wanted.pop("transit-gateway-id", None)
    if wanted:
        raise NotImplementedError(f"filters are not simulated: {', '.join(wanted)}")
    return [
        each.view()
        for each in known
        if (not vpn_connection_ids or each.vpn_connection_id in vpn_connection_ids)
        and (vgws is None or each.vpn_gateway_id in vgws)
        and (tgws is None or each.transit_gateway_id in tgws)
    ]


def _capitalized(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name[0].upper() + name[1:]: _capitalized(each) for name, each in value.items()}
    return [_capitalized(each) for each in value] if isinstance(value, list) else value
