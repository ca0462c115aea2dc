"""AWS's checks of roles when functions and state machines are created.

- Lambda: that it may assume the role, and that a traced function may send its traces.
- Step Functions: that it may assume the role, deliver the logs ("Logging using CloudWatch Logs"),
  trace ("Tracing Step Functions requests"), and make the managed rule by which it hears of the
  executions that `.sync` waits for ("IAM policies for calling Step Functions workflows"). Of logs
  and traces AWS's pages list all that the role needs; which of it is looked at, they do not say.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from moto.awslambda.models import lambda_backends
from moto.cloudformation.models import CloudFormationBackend
from moto.utilities.utils import get_partition

from simulator.core.context import CloudContext
from simulator.core.repairs import extension
from simulator.moto_ext.awslambda import roles as of_functions
from simulator.moto_ext.iam.authorizer import AccessDeniedError
from simulator.moto_ext.stepfunctions import roles as of_machines
from simulator.moto_ext.stepfunctions.executions import backend_of

_LAMBDA: Any = lambda_backends
_DELIVERY: Final = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
_TRACING: Final = (
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
)
_MANAGED_RULE: Final = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
_RULE_ACTIONS: Final = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
_SYNC: Final = "states:startExecution.sync"


class CreationRefusedError(RuntimeError):
    """AWS would refuse to create something, since its role lacks a permission."""


REPAIRS: Final = (
    extension(
        "moto.cloudformation.models:CloudFormationBackend.execute_change_set",
        lacks="Functions and state machines are made with roles that can't do what AWS requires.",
        test="moto_ext/iam/test_creation_checks.py::"
        "test_a_change_set_makes_no_function_whose_role_lambda_can_not_assume",
    ),
)


def repair(context: CloudContext) -> None:
    """Check the roles of what a change set has made; a deployment checks its own stack's."""
    execute = CloudFormationBackend.execute_change_set

    def execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
        execute(self, change_set_name, stack_name)
        check(context)

    context.patches.set(CloudFormationBackend, "execute_change_set", execute_change_set)


def check(context: CloudContext) -> None:
    """Check the roles of functions and state machines; raises `CreationRefusedError`."""
    try:
        for function in _LAMBDA[context.account][context.region].list_functions():
            _check_function(context, function)
        for machine in backend_of(context.account, context.region).state_machines:
            _check_machine(context, machine)
    except AccessDeniedError as refused:
        raise CreationRefusedError(str(refused)) from refused


def _check_function(context: CloudContext, function: Any) -> None:
    role = of_functions.role_of(context, function)
    if of_functions.is_traced(function):
        context.authorizer.authorize(role, "xray:PutTraceSegments", "*")


def _check_machine(context: CloudContext, machine: Any) -> None:
    service = of_machines.SERVICE
    role = context.authorizer.assume(service, machine.roleArn, machine.arn, machine.name)
    for action, resource in _needed(machine):
        context.authorizer.authorize(role, action, resource)


def _needed(machine: Any) -> Iterator[tuple[str, str]]:
    if (machine.loggingConfiguration or {}).get("destinations"):
        yield from ((action, "*") for action in _DELIVERY)
    if (machine.tracingConfiguration or {}).get("enabled"):
        yield from ((action, "*") for action in _TRACING)
    if _SYNC in json.dumps(json.loads(machine.definition)):
        region, account = machine.arn.split(":")[3:5]
        place = f"arn:{get_partition(region)}:events:{region}:{account}"
        yield from ((action, f"{place}:rule/{_MANAGED_RULE}") for action in _RULE_ACTIONS)
