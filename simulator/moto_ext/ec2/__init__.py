"""VPN connections of an account: moto makes them without tunnels, so that none is ever up.

`load(account, region, facts)` says which there are, until moto's next reset.
"""

from simulator.moto_ext.ec2.vpn import SimulatedVpnConnection, VpnFacts, load

__all__ = ["SimulatedVpnConnection", "VpnFacts", "load"]
