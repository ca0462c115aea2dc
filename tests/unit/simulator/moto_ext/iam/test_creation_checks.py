"""Functions whose role can't do what AWS requires are not made."""

import json
from pathlib import Path

import pytest

from simulator.cloud import Cloud
from simulator.moto_ext.iam.creation_checks import CreationRefusedError


def test_a_change_set_makes_no_function_whose_role_lambda_can_not_assume(
    cloud: Cloud, assembly: Path
) -> None:
    client = cloud.client("cloudformation")
    cloud.destroy("Test")
    template = json.loads((assembly / "Test.template.json").read_text("utf-8"))
    trust = template["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Principal"] = {"Service": "events.amazonaws.com"}
    names = {"StackName": "Test", "ChangeSetName": "changes"}

    client.create_change_set(**names, TemplateBody=json.dumps(template), ChangeSetType="CREATE")
    with pytest.raises(CreationRefusedError, match=r"lambda\.amazonaws\.com is not authorized"):
        client.execute_change_set(**names)
