"""Which function answers which operation."""

from collections.abc import Callable, Sequence
from datetime import datetime

from simulator.directconnect.network.network import SimulatedNetwork
from simulator.directconnect.operations import change as changing
from simulator.directconnect.operations import describe as describing
from simulator.directconnect.operations import resiliency, tagging
from simulator.directconnect.operations.failover_tests import FailoverTests
from simulator.directconnect.shapes import Fields

Operation = Callable[[SimulatedNetwork, Fields, datetime], Fields]

_OPERATIONS: dict[str, Operation] = {
    "AssociateMacSecKey": changing.associate_mac_sec_key,
    "AssociateVirtualInterface": changing.associate_virtual_interface,
    "CreateConnection": changing.create_connection,
    "CreateDirectConnectGateway": changing.create_direct_connect_gateway,
    "CreateLag": changing.create_lag,
    "CreatePrivateVirtualInterface": changing.create_private_virtual_interface,
    "CreatePublicVirtualInterface": changing.create_public_virtual_interface,
    "CreateTransitVirtualInterface": changing.create_transit_virtual_interface,
    "DeleteConnection": changing.delete_connection,
    "DeleteVirtualInterface": changing.delete_virtual_interface,
    "DescribeConnections": describing.describe_connections,
    "DescribeDirectConnectGatewayAssociations": (
        describing.describe_direct_connect_gateway_associations
    ),
    "DescribeDirectConnectGatewayAttachments": (
        describing.describe_direct_connect_gateway_attachments
    ),
    "DescribeDirectConnectGateways": describing.describe_direct_connect_gateways,
    "DescribeHostedConnections": describing.describe_hosted_connections,
    "DescribeLags": describing.describe_lags,
    "DescribeLocations": describing.describe_locations,
    "DescribeTags": tagging.describe_tags,
    "DescribeVirtualGateways": describing.describe_virtual_gateways,
    "DescribeVirtualInterfaces": describing.describe_virtual_interfaces,
    "DisassociateMacSecKey": changing.disassociate_mac_sec_key,
    "GetResiliencyGroup": resiliency.get_resiliency_group,
    "ListResiliencyGroupAssociations": resiliency.list_resiliency_group_associations,
    "ListResiliencyGroups": resiliency.list_resiliency_groups,
    "ListVirtualInterfaceRoutes": describing.list_virtual_interface_routes,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "UpdateConnection": changing.update_connection,
}


_FAILOVER_OPERATIONS = {
    "ListVirtualInterfaceTestHistory": FailoverTests.history,
    "StartBgpFailoverTest": FailoverTests.start,
    "StopBgpFailoverTest": FailoverTests.stop,
}
OPERATIONS = frozenset(_OPERATIONS) | frozenset(_FAILOVER_OPERATIONS)


class Service:
    """The operations on one network, and the failover tests, which only they know of."""

    def __init__(self, network: SimulatedNetwork, past_tests: Sequence[Fields] | None = ()) -> None:
        self._network = network
        self._tests = FailoverTests(past_tests)

    def call(self, operation: str, parameters: Fields, at: datetime) -> Fields:
        """Perform an operation."""
        if operation in _FAILOVER_OPERATIONS:
            return _FAILOVER_OPERATIONS[operation](self._tests, self._network, parameters, at)
        return _OPERATIONS[operation](self._network, parameters, at)
