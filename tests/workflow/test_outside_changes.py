"""What others do while a migration is on its way: reported, joined to it, and kept with its report.

Each case is an attack, or an accident, that nothing reported before.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud
from simulator.runs.record import Record
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario, load, named
from vifshift.events.base import DetailType

VIF, OTHER, TARGET = "dxvif-aaaa0001", "dxcon-other001", "dxlag-target01"
SETTINGS: Final = {
    "cloudTrail": {"watch": True, "tableDataEvents": True},
    "reservedConcurrency": 2,
}
ENGINEER: Final = "arn:aws:iam::111122223333:user/engineer"
Act = Callable[[Cloud], None]


def scenario(name: str = "moved-by-someone-else", **changes: Any) -> Scenario:
    return load(named(name)).model_copy(update={"changes": (), **changes})


def while_moving(session: Session, *acts: Act, name: str = "moved-by-someone-else") -> Record:
    """Run a migration, and act 20 seconds after it was requested."""

    def prepare(cloud: Cloud) -> None:
        for act in acts:
            cloud.clock.call_later(20, partial(act, cloud))

    return session.run(scenario(name, settings=SETTINGS), prepare)


def told(record: Record) -> list[dict[str, Any]]:
    return [
        each["detail"]["data"]
        for each in record.events
        if each["detail-type"] == DetailType.CHANGED_OUTSIDE
    ]


def move_it(cloud: Cloud) -> None:
    cloud.client("directconnect").associate_virtual_interface(
        virtualInterfaceId=VIF, connectionId=OTHER
    )


def test_who_moves_the_vif_of_a_migration_is_told_of_with_the_migration(session: Session) -> None:
    # when
    record = while_moving(session, move_it)
    # then
    [change] = told(record)
    [execution] = record.executions
    [disturbed] = change["disturbs"]
    assert change["reasonCode"] == "NETWORK_CHANGED"
    assert change["by"]["arn"] == ENGINEER
    assert (disturbed["migrationId"], disturbed["means"]) == (
        execution["name"],
        "VIRTUAL_INTERFACE",
    )
    kept = json.loads(record.evidence[disturbed["evidenceKey"]])
    assert ENGINEER in kept["message"]
    assert [text for _, text in record.notifications if "changed outside" in text]
    assert record.denials == []


@pytest.mark.verify
def test_the_product_s_own_calls_are_told_to_nobody(session: Session) -> None:
    record = while_moving(session, name="happy-path-dual-stack-lag")

    calls = [each["detail"].get("eventName") for each in record.service_events]
    assert "AssociateVirtualInterface" in calls
    assert "PutItem" in calls
    assert told(record) == []


def blind(cloud: Cloud) -> None:
    """Do all that would blind the product, as an insider."""
    rules = cloud.client("events").list_rules(EventBusName=cloud.outputs["EventBusName"])["Rules"]
    cloud.client("events").disable_rule(
        Name=rules[0]["Name"], EventBusName=cloud.outputs["EventBusName"]
    )
    cloud.client("s3").put_bucket_policy(
        Bucket=cloud.outputs["EvidenceBucketName"],
        Policy=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )
    [key] = cloud.resources_of_type("AWS::KMS::Key").values()
    cloud.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    cloud.client("dynamodb").put_item(
        TableName=cloud.outputs["LocksTableName"], Item={"pk": {"S": "gateway#forged"}}
    )
    [execution, *_] = cloud.executions()
    cloud.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])


def test_what_blinds_the_product_is_told_of_with_all_that_it_disturbs(session: Session) -> None:
    # when
    record = while_moving(session, blind)
    # then
    changes = {each["subject"]["call"]: each for each in told(record)}
    assert set(changes) == {
        "DisableRule",
        "PutBucketPolicy",
        "PutItem",
        "ScheduleKeyDeletion",
        "StopExecution",
    }
    assert {each["reasonCode"] for each in changes.values()} == {"PRODUCT_CHANGED"}
    assert {each["concerns"] for each in changes.values()} == {"product"}
    # It was stopped, and so had no lock any more when the records came.
    [stopped] = changes["StopExecution"]["disturbs"]
    assert (stopped["means"], stopped["virtualInterfaceId"]) == ("EXECUTION", VIF)
    assert stopped["evidenceKey"] in record.evidence


def test_an_attempt_that_was_refused_before_the_report_is_in_it(session: Session) -> None:
    # when
    def attempt(cloud: Cloud) -> None:
        with pytest.raises(ClientError):
            cloud.client("directconnect").associate_virtual_interface(
                virtualInterfaceId=VIF, connectionId="dxcon-nowhere1"
            )

    record = while_moving(session, attempt, name="happy-path-dual-stack-lag")
    # then
    [report] = [json.loads(text) for key, text in record.evidence.items() if "report.json" in key]
    [page] = [text for key, text in record.evidence.items() if "report.html" in key]
    [change] = report["changedOutside"]
    assert "was refused (DirectConnectClientException)" in change["message"]
    assert told(record)[0]["reasonCode"] == "NETWORK_CHANGE_REFUSED"
    assert "Changed outside meanwhile" in page
