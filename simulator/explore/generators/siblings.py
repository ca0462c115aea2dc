"""Which VIFs of a drawn world may not move together with the one of the request."""

from simulator.directconnect.shapes import Fields
from simulator.explore.generators.world import WorldPlan


def siblings_of(plan: WorldPlan) -> list[Fields]:
    """Return the VIFs that may not move together with the subject."""
    named = {str(each["virtualInterfaceId"]): each for each in plan.virtual_interfaces}
    subject = named[plan.subject]
    return [each for each in plan.virtual_interfaces if _is_sibling(each, subject)]


def _is_sibling(vif: Fields, subject: Fields) -> bool:
    if vif is subject:
        return False
    if subject["virtualInterfaceType"] == "public":
        return vif["virtualInterfaceType"] == "public"
    keys = ("directConnectGatewayId", "virtualGatewayId")
    return any(key in subject and vif.get(key) == subject[key] for key in keys)
