"""Rules that take no notice of what is replayed from an EventBridge archive.

A replayed event is an old event, id and time included: a request would move a VIF days or years
after it was wanted, an answer would be one to another question, and a notification would be untrue.
"""

from typing import Final

import jsii
from aws_cdk import IAspect
from aws_cdk import aws_events as events
from constructs import IConstruct

NOT_REPLAYED: Final = {"replay-name": [{"exists": False}]}
"""What a pattern has that matches no replayed event (AWS: EventBridge user guide, "Archiving and
replaying events in Amazon EventBridge")."""


@jsii.implements(IAspect)
class IgnoringReplays:
    """Lets every rule with an event pattern match only what is sent for the first time."""

    def visit(self, node: IConstruct) -> None:
        """Visit one construct of the stack."""
        if isinstance(node, events.CfnRule) and node.event_pattern is not None:
            for name, condition in NOT_REPLAYED.items():
                node.add_property_override(f"EventPattern.{name}", condition)
