"""What the workflow of plans may do beside asking its Lambdas: read tracks, start executions."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from infra.nag import acknowledge, every_execution_of, every_object_under
from infra.names import executions_arn, machine_arn
from infra.workflows.machine import may_ask_about_executions, name_of, needs_first
from vifshift.plan.planning.documents import PLANS

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
    needs_first(plans, policy)


def may_run_migrations(plans: sfn.StateMachine, migration: sfn.StateMachine) -> None:
    """Grant the start of migrations and the wait for their end, but not to stop one.

    AWS's policy for this has StopExecution as well ("IAM policies for calling Step Functions
    workflows"), for the case that the waiting one is stopped: just what must not happen to a VIF.
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
    waits = may_ask_about_executions(
        plans.role,
        "AreWaitedFor",
        "states:DescribeExecution",
        migration,
        "Which migrations a plan will start is not known at deployment.",
    )
    needs_first(plans, starts)
    needs_first(plans, waits)


def may_run_tracks(plans: sfn.StateMachine) -> None:
    """Grant what a distributed Map needs: to start executions of its own state machine.

    As AWS has it ("IAM policies for using Distributed Map states"), and about plans alone. It
    stands in for the CDK's own policy, which refers to the state machine and so is made too late.
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
    needs_first(plans, policy)
