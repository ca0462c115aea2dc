"""The actions of AWS that a network is read and changed with, for grants and session policies.

AWS: Service Authorization Reference, AWS Direct Connect; AWS Health; Amazon EC2; Amazon CloudWatch.
"""

from typing import Final

SEE_VIFS: Final = "directconnect:DescribeVirtualInterfaces"
LOOKING: Final = ("directconnect:DescribeConnections", "directconnect:DescribeLags", SEE_VIFS)
PLANNING: Final = (*LOOKING, "health:DescribeEvents")
SEEING: Final = (
    *PLANNING,
    "directconnect:DescribeDirectConnectGatewayAssociations",
    "directconnect:DescribeDirectConnectGatewayAttachments",
    "ec2:DescribeVpnConnections",
)
ROUTES: Final = "directconnect:ListVirtualInterfaceRoutes"
AFFECTED: Final = "health:DescribeAffectedEntities"
ASSOCIATING: Final = "directconnect:AssociateVirtualInterface"
ONCE: Final = ("directconnect:ListResiliencyGroups", "cloudwatch:GetMetricData")
TESTS: Final = "directconnect:ListVirtualInterfaceTestHistory"
ALARMS: Final = "cloudwatch:DescribeAlarms"
IN_GROUPS: Final = "directconnect:ListResiliencyGroupAssociations"
