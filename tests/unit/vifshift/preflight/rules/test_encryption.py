"""The rules about MACsec."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import TARGET, a_connection, a_lag, a_network
from tests.unit.vifshift.judging import codes, only
from vifshift.domain.findings import Severity
from vifshift.domain.ports import Connection, Lag

UP, DOWN = "Encryption Up", "Encryption Down"


def a_member(status: str, **fields: Any) -> Connection:
    return a_connection("dxcon-member09", port_encryption_status=status, **fields)


def test_a_target_that_must_encrypt_and_does_not_blocks() -> None:
    target = a_connection(TARGET, encryption_mode="must_encrypt", port_encryption_status=DOWN)
    finding = only(a_network(target=target))
    assert (finding.code, finding.severity) == ("TARGET_ENCRYPTION_DOWN", Severity.BLOCK)


@pytest.mark.parametrize(
    ("mode", "status"),
    [("must_encrypt", UP), ("should_encrypt", DOWN), ("no_encrypt", DOWN), ("must_encrypt", "")],
)
def test_a_target_that_encrypts_or_need_not_is_fine(mode: str, status: str) -> None:
    target = a_connection(TARGET, encryption_mode=mode, port_encryption_status=status)
    assert codes(a_network(target=target)) == []


def links(*statuses: str, **fields: Any) -> tuple[Connection, ...]:
    """Build the members of a LAG with these statuses."""
    return tuple(
        a_connection(f"dxcon-member{number:02}", port_encryption_status=status, **fields)
        for number, status in enumerate(statuses, 1)
    )


@pytest.mark.parametrize(
    ("minimum", "statuses", "is_fine"),
    [
        (0, (UP, DOWN), True),
        (1, (UP, DOWN), True),
        (2, (UP, DOWN), False),
        (2, (UP, DOWN, UP), True),
        (2, (UP, DOWN, ""), True),
        (0, (DOWN, DOWN), False),
        (1, (DOWN,), False),
        (1, (UP,), True),
    ],
)
def test_the_members_that_encrypt_are_counted_against_the_minimum(
    minimum: int, statuses: tuple[str, ...], is_fine: bool
) -> None:
    target = a_lag(
        encryption_mode="must_encrypt", minimum_links=minimum, connections=links(*statuses)
    )
    assert ("TARGET_ENCRYPTION_DOWN" in codes(a_network(target=target))) is not is_fine


def test_the_members_that_do_not_encrypt_are_named() -> None:
    target = a_lag(
        encryption_mode="must_encrypt", minimum_links=2, connections=links(UP, DOWN, DOWN)
    )
    message = only(a_network(target=target)).message
    assert "1 of its 3 available connections encrypt, of 2 that it needs" in message
    assert message.endswith("'Encryption Down' of dxcon-member02, dxcon-member03")


def test_a_member_may_have_to_encrypt_by_itself_and_one_that_need_not_carries() -> None:
    # given a LAG that names no mode, whose members do
    must = links(DOWN, DOWN, encryption_mode="must_encrypt")
    should = links(DOWN, DOWN, encryption_mode="should_encrypt")
    # then
    assert codes(a_network(target=a_lag(connections=must))) == ["TARGET_ENCRYPTION_DOWN"]
    assert codes(a_network(target=a_lag(connections=should))) == []


def test_a_member_that_is_not_available_is_no_matter_of_encryption() -> None:
    target = a_lag(
        encryption_mode="must_encrypt", connections=(*links(UP), a_member(DOWN, state="down"))
    )
    assert codes(a_network(target=target)) == []


@pytest.mark.parametrize(
    "target",
    [
        a_connection(TARGET, port_encryption_status=DOWN),
        a_connection(TARGET),
        a_lag(connections=links(UP, DOWN)),
        a_lag(connections=links(UP, DOWN), encryption_mode="should_encrypt"),
        a_lag(),
    ],
    ids=["down", "not told", "a member in the clear", "should encrypt", "a member not told"],
)
def test_encryption_is_not_lost_unless_that_is_acknowledged(target: Connection | Lag) -> None:
    # given
    network = a_network(source=a_connection(port_encryption_status=UP), target=target)
    # when
    refused = only(network)
    accepted = only(network, acknowledge=["ENCRYPTION_LOST"], requestedBy="ana")
    # then
    assert (refused.code, refused.severity) == ("ENCRYPTION_LOST", Severity.BLOCK)
    assert refused.blocks
    assert not accepted.blocks
    assert accepted.acknowledged_by == "ana"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (a_connection(port_encryption_status=UP), a_lag(connections=(a_member(UP),))),
        (a_connection(port_encryption_status=UP), a_connection(TARGET, port_encryption_status=UP)),
        (a_connection(port_encryption_status=DOWN), a_lag()),
        (a_connection(), a_lag()),
        (
            a_connection(port_encryption_status=UP),
            a_lag(connections=links(UP, DOWN), encryption_mode="must_encrypt"),
        ),
    ],
    ids=["onto a LAG", "onto a connection", "not up before", "not told before", "all that passes"],
)
def test_encryption_that_stays_or_never_was_is_fine(
    source: Connection, target: Connection | Lag
) -> None:
    assert codes(a_network(source=source, target=target)) == []


def test_a_source_that_must_encrypt_is_encrypted_by_the_links_that_carry() -> None:
    source = a_lag("dxlag-source01", encryption_mode="must_encrypt", connections=links(UP, DOWN))
    target = a_connection(TARGET, port_encryption_status=DOWN)
    assert codes(a_network(source=source, target=target)) == ["ENCRYPTION_LOST"]
