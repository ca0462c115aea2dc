"""The IAM policy that a check needs: it reads, and changes nothing."""

from typing import Any, Final

READS: Final = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "directconnect:DescribeConnections",
    "directconnect:DescribeDirectConnectGatewayAssociations",
    "directconnect:DescribeDirectConnectGatewayAttachments",
    "directconnect:DescribeLags",
    "directconnect:DescribeVirtualInterfaces",
    "directconnect:ListResiliencyGroupAssociations",
    "directconnect:ListResiliencyGroups",
    "directconnect:ListVirtualInterfaceRoutes",
    "directconnect:ListVirtualInterfaceTestHistory",
    "ec2:DescribeVpnConnections",
    "health:DescribeAffectedEntities",
    "health:DescribeEvents",
)
"""What the functions that validate may read of a network, too."""
SETTINGS: Final = ("cloudformation:ListStackResources", "lambda:GetFunctionConfiguration")
"""Without these, the settings of the deployed stack are not found."""
CALENDAR: Final = "ssm:GetCalendarState"


def policy() -> dict[str, Any]:
    """Return the policy; a role of another account that is named must be allowed besides."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "ReadNetwork", "Effect": "Allow", "Action": [*READS], "Resource": "*"},
            {
                "Sid": "ReadSettings",
                "Effect": "Allow",
                "Action": [*SETTINGS, CALENDAR],
                "Resource": "*",
            },
        ],
    }
