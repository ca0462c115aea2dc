"""What the state machines have in common: JSONata, tracing, and logs without any data."""

from aws_cdk import ArnFormat, Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.config import Settings
from infra.handler import Handler
from infra.invocations import may_invoke_any_version
from infra.nag import acknowledge, every_execution_of


def machine(
    scope: Construct,
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
        comment=comment,
        query_language=sfn.QueryLanguage.JSONATA,
        definition_body=sfn.DefinitionBody.from_chainable(story),
        timeout=timeout,
        tracing_enabled=True,
        logs=sfn.LogOptions(
            destination=logs.LogGroup(
                scope,
                "Logs",
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


def may_ask_about_executions(
    role: iam.IRole, construct_id: str, action: str, state_machine: sfn.StateMachine, reason: str
) -> None:
    """Grant a role one call about the executions of a state machine; say why it is about all.

    In a policy of its own: a state machine waits for the policies of its role, and of its
    functions' roles, which so can't name it.
    """
    stack = Stack.of(state_machine)
    name = Fn.select(6, Fn.split(":", state_machine.state_machine_arn))
    executions = stack.format_arn(
        service="states",
        resource="execution",
        resource_name=f"{name}:*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    policy = iam.Policy(
        state_machine,
        construct_id,
        roles=[role],
        statements=[iam.PolicyStatement(actions=[action], resources=[executions])],
    )
    acknowledge(policy, "AwsSolutions-IAM5", reason, every_execution_of(state_machine))
