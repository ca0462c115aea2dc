"""Which functions a state machine may invoke: its own, in every version.

An execution may be older than the last deployment, and then invokes the versions of its time. The
CDK grants each task just the version that it was defined with, which adds nothing to that.
"""

import json
from collections.abc import Iterable
from typing import Any

import jsii
from aws_cdk import Aspects, IAspect, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import IConstruct

from infra.functions.handler import HandlerFunction

INVOKE = "lambda:InvokeFunction"
_ANY_VERSION = ":*"


def may_invoke_any_version(
    state_machine: sfn.StateMachine, functions: Iterable[HandlerFunction]
) -> None:
    """Allow invoking all versions of some functions, and nothing else of Lambda."""
    state_machine.add_to_role_policy(
        iam.PolicyStatement(
            actions=[INVOKE],
            resources=[f"{each.function_arn}{_ANY_VERSION}" for each in functions],
        )
    )
    Aspects.of(state_machine.role).add(_WithoutSingleVersions())


@jsii.implements(IAspect)
class _WithoutSingleVersions:
    """Removes the grants of single versions from a role's policy."""

    def visit(self, node: IConstruct) -> None:
        """Visit one construct of the role."""
        if isinstance(node, iam.CfnPolicy):
            document = Stack.of(node).resolve(node.policy_document)
            statements = [_narrowed(each) for each in document["Statement"]]
            kept = [each for each in statements if each["Resource"]]
            node.policy_document = {**document, "Statement": kept}


def _narrowed(statement: dict[str, Any]) -> dict[str, Any]:
    if statement["Action"] != INVOKE:
        return statement
    resources = statement["Resource"]
    listed = resources if isinstance(resources, list) else [resources]
    return {**statement, "Resource": [each for each in listed if _is_of_any_version(each)]}


def _is_of_any_version(arn: object) -> bool:
    return f'{_ANY_VERSION}"]' in json.dumps(arn)
