"""What the template has to let migrations be started: by events, by schedules, and again."""

import json
from typing import Any

import pytest

from simulator.moto_ext.eventbridge.input_transformer import target_input
from tests.infra.everything import REQUEST, SETTINGS, template_with_everything
from tests.synthesis import synthesized
from vifshift.domain.execution_input import MIGRATION_INPUT, WATCHDOG_INPUT, fill


@pytest.fixture(scope="module")
def full() -> dict[str, Any]:
    """The template of an app with all settings."""
    return template_with_everything()


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in template["Resources"].values() if each["Type"] == kind]


def windows(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the schedules of windows, which are in a group."""
    found = of_type(template, "AWS::Scheduler::Schedule")
    return [each for each in found if "GroupName" in each["Properties"]]


def pattern(template: dict[str, Any]) -> dict[str, Any]:
    [found] = [
        rule["Properties"]["EventPattern"]
        for rule in of_type(template, "AWS::Events::Rule")
        if rule["Properties"]["EventPattern"]["detail-type"] == ["VIF Migration Requested"]
    ]
    return dict(found)


def test_every_answer_reaches_the_function_which_judges_its_source(full: dict[str, Any]) -> None:
    [rule] = [
        rule["Properties"]
        for rule in of_type(full, "AWS::Events::Rule")
        if "VIF Migration Approved" in rule["Properties"]["EventPattern"]["detail-type"]
    ]
    assert "source" not in rule["EventPattern"]
    [variables] = [
        function["Properties"]["Environment"]["Variables"]
        for function in of_type(full, "AWS::Lambda::Function")
        if function["Properties"]["Handler"] == "vifshift.handlers.answer.handler"
    ]
    assert json.loads(variables["VIFSHIFT_ANSWER_RULES"]) == {
        "approvers": {
            "chat-bot": {"isBound": True, "notFor": [], "sameAs": []},
            "service-desk": {
                "isBound": True,
                "notFor": ["change-management"],
                "sameAs": [],
            },
        },
        "requesters": list(SETTINGS["requestSources"]),
    }
    assert json.loads(variables["VIFSHIFT_BOUND_REQUESTERS"]) == ["change-management"]


def test_by_default_any_source_may_ask_and_no_other_account(template: dict[str, Any]) -> None:
    assert pattern(template) == {
        "detail-type": ["VIF Migration Requested"],
        "replay-name": [{"exists": False}],
    }
    [policy] = of_type(template, "AWS::Events::EventBusPolicy")
    assert policy["Properties"]["Statement"]["Effect"] == "Deny"


def test_only_the_sources_in_the_settings_may_ask(full: dict[str, Any]) -> None:
    assert pattern(full)["source"] == ["change-management", "runbooks"]


def test_other_accounts_may_send_requests_and_nothing_else(full: dict[str, Any]) -> None:
    [policy] = [
        each
        for each in of_type(full, "AWS::Events::EventBusPolicy")
        if each["Properties"]["StatementId"] == "OthersMayAsk"
    ]

    statement = policy["Properties"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == "events:PutEvents"
    assert statement["Condition"] == {
        "StringEquals": {"events:detail-type": ["VIF Migration Requested", "VIF Plan Requested"]}
    }
    principals = json.dumps(statement["Principal"])
    assert ":iam::222233334444:root" in principals
    assert ":iam::333344445555:root" in principals


def test_without_windows_the_sweep_alone_is_scheduled(template: dict[str, Any]) -> None:
    scheduled = [
        name
        for name, each in template["Resources"].items()
        if each["Type"].startswith("AWS::Scheduler::")
    ]

    assert [name.rstrip("0123456789ABCDEF") for name in scheduled] == ["SweepSchedule"]


def test_the_sweep_comes_every_five_minutes_and_is_told_when(template: dict[str, Any]) -> None:
    [schedule] = (each["Properties"] for each in of_type(template, "AWS::Scheduler::Schedule"))

    assert schedule["ScheduleExpression"] == "rate(5 minutes)"
    assert json.loads(schedule["Target"]["Input"]) == {"at": "<aws.scheduler.scheduled-time>"}
    assert "DeadLetterConfig" in schedule["Target"]
    # The next one comes soon.
    assert schedule["Target"]["RetryPolicy"] == {
        "MaximumEventAgeInSeconds": 300,
        "MaximumRetryAttempts": 2,
    }


def test_every_request_has_a_schedule_of_its_own(full: dict[str, Any]) -> None:
    [(group, _)] = [
        (name, each)
        for name, each in full["Resources"].items()
        if each["Type"] == "AWS::Scheduler::ScheduleGroup"
    ]
    schedules = windows(full)

    assert [each["Properties"]["Name"] for each in schedules] == [
        "nightly.1",
        "nightly.2",
        "once.1",
    ]
    for schedule in schedules:
        target = schedule["Properties"]["Target"]
        assert group in schedule["DependsOn"]
        assert "DeadLetterConfig" in target
        assert target["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 900,
            "MaximumRetryAttempts": 30,
        }
    first, _, last = (each["Properties"] for each in schedules)
    assert first["ScheduleExpression"] == "cron(0 2 * * ? *)"
    assert first["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert first["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}
    assert last["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert last["ScheduleExpressionTimezone"] == "UTC"


@pytest.mark.verify
def test_a_schedule_says_when_its_window_opened(full: dict[str, Any]) -> None:
    schedules = windows(full)

    assert json.loads(schedules[0]["Properties"]["Target"]["Input"]) == {
        "requestId": "nightly@<aws.scheduler.scheduled-time>",
        "trigger": "schedule",
        "scheduled": {"at": "<aws.scheduler.scheduled-time>", "durationMinutes": 60},
        "request": REQUEST,
    }
    once = json.loads(schedules[2]["Properties"]["Target"]["Input"])
    assert once["request"]["requestId"] == "CHG0042"


def test_the_schedules_may_start_the_migration_and_nothing_else(full: dict[str, Any]) -> None:
    [(name, role)] = [
        (name, each)
        for name, each in full["Resources"].items()
        if each["Type"] == "AWS::IAM::Role"
        and "scheduler.amazonaws.com" in json.dumps(each)
        and not name.startswith("Sweep")
    ]
    [policy] = [
        each["Properties"]["PolicyDocument"]["Statement"]
        for each in of_type(full, "AWS::IAM::Policy")
        if each["Properties"]["Roles"] == [{"Ref": name}]
    ]

    [trust] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert "WindowsGroup" in json.dumps(trust["Condition"]["StringEquals"]["aws:SourceArn"])
    assert {statement["Action"] for statement in policy} == {
        "states:StartExecution",
        "sqs:SendMessage",
    }
    targets = [json.dumps(statement["Resource"]) for statement in policy]
    assert "MigrationStateMachine" in targets[0]
    assert "DeadLetters" in targets[1]


@pytest.mark.parametrize(
    ("queue", "roles"),
    [("TriggersDeadLetters", ["SchedulerRole", "SweepRole"]), ("NotificationsUntold", [])],
)
def test_services_and_the_schedules_roles_alone_send_dead_letters(
    full: dict[str, Any], queue: str, roles: list[str]
) -> None:
    [policy] = [
        each["Properties"]["PolicyDocument"]["Statement"]
        for each in of_type(full, "AWS::SQS::QueuePolicy")
        if queue in json.dumps(each["Properties"]["Queues"])
    ]

    [denied] = [each for each in policy if each.get("Sid") == "FromServicesAlone"]
    assert (denied["Effect"], denied["Principal"]) == ("Deny", {"AWS": "*"})
    assert denied["Action"] == "sqs:SendMessage"
    assert denied["Condition"].pop("BoolIfExists") == {"aws:PrincipalIsAWSService": "false"}
    [*excepted] = denied["Condition"].get("ArnNotEqualsIfExists", {}).get("aws:PrincipalArn", [])
    assert len({json.dumps(each) for each in excepted}) == len(excepted)
    assert all(any(role in json.dumps(each) for role in roles) for each in excepted)
    assert all(any(role in json.dumps(each) for each in excepted) for role in roles)
    for allowed in (each for each in policy if each["Effect"] == "Allow"):
        assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
        assert list(allowed["Condition"]["ArnEquals"]) == ["aws:SourceArn"]


def test_a_dead_letter_raises_an_alarm(template: dict[str, Any]) -> None:
    [properties] = [
        alarm["Properties"]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm")
        if "TriggersDeadLetters" in json.dumps(alarm["Properties"].get("Dimensions"))
    ]

    assert properties["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert properties["ComparisonOperator"] == "GreaterThanThreshold"
    assert properties["Threshold"] == 0


def test_redrive_finds_what_it_needs_in_the_outputs(template: dict[str, Any]) -> None:
    assert {"DeadLetterQueueUrl", "StateMachineArn", "WatchdogStateMachineArn"} <= set(
        template["Outputs"]
    )


@pytest.mark.verify
def test_a_rate_is_warned_about() -> None:
    window = {**SETTINGS["windows"][0], "schedule": "rate(1 day)"}

    folder = synthesized({"windows": [window]})

    said = "".join(each.read_text("utf-8") for each in folder.glob("*.json"))
    assert "opens as soon as it is deployed" in said


@pytest.mark.parametrize(
    ("start", "template_input", "event"),
    [
        (
            "VIF Migration Requested",
            MIGRATION_INPUT,
            {
                "id": "e-1",
                "source": "an-engineer",
                "account": "111122223333",
                "detail": {**REQUEST, "reason": 'a "quoted" one'},
            },
        ),
        (
            "Step Functions Execution Status Change",
            WATCHDOG_INPUT,
            {"id": "e-2", "detail": {"executionArn": "arn:x", "name": "n", "status": "ABORTED"}},
        ),
    ],
)
def test_redrive_makes_the_input_that_the_rules_make(
    template: dict[str, Any], start: str, template_input: Any, event: Any
) -> None:
    rules = [
        rule["Properties"]
        for rule in of_type(template, "AWS::Events::Rule")
        if rule["Properties"]["EventPattern"]["detail-type"] == [start]
    ]

    assert rules
    for rule in rules:
        (target,) = rule["Targets"]
        assert json.loads(target_input(target, event, "arn", "now")) == fill(template_input, event)
