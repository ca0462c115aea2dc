"""What the plan workflow may do beside invoking its functions: read tracks, start executions."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from infra.names import executions_arn, machine_arn
from infra.permissions import (
    acknowledge,
    allow_on_executions,
    create_before,
    every_execution_of,
    every_object_under,
    name_of,
)
from vifshift.domain.object_keys import PLANS

TRACK = "Track"
"""The label of the Map, which is a part of its executions' names."""
MANAGED_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"


def allow_reading_stages(plans: sfn.StateMachine, bucket: s3.Bucket) -> None:
    """Allow reading the tracks that `Prepare plan` has written."""
    policy = iam.Policy(
        plans,
        "ReadsTracks",
        roles=[plans.role],
        statements=[
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[bucket.arn_for_objects(f"{PLANS}*")],
            )
        ],
    )
    acknowledge(
        policy,
        "AwsSolutions-IAM5",
        "Every plan has documents of its own under this prefix.",
        every_object_under(bucket, PLANS),
    )
    create_before(plans, policy)


def allow_running_migrations(plans: sfn.StateMachine, migration: sfn.StateMachine) -> None:
    """Allow starting migrations and waiting for them to end, but not stopping one.

    AWS's policy for this includes StopExecution ("IAM policies for calling Step Functions
    workflows"), which stops a migration when its plan is stopped: that must not happen to a VIF.
    """
    starts = iam.Policy(
        plans,
        "StartsMigrations",
        roles=[plans.role],
        statements=[
            iam.PolicyStatement(
                actions=["states:StartExecution"], resources=[migration.state_machine_arn]
            ),
            iam.PolicyStatement(
                actions=["events:PutTargets", "events:PutRule", "events:DescribeRule"],
                resources=[
                    Stack.of(plans).format_arn(
                        service="events", resource="rule", resource_name=MANAGED_RULE
                    )
                ],
            ),
        ],
    )
    waits = allow_on_executions(
        plans.role,
        "AreWaitedFor",
        "states:DescribeExecution",
        migration,
        "Which migrations a plan will start is not known at deployment.",
    )
    create_before(plans, starts)
    create_before(plans, waits)


def allow_running_tracks(plans: sfn.StateMachine) -> None:
    """Allow what a distributed Map needs: starting executions of its own state machine.

    It follows AWS's policy ("IAM policies for using Distributed Map states"), and replaces the
    CDK's own, which refers to the state machine and so would be created too late.
    """
    plans.node.try_remove_child("DistributedMapPolicy")
    name = name_of(plans)
    of_tracks = executions_arn(plans, f"{name}/{TRACK}")
    policy = iam.Policy(
        plans,
        "RunsTracks",
        roles=[plans.role],
        statements=[
            iam.PolicyStatement(
                actions=["states:StartExecution"], resources=[machine_arn(plans, name)]
            ),
            iam.PolicyStatement(
                actions=["states:DescribeExecution", "states:StopExecution"],
                resources=[executions_arn(plans, name)],
            ),
            iam.PolicyStatement(actions=["states:RedriveExecution"], resources=[of_tracks]),
        ],
    )
    acknowledge(
        policy,
        "AwsSolutions-IAM5",
        "Which tracks a plan will have is not known at deployment.",
        every_execution_of(name),
        every_execution_of(f"{name}/{TRACK}"),
    )
    create_before(plans, policy)
