"""Whether the source can still take a VIF back."""

import pytest

from tests.unit.vifshift.fakes import (
    SOURCE,
    START,
    FakeDirectConnect,
    a_connection,
    a_lag,
    a_landed_vif,
    a_migration,
    a_rival,
)
from vifshift.domain.errors import CallThrottled
from vifshift.domain.findings import RULES
from vifshift.domain.migration import Migration
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.preflight.rollback_check import BARRING, rollback_obstacles

AWAY = a_landed_vif()


def obstacles(
    *others: VirtualInterface,
    source: Connection | Lag | None = None,
    migration: Migration | None = None,
) -> tuple[str, ...]:
    """Look back from the target, at this source and at who is on it."""
    fake = FakeDirectConnect(AWAY, *others, ports=(source or a_connection(), a_lag()))
    return rollback_obstacles(fake, migration or a_migration(), START)


def test_a_source_as_it_was_takes_it_back() -> None:
    assert obstacles(a_rival(connection_id=SOURCE)) == ()


def test_a_source_that_is_gone_can_not_be_gone_back_to() -> None:
    fake = FakeDirectConnect(AWAY, ports=(a_lag(),))
    assert rollback_obstacles(fake, a_migration(), START) == (
        "dxcon-source01 does not exist in eu-central-1",
    )


@pytest.mark.parametrize(
    ("source", "obstacle"),
    [
        (a_connection(state="deleted"), "dxcon-source01 is deleted"),
        (a_connection(state="down"), "dxcon-source01 is down"),
        (a_connection(lag_id="dxlag-other001"), "dxcon-source01 is a member of dxlag-other001"),
    ],
)
def test_a_source_that_is_not_what_it_was_is_named(source: Connection, obstacle: str) -> None:
    assert obstacles(source=source) == (obstacle,)


def test_a_vlan_that_was_taken_meanwhile_bars_the_way() -> None:
    taken = obstacles(a_rival(connection_id=SOURCE, vlan=AWAY.vlan))
    assert taken == ("VLAN 101 is already used on dxcon-source01 by dxvif-bbbb0002",)


def test_an_address_that_was_taken_meanwhile_bars_the_way() -> None:
    [obstacle] = obstacles(a_rival(*AWAY.bgp_peers, connection_id=SOURCE))
    assert "169.254.1.0/30 overlaps" in obstacle


def test_a_source_of_another_account_bars_the_way() -> None:
    migration = a_migration().model_copy(update={"caller_account": "111122223333"})
    assert obstacles(source=a_connection(owner_account="999988887777"), migration=migration) == (
        "dxcon-source01 belongs to 999988887777; the caller is 111122223333",
    )


def test_a_quota_that_may_be_raised_does_not_bar_the_way() -> None:
    crowd = [
        a_rival(connection_id=SOURCE, virtual_interface_id=f"dxvif-crowd{number:03}", vlan=number)
        for number in range(200, 260)
    ]
    assert obstacles(*crowd) == ()


def test_what_can_not_be_read_is_no_obstacle() -> None:
    fake = FakeDirectConnect(AWAY, ports=())
    fake.fail("connections", CallThrottled("too many"))
    assert rollback_obstacles(fake, a_migration(), START) == ()


def test_what_bars_the_way_are_rules_that_exist() -> None:
    assert {each.code for each in RULES} >= BARRING
