"""One oddity of a world, a request, or a plan, in a world in which nothing else is odd."""

from simulator.directconnect import Fault, FaultError
from simulator.directconnect.fields import records
from simulator.directconnect.shapes import Fields
from simulator.explore.generators.features import KINDS as FEATURES
from simulator.explore.generators.paths import add_vpn
from simulator.explore.generators.ports import ELSEWHERE, subject_of
from simulator.explore.generators.siblings import siblings_of
from simulator.explore.generators.situations.draft import Draft

DENIED = ("cloudwatch:GetMetricData", "health:DescribeEvents", "health:DescribeAffectedEntities")
DENIED_OPERATIONS = (
    "ListVirtualInterfaceTestHistory",
    "DescribeDirectConnectGatewayAttachments",
    "ListVirtualInterfaceRoutes",
    "DescribeLags",
)


def a_feature(draft: Draft, kind: str) -> bool:
    """Let a world have one of the features."""
    return FEATURES[kind][1](draft.dice, draft.world, draft.asked)


def odd_request(draft: Draft, what: str) -> bool:
    """Ask for a VIF or a port that is not there, or for a Region that is not allowed."""
    match what:
        case "VIF":
            draft.asked["virtualInterfaceId"] = "dxvif-nowhere1"
        case "port":
            draft.asked["connectionId"] = draft.dice.pick(["dxcon-nowhere1", "dxlag-nowhere1"])
        case _:
            draft.asked["region"] = ELSEWHERE
    return True


def never_tested(draft: Draft) -> bool:
    """Let no failover test be known of a gateway that has other paths."""
    draft.world.extras["failoverTests"] = []
    return bool(siblings_of(draft.world))


def denied(draft: Draft, what: str) -> bool:
    """Deny the stack something that it reads."""
    if what in DENIED:
        draft.world.extras["denied"] = [what]
    else:
        draft.faults.append(Fault(operation=what, error=FaultError.ACCESS_DENIED))
    return True


def only_a_vpn(draft: Draft) -> bool:
    """Let a VPN connection be the only other path, of one of the families or of the other one."""
    subject = subject_of(draft.world)
    if siblings_of(draft.world) or not add_vpn(draft.dice, draft.world, subject):
        return False
    (vpn,) = records(draft.world.extras, "vpnConnections")
    carries: Fields = {"status": "UP", "acceptedRouteCount": draft.dice.whole(1, 3)}
    vpn["vgwTelemetry"] = [carries, {"status": "DOWN", "acceptedRouteCount": 0}]
    return True
