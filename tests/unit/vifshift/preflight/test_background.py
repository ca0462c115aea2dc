"""What the first check reads besides the network, and what may fail of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    ELSEWHERE,
    GROUP,
    REGION,
    RIVAL,
    SIBLING,
    START,
    TARGET,
    VIF,
    FakeAccount,
    FakeBackgroundSources,
    FakeDirectConnect,
    a_request,
    a_rival,
    a_sibling,
    a_vif,
    after,
)
from vifshift.domain.background import (
    ResiliencyGroups,
    VifHistory,
)
from vifshift.domain.errors import CallDenied, CallError, CallThrottled, CallTimedOut
from vifshift.domain.network import Network, VirtualInterface
from vifshift.preflight.background import MOST_A_CALL, MOST_ASKED, BackgroundAsked
from vifshift.preflight.discovery import OptionalSources, survey


def surveyed(
    sources: FakeBackgroundSources,
    *vifs: VirtualInterface,
    siblings: tuple[str, ...] | None = None,
    **own: Any,
) -> Network:
    asked = BackgroundAsked(sources, START, **own)
    return survey(
        FakeDirectConnect(a_vif(), *vifs),
        FakeAccount(),
        REGION,
        a_request(),
        siblings=siblings,
        optional=OptionalSources(background=asked),
    )


def test_the_background_is_that_of_the_gateway_and_of_the_ports_that_matter() -> None:
    sources = FakeBackgroundSources()
    stranger = {"direct_connect_gateway_id": "gw-2"}
    on_target = a_rival(**stranger)
    beside = a_rival(virtual_interface_id="dxvif-ffff0006", connection_id=ELSEWHERE, **stranger)
    far = a_rival(virtual_interface_id="dxvif-9999000a", connection_id="dxcon-far00001", **stranger)
    sources.past = {RIVAL: VifHistory(egress=4, ingress=2, hours=30)}

    network = surveyed(sources, a_sibling(), on_target, beside, far)

    [(names, with_bgp, now)] = sources.calls("history")
    assert set(names) == {VIF, SIBLING, RIVAL, "dxvif-ffff0006"}
    assert (with_bgp, now) == ({VIF, SIBLING}, START)
    background = network.background
    assert background
    assert background.resiliency_groups == (GROUP,)
    assert background.loads[TARGET].egress == 4
    assert network.unchecked == ()


def test_a_migration_of_a_plan_and_a_recheck_read_none_of_it() -> None:
    sources = FakeBackgroundSources()

    network = surveyed(sources, a_sibling(), siblings=(SIBLING,))

    assert (network.background, sources.asked) == (None, [])


def test_a_vif_that_is_not_there_has_no_background() -> None:
    sources = FakeBackgroundSources()
    asked = OptionalSources(background=BackgroundAsked(sources, START))

    network = survey(FakeDirectConnect(), FakeAccount(), REGION, a_request(), optional=asked)

    assert network.background is None
    assert sources.calls("failover_tests") == sources.calls("history") == []


ERRORS = [CallDenied("denied"), CallThrottled("slow"), CallTimedOut("no answer")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    ("method", "subject", "permission"),
    [
        ("resiliency_groups", "the resiliency groups", "directconnect:ListResiliencyGroups"),
        ("failover_tests", "the failover tests", "directconnect:ListVirtualInterfaceTestHistory"),
        ("history", "the metrics of AWS/DX", "cloudwatch:GetMetricData"),
    ],
)
def test_what_can_not_be_read_is_said_once_and_fails_nothing(
    method: str, subject: str, permission: str, error: CallError
) -> None:
    network = surveyed(FakeBackgroundSources(**{method: error}), a_sibling())

    [gap] = network.unchecked
    assert (gap.subject, gap.reason) == (subject, str(error))
    assert permission in gap.permission
    assert network.virtual_interface == a_vif()


def test_only_the_tests_of_the_account_s_own_vifs_are_asked_for() -> None:
    sources = FakeBackgroundSources()

    network = surveyed(
        sources,
        a_sibling(owner_account="444455556666"),
        a_sibling(virtual_interface_id="dxvif-eeee0005", owner_account=ACCOUNT),
        a_sibling(virtual_interface_id="dxvif-ffff0006", virtual_interface_state="deleted"),
    )

    assert set(sources.calls("failover_tests")) == {VIF, "dxvif-eeee0005"}
    assert network.background
    assert network.background.failover_tests
    assert network.background.failover_tests.asked == frozenset({VIF, "dxvif-eeee0005"})


def test_a_gateway_of_many_vifs_costs_a_bounded_number_of_calls() -> None:
    sources = FakeBackgroundSources()
    many = [a_sibling(virtual_interface_id=f"dxvif-{number:08}") for number in range(120)]

    surveyed(sources, *many)

    assert len(sources.calls("failover_tests")) == MOST_ASKED
    assert [len(names) for names, _, _ in sources.calls("history")] == [MOST_A_CALL, 21]


def test_groups_that_were_not_read_are_said() -> None:
    sources = FakeBackgroundSources()
    sources.groups = ResiliencyGroups(groups=(GROUP,), unread=3)

    [gap] = surveyed(sources, a_sibling()).unchecked

    assert (gap.subject, gap.reason) == ("the resiliency groups", "3 of 4 are left out")


def test_own_moves_are_looked_up_for_those_that_were_down_alone() -> None:
    asked: list[Any] = []

    def own_moves(ids: Collection[str], since: datetime) -> Mapping[str, object]:
        asked.append((list(ids), since))
        return dict.fromkeys(ids)

    sources = FakeBackgroundSources()
    surveyed(sources, a_sibling(), own_moves=own_moves)
    assert asked == []
    sources.past = {SIBLING: VifHistory(hours=1, down_lately=frozenset({"ipv4"}))}
    network = surveyed(sources, a_sibling(), own_moves=own_moves)

    assert asked == [([SIBLING], after(-4 * 3600))]
    assert network.background
    assert network.background.moved_lately == {SIBLING}


def test_without_our_own_record_nothing_is_excused() -> None:
    def own_moves(ids: Collection[str], since: datetime) -> Mapping[str, object]:
        raise CallThrottled("slow")

    sources = FakeBackgroundSources()
    sources.past = {SIBLING: VifHistory(hours=1, down_lately=frozenset({"ipv4"}))}

    network = surveyed(sources, a_sibling(), own_moves=own_moves)

    assert network.background
    assert network.background.moved_lately == frozenset()
