"""Which Lambdas a state machine may invoke: every version of its own, and of each no version twice.

An execution may be older than the last deployment, and invokes the versions of its day. The CDK
grants each task that one version which it has been defined with, which says no more.
"""

import json
from collections.abc import Iterable
from typing import Any

import jsii
from aws_cdk import Aspects, IAspect, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import IConstruct

from infra.functions.handler import Handler

INVOKE = "lambda:InvokeFunction"
_ANY_VERSION = ":*"


def may_invoke_any_version(state_machine: sfn.StateMachine, functions: Iterable[Handler]) -> None:
    """Grant the invocation of all versions of some functions, and nothing else of Lambda."""
    state_machine.add_to_role_policy(
        iam.PolicyStatement(
            actions=[INVOKE],
            resources=[f"{each.function_arn}{_ANY_VERSION}" for each in functions],
        )
    )
    Aspects.of(state_machine.role).add(_WithoutSingleVersions())


@jsii.implements(IAspect)
class _WithoutSingleVersions:
    """Takes the grants of single versions out of a role's policy."""

    def visit(self, node: IConstruct) -> None:
        """Look at one construct of the role."""
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
