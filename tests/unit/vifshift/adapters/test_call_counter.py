"""The counter of an invocation: every call is counted once, whoever makes it, and nobody else's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.unit.vifshift.fakes import (
    REGION,
    FakeAccount,
    FakeDirectConnect,
    a_route_set,
    a_sibling,
    a_vif,
    raw_request,
)
from vifshift.adapters.aws import ONCE, call
from vifshift.adapters.call_counter import CallCounter, counting, current_call_counter
from vifshift.domain.errors import CallFailed, CallThrottled, OperationMissing
from vifshift.domain.ports import Connection
from vifshift.domain.request_envelope import parse_request
from vifshift.preflight.discovery import survey

LAGS = "DescribeLags"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    return boto3.client("directconnect", region_name=REGION, config=ONCE)


@pytest.fixture
def stubber(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


def test_calls_are_counted_under_the_names_of_the_api(client: Any, stubber: Stubber) -> None:
    stubber.add_response("describe_lags", {"lags": []})
    stubber.add_response("describe_connections", {"connections": []})
    stubber.add_response("describe_lags", {"lags": []})

    with counting() as counter:
        for operation in ("describe_lags", "describe_connections", "describe_lags"):
            call(client, operation)

    assert (counter.calls, counter.throttles) == ({"DescribeConnections": 1, LAGS: 2}, 0)


@pytest.mark.parametrize(
    ("code", "status", "error", "throttles"),
    [
        ("ThrottlingException", 400, CallThrottled, 1),
        ("Whatever", 429, CallThrottled, 1),
        ("DirectConnectServerException", 500, CallFailed, 0),
    ],
)
def test_calls_that_fail_count_and_throttles_by_themselves(
    client: Any,
    stubber: Stubber,
    code: str,
    status: int,
    error: type[Exception],
    throttles: int,
) -> None:
    stubber.add_client_error("describe_lags", code, "", status)

    with counting() as counter, pytest.raises(error):
        call(client, "describe_lags")

    assert (counter.calls, counter.throttles) == ({LAGS: 1}, throttles)


def test_what_the_sdk_does_not_know_is_no_call(client: Any) -> None:
    with counting() as counter, pytest.raises(OperationMissing):
        call(client, "describe_moons")

    assert counter.calls == {}


def test_an_invocation_begins_with_nothing_whatever_there_was_before(
    client: Any, stubber: Stubber
) -> None:
    stubber.add_response("describe_lags", {"lags": []})

    with counting() as outer:
        call(client, "describe_lags")
        with counting() as inner:
            pass
        assert current_call_counter() is outer

    assert (outer.calls, inner.calls) == ({LAGS: 1}, {})


def test_outside_of_an_invocation_nothing_is_kept(client: Any, stubber: Stubber) -> None:
    stubber.add_response("describe_lags", {"lags": []})

    call(client, "describe_lags")

    assert current_call_counter().calls == {}


def test_many_threads_may_count(client: Any) -> None:
    counter = CallCounter()

    with ThreadPoolExecutor(max_workers=8) as pool:
        for _ in range(2000):
            pool.submit(counter.count_call, LAGS)
            pool.submit(counter.count_throttle)

    assert (counter.calls, counter.throttles) == ({LAGS: 2000}, 2000)


def test_a_thread_with_the_context_of_an_invocation_counts_for_it(
    client: Any, stubber: Stubber
) -> None:
    stubber.add_response("describe_lags", {"lags": []})

    with counting() as counter, ThreadPoolExecutor() as pool:
        pool.submit(copy_context().run, call, client, "describe_lags").result()

    assert counter.calls == {LAGS: 1}


class Counted(FakeDirectConnect):
    """Direct Connect in memory that counts as the adapter does."""

    def connections(self) -> tuple[Connection, ...]:
        current_call_counter().count_call("DescribeConnections")
        return super().connections()


def test_a_survey_is_counted_for_whoever_asks_for_it() -> None:
    network = Counted(a_vif(), a_sibling(), routes=(a_route_set("10.0.0.0/8"),))
    request = parse_request(raw_request()).request

    with counting() as counter:
        survey(network, FakeAccount(), REGION, request)

    assert counter.calls == {"DescribeConnections": 1}
