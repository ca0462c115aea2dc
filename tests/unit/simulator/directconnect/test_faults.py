"""How the API misbehaves."""

import time

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from simulator.directconnect import Fault, FaultError, Knobs, Throttle
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    LAG,
    SOURCE,
    START,
    TARGET,
    VIF,
    Api,
    FakeClock,
    Json,
    vif,
    world,
)


def load(dx: SimulatedDirectConnect, *faults: Json) -> None:
    dx.load(world(), faults=[Fault.model_validate(fault) for fault in faults])
    dx.start()


def code(api: Api, operation: str = "DescribeVirtualInterfaces", **parameters: str) -> str | None:
    try:
        api(operation, **parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except ReadTimeoutError:
        return "ReadTimeout"
    return None


def move(api: Api, port: str = LAG) -> str | None:
    return code(api, "AssociateVirtualInterface", virtualInterfaceId=VIF, connectionId=port)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FaultError.CLIENT, 400),
        (FaultError.SERVER, 500),
        (FaultError.THROTTLING, 400),
        (FaultError.ACCESS_DENIED, 400),
        (FaultError.EXPIRED_TOKEN, 400),
        (FaultError.INTERNAL_FAILURE, 500),
        (FaultError.SERVICE_UNAVAILABLE, 503),
    ],
)
def test_an_error_has_aws_s_shape(
    dx: SimulatedDirectConnect, api: Api, error: FaultError, status: int
) -> None:
    load(dx, {"operation": "DescribeLags", "error": error, "message": "so there"})
    with pytest.raises(ClientError) as caught:
        api("DescribeLags")
    answer = caught.value.response
    assert answer["Error"] == {"Code": error.value, "Message": "so there"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert [call.error for call in dx.calls] == [error.value]


def test_a_list_may_be_empty_for_a_while(dx: SimulatedDirectConnect, api: Api) -> None:
    load(dx, {"operation": "DescribeVirtualInterfaces", "calls": [2], "returnsEmpty": True})

    listed = [len(api("DescribeVirtualInterfaces")["virtualInterfaces"]) for _ in range(3)]

    assert listed[1] == 0
    assert listed[0] == listed[2] > 0
    assert [call.error for call in dx.calls] == [None] * 3


def test_modelled_errors_are_the_client_s_own_exceptions(
    dx: SimulatedDirectConnect, api: Api
) -> None:
    load(dx, {"operation": "DescribeLags", "error": "DirectConnectServerException"})
    with pytest.raises(ClientError) as caught:
        api("DescribeLags")
    assert type(caught.value).__name__ == "DirectConnectServerException"


def test_only_the_calls_numbered_fail(dx: SimulatedDirectConnect, api: Api) -> None:
    fault = {"operation": "DescribeVirtualInterfaces", "error": "ThrottlingException"}
    load(dx, fault | {"calls": [2, 4]})
    api("DescribeLags")
    assert [code(api) is None for _ in range(5)] == [True, False, True, False, True]


def test_a_window_counts_from_the_trigger(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    fault = Fault.model_validate(
        {
            "operation": "DescribeVirtualInterfaces",
            "error": "ThrottlingException",
            "from": 10,
            "to": 20,
        }
    )
    dx.load(world(), faults=[fault])
    clock.tick(15)
    assert code(api) is None
    dx.start()
    failed = []
    for _ in range(6):
        if code(api):
            failed.append(clock.seconds - 15)
        clock.tick(5)
    assert failed == [10, 15]


def test_calls_in_a_window_are_counted_in_it(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    fault = {"operation": "DescribeVirtualInterfaces", "error": "ThrottlingException"}
    load(dx, fault | {"from": 10, "calls": [2]})
    api.vif()
    clock.tick(10)
    assert [code(api) is None for _ in range(3)] == [True, False, True]


def test_a_fault_can_be_for_certain_parameters(dx: SimulatedDirectConnect, api: Api) -> None:
    fault = {"operation": "AssociateVirtualInterface", "error": "AccessDeniedException"}
    load(dx, fault | {"connectionId": SOURCE})
    assert move(api, LAG) is None
    assert move(api, SOURCE) == "AccessDeniedException"
    load(dx, fault | {"virtualInterfaceId": "dxvif-aaaa0002"})
    assert move(api, LAG) is None


def test_of_two_faults_the_first_strikes_and_both_count(
    dx: SimulatedDirectConnect, api: Api
) -> None:
    on = {"operation": "DescribeVirtualInterfaces"}
    load(
        dx,
        on | {"error": "ThrottlingException", "calls": [1]},
        on | {"error": "ExpiredTokenException", "calls": [1, 2]},
    )
    assert [code(api) for _ in range(3)] == ["ThrottlingException", "ExpiredTokenException", None]


@pytest.mark.parametrize("error", ["DirectConnectServerException", "ReadTimeout"])
@pytest.mark.parametrize("takes_effect", [True, False])
def test_a_failed_move_may_have_happened(
    dx: SimulatedDirectConnect, api: Api, error: str, takes_effect: bool
) -> None:
    load(
        dx,
        {
            "operation": "AssociateVirtualInterface",
            "calls": [1],
            "error": error,
            "takesEffect": takes_effect,
        },
    )
    assert move(api) == error
    assert dx.connection_of(VIF) == (LAG if takes_effect else SOURCE)
    (call,) = dx.calls
    assert (call.error, call.took_effect) == (error, takes_effect)


def test_a_refused_move_takes_no_effect_however_it_fails(
    dx: SimulatedDirectConnect, api: Api
) -> None:
    fault = {"operation": "AssociateVirtualInterface", "error": "DirectConnectServerException"}
    load(dx, fault | {"takesEffect": True})
    assert move(api, "dxcon-unknown1") == "DirectConnectServerException"
    assert [call.took_effect for call in dx.calls] == [False]


def test_a_timed_out_move_happens_late(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    load(
        dx,
        {"operation": "AssociateVirtualInterface", "error": "ReadTimeout", "effectAfter": 25},
    )
    assert move(api) == "ReadTimeout"
    clock.tick(24)
    assert api.vif()["connectionId"] == SOURCE
    assert dx.calls[0].took_effect is False
    clock.tick(100)
    assert api.vif()["connectionId"] == LAG
    assert dx.calls[0].took_effect is True
    times = [((t.at - START).total_seconds(), t.connection_id) for t in dx.history]
    assert times == [(0, SOURCE), (25, LAG), (65, LAG)]


def test_an_accepted_move_may_happen_late(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    load(dx, {"operation": "AssociateVirtualInterface", "effectAfter": 25})
    answer = api.associate(LAG)
    assert (answer["connectionId"], answer["virtualInterfaceState"]) == (LAG, "pending")
    seen = api.vif()
    assert (seen["connectionId"], seen["virtualInterfaceState"]) == (SOURCE, "available")
    clock.tick(25)
    after = api.vif()
    assert after["connectionId"] == LAG
    assert [p["bgpPeerId"] for p in after["bgpPeers"]] == [
        p["bgpPeerId"] for p in answer["bgpPeers"]
    ]


def test_a_late_move_that_is_no_longer_possible_does_not_happen(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    other = vif("dxvif-aaaa0002", vlan=101)
    fault = Fault.model_validate(
        {"operation": "AssociateVirtualInterface", "calls": [1], "effectAfter": 5}
    )
    dx.load(world(vif(), other), faults=[fault])
    api.associate(TARGET)
    api.associate(TARGET, "dxvif-aaaa0002")
    clock.tick(60)
    assert api.vif()["connectionId"] == SOURCE
    assert [call.took_effect for call in dx.calls[:2]] == [False, True]


def test_a_late_move_that_is_refused_is_refused_at_once(
    dx: SimulatedDirectConnect, api: Api
) -> None:
    load(dx, {"operation": "AssociateVirtualInterface", "effectAfter": 5})
    assert move(api, "dxcon-unknown1") == "DirectConnectClientException"


def test_a_bucket_throttles_and_fills_up_again(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    dx.load(world(), knobs=Knobs(throttle=Throttle(rate=0.5, burst=2)))
    assert [code(api) for _ in range(3)] == [None, None, "ThrottlingException"]
    clock.tick(2)
    assert [code(api) for _ in range(2)] == [None, "ThrottlingException"]


def test_calls_are_written_down_with_their_times_and_without_secrets(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock
) -> None:
    clock.tick(3)
    api("AssociateMacSecKey", connectionId=SOURCE, ckn="c" * 64, cak="k" * 64)
    new = {"virtualInterfaceName": "n", "vlan": 9, "authKey": "hush", "asn": 65001}
    api("CreatePrivateVirtualInterface", connectionId=SOURCE, newPrivateVirtualInterface=new)
    assert [(call.at - START).total_seconds() for call in dx.calls] == [3, 3]
    written = repr(dx.calls)
    assert "hush" not in written
    assert "kkkk" not in written
    assert "cccc" not in written


@pytest.fixture
def ticking(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Let sleeping move the clock."""
    monkeypatch.setattr(time, "sleep", clock.tick)
    return clock


def test_a_call_takes_effect_on_arrival_and_is_answered_later(
    dx: SimulatedDirectConnect, api: Api, ticking: FakeClock
) -> None:
    dx.load(world(), knobs=Knobs(call_seconds=2.5))
    answer = api.associate(LAG)
    assert ticking.seconds == 2.5
    assert answer["virtualInterfaceState"] == "pending"
    assert code(api, "DescribeLags", lagId="dxlag-unknown1") == "DirectConnectClientException"
    assert ticking.seconds == 5
    assert [(call.at - START).total_seconds() for call in dx.calls] == [0, 2.5]
    assert [(t.at - START).total_seconds() for t in dx.history] == [0, 0]


def test_a_fault_may_take_a_time_of_its_own(
    dx: SimulatedDirectConnect, api: Api, ticking: FakeClock
) -> None:
    timed_out = {"operation": "AssociateVirtualInterface", "error": "ReadTimeout", "after": 12}
    slow = {"operation": "DescribeVirtualInterfaces", "calls": [1], "after": 7}
    load(dx, timed_out | {"effectAfter": 6}, slow)
    assert move(api) == "ReadTimeout"
    assert ticking.seconds == 12
    assert api.vif()["connectionId"] == LAG
    assert ticking.seconds == 19
    api.vif()
    assert ticking.seconds == 19
    assert [(t.at - START).total_seconds() for t in dx.history] == [0, 6]


def test_others_are_answered_while_an_answer_is_on_its_way(
    dx: SimulatedDirectConnect, api: Api, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = {"operation": "DescribeLags", "after": 9}
    load(dx, slow)
    seen: list[str] = []
    monkeypatch.setattr(time, "sleep", lambda _: seen.append(api.vif()["virtualInterfaceState"]))
    api("DescribeLags")
    assert seen == ["available"]
