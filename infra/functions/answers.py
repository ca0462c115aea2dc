"""The function that passes people's answers on, and may end the tasks that wait for them."""

from typing import Final, cast

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn

from infra.functions.environment import StateMachines, environment
from infra.functions.handler import HandlerFunction, HandlerFunctions
from infra.permissions import allow_on_executions

LOST_ANSWER: Final = "An approval, refusal, cancellation or halt was not passed on: repeat it."


def answer_function(
    functions: HandlerFunctions,
    *,
    table: dynamodb.ITableV2,
    bus: events.IEventBus,
    migrations: sfn.StateMachine,
    plans: sfn.StateMachine,
) -> HandlerFunction:
    """Return the function."""
    answer = functions.add(
        "Answer",
        "Passes on the answers that people send: approved, refused, cancel, halt.",
        environment(
            functions.settings,
            table=table,
            bus=bus,
            machines=StateMachines(migrations, plans),
        ),
    )
    # Whether a plan is to halt is kept in the item that counts its moves.
    table.grant(answer, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    bus.grant_put_events_to(answer)
    # The CDK's own grant includes heartbeats, which nothing sends.
    answer.allow(
        "states:SendTaskFailure",
        "states:SendTaskSuccess",
        on=[each.state_machine_arn for each in (migrations, plans)],
    )
    for machine in (migrations, plans):
        allow_on_executions(
            cast(iam.IRole, answer.role),
            "IsAnswered",
            "states:DescribeExecution",
            machine,
            "Which execution an answer names is not known at deployment.",
        )
    return answer
