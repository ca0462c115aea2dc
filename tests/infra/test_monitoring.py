"""The alarms and the dashboard, as the template has them."""

import json
import re
from typing import Any

import pytest

from simulator.synthesis import ROOT
from tests.infra.everything import template_with_everything
from tests.synthesis import synthesized
from vifshift.domain.metrics import MIGRATION_ID, NAMESPACE, OUTCOME, SERVICE, Metric

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")


def resources(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == kind
    ]


def headings(text: str) -> set[str]:
    """Return the anchors of a document's headings, as they are linked to."""
    found = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in found}


@pytest.fixture(scope="module")
def of_two_topics() -> dict[str, Any]:
    """A stack of another name, that tells people by mail as well."""
    return template_with_everything()


def test_every_alarm_goes_to_every_topic(of_two_topics: dict[str, Any]) -> None:
    topics = {
        name
        for name, resource in of_two_topics["Resources"].items()
        if resource["Type"] == "AWS::SNS::Topic"
    }

    alarms = resources(of_two_topics, "AWS::CloudWatch::Alarm")

    assert len(topics) == 2
    assert [{each["Ref"] for each in alarm["AlarmActions"]} for alarm in alarms] == (
        [topics] * len(alarms)
    )


def test_the_metrics_are_those_of_the_stack_of_this_name(of_two_topics: dict[str, Any]) -> None:
    own = [
        {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        for alarm in resources(of_two_topics, "AWS::CloudWatch::Alarm")
        if alarm["Namespace"] == NAMESPACE
    ]

    assert {dimensions[SERVICE] for dimensions in own} == {"another"}


def test_every_function_knows_the_stack_that_its_metrics_are_of(
    template: dict[str, Any], of_two_topics: dict[str, Any]
) -> None:
    assert services(template) == {"vifshift"}
    assert services(of_two_topics) == {"another"}


def services(template: dict[str, Any]) -> set[str]:
    return {
        function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        for function in resources(template, "AWS::Lambda::Function")
    }


@pytest.mark.verify
def test_lambda_leaves_no_metric_out_whatever_level_is_logged() -> None:
    folder = synthesized({"logLevel": "ERROR"})

    template = json.loads((folder / "vifshift.template.json").read_text("utf-8"))
    for function in resources(template, "AWS::Lambda::Function"):
        assert function["LoggingConfig"]["ApplicationLogLevel"] == "INFO"
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
        assert function["Environment"]["Variables"]["VIFSHIFT_LOG_LEVEL"] == "ERROR"


def test_an_alarm_says_where_to_read_on(template: dict[str, Any]) -> None:
    for alarm in resources(template, "AWS::CloudWatch::Alarm"):
        [section] = re.findall(r"docs/operations\.md#([\w-]+)\.$", alarm["AlarmDescription"])
        assert section in headings(OPERATIONS)


def test_every_alarm_and_every_metric_stands_in_the_operator_s_guide(
    template: dict[str, Any],
) -> None:
    alarms = [alarm["AlarmName"] for alarm in resources(template, "AWS::CloudWatch::Alarm")]

    assert [name for name in alarms if f"| `{name}` |" not in OPERATIONS] == []
    rows = re.findall(r"^\| `(vifshift-[\w-]+)` \|", OPERATIONS, re.M)
    # Those that only a setting adds.
    optional = {"vifshift-manifest-errors", "vifshift-witness-errors"}
    assert sorted(set(rows) - optional) == sorted(alarms)
    assert optional <= set(rows)
    assert len(rows) == len(set(rows))
    told = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (\w+) \| (.+) \|$", OPERATIONS, re.MULTILINE)
    assert told == [
        (metric, ", ".join(f"`{each}`" for each in metric.dimensions), metric.unit, metric.meaning)
        for metric in Metric
    ]


def test_the_dashboard_is_found_by_an_output_and_lists_the_last_migrations(
    template: dict[str, Any],
) -> None:
    [name] = [
        key
        for key, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Dashboard"
    ]

    assert name in json.dumps(template["Outputs"]["DashboardUrl"])
    assert template["Outputs"]["DashboardName"]["Value"] == {"Ref": name}
    [dashboard] = resources(template, "AWS::CloudWatch::Dashboard")
    body = "".join(map(str, dashboard["DashboardBody"]["Fn::Join"][1]))
    assert f"filter ispresent({Metric.MIGRATIONS})" in body
    assert f"display @timestamp, {MIGRATION_ID}, {OUTCOME}" in body
