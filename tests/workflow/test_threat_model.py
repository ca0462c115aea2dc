"""Who may do what: the table of docs/threat-model.md, by the policies as IAM enforces them."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from cli.job_policies import (
    APPROVER_SOURCE,
    JOBS,
    OPERATOR_SOURCE,
    REQUESTER_SOURCE,
    service_control_policy,
)
from cli.permissions import QUALIFIER, deployer_policy
from simulator.moto_ext.iam.authorizer import AccessDeniedError, Authorizer
from simulator.moto_ext.iam.callers import acting_as, role_session
from simulator.moto_ext.iam.evaluation import AccessRequest, ResourcePolicy, decide
from simulator.moto_ext.iam.journal import Journal
from simulator.runs.session import Session
from simulator.synthesis import ROOT
from tests.unit.simulator.policies import EVERYTHING, TRUST
from tests.workflow.acts import REGION, acts, arn, associate
from tests.workflow.conftest import Deployed
from tests.workflow.test_senders import ACCOUNT, REQUEST, SETTINGS, deployed_with, entry

ADMINISTRATOR: Final = "administrator"
# Each job's role is the principal of its source in the settings.
ROLES: Final = {
    "requester": "itsm",
    "approver": "service-desk",
    "operator": "operator",
    "auditor": "auditor",
    "deployer": "deployer",
    ADMINISTRATOR: ADMINISTRATOR,
}


def policies() -> dict[str, dict[str, Any]]:
    """Return what each role is allowed."""
    made = {job: make() for job, make in JOBS.items()}
    return {**made, "deployer": deployer_policy(), ADMINISTRATOR: EVERYTHING}


@pytest.fixture
def staffed(session: Session) -> Deployed:
    """The app with bound sources, and a role with the ready policy of each job."""
    deployed = deployed_with(session, SETTINGS)
    iam = deployed.cloud.client("iam")
    for job, policy in policies().items():
        make_role(iam, ROLES[job], policy)
    return deployed


def make_role(iam: Any, name: str, policy: Mapping[str, Any]) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=name, PolicyName="job", PolicyDocument=json.dumps(policy))


def may(name: str, action: str, resource: str, more: Mapping[str, str | None]) -> bool:
    """Return whether a role may do something, by its policy and that of the resource."""
    principal = role_session(arn(name), "somebody")
    try:
        Authorizer(Journal(), ACCOUNT).authorize(principal, action, resource, (*more.items(),))
    except AccessDeniedError:
        return False
    return True


def table() -> dict[str, dict[str, bool]]:
    """Return who may do what by the page, in its order."""
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+) \|$", text.partition("## Who may")[2].partition("\n## ")[0], re.M)
    head, *body = ([cell.strip() for cell in row.split("|")] for row in rows)
    assert head == ["to", "permission", *ROLES]
    return {
        f"{name} ({permission})": dict(zip(ROLES, (cell == "yes" for cell in cells), strict=True))
        for name, permission, *cells in body
    }


def test_the_table_of_who_may_is_what_iam_enforces(staffed: Deployed) -> None:
    enforced = {
        f"{name} (`{action}`)": {
            job: may(role, action, resource, more) for job, role in ROLES.items()
        }
        for name, (action, resource, more) in acts(staffed).items()
    }

    assert table() == enforced
    for job in ROLES:
        assert {each[job] for each in enforced.values()} == {True, False}, job


def as_job(job: str) -> Any:
    return acting_as(role_session(arn(ROLES[job]), "somebody"))


@contextmanager
def refused() -> Iterator[None]:
    """Expect that IAM denies it."""
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException"}


def send(deployed: Deployed, job: str, source: str, detail_type: str, detail: Any) -> None:
    client = deployed.cloud.client("events")
    with as_job(job):
        client.put_events(Entries=[entry(deployed, source, detail_type, detail)])


def test_each_does_its_own_job_and_nobody_elses(staffed: Deployed) -> None:
    asked = (REQUESTER_SOURCE, "VIF Migration Requested")
    approved = (APPROVER_SOURCE, "VIF Migration Approved")
    asking = {**REQUEST, "requestId": "CHG1", "approval": {"required": True}}
    for job in ("approver", "operator", "auditor", "deployer"):
        with refused():
            send(staffed, job, *asked, asking)
    send(staffed, "requester", *asked, asking)
    staffed.cloud.run_until_idle(timedelta(minutes=1))
    for job in ("requester", "operator", "auditor", "deployer"):
        with refused():
            send(staffed, job, *approved, {"requestId": "CHG1"})
    assert staffed.associations == 0
    send(staffed, "approver", *approved, {"requestId": "CHG1"})
    [execution] = staffed.finish()

    assert (execution["status"], staffed.associations) == ("SUCCEEDED", 1)
    assert audited(staffed, execution["executionArn"]) == "succeeded"


def audited(deployed: Deployed, execution: str) -> str:
    """Return the outcome that the auditor reads, which nobody else of the jobs can."""
    s3, workflows = deployed.cloud.client("s3"), deployed.cloud.client("stepfunctions")
    bucket = deployed.cloud.outputs["EvidenceBucketName"]
    with as_job("auditor"):
        listed = s3.list_objects_v2(Bucket=bucket, Prefix="migrations/")["Contents"]
        [key] = [each["Key"] for each in listed if each["Key"].endswith(".json")]
        report = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        assert workflows.get_execution_history(executionArn=execution)["events"]
    for job in ("requester", "approver", "operator", "deployer"):
        with as_job(job), refused():
            s3.get_object(Bucket=bucket, Key=key)
    with as_job("auditor"), refused():
        s3.delete_object(Bucket=bucket, Key=key)
    return str(report["outcome"])


@pytest.mark.verify
def test_the_operator_ends_what_runs(staffed: Deployed) -> None:
    asking = {**REQUEST, "requestId": "CHG1", "approval": {"required": True}}
    send(staffed, "requester", REQUESTER_SOURCE, "VIF Migration Requested", asking)
    staffed.cloud.run_until_idle(timedelta(minutes=1))
    cancelled = (OPERATOR_SOURCE, "VIF Migration Cancel Requested", {"requestId": "CHG1"})
    for job in ("requester", "approver", "auditor", "deployer"):
        with refused():
            send(staffed, job, *cancelled)
    send(staffed, "operator", *cancelled)
    [execution] = staffed.finish()

    assert (execution["status"], staffed.associations) == ("SUCCEEDED", 0)
    assert "VIF Migration Cancelled" in staffed.sent


@pytest.mark.verify
def test_the_kill_switch_lets_nothing_move(staffed: Deployed) -> None:
    lambda_ = staffed.cloud.client("lambda")
    function = associate(staffed).rpartition(":")[2]
    off = {"FunctionName": function, "ReservedConcurrentExecutions": 0}
    for job in ("requester", "approver", "auditor", "deployer"):
        with as_job(job), refused():
            lambda_.put_function_concurrency(**off)
    with as_job("operator"):
        lambda_.put_function_concurrency(**off)
    send(staffed, "requester", REQUESTER_SOURCE, "VIF Migration Requested", REQUEST)
    [execution] = staffed.finish()

    assert staffed.associations == 0
    assert staffed.locks == []
    assert staffed.sent == ["VIF Migration Started", "VIF Migration Rejected"]
    assert execution["cause"].startswith("nothing was touched: it is still on dxcon-source01")


@pytest.mark.verify
def test_the_rules_that_start_can_be_disabled_and_enabled(staffed: Deployed) -> None:
    events = staffed.cloud.client("events")
    bus = staffed.cloud.outputs["EventBusName"]
    starting = events.list_rule_names_by_target(
        EventBusName=bus, TargetArn=staffed.cloud.outputs["StateMachineArn"]
    )["RuleNames"]
    assert len(starting) == 1
    with as_job("operator"):
        for rule in starting:
            events.disable_rule(EventBusName=bus, Name=rule)
    dry = {**REQUEST, "dryRun": True}
    send(staffed, "requester", REQUESTER_SOURCE, "VIF Migration Requested", dry)
    assert staffed.finish() == []
    with as_job("operator"):
        for rule in starting:
            events.enable_rule(EventBusName=bus, Name=rule)
    send(staffed, "requester", REQUESTER_SOURCE, "VIF Migration Requested", dry)
    assert len(staffed.finish()) == 1


CHANGES: Final = (
    "change a function",
    "change a workflow",
    "change who may send what",
    "change the policy of the evidence",
    "move a virtual interface without vifshift",
)


def test_a_service_control_policy_holds_for_administrators_too(staffed: Deployed) -> None:
    """Its statements deny, as the same ones of the administrator's own policy would."""
    known = acts(staffed)
    assert all(may(ADMINISTRATOR, *known[name]) for name in CHANGES)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    limited = {
        "Version": "2012-10-17",
        "Statement": [everything, *service_control_policy()["Statement"]],
    }
    iam = staffed.cloud.client("iam")
    deploys = f"cdk-{QUALIFIER}-cfn-exec-role-{ACCOUNT}-{REGION}"
    for name in ("limited", deploys, "vifshift-FunctionsAssociateRole0-1", "vifshift"):
        make_role(iam, name, limited)

    moves = known[CHANGES[-1]]
    assert not any(may("limited", *known[name]) for name in CHANGES)
    assert all(may(deploys, *known[name]) for name in CHANGES[:-1])
    assert not may(deploys, *moves)
    assert may("vifshift-FunctionsAssociateRole0-1", *moves)
    assert may("vifshift", *moves)
    # Or else anybody could make a role that is excepted.
    makes = {
        role: decide(
            AccessRequest(role_session(arn("limited"), "x"), "iam:CreateRole", arn(role)),
            (json.dumps(limited),),
            ResourcePolicy(None, ACCOUNT),
        ).allowed
        for role in ("vifshift", "vifshift-FunctionsAssociateX", "another")
    }
    assert makes == {"vifshift": False, "vifshift-FunctionsAssociateX": False, "another": True}
