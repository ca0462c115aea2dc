"""The bucket that keeps the evidence: who may write it, how long it is kept, what outlives what."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.settings.model import EvidenceSettings, Settings
from infra.workflows.definitions import definitions
from tests.synthesis import synthesized

Template = dict[str, Any]
LOCKED = {"keepDays": 400, "objectLock": {"mode": "COMPLIANCE", "days": 365}}


def resources(template: Template, kind: str) -> dict[str, Any]:
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def bucket(template: Template) -> tuple[str, dict[str, Any]]:
    """Return the one bucket, with its logical id."""
    [(name, resource)] = resources(template, "AWS::S3::Bucket").items()
    return name, resource


@pytest.fixture
def report(template: Template) -> dict[str, Any]:
    """The function that keeps the evidence."""
    [function] = [
        function["Properties"]
        for function in resources(template, "AWS::Lambda::Function").values()
        if function["Properties"]["Handler"] == "vifshift.handlers.report.handler"
    ]
    return dict(function)


def test_the_bucket_is_private_versioned_and_encrypted(template: Template) -> None:
    properties = bucket(template)[1]["Properties"]

    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    owners = properties["OwnershipControls"]["Rules"]
    assert owners == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert "BucketName" not in properties


def test_nobody_may_come_without_tls(template: Template) -> None:
    [policy] = resources(template, "AWS::S3::BucketPolicy").values()

    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Deny"}
    conditions = [statement.get("Condition") for statement in statements]
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions


def test_the_evidence_outlives_the_stack(template: Template) -> None:
    _, resource = bucket(template)

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert template["Outputs"]["EvidenceBucketName"]["Value"] == {"Ref": bucket(template)[0]}


def lifecycle(template: Template) -> dict[str, Any]:
    rules = bucket(template)[1]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    return {key: value for rule in rules for key, value in rule.items()}


def test_reports_are_kept_for_seven_years(template: Template) -> None:
    rules = lifecycle(template)

    assert rules["ExpirationInDays"] == 2557
    assert rules["NoncurrentVersionExpiration"] == {"NoncurrentDays": 2557}
    assert rules["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert rules["ExpiredObjectDeleteMarker"] is True
    assert "ObjectLockConfiguration" not in bucket(template)[1]["Properties"]


@pytest.mark.verify
def test_they_are_kept_and_locked_for_as_long_as_is_set() -> None:
    folder = synthesized({"evidence": LOCKED})

    template = json.loads((folder / "vifshift.template.json").read_text("utf-8"))
    properties = bucket(template)[1]["Properties"]
    assert lifecycle(template)["ExpirationInDays"] == 400
    assert properties["ObjectLockEnabled"] is True
    assert properties["ObjectLockConfiguration"] == {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 365}},
    }


@pytest.mark.parametrize(
    ("evidence", "days"),
    [
        ({}, 2557),
        ({"keepDays": 30}, 30),
        ({"keepDays": 30, "objectLock": {"mode": "GOVERNANCE", "days": 29}}, 30),
        ({"keepDays": 30, "objectLock": {"mode": "GOVERNANCE", "days": 30}}, 1),
        ({"keepDays": 30, "noncurrentDays": 7}, 7),
    ],
)
def test_what_was_replaced_is_kept_as_long_as_the_evidence(
    evidence: dict[str, Any], days: int
) -> None:
    assert EvidenceSettings.model_validate(evidence).days_of_noncurrent == days


def test_what_protects_the_evidence_outlives_the_stack_as_well(template: Template) -> None:
    [policy] = resources(template, "AWS::S3::BucketPolicy").values()

    assert (policy["DeletionPolicy"], policy["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize(
    ("evidence", "faults"),
    [
        ({"keepDays": 0}, ["evidence.keepDays: "]),
        ({"noncurrentDays": 0}, ["evidence.noncurrentDays: "]),
        ({"keepDays": "long"}, ["evidence.keepDays: "]),
        ({"keep": 5}, ["evidence.keep: unknown field"]),
        ({"objectLock": {"mode": "LEGAL", "days": 1}}, ["evidence.objectLock.mode: "]),
        ({"objectLock": {"mode": "GOVERNANCE"}}, ["evidence.objectLock.days: is missing"]),
        (
            {"keepDays": 30, "objectLock": {"mode": "GOVERNANCE", "days": 31}},
            ["evidence: objectLock.days, 31, must not exceed keepDays, 30"],
        ),
        (
            {"objectLock": {"mode": "GOVERNANCE", "days": 2558}},
            ["evidence: objectLock.days, 2558, must not exceed keepDays, 2557"],
        ),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    tmp_path: Path, evidence: dict[str, Any], faults: list[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        Settings.read({"evidence": evidence}, tmp_path)

    lines = str(refusal.value).splitlines()[1:]
    assert len(lines) == len(faults)
    assert all(fault in line for fault, line in zip(faults, lines, strict=True))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_reports_are_put_by_those_that_write_them_and_only_under_their_prefix(
    template: Template,
) -> None:
    arn = {"Fn::GetAtt": [bucket(template)[0], "Arn"]}
    written = {
        (role["Ref"].partition("Role")[0], resource["Fn::Join"][1][1])
        for policy in resources(template, "AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for role in policy["Properties"]["Roles"]
        if "s3:PutObject" in json.dumps(statement["Action"])
        for resource in _listed(statement["Resource"])
        if resource["Fn::Join"][1][0] == arn
    }

    assert written == {
        ("FunctionsReport", "/migrations/*"),
        ("FunctionsPrepare", "/plans/*"),
        ("FunctionsPrepare", "/proposals/*"),
        ("FunctionsHold", "/proposals/*"),
        ("FunctionsReportPlan", "/plans/*"),
    }


def test_the_report_has_memory_for_a_long_history_and_little_time(
    template: Template, report: dict[str, Any]
) -> None:
    assert (report["MemorySize"], report["Timeout"]) == (1024, 30)
    variables = report["Environment"]["Variables"]
    assert variables["VIFSHIFT_BUCKET"] == {"Ref": bucket(template)[0]}


@pytest.mark.parametrize(
    ("machine", "announcing"),
    [("Migration", "Announce outcome"), ("Watchdog", "Announce interruption")],
)
def test_the_last_event_is_sent_with_its_evidence_or_soon_without(
    assembly: Path, machine: str, announcing: str
) -> None:
    [text] = [text for name, text in definitions(assembly).items() if name.startswith(machine)]
    report = json.loads(text)["States"]["Report"]

    assert report["Next"] == announcing
    assert report["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": announcing}]
    assert report["TimeoutSeconds"] == 35
    slow, others = report["Retry"]
    assert slow == {"ErrorEquals": ["States.Timeout", "Sandbox.Timedout"], "MaxAttempts": 0}
    assert (others["MaxAttempts"], others["IntervalSeconds"]) == (2, 1)


@pytest.mark.verify
def test_the_state_machine_does_not_wait_for_what_waits_for_it(template: Template) -> None:
    """CloudFormation refuses a cycle; the template must be such that it can be ordered."""
    waits = {
        name: {
            each
            for each in template["Resources"]
            if f'"Ref": "{each}"' in json.dumps(resource)
            or f'["{each}", ' in json.dumps(resource)
            or each in json.dumps(resource.get("DependsOn", []))
        }
        - {name}
        for name, resource in template["Resources"].items()
    }

    while ready := [name for name, others in waits.items() if not others]:
        for name in ready:
            del waits[name]
        for others in waits.values():
            others.difference_update(ready)

    assert waits == {}
