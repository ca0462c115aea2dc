"""Migrations in another account and another Region than the stack's, in the deployed workflow."""

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError

from simulator.expectations import failures
from simulator.moto_ext.iam.callers import acting_as, role_session
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario, load, named
from simulator.synthesis import ROOT
from tests.synthesis import synthesized
from tests.unit.simulator.policies import EVERYTHING, TRUST

HOME, OTHER = "111122223333", "444455556666"
ROLE = {"arn": f"arn:aws:iam::{OTHER}:role/vifshift", "externalId": "a-shared-id"}
SETTINGS = {"roles": [ROLE], "regions": ["us-east-1"]}
VIF, SOURCE, TARGET = "dxvif-cccc0001", "dxcon-other001", "dxlag-other001"
DENIED = {"error": "AccessDeniedException", "from": 30}
LOOKS = ("DescribeVirtualInterfaces", "ListVirtualInterfaceRoutes")


def world_of(account: str, region: str, **facts: Any) -> dict[str, Any]:
    """A world like that of the happy path, somewhere else and with ids of its own."""
    return {
        "account": account,
        "region": region,
        "connections": [
            {"connectionId": SOURCE, "bandwidth": "10Gbps"},
            {"connectionId": "dxcon-other002", "bandwidth": "10Gbps", "location": "EqDC2"},
        ],
        "lags": [
            {
                "lagId": TARGET,
                "connectionsBandwidth": "100Gbps",
                "minimumLinks": 1,
                "connections": [{"connectionId": "dxcon-member09"}],
            }
        ],
        "virtualInterfaces": [
            {
                "virtualInterfaceId": name,
                "connectionId": port,
                "virtualInterfaceType": "transit",
                "vlan": vlan,
                "authKey": "another-secret-that-must-not-leak",
                "directConnectGatewayId": "gw-other",
                "routes": {"accepted": ["10.0.0.0/8"]},
            }
            for name, port, vlan in (
                (VIF, SOURCE, 101),
                ("dxvif-cccc0002", "dxcon-other002", 102),
            )
        ],
        **facts,
    }


def migrated(
    session: Session,
    other: dict[str, Any],
    *,
    outcome: str = "succeeded",
    settings: dict[str, Any] | None = SETTINGS,
    faults: tuple[dict[str, Any], ...] = (),
    timelines: tuple[dict[str, Any], ...] = (),
    interruptions: tuple[dict[str, Any], ...] = (),
    denied: Collection[str] = (),
    **request: Any,
) -> Record:
    """Ask the stack of the happy path for a move in another world."""
    raw = yaml.safe_load(named("happy-path-dual-stack-lag").read_text("utf-8"))
    asked = {"virtualInterfaceId": VIF, "connectionId": TARGET, **request}
    raw |= {
        "settings": settings,
        "otherWorlds": [other],
        "timelines": list(timelines),
        "interruptions": list(interruptions),
        "faults": list(faults),
        "trigger": {"kind": "execution", "request": asked},
        "expect": {"outcome": outcome, "denied": list(denied)},
    }
    record = session.run(Scenario.model_validate(raw))
    assert failures(record) == []
    return record


def codes(record: Record) -> list[str]:
    """Return the codes of the findings that the final event tells."""
    [event] = record.final_events
    return [finding["code"] for finding in event["detail"]["data"]["findings"]]


def trusting(**facts: Any) -> dict[str, Any]:
    """The other account, with a role that trusts the stack's."""
    return world_of(OTHER, "eu-central-1", **{"roles": [ROLE], **facts})


def as_documented(session: Session, region: str = "eu-central-1", **changes: str) -> dict[str, Any]:
    """The role that the template for another account makes, with some of its text changed."""
    text = (ROOT / "examples" / "other-account-role.yaml").read_text("utf-8")
    given = {
        "AWS::Partition": "aws",
        "AWS::AccountId": OTHER,
        "StackAccount": HOME,
        "FunctionRoleArns": assuming(session),
        "ExternalId": ROLE["externalId"],
        "Region": region,
    }
    made = yaml.safe_load(text)["Resources"]["Role"]["Properties"]
    resolved = json.dumps(_resolved(made, given))
    for told, instead in changes.items():
        resolved = resolved.replace(told, instead)
    role = json.loads(resolved)
    [policy] = role["Policies"]
    return {
        **ROLE,
        "trust": role["AssumeRolePolicyDocument"],
        "permissions": policy["PolicyDocument"],
    }


def _resolved(value: Any, given: Mapping[str, Any]) -> Any:
    """Put what is given into a template's Ref and Fn::Sub."""
    if isinstance(value, list):
        return [_resolved(each, given) for each in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value:
        return re.sub(r"\$\{(.+?)\}", lambda found: given[found[1]], value["Fn::Sub"])
    if "Ref" in value:
        return given.get(value["Ref"], "")
    return {name: _resolved(each, given) for name, each in value.items()}


def assuming(session: Session) -> list[str]:
    """Return the roles of the functions, as the stack's output has them."""
    cloud = session.cloud_for(load(named("happy-path-dual-stack-lag")))
    return cloud.outputs["AssumingRoleArns"].split(",")


IDENTIFIED = {**ROLE, "sourceIdentity": True}


def test_the_documented_role_may_do_all_that_a_move_needs(session: Session) -> None:
    record = migrated(
        session,
        trusting(roles=[as_documented(session)]),
        settings={"roles": [IDENTIFIED]},
        roleArn=ROLE["arn"],
    )

    assert record.connection_ids[VIF] == TARGET
    assert codes(record) == []
    assert record.denials == []
    assert {each.source_identity for each in record.assumptions} == {"by-hand"}

    # An attack: a role that anybody who may create roles can name like those of the functions.
    iam, sts = session.cloud.client("iam"), session.cloud.client("sts")
    name = "vifshift-FunctionsAssociateRole0000000"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    asked = {
        "RoleArn": ROLE["arn"],
        "ExternalId": ROLE["externalId"],
        "RoleSessionName": "vifshift-by-hand",
    }
    with acting_as(role_session(f"arn:aws:iam::{HOME}:role/{name}", "mallory")):
        with pytest.raises(ClientError, match="no resource-based policy allows the sts:AssumeRole"):
            sts.assume_role(**asked)


def test_only_the_session_of_associate_may_associate(session: Session) -> None:
    tags = [{"key": "vifshift", "value": "allowed"}]
    there = trusting(roles=[IDENTIFIED])
    for kind in ("connections", "lags", "virtualInterfaces"):
        there[kind][0]["tags"] = tags
    required = {"key": "vifshift", "value": "allowed"}
    record = migrated(
        session,
        there,
        settings={"roles": [IDENTIFIED], "requiredTag": required},
        roleArn=ROLE["arn"],
    )
    assert record.connection_ids[VIF] == TARGET
    policies = {str(each.policy) for each in record.assumptions}
    assert len(policies) == 3

    # An attack: what each session could do, had somebody got hold of its credentials.
    moves = [(VIF, SOURCE), (VIF, "dxcon-other002"), ("dxvif-cccc0002", SOURCE)]
    moved = {
        policy: [move for move in moves if stolen(session, policy, *move)] for policy in policies
    }

    assert sorted(moved.values()) == [[], [], [(VIF, SOURCE)]]
    [may] = [policy for policy, done in moved.items() if done]
    assert "AssociateVirtualInterface" in may


def stolen(session: Session, policy: str, vif: str, port: str) -> bool:
    """Associate with a session of the role that has a policy; return whether that was allowed."""
    associate = next(arn for arn in assuming_now(session) if "AssociateRole" in arn)
    with acting_as(role_session(associate, "function")):
        credentials = session.cloud.client("sts").assume_role(
            RoleArn=ROLE["arn"],
            ExternalId=ROLE["externalId"],
            RoleSessionName="vifshift-by-hand",
            Policy=policy,
        )["Credentials"]
    client = boto3.client(
        "directconnect",
        region_name="eu-central-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    try:
        client.associate_virtual_interface(virtualInterfaceId=vif, connectionId=port)
    except ClientError as refused:
        assert "session policy" in refused.response["Error"]["Message"]
        return False
    return True


def assuming_now(session: Session) -> list[str]:
    """Return the roles of the functions of what is deployed."""
    return session.cloud.outputs["AssumingRoleArns"].split(",")


@pytest.mark.verify
def test_a_trust_of_before_refuses_a_source_identity_in_words(session: Session) -> None:
    record = migrated(
        session,
        trusting(),
        outcome="rejected",
        settings={"roles": [IDENTIFIED]},
        roleArn=ROLE["arn"],
    )

    assert record.connection_ids[VIF] == SOURCE
    assert "sts:SetSourceIdentity, which `sourceIdentity` needs" in record.message


@pytest.mark.verify
@pytest.mark.parametrize(
    ("changes", "denied"),
    [
        ({ROLE["externalId"]: "of-someone-else"}, "sts:AssumeRole"),
        pytest.param(
            {"role/vifshift-Functions": "role/another-"},
            "sts:AssumeRole",
            marks=pytest.mark.verify,
        ),
        pytest.param(
            {"444455556666:dxlag": "111122223333:dxlag"},
            "directconnect:AssociateVirtualInterface",
            marks=pytest.mark.verify,
        ),
        pytest.param(
            {"DescribeLags": "DescribeLoa"},
            "directconnect:DescribeLags",
            marks=pytest.mark.verify,
        ),
    ],
)
def test_less_than_the_documented_role_is_not_enough(
    session: Session, changes: dict[str, str], denied: str
) -> None:
    record = migrated(
        session,
        trusting(roles=[as_documented(session, **changes)]),
        outcome="rejected",
        denied={denied},
        roleArn=ROLE["arn"],
    )

    assert record.connection_ids[VIF] == SOURCE
    assert denied in record.message


@pytest.mark.verify
def test_a_vif_of_another_account_is_moved_with_its_role(session: Session) -> None:
    record = migrated(session, trusting(), roleArn=ROLE["arn"])

    assert record.connection_ids[VIF] == TARGET
    assert record.connection_ids["dxvif-aaaa0001"] == "dxcon-source01"
    assert codes(record) == []


@pytest.mark.verify
def test_the_session_is_named_after_the_migration(session: Session) -> None:
    record = migrated(session, trusting(), roleArn=ROLE["arn"])

    asked = {(each.role_arn, each.external_id) for each in record.assumptions}
    assert asked == {(ROLE["arn"], ROLE["externalId"])}
    assert {each.session_name for each in record.assumptions} == {"vifshift-by-hand"}
    # Validate, Associate and Observe, each once: all that is asked later goes in the same session.
    assert len(record.assumptions) == 3


@pytest.mark.verify
@pytest.mark.enable_socket
def test_it_is_so_under_aws_s_runtime_client_as_well(assembly: Path) -> None:
    quick = {"timeoutSeconds": 60, "holdSeconds": 0}

    with Session(assembly, "process", synthesized) as session:
        record = migrated(session, trusting(), roleArn=ROLE["arn"], convergence=quick)

    assert record.connection_ids[VIF] == TARGET
    assert {each.session_name for each in record.assumptions} == {"vifshift-by-hand"}


@pytest.mark.verify
def test_a_vif_in_another_region_is_moved(session: Session) -> None:
    record = migrated(session, world_of(HOME, "us-east-1"), region="us-east-1")

    assert record.connection_ids[VIF] == TARGET
    assert record.assumptions == ()


@pytest.mark.verify
def test_a_vif_in_another_account_and_region_is_moved(session: Session) -> None:
    there = world_of(OTHER, "us-east-1", roles=[ROLE])

    record = migrated(session, there, region="us-east-1", roleArn=ROLE["arn"])

    assert record.connection_ids[VIF] == TARGET


@pytest.mark.verify
def test_one_that_does_not_come_good_goes_back_with_the_role(session: Session) -> None:
    never_up = {"when": {"connectionId": TARGET}, "steps": [{"virtualInterfaceState": "down"}]}

    record = migrated(
        session, trusting(), outcome="rolled-back", timelines=(never_up,), roleArn=ROLE["arn"]
    )

    assert record.connection_ids[VIF] == SOURCE


def test_a_role_that_is_not_listed_is_rejected_unasked(session: Session) -> None:
    arn = f"arn:aws:iam::{OTHER}:role/admin"

    record = migrated(session, trusting(), outcome="rejected", roleArn=arn)

    assert codes(record) == ["ROLE_NOT_ALLOWED"]
    assert arn in record.message
    assert (record.assumptions, record.calls) == ((), [])


@pytest.mark.verify
def test_a_region_that_is_not_listed_is_rejected_unread(session: Session) -> None:
    there = world_of(HOME, "us-west-2")

    record = migrated(session, there, outcome="rejected", region="us-west-2")

    assert codes(record) == ["REGION_NOT_ALLOWED"]
    assert record.calls == []


@pytest.mark.verify
def test_without_settings_nothing_else_can_be_reached(session: Session) -> None:
    record = migrated(session, trusting(), outcome="rejected", settings=None, roleArn=ROLE["arn"])

    assert codes(record) == ["ROLE_NOT_ALLOWED"]


@pytest.mark.verify
def test_a_wrong_external_id_is_rejected_in_words(session: Session) -> None:
    stranger = trusting(roles=[{**ROLE, "externalId": "of-someone-else"}])

    record = migrated(session, stranger, outcome="rejected", roleArn=ROLE["arn"])

    assert "not authorized to perform: sts:AssumeRole" in record.message
    assert f"{ROLE['arn']} must trust this stack's account" in record.message
    assert [each.was_refused for each in record.assumptions] == [True]
    assert record.calls == []


@pytest.mark.verify
def test_a_permission_that_is_lost_on_the_way_calls_a_person(session: Session) -> None:
    faults = tuple({"operation": name, **DENIED} for name in LOOKS)

    record = migrated(
        session, trusting(), outcome="needs-attention", faults=faults, roleArn=ROLE["arn"]
    )

    assert record.connection_ids[VIF] == TARGET
    assert "AccessDenied" in record.message


def test_a_vif_of_the_other_account_is_not_found_without_the_role(session: Session) -> None:
    record = migrated(session, trusting(), outcome="rejected")

    assert "VIRTUAL_INTERFACE_NOT_FOUND" in codes(record)
    assert record.assumptions == ()


@pytest.mark.verify
def test_the_watchdog_looks_with_the_role_as_well(session: Session) -> None:
    record = migrated(
        session,
        trusting(),
        outcome="interrupted",
        interruptions=({"kind": "stop", "at": 60},),
        roleArn=ROLE["arn"],
    )

    [event] = record.final_events
    assert event["detail"]["data"]["now"]["connectionId"] == TARGET
    assert {each.session_name for each in record.assumptions} == {"vifshift-by-hand"}
    assert len(record.assumptions) == 4


@pytest.mark.verify
def test_a_migration_outlives_the_credentials_it_began_with(session: Session) -> None:
    up = {"after": 3000, "virtualInterfaceState": "available", "bgpStatus": "up"}
    late = {"when": {"connectionId": TARGET}, "steps": [{**up, "routesPercent": 100}]}
    slow = {"timeoutSeconds": 3600, "giveUpSeconds": 3600, "holdSeconds": 1800, "pollSeconds": 60}

    record = migrated(session, trusting(), timelines=(late,), convergence=slow, roleArn=ROLE["arn"])

    assert record.virtual_seconds > 4800
    # Observe assumes the role again before the hour is over.
    assert len(record.assumptions) == 4
