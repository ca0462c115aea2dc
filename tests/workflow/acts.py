"""What anybody may want to do to the deployed app, as requests that IAM decides on."""

import json
from typing import Final

from cli.job_policies import APPROVER_SOURCE, OPERATOR_SOURCE, REQUESTER_SOURCE
from cli.permissions import QUALIFIER
from tests.workflow.conftest import Deployed
from tests.workflow.test_senders import ACCOUNT

REGION: Final = "eu-central-1"
PLAIN: Final = {
    "s3:tlsversion": "1.3",
    "s3:if-none-match": None,
    "s3:objectcreationoperation": "true",
    "s3:prefix": None,
}
Act = tuple[str, str, dict[str, str | None]]


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def acts(deployed: Deployed) -> dict[str, Act]:
    """Return each act of the table: an action on a resource, with what conditions may ask for."""
    cloud = deployed.cloud
    outputs = cloud.outputs
    machine, plan = outputs["StateMachineArn"], outputs["PlanStateMachineArn"]
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:CHG1"
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{outputs['EventBusName']}"
    bucket = f"arn:aws:s3:::{outputs['EvidenceBucketName']}"
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{outputs['LocksTableName']}"
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{outputs['DeadLetterQueueUrl'].rpartition('/')[2]}"
    function = associate(deployed)
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{outputs['EventBusName']}/any"
    report = f"{bucket}/migrations/2026/01/05/CHG1/report.html"

    def event(source: str, detail_type: str) -> Act:
        more: dict[str, str | None] = {"events:source": source, "events:detail-type": detail_type}
        return ("events:PutEvents", bus, more)

    return {
        "ask for a migration": event(REQUESTER_SOURCE, "VIF Migration Requested"),
        "ask for a plan": event(REQUESTER_SOURCE, "VIF Plan Requested"),
        "store a list of moves": ("s3:PutObject", f"{bucket}/lists/moves.json", PLAIN),
        "start a migration by hand": ("states:StartExecution", machine, {}),
        "start a plan by hand": ("states:StartExecution", plan, {}),
        "approve or refuse a migration": event(APPROVER_SOURCE, "VIF Migration Approved"),
        "approve or refuse a plan": event(APPROVER_SOURCE, "VIF Plan Refused"),
        "end a wait with a task token": ("states:SendTaskSuccess", machine, {}),
        "cancel a migration": event(OPERATOR_SOURCE, "VIF Migration Cancel Requested"),
        "halt a plan": event(OPERATOR_SOURCE, "VIF Plan Halt Requested"),
        "speak as vifshift": event("vifshift", "VIF Migration Approval Requested"),
        "read what runs": ("states:GetExecutionHistory", execution, {}),
        "stop an execution": ("states:StopExecution", execution, {}),
        "start a watchdog": (
            "states:StartExecution",
            machine.replace("-migrations", "-watchdog"),
            {},
        ),
        "let nothing move any more": ("lambda:PutFunctionConcurrency", function, {}),
        "let nothing start any more": ("events:DisableRule", rule, {}),
        "read dead letters": ("sqs:ReceiveMessage", queue, {}),
        "forge a dead letter": ("sqs:SendMessage", queue, {}),
        "read evidence": ("s3:GetObject", report, PLAIN),
        "replace evidence": ("s3:PutObject", report, PLAIN),
        "delete evidence": ("s3:DeleteObjectVersion", report, PLAIN),
        "change the policy of the evidence": ("s3:PutBucketPolicy", bucket, PLAIN),
        "read locks, claims and task tokens": ("dynamodb:Scan", table, {}),
        "change locks and claims": ("dynamodb:PutItem", table, {}),
        "invoke a function": ("lambda:InvokeFunction", function, {}),
        "change a function": ("lambda:UpdateFunctionCode", function, {}),
        "change a workflow": ("states:UpdateStateMachine", machine, {}),
        "change who may send what": ("events:PutPermission", "*", {}),
        "move a virtual interface without vifshift": (
            "directconnect:AssociateVirtualInterface",
            f"arn:aws:directconnect:{REGION}:{ACCOUNT}:dxvif/dxvif-aaaa0001",
            {"aws:resourcetag/": None},
        ),
        "deploy, with the roles of the bootstrap stack": (
            "sts:AssumeRole",
            deploying(deployed),
            {},
        ),
    }


def associate(deployed: Deployed) -> str:
    """Return the ARN of the function that moves virtual interfaces."""
    functions = deployed.cloud.resources_of_type("AWS::Lambda::Function")
    [name] = [each for logical, each in functions.items() if logical.startswith("FunctionsAssoc")]
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def deploying(deployed: Deployed) -> str:
    """Return the role that deploys, as `cdk bootstrap` makes it: its account's principals may."""
    trust = {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
        }
    }
    name = f"cdk-{QUALIFIER}-deploy-role-{ACCOUNT}-{REGION}"
    deployed.cloud.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(trust)
    )
    return arn(name)
