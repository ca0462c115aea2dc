"""Installs Health, GetCalendarState, VPN connections and trust policies in moto.

moto 5.2.5 finds a service by its host name in a list of patterns, and imports `moto.<service>` for
its backends. Both `mock_aws` and the moto server do so: a pattern in that list, and a module of
that name, are a new service. SSM's operations are methods of a class, looked up at every call, so
that one more is simply added, and AssumeRole replaced.
"""

import re
import sys
from types import ModuleType
from typing import Final

from moto import backend_index
from moto.ec2.responses.vpn_connections import VPNConnections
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.sts.responses import TokenResponse

from simulator.core.repairs import extension
from simulator.moto_ext.account.models import account_backends
from simulator.moto_ext.account.responses import describe_vpn_connections, get_calendar_state
from simulator.moto_ext.account.roles import assume_role
from simulator.moto_ext.account.urls import url_bases

REPAIRS: Final = (
    extension(
        "moto.backend_index:backend_url_patterns",
        lacks="There is no AWS Health.",
        test="moto_ext/account/test_account.py::test_events_are_found_by_service_and_status",
    ),
    extension(
        "moto.ssm.responses:SimpleSystemManagerResponse.get_calendar_state",
        lacks="GetCalendarState is missing.",
        test="moto_ext/account/test_account.py::test_a_calendar_is_known_by_name_and_arn",
        adds=True,
    ),
    extension(
        "moto.ec2.responses.vpn_connections:VPNConnections.describe_vpn_connections",
        lacks="VPN connections have no tunnels, so that none is ever up.",
        test="moto_ext/account/test_vpn.py::test_tunnels_have_telemetry",
    ),
    extension(
        "moto.sts.responses:TokenResponse.assume_role",
        lacks="Anybody gets any role, whatever its trust policy asks for.",
        test="moto_ext/account/test_roles.py::test_a_role_is_refused_to_whom_it_does_not_trust",
    ),
)

_SERVICE = "health"
_MODULE = f"moto.{_SERVICE}"


def install() -> None:
    """Make moto answer for the account; a second time changes nothing."""
    if _MODULE not in sys.modules:
        module = ModuleType(_MODULE, "Stands in for the service that moto does not have.")
        vars(module)[f"{_SERVICE}_backends"] = account_backends
        sys.modules[_MODULE] = module
        backend_index.backend_url_patterns.extend(
            (_SERVICE, re.compile(base)) for base in url_bases
        )
    name = get_calendar_state.__name__
    if getattr(SimpleSystemManagerResponse, name, None) is not get_calendar_state:
        setattr(SimpleSystemManagerResponse, name, get_calendar_state)
    setattr(VPNConnections, describe_vpn_connections.__name__, describe_vpn_connections)
    setattr(TokenResponse, assume_role.__name__, assume_role)
