"""Records of CloudTrail: who made which call, and nothing that a caller could use them for."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from tests.unit.vifshift.fakes import SECRET, SOURCE, TARGET, VIF
from vifshift.domain.outside import OnTheWay
from vifshift.domain.own_resources import OwnResources
from vifshift.domain.trail import LONGEST_NAME, MOST_RESOURCES, OutsideCall, recorded_call
from vifshift.events.outside import Concern, OutsideReason, changed_outside
from vifshift.migration.outside_changes import Means, Ours, disturbed, names_no_machine

ROLE = "arn:aws:iam::111122223333:role/network/admin"
SESSION = "arn:aws:sts::111122223333:assumed-role/admin/alice@example.com"
MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:vifshift-migrations"
EXECUTION = "arn:aws:states:eu-central-1:111122223333:execution:vifshift-migrations:one"


def a_record(**changes: Any) -> dict[str, Any]:
    record = {
        "eventID": "49d14f36-6450-44a5-a501-b0fdcdfaeb98",
        "eventTime": "2026-07-01T02:00:20Z",
        "eventType": "AwsApiCall",
        "eventSource": "directconnect.amazonaws.com",
        "eventName": "AssociateVirtualInterface",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "a client of the attacker's choice",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:alice@example.com",
            "arn": SESSION,
            "accountId": "111122223333",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE}},
        },
        "requestParameters": {"virtualInterfaceId": VIF, "connectionId": TARGET},
        "responseElements": {
            "virtualInterfaceId": VIF,
            "directConnectGatewayId": "dxgw-1",
            "authKey": SECRET,
            "customerRouterConfig": SECRET,
        },
    }
    return {**record, **changes}


def call(**changes: Any) -> OutsideCall:
    found = recorded_call(a_record(**changes))
    assert found is not None
    return found


def test_the_role_is_authenticated_and_the_session_s_name_is_claimed() -> None:
    caller = call().caller
    assert (caller.type, caller.arn) == ("AssumedRole", ROLE)
    assert caller.session_name == "alice@example.com"


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        (
            {"type": "Root", "arn": "arn:aws:iam::111122223333:root"},
            "arn:aws:iam::111122223333:root",
        ),
        ({"type": "IAMUser", "arn": "arn:aws:iam::1:user/a"}, "arn:aws:iam::1:user/a"),
        ({"type": "AWSService", "invokedBy": "dx.amazonaws.com"}, "dx.amazonaws.com"),
        ({"type": "AWSAccount", "principalId": "AIDA:x", "accountId": "1"}, "AIDA:x"),
        ({"type": "IdentityCenterUser"}, "IdentityCenterUser"),
        ({}, "somebody"),
        (None, "somebody"),
        (["x"], "somebody"),
    ],
)
def test_every_kind_of_identity_has_a_name(identity: JsonValue, name: str) -> None:
    assert call(userIdentity=identity).caller.name == name


def test_no_secret_of_an_answer_is_read() -> None:
    found = call()
    assert SECRET not in found.model_dump_json()
    assert found.resources == (VIF, TARGET, "dxgw-1")


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        "x",
        {},
        a_record(eventID="../../plans/mine.json"),
        a_record(eventID=None),
        a_record(eventTime="yesterday"),
        a_record(eventTime="9999-12-31T23:59:59Z"),
        a_record(eventType="AwsServiceEvent"),
    ],
)
def test_what_is_no_record_of_a_call_is_left_alone(record: JsonValue) -> None:
    assert recorded_call(record) is None


def test_hostile_texts_are_cut_and_shown_plainly() -> None:
    hostile = "\u202e\x1b[2J<!channel> [here](http://evil)" + "x" * 100_000
    found = call(
        eventName=hostile,
        errorCode=hostile,
        sourceIPAddress=hostile,
        requestParameters={f"name{number}": f"{number}" * 500 for number in range(1000)},
        userIdentity={"type": hostile, "arn": f"arn:aws:sts::1:assumed-role/a/{hostile}"},
    )
    sent = changed_outside(found, (), now=found.at).to_json()
    text = json.dumps(sent, ensure_ascii=False)
    assert len(found.name) <= LONGEST_NAME
    assert len(found.resources) == MOST_RESOURCES
    assert not {"\u202e", "\x1b"} & set(text)
    assert len(text) < 60_000
    notice = changed_outside(found, (), now=found.at).detail.data.notice
    assert "<" not in notice.text
    assert "[" not in notice.text


JSON = st.recursive(
    st.none() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["arn", *a_record()]), inner),
    max_leaves=12,
)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(list(a_record())), JSON))
def test_nothing_in_a_record_does_more_than_be_read(changes: dict[str, JsonValue]) -> None:
    recorded_call({**a_record(), **changes})


MOVING = OnTheWay(EXECUTION, VIF, frozenset({TARGET}), "dxgw-1")


@pytest.mark.parametrize(
    ("parameters", "means"),
    [
        ({"virtualInterfaceId": VIF}, Means.VIRTUAL_INTERFACE),
        ({"connectionId": TARGET}, Means.PORT),
        ({"lagId": TARGET, "connectionId": "dxcon-x"}, Means.PORT),
        ({"directConnectGatewayId": "dxgw-1"}, Means.GATEWAY),
        ({"virtualInterfaceId": "dxvif-another1", "connectionId": SOURCE}, None),
        ({}, None),
    ],
)
def test_a_call_disturbs_what_it_has_in_common(
    parameters: dict[str, str], means: Means | None
) -> None:
    found = disturbed(call(requestParameters=parameters, responseElements=None), [MOVING])
    assert [each.means for each in found] == ([means] if means else [])


def test_what_was_over_before_the_call_is_not_disturbed() -> None:
    over = MOVING._replace(ended_at=call().at.replace(second=0))
    assert disturbed(call(), [over]) == ()
    assert disturbed(call(), [MOVING._replace(ended_at=call().at)])


OURS = Ours("vifshift", OwnResources(roles=frozenset({ROLE}), names=frozenset({"key-1", "bus"})))


@pytest.mark.parametrize(
    ("service", "parameters", "is_ours"),
    [
        ("states", {"stateMachineArn": MACHINE}, True),
        ("states", {"executionArn": EXECUTION}, True),
        ("states", {"stateMachineArn": MACHINE.replace("vifshift-", "billing-")}, False),
        ("events", {"name": "vifshift-SaidRule-ABC", "eventBusName": "other"}, True),
        ("events", {"name": "a-rule", "eventBusName": "bus"}, True),
        ("events", {"name": "a-rule", "eventBusName": "default"}, False),
        ("s3", {"bucketName": "vifshift-archiveevidence-abc"}, True),
        ("s3", {"bucketName": "not-vifshift"}, False),
        ("kms", {"keyId": "arn:aws:kms:eu-central-1:1:key/key-1"}, True),
        ("kms", {"keyId": "key-2"}, False),
        ("monitoring", {"alarmNames": ["x", "vifshift-interrupted"]}, True),
    ],
)
def test_a_call_is_of_the_product_if_it_names_something_of_it(
    service: str, parameters: JsonValue, is_ours: bool
) -> None:
    found = call(
        eventSource=f"{service}.amazonaws.com",
        requestParameters=parameters,
        responseElements=None,
    )
    assert OURS.are_named_by(found) is is_ours


def test_whose_task_it_is_nobody_knows_by_its_token() -> None:
    token = {"requestParameters": {"taskToken": "x"}, "responseElements": None}
    found = call(eventSource="states.amazonaws.com", eventName="SendTaskSuccess", **token)
    assert names_no_machine(found)
    named = call(
        eventSource="states.amazonaws.com",
        eventName="SendTaskSuccess",
        resources=[{"ARN": MACHINE}],
        **token,
    )
    assert not names_no_machine(named)
    assert OURS.are_named_by(named)


def test_own_calls_and_deployments_are_not_told_of() -> None:
    assert OURS.made(call())
    other = {"type": "AssumedRole", "arn": SESSION, "sessionContext": None}
    assert not OURS.made(call(userIdentity=other))
    deploying = {**other, "invokedBy": "cloudformation.amazonaws.com"}
    # A stack of somebody else's that changes the network is no deployment of ours.
    assert not OURS.made(call(userIdentity=deploying))
    assert OURS.made(call(eventSource="states.amazonaws.com", userIdentity=deploying))


def test_a_refused_call_is_an_attempt() -> None:
    data = changed_outside(call(errorCode="AccessDenied"), (), now=call().at).detail.data
    assert data.reason_code is OutsideReason.NETWORK_CHANGE_REFUSED
    assert data.concerns is Concern.NOBODY
    assert "was refused (AccessDenied)" in data.message
