"""The policies of those who work with vifshift: who asks, approves, operates, and audits.

`python -m cli.job_policies docs/policies` writes them, and an example of a service control policy.
Who deploys has one of its own: see `cli.permissions`.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from cli.permissions import ACCOUNT, QUALIFIER, STACK
from vifshift.domain.object_keys import LISTS, MANIFESTS, MIGRATIONS, PLANS
from vifshift.events.base import REQUESTS, DetailType

REQUESTER_SOURCE: Final = "change-management"
APPROVER_SOURCE: Final = "service-desk"
OPERATOR_SOURCE: Final = "operations"
# AWS: AWS Organizations User Guide, "Quotas and service limits"; twice as many since May 2026.
LONGEST_SCP: Final = 5120

_BUS: Final = f"arn:aws:events:*:{ACCOUNT}:event-bus/{STACK}"
_BUCKET: Final = f"arn:aws:s3:::{STACK}-*"
_MACHINES: Final = f"arn:aws:states:*:{ACCOUNT}:stateMachine:{STACK}-*"
_EXECUTIONS: Final = f"arn:aws:states:*:{ACCOUNT}:execution:{STACK}-*"
_STACK: Final = f"arn:aws:cloudformation:*:{ACCOUNT}:stack/{STACK}/*"
_QUEUE: Final = f"arn:aws:sqs:*:{ACCOUNT}:{STACK}-*"
_ASSOCIATE: Final = f"{STACK}-FunctionsAssociate*"
# The deployments of the CDK, and of stack sets, in any account of the organization.
_DEPLOYING: Final = (
    f"arn:aws:iam::*:role/cdk-{QUALIFIER}-cfn-exec-role-*",
    "arn:aws:iam::*:role/stacksets-exec-*",
)
_MOVING: Final = (f"arn:aws:iam::*:role/{_ASSOCIATE}", f"arn:aws:iam::*:role/{STACK}")
_ROLES: Final = tuple(f"arn:aws:iam::*:role/{name}" for name in (STACK, f"{STACK}-*"))

Statement = dict[str, Any]


def requester_policy() -> dict[str, Any]:
    """Return the policy of who asks for migrations and plans, with a list of moves if need be."""
    return _policy(
        _sends("Ask", REQUESTER_SOURCE, REQUESTS),
        _allow("Lists", ["s3:PutObject"], [f"{_BUCKET}/{LISTS}*"]),
    )


def approver_policy() -> dict[str, Any]:
    """Return the policy of who approves and refuses."""
    return _policy(
        _sends(
            "Answer",
            APPROVER_SOURCE,
            (
                DetailType.APPROVED,
                DetailType.REFUSED,
                DetailType.PLAN_APPROVED,
                DetailType.PLAN_REFUSED,
            ),
        )
    )


def operator_policy() -> dict[str, Any]:
    """Return the policy of who watches what runs, ends it, and can stop everything."""
    cancel, halt = DetailType.CANCEL_REQUESTED, DetailType.PLAN_HALT_REQUESTED
    return _policy(
        _sends("End", OPERATOR_SOURCE, (cancel, halt)),
        *_looks(),
        _allow("Functions", ["cloudformation:ListStackResources"], [_STACK]),
        _allow("Stop", ["states:StopExecution"], [_EXECUTIONS]),
        _allow(
            "Watchdogs",
            ["states:StartExecution"],
            [f"{_MACHINES[:-1]}watchdog", f"{_MACHINES[:-1]}plan-watchdog"],
        ),
        _allow(
            "KillSwitch",
            ["lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency"],
            [f"arn:aws:lambda:*:{ACCOUNT}:function:{_ASSOCIATE}"],
        ),
        _allow(
            "Rules",
            ["events:DisableRule", "events:EnableRule"],
            [f"arn:aws:events:*:{ACCOUNT}:rule/{STACK}/*"],
        ),
        _allow("DeadLetters", ["sqs:GetQueueAttributes", "sqs:ReceiveMessage"], [_QUEUE]),
    )


def auditor_policy() -> dict[str, Any]:
    """Return the policy of who reads the evidence, with its versions, and how it is protected."""
    return _policy(
        _allow(
            "Evidence",
            ["s3:GetObject", "s3:GetObjectRetention", "s3:GetObjectVersion"],
            [f"{_BUCKET}/{each}*" for each in (LISTS, MANIFESTS, MIGRATIONS, PLANS)],
        ),
        _allow(
            "Bucket",
            [
                "s3:GetBucketObjectLockConfiguration",
                "s3:GetBucketPolicy",
                "s3:GetBucketVersioning",
                "s3:GetLifecycleConfiguration",
                "s3:ListBucket",
                "s3:ListBucketVersions",
            ],
            [_BUCKET],
        ),
        _allow("ManifestKey", ["kms:GetPublicKey"], [f"arn:aws:kms:*:{ACCOUNT}:key/*"]),
        *_looks(),
        _allow("Definitions", ["states:DescribeStateMachine"], [_MACHINES]),
        _allow("Bus", ["events:DescribeEventBus"], [_BUS]),
        _allow("Trail", ["cloudtrail:LookupEvents"], ["*"]),
    )


def service_control_policy() -> dict[str, Any]:
    """Return an example for organizations: only vifshift moves, and only deployments change it.

    Such a policy allows nothing, and holds for administrators of the accounts that it is attached
    to; not for those of the management account (AWS: AWS Organizations User Guide, "Service control
    policies").
    """
    return _policy(
        _deny("OnlyVifshiftMoves", ["directconnect:AssociateVirtualInterface"], ["*"], _MOVING),
        _deny(
            "OnlyDeploymentsChangeRoles",
            [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRolePolicy",
                "iam:PutRolePolicy",
                "iam:UpdateAssumeRolePolicy",
            ],
            _ROLES,
            _DEPLOYING,
        ),
        _deny(
            "OnlyDeploymentsChangeCode",
            [
                "lambda:AddPermission",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
                "states:DeleteStateMachine",
                "states:UpdateStateMachine",
            ],
            [
                f"arn:aws:lambda:*:*:function:{STACK}-*",
                f"arn:aws:states:*:*:stateMachine:{STACK}-*",
            ],
            _DEPLOYING,
        ),
        # Of no bus in particular: AWS knows no resource for these two.
        _deny(
            "OnlyDeploymentsChangeBuses",
            ["events:PutPermission", "events:RemovePermission"],
            ["*"],
            _DEPLOYING,
        ),
        _deny(
            "OnlyDeploymentsChangeRules",
            ["events:PutRule", "events:PutTargets", "events:RemoveTargets"],
            [f"arn:aws:events:*:*:rule/{STACK}*"],
            _DEPLOYING,
        ),
        _deny(
            "OnlyDeploymentsChangeEvidence",
            [
                "s3:DeleteBucketPolicy",
                "s3:PutBucketPolicy",
                "s3:PutBucketVersioning",
                "s3:PutLifecycleConfiguration",
            ],
            [_BUCKET],
            _DEPLOYING,
        ),
    )


def _looks() -> tuple[Statement, ...]:
    """Return what `vifshift list`, `status` and `watch` read, without the table."""
    return (
        _allow("Stack", ["cloudformation:DescribeStacks"], [_STACK]),
        _allow("Executions", ["states:ListExecutions"], [_MACHINES]),
        _allow(
            "History", ["states:DescribeExecution", "states:GetExecutionHistory"], [_EXECUTIONS]
        ),
    )


def _sends(name: str, source: str, detail_types: Sequence[str]) -> Statement:
    kinds = [str(each) for each in detail_types]
    return {
        **_allow(name, ["events:PutEvents"], [_BUS]),
        "Condition": {"StringEquals": {"events:source": source, "events:detail-type": kinds}},
    }


def _allow(name: str, actions: Sequence[str], resources: Sequence[str]) -> Statement:
    return {"Sid": name, "Effect": "Allow", "Action": [*actions], "Resource": [*resources]}


def _deny(
    name: str, actions: Sequence[str], resources: Sequence[str], but: Sequence[str]
) -> Statement:
    condition = {"ArnNotLike": {"aws:PrincipalArn": [*but]}}
    return {
        "Sid": name,
        "Effect": "Deny",
        "Action": [*actions],
        "Resource": [*resources],
        "Condition": condition,
    }


def _policy(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


JOBS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "requester": requester_policy,
    "approver": approver_policy,
    "operator": operator_policy,
    "auditor": auditor_policy,
}
FILES: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    **{f"{job}.json": make for job, make in JOBS.items()},
    "service-control-policy.json": service_control_policy,
}


def main(folder: Path) -> None:
    """Write the policies into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        (folder / name).write_text(json.dumps(make(), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
