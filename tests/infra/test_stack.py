"""What the template must have, whatever else is changed in it."""

import json
from collections import Counter
from typing import Any

import pytest

from infra.settings.model import Settings
from simulator.synthesis import SynthesisError
from tests.infra.templates import Template, resources
from tests.synthesis import synthesized
from vifshift.domain.migration import Outcome


def test_the_functions_know_the_table_and_the_bus_that_they_use(template: Template) -> None:
    [table] = resources(template, "AWS::DynamoDB::GlobalTable")
    [bus] = resources(template, "AWS::Events::EventBus")

    known: dict[str, set[str]] = {"VIFSHIFT_TABLE": set(), "VIFSHIFT_BUS": set()}
    for function in resources(template, "AWS::Lambda::Function").values():
        variables = function.get("Environment", {}).get("Variables", {})
        for name, resource in (("VIFSHIFT_TABLE", table), ("VIFSHIFT_BUS", bus)):
            if name in variables:
                assert variables[name] == {"Ref": resource}
                known[name].add(function["Handler"].split(".")[2])

    assert known == {
        "VIFSHIFT_TABLE": {
            "prepare",
            "validate",
            "associate",
            "observe",
            "hold",
            "answer",
            "hold_plan",
            "advance",
            "conclude_plan",
            "report_plan",
            "sweep",
        },
        "VIFSHIFT_BUS": {"hold", "hold_plan", "answer"},
    }


@pytest.mark.verify
@pytest.mark.parametrize(
    ("settings", "source"),
    [({}, "a-person"), ({"allowedSources": ["chat-bot", "change-management"]}, "chat-bot")],
)
def test_who_is_asked_is_told_a_source_that_is_heard(settings: dict[str, Any], source: str) -> None:
    [path] = synthesized(settings).glob("*.template.json")
    template = json.loads(path.read_text("utf-8"))

    functions = resources(template, "AWS::Lambda::Function")
    told = {
        name: function["Environment"]["Variables"]["VIFSHIFT_REPLY_SOURCE"]
        for name, function in functions.items()
        if "VIFSHIFT_REPLY_SOURCE" in json.dumps(function)
    }
    assert list(told.values()) == [source, source]
    assert all(name.startswith("FunctionsHold") for name in told)


def test_what_people_say_is_handed_to_the_answering_function_alone(template: Template) -> None:
    said = {
        "VIF Migration Approved",
        "VIF Migration Refused",
        "VIF Migration Cancel Requested",
        "VIF Plan Approved",
        "VIF Plan Refused",
        "VIF Plan Halt Requested",
    }
    rules = [
        rule
        for rule in resources(template, "AWS::Events::Rule").values()
        if said & set(rule["EventPattern"].get("detail-type", []))
    ]

    [rule] = rules
    # Whose requests it gets is noted: what starts a workflow can be made up.
    asked = {"VIF Migration Requested", "VIF Plan Requested"}
    assert set(rule["EventPattern"]["detail-type"]) == said | asked
    [target] = rule["Targets"]
    assert "FunctionsAnswer" in json.dumps(target["Arn"])
    [bus] = resources(template, "AWS::Events::EventBus")
    assert bus in json.dumps(rule["EventBusName"])


def test_functions_share_one_asset_one_layer_and_the_runtime(template: Template) -> None:
    functions = resources(template, "AWS::Lambda::Function").values()

    assert len({function["Code"]["S3Key"] for function in functions}) == 1
    assert len({json.dumps(function["Layers"]) for function in functions}) == 1
    assert {function["Runtime"] for function in functions} == {"python3.14"}
    assert {json.dumps(function["Architectures"]) for function in functions} == {'["arm64"]'}
    assert {function["TracingConfig"]["Mode"] for function in functions} == {"Active"}


def test_every_log_group_forgets(template: Template) -> None:
    groups = resources(template, "AWS::Logs::LogGroup")

    writers = ("AWS::Lambda::Function", "AWS::StepFunctions::StateMachine")
    assert len(groups) == sum(len(resources(template, kind)) for kind in writers)
    assert all(group["RetentionInDays"] == 90 for group in groups.values())


def test_the_state_machines_are_traced_and_log_no_data(template: Template) -> None:
    machines = resources(template, "AWS::StepFunctions::StateMachine")

    assert len(machines) == 4
    for machine in machines.values():
        assert machine["TracingConfiguration"] == {"Enabled": True}
        assert machine["LoggingConfiguration"]["Level"] == "ALL"
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_the_watchdog_is_started_by_every_end_that_is_not_the_workflow_s_own(
    template: Template,
) -> None:
    patterns = [
        rule["EventPattern"]["detail"]
        for rule in resources(template, "AWS::Events::Rule").values()
        if rule["EventPattern"].get("source") == ["aws.states"]
    ]

    for machine in ("MigrationStateMachine", "PlanStateMachine"):
        watched = [each for each in patterns if machine in json.dumps(each["stateMachineArn"])]
        assert [(pattern["status"], pattern.get("error")) for pattern in watched] == [
            (["ABORTED", "TIMED_OUT"], None),
            (["FAILED"], [{"anything-but": {"prefix": "VifShift."}}, {"exists": False}]),
        ]
    assert len(patterns) == 4
    errors = [outcome.error for outcome in Outcome if outcome.error]
    assert all(error.startswith("VifShift.") for error in errors)


def test_every_target_has_a_dead_letter_queue_and_a_retry_policy(template: Template) -> None:
    rules = resources(template, "AWS::Events::Rule")

    targets = [target for rule in rules.values() for target in rule["Targets"]]
    assert targets
    assert all("DeadLetterConfig" in target and "RetryPolicy" in target for target in targets)


def test_the_locks_expire_and_can_be_restored(template: Template) -> None:
    [table] = resources(template, "AWS::DynamoDB::GlobalTable").values()

    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    [replica] = table["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_wrong_settings_are_refused_by_name() -> None:
    with pytest.raises(SynthesisError) as refused:
        synthesized({"logRetentionDays": 91, "requiredTags": {}})

    assert "logRetentionDays" in str(refused.value)
    assert "requiredTags" in str(refused.value)


@pytest.mark.parametrize("context", [None, {}])
def test_settings_have_defaults(context: dict[str, Any] | None) -> None:
    assert Settings.read(context) == Settings()


def test_every_output_says_what_it_is_for(template: Template) -> None:
    outputs = template["Outputs"]

    assert len(outputs) == 15
    assert [name for name, output in outputs.items() if not output.get("Description")] == []


def test_who_sets_nothing_pays_for_nothing_but_this(template: Template) -> None:
    """Keys, tables, queues and the like; log groups and executions cost by use."""
    types = Counter(each["Type"] for each in template["Resources"].values())
    paid = ("KMS::Key", "DynamoDB::GlobalTable", "S3::Bucket", "SQS::Queue", "SNS::Topic")
    others = ("CloudTrail::Trail", "EC2::VPC", "SecretsManager::Secret", "S3::AccessPoint")

    assert {name: types[f"AWS::{name}"] for name in (*paid, *others)} == {
        "KMS::Key": 1,
        "DynamoDB::GlobalTable": 1,
        "S3::Bucket": 1,
        "SQS::Queue": 2,
        "SNS::Topic": 1,
        "CloudTrail::Trail": 0,
        "EC2::VPC": 0,
        "SecretsManager::Secret": 0,
        "S3::AccessPoint": 0,
    }
    # Every alarm costs, too; README says how many there are.
    assert types["AWS::CloudWatch::Alarm"] <= 23
    functions = resources(template, "AWS::Lambda::Function").values()
    assert all("ReservedConcurrentExecutions" not in each for each in functions)
