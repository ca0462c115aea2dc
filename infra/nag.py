"""Acknowledges a finding of cdk-nag where it arises, with the reason."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str, *findings: str) -> None:
    """Acknowledge a rule on one construct, or of a rule with many findings just the ones named."""
    names = [f"{rule}[{finding}]" for finding in findings] or [rule]
    for name in names:
        Validations.of(construct).acknowledge(Acknowledgment(id=name, reason=reason))
