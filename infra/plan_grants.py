"""What the workflow of plans may do beside asking its Lambdas: read tracks, and start executions.

In policies of their own: a state machine waits for those of its role, which so can't name it.
"""

from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from infra.machine import may_ask_about_executions
from infra.nag import acknowledge, every_execution_of, every_object_under
from vifshift.plan.documents import PLANS

TRACK = "Track"
"""The label of the Map, a part of the names of its executions."""
MANAGED_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"


def may_read_stages(plans: sfn.StateMachine, bucket: s3.Bucket) -> None:
    """Grant the reading of the tracks that `Prepare plan` has written."""
    policy = iam.Policy(
        plans,
        "ReadsTracks",
        roles=[plans.role],
        statements=[
            iam.PolicyStatement(
                actions=["s3:GetObject"], resources=[bucket.arn_for_objects(f"{PLANS}*")]
            )
        ],
    )
    acknowledge(
        policy,
        "AwsSolutions-IAM5",
        "Every plan has lists of its own, under this prefix.",
        every_object_under(bucket, PLANS),
    )


def may_run_migrations(plans: sfn.StateMachine, migration: sfn.StateMachine) -> None:
    """Grant the start of migrations and the wait for their end, but not to stop one.

    AWS's policy for this has StopExecution as well ("IAM policies for calling Step Functions
    workflows"), for the case that the waiting one is stopped: just what must not happen to a VIF.
    """
    iam.Policy(
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
    may_ask_about_executions(
        plans.role,
        "AreWaitedFor",
        "states:DescribeExecution",
        migration,
        "Which migrations a plan will start is not known at deployment.",
    )


def acknowledge_maps(plans: sfn.StateMachine) -> None:
    """Say why the CDK's own policy for the tracks' executions is about all of them.

    It is AWS's ("IAM policies for using Distributed Map states"), and about plans alone.
    """
    every = every_execution_of(plans)
    acknowledge(
        cast(iam.Policy, plans.node.find_child("DistributedMapPolicy")),
        "AwsSolutions-IAM5",
        "Which tracks a plan will have is not known at deployment.",
        every,
        f"{every.removesuffix(':*')}/{TRACK}:*",
    )
