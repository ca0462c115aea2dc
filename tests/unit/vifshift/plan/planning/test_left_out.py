"""What a plan does not read beforehand, as it would be too much, is said by name."""

import pytest

from tests.unit.vifshift.fakes import (
    REGION,
    START,
    FakeAccount,
    FakeDirectConnect,
    a_connection,
    a_route_set,
)
from tests.unit.vifshift.plan.plans import P, Q, go, name, plan_of, region, sibling, vif
from vifshift.domain.findings import Finding
from vifshift.domain.other_paths import AssociatedGateway, VpnConnection
from vifshift.plan.planning import fleet_paths
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.plan.planning.preflight import preflight
from vifshift.preflight import attached_paths, vpn_paths
from vifshift.preflight.discovery import OptionalSources

ROUTES = (a_route_set("10.0.0.0/8"),)


class Vpns:
    """VPN connections in memory: one on each gateway but the last that was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def vpn_connections(self, gateway_ids: object) -> tuple[VpnConnection, ...]:
        """Return the VPN connections."""
        self.asked.append(tuple(gateway_ids))  # type: ignore[arg-type]
        return tuple(
            VpnConnection(
                vpn_connection_id=f"vpn-{each}",
                gateway_id=each,
                address_family="ipv4",
                is_up=True,
            )
            for each in self.asked[-1][:-1]
        )


def gaps(fake: FakeDirectConnect, *numbers: int, vpns: Vpns | None = None) -> list[Finding]:
    """Judge a plan, and return what it says that it has not read."""
    plan = plan_of(*(go(number, Q) for number in numbers))
    optional = OptionalSources(
        elsewhere=lambda region, owner: None, vpns=lambda region, owner: vpns or Vpns()
    )
    fleet = survey_fleet(fake, FakeAccount(), REGION, plan=plan.request, optional=optional)
    return [
        each for each in preflight(plan, fleet, START).findings if each.code == "COULD_NOT_CHECK"
    ]


def pairs(count: int) -> FakeDirectConnect:
    """Build a Region with so many gateways of two VIFs."""
    ones = [
        vif(2 * number + 1, P, direct_connect_gateway_id=f"gw-{number}") for number in range(count)
    ]
    fake = region(*ones, *(sibling(one, 2 * number + 2) for number, one in enumerate(ones)))
    fake.routes_of = dict.fromkeys(fake.vifs, ROUTES)
    return fake


@pytest.mark.parametrize("most", [3, 4])
def test_routes_beyond_the_limit_are_named(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_paths, "MOST_READ", most)
    found = gaps(pairs(2), 1, 3)
    assert [each.severity for each in found] == ["warn"] * (4 - most)
    for each in found:
        assert "those of 1 are not read beforehand" in each.message
        assert name(4) in each.message
        assert "judged by BGP and address family alone" in each.message


@pytest.mark.parametrize("most", [1, 2])
def test_gateways_beyond_the_limit_are_named(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached_paths, "MOST_GATEWAYS", most)
    found = gaps(pairs(2), 1, 3)
    assert len(found) == 2 - most
    for each in found:
        assert "what else is attached to 1 gateways is not listed (gw-1)" in each.message


def test_of_very_many_a_few_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached_paths, "MOST_GATEWAYS", 0)
    [found] = gaps(pairs(8), *range(1, 17, 2))
    assert "to 8 gateways is not listed (gw-0, gw-1, gw-2, gw-3, gw-4 and 3 more)" in found.message


def alone(count: int) -> FakeDirectConnect:
    """Build a Region with so many gateways of one VIF, each with a transit gateway of its own."""
    vifs = (vif(number, P, direct_connect_gateway_id=f"gw-{number}") for number in range(count))
    fake = FakeDirectConnect(*vifs, ports=(a_connection(P), a_connection(Q)))
    fake.routes_of = dict.fromkeys(fake.vifs, ROUTES)

    def associated(gateway: str) -> tuple[AssociatedGateway, ...]:
        fake.calls["associated_gateways"] += 1
        return (AssociatedGateway(id=f"tgw-{gateway}", region=REGION),)

    fake.associated_gateways = associated  # type: ignore[method-assign,assignment]
    return fake


def test_vpn_connections_of_one_place_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vpn_paths, "MOST_VALUES", 2)
    fake, vpns = alone(5), Vpns()
    plan = plan_of(*(go(number, Q) for number in range(5)))
    optional = OptionalSources(vpns=lambda region, owner: vpns)
    fleet = survey_fleet(fake, FakeAccount(), REGION, plan=plan.request, optional=optional)
    # then each gateway has its own, and those of the last of each call have none
    blocked = {
        move.request.virtual_interface_id
        for move in preflight(plan, fleet, START).moves
        if any(each.code == "NO_REDUNDANT_PATH" for each in move.findings)
    }
    assert sorted(map(len, vpns.asked)) == [1, 2, 2]
    assert blocked == {name(1), name(3), name(4)}


def test_gateways_whose_vpn_connections_are_left_out_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vpn_paths, "MOST_GATEWAYS", 2)
    fake = alone(3)
    [found] = gaps(fake, 0, 1, 2)
    assert "those of 1 gateways are not read beforehand (gw-2)" in found.message
    assert fake.calls["associated_gateways"] == 2
