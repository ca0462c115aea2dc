"""Reads from Direct Connect what preflight judges, each thing once and over all pages."""

from vifshift.errors import CallDenied, CallRefused, OperationMissing
from vifshift.network import DirectConnect, Network
from vifshift.request import Request


def survey(direct_connect: DirectConnect, region: str, request: Request) -> Network:
    """Read the VIF, its routes, both ports and what rides on the target.

    Routes that may not or can't be read are part of the answer; any other `DirectConnectError` is
    raised, since nothing can be judged without the rest.
    """
    vif = direct_connect.virtual_interface(request.virtual_interface_id)
    source = direct_connect.port(vif.connection_id) if vif and vif.connection_id else None
    target = direct_connect.port(request.connection_id)
    routes, unreadable = None, None
    if vif:
        try:
            routes = direct_connect.routes(vif.virtual_interface_id, by_number=False)
        except (CallDenied, CallRefused, OperationMissing) as error:
            unreadable = str(error)
    return Network(
        region=region,
        virtual_interface=vif,
        source=source,
        target=target,
        on_target=direct_connect.virtual_interfaces_on(request.connection_id) if target else (),
        routes=routes,
        routes_unreadable=unreadable,
    )
