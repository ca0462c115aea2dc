"""Whether the source can still take a VIF back."""

import pytest

from tests.unit.vifshift.fakes import (
    SOURCE,
    START,
    TARGET,
    FakeDirectConnect,
    a_connection,
    a_hosted_connection,
    a_lag,
    a_landed_vif,
    a_migration,
    a_network,
    a_rival,
    a_vif,
)
from tests.unit.vifshift.judging import a_move
from vifshift.domain.errors import CallThrottled
from vifshift.domain.findings import RULES
from vifshift.domain.migration import Migration
from vifshift.domain.network import VirtualInterface
from vifshift.domain.ports import Connection, Lag, condition_of
from vifshift.preflight.rollback_check import BARRING, rollback_obstacles, source_condition

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


# What the source was like before.

UP, DOWN = "Encryption Up", "Encryption Down"


def links(*statuses: str) -> tuple[Connection, ...]:
    """Build members with these statuses of encryption; one without any is down."""
    return tuple(
        a_connection(
            f"dxcon-link{number:04}",
            state="available" if status else "down",
            port_encryption_status=status,
        )
        for number, status in enumerate(statuses)
    )


def a_source(
    *statuses: str, minimum: int = 1, mode: str = "must_encrypt", state: str = "available"
) -> Lag:
    """Build a source that is a LAG."""
    return a_lag(
        "dxlag-source01",
        state=state,
        minimum_links=minimum,
        encryption_mode=mode,
        connections=links(*statuses),
    )


def since(then: Connection | Lag, now: Connection | Lag, *, mtu: int = 1500) -> tuple[str, ...]:
    """Return what bars the way back to a source that was like this before the move."""
    vif = a_vif(connection_id=then.port_id, mtu=mtu)
    move = a_move(a_network(virtual_interface=vif, source=then))
    migration = a_migration(vif).model_copy(update={"source_condition": source_condition(move)})
    there = vif.model_copy(update={"connection_id": TARGET})
    fake = FakeDirectConnect(there, ports=(now, a_lag()))
    return rollback_obstacles(fake, migration, START)


@pytest.mark.parametrize(
    "source",
    [
        a_source(UP, DOWN, minimum=2),
        a_source(DOWN, DOWN),
        a_source("", "", minimum=0),
        a_source(UP, "", minimum=2),
        a_source(UP, "", minimum=2, state="down"),
        a_connection(encryption_mode="must_encrypt", port_encryption_status=DOWN),
        a_connection(state="unknown"),
        a_connection(jumbo_frame_capable=False),
        a_hosted_connection(vlan=3034),
    ],
    ids=[
        *("one key", "no key", "no link", "one link", "a LAG that is down"),
        *("a connection", "state", "jumbo", "VLAN"),
    ],
)
def test_what_was_so_while_it_carried_the_traffic_does_not_bar_the_way(
    source: Connection | Lag,
) -> None:
    assert since(source, source, mtu=8500) == ()


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (a_source(UP, UP, minimum=2), a_source(UP, DOWN, minimum=2)),
        (a_source(UP, DOWN), a_source(DOWN, DOWN)),
        (a_source(UP, DOWN, DOWN, minimum=3), a_source(DOWN, DOWN, DOWN, minimum=3)),
        (a_source(UP, UP, minimum=2), a_source(UP, "", minimum=2)),
        (a_source(UP, "", minimum=1), a_source(UP, "", minimum=2)),
        (a_source(UP, UP), a_source(UP, UP, state="down")),
        (a_source(DOWN, DOWN, mode="should_encrypt"), a_source(DOWN, DOWN)),
        (
            a_connection(port_encryption_status=DOWN),
            a_connection(port_encryption_status=DOWN, encryption_mode="must_encrypt"),
        ),
        (a_connection(state="unknown"), a_connection(state="down")),
        (a_connection(state="unknown"), a_connection(state="deleted")),
        (a_connection(), a_connection(jumbo_frame_capable=False)),
        (a_connection(), a_hosted_connection(vlan=3034)),
    ],
)
def test_what_has_become_worse_since_bars_the_way(
    then: Connection | Lag, now: Connection | Lag
) -> None:
    assert len(since(then, now, mtu=8500)) == 1


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (a_source(UP, DOWN, minimum=2), a_source(DOWN, UP, minimum=2)),
        (a_source(UP, DOWN, DOWN, minimum=3), a_source(UP, UP, DOWN, minimum=3)),
        (a_source(UP, "", "", minimum=3), a_source(UP, UP, "", minimum=3)),
        (a_source(UP, DOWN, DOWN, minimum=3), a_source(UP, DOWN, DOWN, minimum=2)),
    ],
    ids=["other key", "better key", "better links", "lower minimum"],
)
def test_what_is_no_worse_does_not_bar_the_way(then: Lag, now: Lag) -> None:
    assert since(then, now) == ()


def test_what_makes_the_call_impossible_bars_it_whatever_was_so_before() -> None:
    # given a source that has never had enough links, and is a LAG's member by now
    condition = condition_of(a_connection(lag_id="dxlag-other001"))
    migration = a_migration().model_copy(update={"source_condition": condition})
    # then
    assert obstacles(source=a_connection(lag_id="dxlag-other001"), migration=migration) != ()


def test_without_a_condition_a_source_has_to_be_as_a_target_must() -> None:
    [obstacle] = obstacles(
        source=a_connection(encryption_mode="must_encrypt", port_encryption_status=DOWN)
    )
    assert "is must_encrypt" in obstacle


def test_a_source_that_is_not_known_has_no_condition() -> None:
    assert source_condition(a_move(a_network(source=None))) is None
