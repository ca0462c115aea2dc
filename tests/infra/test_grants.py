"""What the Lambda functions and the state machines may do, and no more."""

import json
import re
from typing import Any

import pytest

from tests.infra.everything import template_with_everything
from tests.infra.templates import Template, actions_of, resources, statements
from tests.synthesis import synthesized

ASSOCIATE = "directconnect:AssociateVirtualInterface"


def test_only_the_associate_function_may_associate(template: Template) -> None:
    [(policy, statement)] = statements(template, ASSOCIATE)

    assert policy.startswith("FunctionsAssociateRole")
    arns = [json.dumps(arn) for arn in statement["Resource"]]
    assert [kind for kind in ("dxvif/*", "dxcon/*", "dxlag/*") if kind not in "".join(arns)] == []
    assert all("AWS::AccountId" in arn and "AWS::Region" in arn for arn in arns)
    assert "Condition" not in statement


def granted(template: Template, action: str) -> dict[str, Any]:
    """Return the resource that each Lambda's role may do something to, by the Lambda's name."""
    found = {}
    for policy, statement in statements(template, action):
        if owner := re.match(r"Functions(\w+)RoleDefaultPolicy", policy):
            found[owner[1]] = statement["Resource"]
    return found


@pytest.mark.parametrize(
    ("action", "kind", "functions"),
    [
        ("events:PutEvents", "AWS::Events::EventBus", {"Hold", "HoldPlan", "Answer"}),
        (
            "dynamodb:PutItem",
            "AWS::DynamoDB::GlobalTable",
            {"Associate", "Hold", "Answer", "HoldPlan", "Advance"},
        ),
        (
            "dynamodb:UpdateItem",
            "AWS::DynamoDB::GlobalTable",
            {"Associate", "Hold", "Answer", "Advance"},
        ),
        (
            "dynamodb:BatchGetItem",
            "AWS::DynamoDB::GlobalTable",
            {"Validate", "Prepare", "ConcludePlan", "ReportPlan"},
        ),
        (
            "dynamodb:GetItem",
            "AWS::DynamoDB::GlobalTable",
            {
                "Validate",
                "Prepare",
                "Associate",
                "Observe",
                "Hold",
                "Answer",
                "HoldPlan",
                "Advance",
                "ConcludePlan",
                "ReportPlan",
            },
        ),
    ],
)
def test_only_those_who_need_the_table_or_the_bus_may_use_them(
    template: Template, action: str, kind: str, functions: set[str]
) -> None:
    [name] = resources(template, kind)

    grants = granted(template, action)

    assert set(grants) == functions
    assert all(resource == {"Fn::GetAtt": [name, "Arn"]} for resource in grants.values())


def test_only_those_who_find_or_count_may_query_and_only_their_index(template: Template) -> None:
    [name] = resources(template, "AWS::DynamoDB::GlobalTable")

    assert granted(template, "dynamodb:Query") == {
        "Observe": {"Fn::Join": ["", [{"Fn::GetAtt": [name, "Arn"]}, "/index/open"]]},
        "Sweep": {"Fn::Join": ["", [{"Fn::GetAtt": [name, "Arn"]}, "/index/open"]]},
    }


def test_the_sweep_starts_watchdogs_and_what_concludes_a_plan_plans(template: Template) -> None:
    started = granted(template, "states:StartExecution")

    assert set(started) == {"Sweep", "ConcludePlan"}
    assert started["ConcludePlan"]["Fn::Join"][1][-1].endswith(":stateMachine:vifshift-plans")
    assert sorted(each["Ref"].partition("StateMachine")[0] for each in started["Sweep"]) == [
        "PlanWatchdog",
        "Watchdog",
    ]


def test_no_function_may_do_anything_else_to_the_table_or_the_bus(template: Template) -> None:
    actions = {
        action
        for policy, properties in resources(template, "AWS::IAM::Policy").items()
        if policy.startswith("Functions")
        for statement in properties["PolicyDocument"]["Statement"]
        for action in actions_of(statement)
    }

    assert {action for action in actions if action.startswith(("dynamodb:", "events:"))} == {
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "events:PutEvents",
    }


@pytest.mark.parametrize("action", ["states:SendTaskSuccess", "states:SendTaskFailure"])
def test_only_answers_and_limits_end_the_workflow_s_waits(template: Template, action: str) -> None:
    found = statements(template, action)

    # A plan that has reached its limit of failures also ends the waits of its moves.
    of_advance = [each for each in found if each[0].startswith("FunctionsAdvanceRole")]
    found = [each for each in found if each not in of_advance]
    assert len(of_advance) == (action == "states:SendTaskFailure")
    assert all("MigrationStateMachine" in str(each["Resource"]) for _, each in of_advance)
    assert all(policy.startswith("FunctionsAnswerRole") for policy, _ in found)
    machines = [each["Ref"] for _, statement in found for each in statement["Resource"]]
    assert len(machines) == 2
    assert machines[0].startswith("MigrationStateMachine")
    assert machines[1].startswith("PlanStateMachine")


@pytest.mark.verify
def test_a_required_tag_narrows_what_may_be_associated() -> None:
    settings = {"requiredTag": {"key": "vifshift", "value": "allowed"}}

    folder = synthesized(settings)

    template = json.loads((folder / "vifshift.template.json").read_text("utf-8"))
    [(_, statement)] = statements(template, ASSOCIATE)
    condition = {"StringEquals": {"aws:ResourceTag/vifshift": "allowed"}}
    assert statement["Condition"] == condition


def test_only_the_calendar_in_the_settings_may_be_read() -> None:
    found = statements(template_with_everything(), "ssm:GetCalendarState")
    assert [policy.partition("Role")[0] for policy, _ in found] == [
        "FunctionsValidate",
        "FunctionsPrepare",
    ]
    for _, statement in found:
        assert json.dumps(statement["Resource"]).endswith(':document/freeze"]]}')


def test_only_the_schedules_of_windows_may_be_read_and_only_where_there_are_any(
    template: Template,
) -> None:
    assert statements(template, "scheduler:GetSchedule") == []
    found = statements(template_with_everything(), "scheduler:GetSchedule")
    assert [policy.partition("Role")[0] for policy, _ in found] == [
        "FunctionsValidate",
        "FunctionsPrepare",
    ]
    for _, statement in found:
        assert json.dumps(statement["Resource"]).endswith(':schedule/another-windows/*"]]}')


def test_only_the_first_checks_may_read_what_is_read_once(template: Template) -> None:
    tests = granted(template, "directconnect:ListVirtualInterfaceTestHistory")
    groups = granted(template, "directconnect:ListResiliencyGroupAssociations")

    assert set(tests) == set(groups) == {"Validate", "Prepare"}
    assert all(":dxvif/*" in json.dumps(resource) for resource in tests.values())
    assert all(":dx-resiliency-group/*" in json.dumps(each) for each in groups.values())
    for action in ("directconnect:ListResiliencyGroups", "cloudwatch:GetMetricData"):
        assert set(granted(template, action)) == {"Validate", "Prepare"}


def test_no_policy_allows_every_action(template: Template) -> None:
    for policy in resources(template, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in actions_of(statement):
                assert "*" not in action or action.startswith("xray:")


def test_histories_are_read_by_those_that_investigate_and_report_alone(
    template: Template,
) -> None:
    found = statements(template, "states:GetExecutionHistory")

    roles = {
        role["Ref"].partition("Role")[0]
        for policy, _ in found
        for role in resources(template, "AWS::IAM::Policy")[policy]["Roles"]
    }
    assert roles == {
        "FunctionsInvestigate",
        "FunctionsReport",
        "FunctionsReportPlan",
        "FunctionsConcludePlan",
    }
    assert all(":execution:" in json.dumps(statement["Resource"]) for _, statement in found)


def test_executions_are_described_to_those_that_wait_for_them_alone(template: Template) -> None:
    policies = resources(template, "AWS::IAM::Policy")
    found = {
        (role["Ref"].partition("Role")[0], machine)
        for policy, statement in statements(template, "states:DescribeExecution")
        for role in policies[policy]["Roles"]
        for machine in ("vifshift-migrations", "vifshift-plans")
        if f":execution:{machine}:*" in json.dumps(statement["Resource"])
    }

    assert found == {
        ("MigrationStateMachine", "vifshift-migrations"),
        ("PlanStateMachine", "vifshift-migrations"),
        ("PlanStateMachine", "vifshift-plans"),
        ("PlanWatchdogStateMachine", "vifshift-plans"),
        ("WatchdogStateMachine", "vifshift-migrations"),
        ("FunctionsSweep", "vifshift-migrations"),
        ("FunctionsSweep", "vifshift-plans"),
        ("FunctionsAdvance", "vifshift-migrations"),
        ("FunctionsAnswer", "vifshift-migrations"),
        ("FunctionsAnswer", "vifshift-plans"),
        ("FunctionsConcludePlan", "vifshift-migrations"),
        ("FunctionsReportPlan", "vifshift-migrations"),
    }
