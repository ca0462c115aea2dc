"""What the state machines have in common: JSONata, tracing, and logs without any data."""

from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.handler import Handler
from infra.nag import acknowledge, every_execution_of
from infra.names import Machine, executions_arn
from infra.settings.model import Settings
from infra.workflows.invocations import may_invoke_any_version


def machine(
    scope: Construct,
    name: Machine,
    *,
    comment: str,
    story: sfn.IChainable,
    functions: list[Handler],
    timeout: Duration,
    settings: Settings,
) -> sfn.StateMachine:
    """Return a state machine that may invoke these functions."""
    state_machine = sfn.StateMachine(
        scope,
        "StateMachine",
        state_machine_name=name.of(settings.stack_name),
        comment=comment,
        query_language=sfn.QueryLanguage.JSONATA,
        definition_body=sfn.DefinitionBody.from_chainable(story),
        timeout=timeout,
        tracing_enabled=True,
        logs=sfn.LogOptions(
            destination=logs.LogGroup(
                scope,
                "Logs",
                log_group_name=name.log_group_of(settings.stack_name),
                retention=settings.log_retention,
                removal_policy=RemovalPolicy.DESTROY,
            ),
            level=sfn.LogLevel.ALL,
            include_execution_data=False,
        ),
    )
    may_invoke_any_version(state_machine, functions)
    acknowledge(
        state_machine.role,
        "AwsSolutions-IAM5",
        "Vended logs and X-Ray take no resource; a function's versions are behind its ARN.",
        "Resource::*",
        *(f"Resource::<{function.logical_id}.Arn>:*" for function in functions),
    )
    return state_machine


def name_of(state_machine: sfn.StateMachine) -> str:
    """Return the name that a state machine was given."""
    name = _resource(state_machine).state_machine_name
    assert name is not None
    return name


def needs_first(state_machine: sfn.StateMachine, policy: iam.Policy) -> None:
    """Make a policy of a state machine's role before the state machine itself.

    CreateStateMachine asks whether the role may do what the definition wants, and refuses it if
    not; CloudFormation does not try again. Such a policy can't refer to its own state machine.
    """
    _resource(state_machine).node.add_dependency(policy)


def _resource(state_machine: sfn.StateMachine) -> sfn.CfnStateMachine:
    return cast(sfn.CfnStateMachine, state_machine.node.default_child)


def may_ask_about_executions(
    role: iam.IRole, construct_id: str, action: str, state_machine: sfn.StateMachine, reason: str
) -> iam.Policy:
    """Grant a role one call about the executions of a state machine; say why it is about all."""
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
