"""Grants that several constructs share, and the cdk-nag findings they acknowledge, with reasons."""

from typing import cast

from aws_cdk import Acknowledgment, CfnElement, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import IConstruct

from infra.names import executions_arn


def acknowledge(construct: IConstruct, rule: str, reason: str, *findings: str) -> None:
    """Acknowledge a rule of cdk-nag on one construct, or only the named findings of that rule."""
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


def allow_on_executions(
    role: iam.IRole, construct_id: str, action: str, state_machine: sfn.StateMachine, reason: str
) -> iam.Policy:
    """Allow a role one action on the executions of a state machine.

    `reason` says why the grant covers all of them.
    """
    name = name_of(state_machine)
    policy = iam.Policy(
        state_machine,
        construct_id,
        roles=[role],
        statements=[
            iam.PolicyStatement(actions=[action], resources=[executions_arn(state_machine, name)])
        ],
    )
    acknowledge(policy, "AwsSolutions-IAM5", reason, every_execution_of(name))
    return policy


def name_of(state_machine: sfn.StateMachine) -> str:
    """Return the name that a state machine was given."""
    name = _resource(state_machine).state_machine_name
    assert name is not None
    return name


def create_before(state_machine: sfn.StateMachine, policy: iam.Policy) -> None:
    """Create a policy of a state machine's role before the state machine itself.

    CreateStateMachine checks that the role may do what the definition needs, and fails if it may
    not; CloudFormation does not retry. Such a policy can't refer to its own state machine.
    """
    _resource(state_machine).node.add_dependency(policy)


def _resource(state_machine: sfn.StateMachine) -> sfn.CfnStateMachine:
    return cast(sfn.CfnStateMachine, state_machine.node.default_child)
