"""The second mover: a state machine that waits, describes and chooses, calling the SDK itself."""

import json
from datetime import timedelta
from typing import Any

from benchmarks.side_by_side.figures import Answer, Move, measured, target_of, vif_of
from simulator.cloud import Cloud
from simulator.runs.staging import stage
from simulator.scenarios.model import Scenario

EVERY_SECONDS = 30
MOST_LOOKS = 20
LONGEST = timedelta(hours=1)
NAME = "wait-describe-choice"

_CALL = "arn:aws:states:::aws-sdk:directconnect:"
_VIF = "$states.result.VirtualInterfaces[0]"
_IS_UP = f"{_VIF}.VirtualInterfaceState = 'available' and $not('down' in {_VIF}.BgpPeers.BgpStatus)"

DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Associate",
    "States": {
        "Associate": {
            "Type": "Task",
            "Resource": f"{_CALL}associateVirtualInterface",
            "Arguments": {
                "VirtualInterfaceId": "{% $states.input.vif %}",
                "ConnectionId": "{% $states.input.target %}",
            },
            "Assign": {"vif": "{% $states.input.vif %}", "looks": 0},
            "Next": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": EVERY_SECONDS, "Next": "Describe"},
        "Describe": {
            "Type": "Task",
            "Resource": f"{_CALL}describeVirtualInterfaces",
            "Arguments": {"VirtualInterfaceId": "{% $vif %}"},
            "Assign": {"isUp": f"{{% {_IS_UP} %}}", "looks": "{% $looks + 1 %}"},
            "Next": "IsUp",
        },
        "IsUp": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $isUp %}", "Next": "Moved"},
                {"Condition": f"{{% $looks >= {MOST_LOOKS} %}}", "Next": "NotUp"},
            ],
            "Default": "Wait",
        },
        "Moved": {"Type": "Succeed"},
        "NotUp": {"Type": "Fail", "Error": "NotUp"},
    },
}


def move(cloud: Cloud, scenario: Scenario) -> Move:
    """Move a VIF with a standard workflow, which has the loop's condition, period and limit."""
    network = stage(scenario)
    client = cloud.client("stepfunctions")
    machine = client.create_state_machine(
        name=NAME, definition=json.dumps(DEFINITION), roleArn=_role(cloud)
    )["stateMachineArn"]
    asked = {"vif": vif_of(scenario), "target": target_of(scenario)}
    arn = client.start_execution(stateMachineArn=machine, input=json.dumps(asked))["executionArn"]
    cloud.run_until_idle(LONGEST)
    network.advance()
    history = cloud.execution_history(arn)
    answer = Answer(history[-1]["timestamp"], history[-1]["type"] == "ExecutionSucceeded")
    entered = sum(event["type"].endswith("StateEntered") for event in history)
    return measured(
        scenario, network.history, answer, calls=len(network.calls), transitions=entered
    )


def _role(cloud: Cloud) -> str:
    iam: Any = cloud.client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    allowed = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "directconnect:*", "Resource": "*"}],
    }
    role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(RoleName=NAME, PolicyName="moves", PolicyDocument=json.dumps(allowed))
    return str(role["Arn"])
