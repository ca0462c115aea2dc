"""What the template must have, whatever else is changed in it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.settings.model import Settings
from infra.workflows.definitions import definitions
from simulator.synthesis import SynthesisError
from tests.synthesis import synthesized
from vifshift.domain.migration import Outcome
from vifshift.domain.workflow import PlanState, PlanWatchdogState, StateName, WatchdogState

Template = dict[str, Any]
ASSOCIATE = "directconnect:AssociateVirtualInterface"


def resources(template: Template, kind: str) -> dict[str, Any]:
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def actions_of(statement: dict[str, Any]) -> list[str]:
    """Return what a statement allows; the template may have one action without a list."""
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def statements(template: Template, action: str) -> list[tuple[str, dict[str, Any]]]:
    """Return policy and statement wherever an action is allowed."""
    found = []
    for name, policy in resources(template, "AWS::IAM::Policy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            if action in actions_of(statement):
                found.append((name, statement))
    return found


def read(assembly: Path, name: str) -> dict[str, Any]:
    """Return the definition of the state machine whose logical id starts like this."""
    [text] = [text for key, text in definitions(assembly).items() if key.startswith(name)]
    definition: dict[str, Any] = json.loads(text)
    return definition


@pytest.fixture
def definition(assembly: Path) -> dict[str, Any]:
    return read(assembly, "Migration")


@pytest.fixture
def watchdog(assembly: Path) -> dict[str, Any]:
    return read(assembly, "Watchdog")


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
        ("events:PutEvents", "AWS::Events::EventBus", {"Hold", "HoldPlan"}),
        (
            "dynamodb:PutItem",
            "AWS::DynamoDB::GlobalTable",
            {"Hold", "Answer", "HoldPlan", "Advance"},
        ),
        ("dynamodb:UpdateItem", "AWS::DynamoDB::GlobalTable", {"Answer", "Advance"}),
        ("dynamodb:BatchGetItem", "AWS::DynamoDB::GlobalTable", {"ConcludePlan", "ReportPlan"}),
        (
            "dynamodb:GetItem",
            "AWS::DynamoDB::GlobalTable",
            {
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
        "dynamodb:UpdateItem",
        "events:PutEvents",
    }


@pytest.mark.parametrize("action", ["states:SendTaskSuccess", "states:SendTaskFailure"])
def test_only_the_answering_function_may_answer_the_workflow_s_tasks(
    template: Template, action: str
) -> None:
    found = statements(template, action)

    assert all(policy.startswith("FunctionsAnswerRole") for policy, _ in found)
    machines = [each["Ref"] for _, statement in found for each in statement["Resource"]]
    assert len(machines) == 2
    assert machines[0].startswith("MigrationStateMachine")
    assert machines[1].startswith("PlanStateMachine")


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
            "associate",
            "observe",
            "hold",
            "answer",
            "hold_plan",
            "advance",
            "conclude_plan",
            "report_plan",
        },
        "VIFSHIFT_BUS": {"hold", "hold_plan"},
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
    assert set(rule["EventPattern"]["detail-type"]) == said
    [target] = rule["Targets"]
    assert "FunctionsAnswer" in json.dumps(target["Arn"])
    [bus] = resources(template, "AWS::Events::EventBus")
    assert bus in json.dumps(rule["EventBusName"])


@pytest.mark.verify
def test_a_required_tag_narrows_what_may_be_associated() -> None:
    settings = {"requiredTag": {"key": "vifshift", "value": "allowed"}}

    folder = synthesized(settings)

    template = json.loads((folder / "vifshift.template.json").read_text("utf-8"))
    [(_, statement)] = statements(template, ASSOCIATE)
    condition = {"StringEquals": {"aws:ResourceTag/vifshift": "allowed"}}
    assert statement["Condition"] == condition


def test_only_the_calendar_in_the_settings_may_be_read() -> None:
    folder = synthesized({"checks": {"changeCalendar": "freeze"}})

    template = json.loads((folder / "vifshift.template.json").read_text("utf-8"))
    found = statements(template, "ssm:GetCalendarState")
    assert [policy.partition("Role")[0] for policy, _ in found] == [
        "FunctionsValidate",
        "FunctionsPrepare",
    ]
    for _, statement in found:
        assert json.dumps(statement["Resource"]).endswith(':document/freeze"]]}')


def test_no_policy_allows_every_action(template: Template) -> None:
    for policy in resources(template, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in actions_of(statement):
                assert "*" not in action or action.startswith("xray:")


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
        ("FunctionsAdvance", "vifshift-migrations"),
        ("FunctionsConcludePlan", "vifshift-migrations"),
        ("FunctionsReportPlan", "vifshift-migrations"),
    }


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


def test_the_workflow_has_the_states_that_the_code_knows(definition: dict[str, Any]) -> None:
    assert set(definition["States"]) == set(StateName)
    assert definition["QueryLanguage"] == "JSONata"


def test_the_watchdog_has_the_states_that_the_code_knows(watchdog: dict[str, Any]) -> None:
    assert set(watchdog["States"]) == set(WatchdogState)
    assert watchdog["QueryLanguage"] == "JSONata"


def test_every_variable_that_is_read_has_been_given_a_value(definition: dict[str, Any]) -> None:
    states = definition["States"]
    given = set(states[StateName.RECEIVE_REQUEST]["Assign"])
    # Assigned by the only states that lead to where they are read.
    given |= set(states[StateName.ASSOCIATE]["Assign"])
    given |= set(states[StateName.OBSERVE]["Assign"]) | set(states[StateName.CONCLUDE]["Assign"])
    text = json.dumps(states)
    parameters = re.findall(r"function\(([^)]*)\)", text)
    local = set(re.findall(r"\$(\w+) ?:=", text)) | {"states"}
    local |= set(re.findall(r"\$(\w+)", " ".join(parameters)))
    functions = set(re.findall(r"\$(\w+)\(", text))

    read = set(re.findall(r"\$(\w+)", text)) - local - functions

    assert read <= given
    assert {"validation", "progress", "failure", "problem", "approval", "conclusion"} <= read
    assert "approval" in states[StateName.ASK_FOR_APPROVAL]["Assign"]


@pytest.mark.parametrize("state", [StateName.ASK_FOR_APPROVAL, StateName.WAIT_FOR_WINDOW])
def test_every_wait_hands_its_token_to_the_holding_function_and_ends(
    definition: dict[str, Any], state: StateName
) -> None:
    hold = definition["States"][state]

    assert hold["Resource"].endswith(":lambda:invoke.waitForTaskToken")
    assert hold["Arguments"]["Payload"]["token"] == "{% $states.context.Task.Token %}"
    assert hold["TimeoutSeconds"].startswith("{% ")
    retried = {error for retrier in hold["Retry"] for error in retrier["ErrorEquals"]}
    assert not {"States.Timeout", "States.ALL", "States.TaskFailed"} & retried


@pytest.mark.parametrize("machine", ["Migration", "Watchdog"])
def test_every_task_is_caught(assembly: Path, machine: str) -> None:
    states = read(assembly, machine)["States"]
    tasks = {name: state for name, state in states.items() if state["Type"] == "Task"}

    caught = {
        name: [error for catcher in task["Catch"] for error in catcher["ErrorEquals"]]
        for name, task in tasks.items()
    }
    assert [name for name, errors in caught.items() if "States.ALL" not in errors] == []


def test_wrong_settings_are_refused_by_name() -> None:
    with pytest.raises(SynthesisError) as refused:
        synthesized({"logRetentionDays": 91, "requiredTags": {}})

    assert "logRetentionDays" in str(refused.value)
    assert "requiredTags" in str(refused.value)


@pytest.mark.parametrize("context", [None, {}])
def test_settings_have_defaults(context: dict[str, Any] | None) -> None:
    assert Settings.read(context) == Settings()


def commented(states: dict[str, Any]) -> dict[str, str | None]:
    """Return every state's comment, those inside of a Map included."""
    found: dict[str, str | None] = {}
    for name, state in states.items():
        found[name] = state.get("Comment")
        found |= commented(state.get("ItemProcessor", {}).get("States", {}))
    return found


@pytest.mark.parametrize(
    ("machine", "names"),
    [
        ("Migration", StateName),
        ("Watchdog", WatchdogState),
        ("PlanStateMachine", PlanState),
        ("PlanWatchdog", PlanWatchdogState),
    ],
)
def test_every_state_says_what_it_is_for(
    assembly: Path, machine: str, names: type[StateName | PlanState]
) -> None:
    comments = commented(read(assembly, machine)["States"])

    assert {name for name, comment in comments.items() if not comment} == set()
    own = {name: comment for name, comment in comments.items() if name in set(names)}
    assert own == {name.value: name.comment for name in names}


def test_every_output_says_what_it_is_for(template: Template) -> None:
    outputs = template["Outputs"]

    assert len(outputs) == 13
    assert [name for name, output in outputs.items() if not output.get("Description")] == []
