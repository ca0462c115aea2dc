"""What the adapter reads of a simulated account: resiliency groups and failover tests."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from simulator.directconnect import Fault, World, install, simulated
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.vifshift.fakes import REGION, SOURCE, TARGET, VIF
from vifshift.adapters import background as module
from vifshift.adapters.background import MOST_GROUPS, BackgroundAdapter, background
from vifshift.domain.access_policy import Access
from vifshift.domain.errors import CallDenied, CallError, CallRefused, CallTimedOut

ACCOUNT, OTHER = "111122223333", "444455556666"
WORLD: dict[str, Any] = {
    "region": REGION,
    "account": ACCOUNT,
    "connections": [{"connectionId": SOURCE}],
    "lags": [{"lagId": TARGET, "connections": [{"connectionId": "dxcon-member01"}]}],
    "virtualInterfaces": [
        {"virtualInterfaceId": VIF, "connectionId": SOURCE},
        {"virtualInterfaceId": "dxvif-bbbb0002", "connectionId": SOURCE, "ownerAccount": OTHER},
    ],
}
Loading = Callable[..., BackgroundAdapter]


def group_id(number: int) -> str:
    return f"dxrg-{number:017}"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedDirectConnect]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "contract")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    install()
    background.cache_clear()
    with mock_aws():
        yield simulated(ACCOUNT, REGION)
    background.cache_clear()


@pytest.fixture
def load(network: SimulatedDirectConnect) -> Loading:
    def loaded(*faults: Fault, **world: Any) -> BackgroundAdapter:
        network.load(World.model_validate({**WORLD, **world}), faults=faults)
        network.start()
        return background(Access(REGION, REGION))

    return loaded


def test_groups_have_the_ids_of_what_is_associated(load: Loading) -> None:
    connections = {SOURCE: "associated", TARGET: "disassociating", "dxcon-other001": "associated"}
    adapter = load(
        resiliencyGroups=[
            {"resiliencyGroupId": group_id(1), "connections": connections},
            {"resiliencyGroupId": group_id(2), "state": "deleting", "connections": [SOURCE]},
        ]
    )

    [group] = adapter.resiliency_groups().groups

    assert (group.resiliency_group_id, group.ports) == (group_id(1), (SOURCE, "dxcon-other001"))


def test_of_many_groups_the_first_are_read(load: Loading, network: SimulatedDirectConnect) -> None:
    many = [{"resiliencyGroupId": group_id(number)} for number in range(MOST_GROUPS + 2)]

    found = load(resiliencyGroups=many).resiliency_groups()

    assert (len(found.groups), found.unread) == (MOST_GROUPS, 2)
    assert len(network.calls) == 1 + MOST_GROUPS


def test_the_last_test_of_a_vif_is_found_on_every_page(load: Loading) -> None:
    hours = [(number * 7) % 150 for number in range(150)]
    times = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in hours]
    about = {"virtualInterfaceId": VIF, "testDurationInMinutes": 5}

    found = load(failoverTests=[{**about, "startTime": at} for at in times]).failover_tests(VIF)

    assert found.asked == frozenset({VIF})
    assert found.last == {VIF: max(times) + timedelta(minutes=5)}


def test_a_vif_without_a_test_was_asked_all_the_same(load: Loading) -> None:
    found = load(failoverTests=[]).failover_tests(VIF)

    assert (found.last, found.asked) == ({}, frozenset({VIF}))


def test_the_tests_of_all_vifs_are_those_of_the_account_s_own(load: Loading) -> None:
    found = load().failover_tests()

    assert (set(found.last), found.asked) == ({VIF}, None)


def test_the_tests_of_somebody_else_s_vif_are_refused(load: Loading) -> None:
    with pytest.raises(CallRefused, match="does not own"):
        load().failover_tests("dxvif-bbbb0002")


@pytest.mark.parametrize("operation", ["ListResiliencyGroups", "ListVirtualInterfaceTestHistory"])
def test_who_may_not_read_it_is_told(load: Loading, operation: str) -> None:
    denied = Fault.model_validate({"operation": operation, "error": "AccessDeniedException"})
    adapter = load(denied)
    read: dict[str, Callable[[], object]] = {
        "ListResiliencyGroups": adapter.resiliency_groups,
        "ListVirtualInterfaceTestHistory": adapter.failover_tests,
    }

    with pytest.raises(CallDenied):
        read[operation]()


def test_a_read_that_takes_long_is_given_up(load: Loading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_READ", -1.0)
    adapter = load()

    for read in (adapter.resiliency_groups, adapter.failover_tests):
        with pytest.raises(CallTimedOut, match="took longer"):
            read()
    assert issubclass(CallTimedOut, CallError)
