"""The names that people look for: pinned, since a name that has been deployed is never changed."""

import json
from typing import Any

import pytest
from pydantic import JsonValue

from infra.names import Alarm, Machine, ResourceName, namesake, too_long
from infra.settings.model import Settings
from tests.infra.everything import template_with_everything

Template = dict[str, Any]
# By logical id: CloudFormation makes a resource of another id beside the old one, and would find
# its name taken. So neither side of any line may ever change.
NAMES = {
    "Bus": "vifshift",
    "MigrationStateMachine": "vifshift-migrations",
    "PlanStateMachine": "vifshift-plans",
    "WatchdogStateMachine": "vifshift-watchdog",
    "PlanWatchdogStateMachine": "vifshift-plan-watchdog",
    "MigrationLogs": "/aws/vendedlogs/states/vifshift-migrations",
    "PlanLogs": "/aws/vendedlogs/states/vifshift-plans",
    "WatchdogLogs": "/aws/vendedlogs/states/vifshift-watchdog",
    "PlanWatchdogLogs": "/aws/vendedlogs/states/vifshift-plan-watchdog",
    "SchemasRegistry": "vifshift-events",
    "MonitoringDashboard": {"Fn::Join": ["", ["vifshift-", {"Ref": "AWS::Region"}]]},
    "NotificationsChat": "vifshift-chat",
    "MonitoringRollbackFailed": "vifshift-rollback-failed",
    "MonitoringNeedsAttention": "vifshift-needs-attention",
    "MonitoringInterrupted": "vifshift-interrupted",
    "MonitoringTimedOut": "vifshift-timed-out",
    "MonitoringAborted": "vifshift-aborted",
    "MonitoringWatchdogFailed": "vifshift-watchdog-failed",
    "MonitoringWatchdogTimedOut": "vifshift-watchdog-timed-out",
    "MonitoringPlanHalted": "vifshift-plan-halted",
    "MonitoringPlanInterrupted": "vifshift-plan-interrupted",
    "MonitoringPlanTimedOut": "vifshift-plan-timed-out",
    "MonitoringPlanAborted": "vifshift-plan-aborted",
    "MonitoringPlanWatchdogFailed": "vifshift-plan-watchdog-failed",
    "MonitoringPlanWatchdogTimedOut": "vifshift-plan-watchdog-timed-out",
    "MonitoringDeadLetters": "vifshift-dead-letters",
    "MonitoringUndeliveredNotifications": "vifshift-undelivered-notifications",
    "MonitoringConcludeErrors": "vifshift-conclude-errors",
    "MonitoringReportErrors": "vifshift-report-errors",
    "MonitoringAnswerErrors": "vifshift-answer-errors",
    "MonitoringInvestigateErrors": "vifshift-investigate-errors",
    "MonitoringAdvanceErrors": "vifshift-advance-errors",
    "MonitoringConcludePlanErrors": "vifshift-conclude-plan-errors",
    "MonitoringReportPlanErrors": "vifshift-report-plan-errors",
    "MonitoringSweepErrors": "vifshift-sweep-errors",
    "SweepSchedule": "vifshift-sweep",
}
FURTHER_NAMES = {
    "NotificationsEmail": "vifshift-email",
    "WindowsGroup": "vifshift-windows",
    "MonitoringAnswerThrottles": "vifshift-answer-throttles",
    "MonitoringAssociateThrottles": "vifshift-associate-throttles",
    "MonitoringConcludeThrottles": "vifshift-conclude-throttles",
    "MonitoringObserveThrottles": "vifshift-observe-throttles",
    "MonitoringWitnessErrors": "vifshift-witness-errors",
}
NAMING = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::EventSchemas::Registry": "RegistryName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Policy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::KMS::Key": "",
}


def names(template: Template) -> dict[str, object]:
    """Return the names that a template gives, by logical id without its hash."""
    return {
        logical[:-8]: resource["Properties"][NAMING[resource["Type"]]]
        for logical, resource in template["Resources"].items()
        if NAMING.get(resource["Type"], "") in resource["Properties"]
        # The schedules of windows are named within a group of the stack's own.
        and "GroupName" not in resource["Properties"]
    }


@pytest.fixture(scope="module")
def other() -> Template:
    """A second stack in the same account and Region, with all that the settings can add."""
    return template_with_everything()


def test_what_people_look_for_has_the_name_that_it_has_always_had(template: Template) -> None:
    assert names(template) == NAMES


def test_two_stacks_have_no_name_in_common(template: Template, other: Template) -> None:
    there = names(other)

    assert there == json.loads(
        json.dumps({**NAMES, **FURTHER_NAMES}).replace("vifshift", "another")
    )
    here = {json.dumps(name) for name in names(template).values()}
    assert not here & {json.dumps(name) for name in there.values()}


def test_no_role_function_queue_bucket_or_table_has_a_fixed_name(other: Template) -> None:
    named = {
        resource["Type"]
        for resource in other["Resources"].values()
        if NAMING.get(resource["Type"], "") in resource["Properties"]
    }

    assert named == {
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::EventSchemas::Registry",
        "AWS::Events::EventBus",
        "AWS::Logs::LogGroup",
        "AWS::SNS::Topic",
        "AWS::Scheduler::Schedule",
        "AWS::Scheduler::ScheduleGroup",
        "AWS::StepFunctions::StateMachine",
    }


def test_a_stack_s_name_may_be_so_long_that_all_names_still_fit() -> None:
    assert list(too_long("n" * 56)) == []
    [fault] = too_long("n" * 57)
    assert fault == (
        f"the schedule group {'n' * 57}-windows would have 65 characters; at most 64 are allowed"
    )


def test_a_stack_s_name_that_is_too_long_is_refused_with_what_would_be_too_long() -> None:
    with pytest.raises(SystemExit) as refused:
        Settings.read({"stackName": "n" * 70})

    for name in ("events", "windows", "plan-watchdog"):
        assert f"{'n' * 70}-{name} would have" in str(refused.value)
    assert "stackName: " in str(refused.value)
    assert f"{'n' * 70}-plans" not in str(refused.value)


ROLE: JsonValue = {"arn": "arn:aws:iam::444455556666:role/vifshift", "externalId": "a-shared-id"}


def test_a_stack_with_roles_has_any_name_since_its_own_roles_are_known_by_their_arns() -> None:
    assert Settings.read({"stackName": "n" * 25, "roles": [ROLE]})


@pytest.mark.parametrize(
    ("name", "whose"),
    [("vifshift-plan", "vifshift"), ("net-watchdog", "net"), ("a-plan-watchdog", "a-plan")],
)
def test_a_stack_whose_names_would_be_another_s_is_refused(name: str, whose: str) -> None:
    assert namesake(name) == whose
    with pytest.raises(SystemExit, match=f"a stack {whose}: choose"):
        Settings.read({"stackName": name})


@pytest.mark.parametrize("name", ["vifshift", "vifshift-plans", "plan", "vifshift-test", "a-b"])
def test_any_other_name_will_do(name: str) -> None:
    assert namesake(name) is None
    assert Settings.read({"stackName": name}).stack_name == name


def test_stacks_that_are_let_through_never_share_a_name() -> None:
    words = ["a", "plan", "plans", "watchdog", "failed", "timed-out", "events"]
    stacks = [*words, *(f"{one}-{two}" for one in words for two in words)]
    taken: dict[str, str] = {}
    for stack in (each for each in stacks if namesake(each) is None):
        for kind in (Machine, Alarm, ResourceName):
            for each in kind:
                assert taken.setdefault(f"{kind.__name__} {each.of(stack)}", stack) == stack


def test_the_bus_is_the_stack_s_unless_another_is_named() -> None:
    assert Settings.read({"stackName": "another"}).bus_name == "another"
    assert Settings.read({"stackName": "another", "eventBus": "shared"}).bus_name == "shared"
