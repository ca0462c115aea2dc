"""Acknowledges a finding of cdk-nag where it arises, with the reason."""

from typing import cast

from aws_cdk import Acknowledgment, CfnElement, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str, *findings: str) -> None:
    """Acknowledge a rule on one construct, or of a rule with many findings just the ones named."""
    names = [f"{rule}[{finding}]" for finding in findings] or [rule]
    for name in names:
        Validations.of(construct).acknowledge(Acknowledgment(id=name, reason=reason))


def every_execution_of(name: str) -> str:
    """Return how cdk-nag names a grant on all executions of a state machine."""
    return (
        f"Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{name}:*"
    )


def every_object_under(bucket: s3.Bucket, prefix: str) -> str:
    """Return how cdk-nag names a grant on all objects of a bucket under a prefix."""
    name = Stack.of(bucket).get_logical_id(cast(CfnElement, bucket.node.default_child))
    return f"Resource::<{name}.Arn>/{prefix}*"
