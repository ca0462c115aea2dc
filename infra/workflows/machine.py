"""What the state machines have in common: JSONata, tracing, and logs without any data."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.functions.handler import HandlerFunction
from infra.names import Machine
from infra.permissions import acknowledge
from infra.settings.model import Settings
from infra.workflows.invocations import may_invoke_any_version


def machine(
    scope: Construct,
    name: Machine,
    *,
    comment: str,
    chain: sfn.IChainable,
    functions: list[HandlerFunction],
    timeout: Duration,
    settings: Settings,
) -> sfn.StateMachine:
    """Return a state machine that may invoke these functions, in any of their versions."""
    state_machine = sfn.StateMachine(
        scope,
        "StateMachine",
        state_machine_name=name.of(settings.stack_name),
        comment=comment,
        query_language=sfn.QueryLanguage.JSONATA,
        definition_body=sfn.DefinitionBody.from_chainable(chain),
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
        "Vended logs and X-Ray support no resource-level permissions; a function's versions are "
        "addressed by its ARN with a suffix.",
        "Resource::*",
        *(f"Resource::<{function.logical_id}.Arn>:*" for function in functions),
    )
    return state_machine
