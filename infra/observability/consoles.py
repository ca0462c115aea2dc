"""Where a partition has its console."""

from typing import Final

from aws_cdk import Aws, CfnCondition, Fn
from constructs import Construct

USUAL: Final = "console.aws.amazon.com"
OTHERS: Final = {
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""The partitions whose consoles AWS names in public (AWS: "AWS Management Console endpoints and
quotas"; AWS GovCloud (US) and China user guides)."""


class Console(Construct):
    """The console of the partition that a stack is in; `is_known` where there is a link to it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.is_known = CfnCondition(
            self,
            "IsKnown",
            expression=Fn.condition_or(
                *(Fn.condition_equals(Aws.PARTITION, each) for each in ("aws", *OTHERS))
            ),
        )
        self.domain = USUAL
        for partition, domain in OTHERS.items():
            is_there = CfnCondition(
                self, partition, expression=Fn.condition_equals(Aws.PARTITION, partition)
            )
            self.domain = Fn.condition_if(is_there.logical_id, domain, self.domain).to_string()
