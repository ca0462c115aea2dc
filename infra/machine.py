"""What the state machines have in common: JSONata, tracing, and logs without any data."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.config import Settings
from infra.functions import Handler
from infra.nag import acknowledge


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
    # Of all versions: an execution may be older than the last deployment.
    for function in functions:
        function.grant_invoke(state_machine)
    acknowledge(
        state_machine.role,
        "AwsSolutions-IAM5",
        "Vended logs and X-Ray take no resource; a function's versions are behind its ARN.",
        "Resource::*",
        *(f"Resource::<{function.logical_id}.Arn>:*" for function in functions),
    )
    return state_machine
