"""The rules about MACsec."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import TARGET, a_connection, a_lag, a_network
from tests.unit.vifshift.judging import codes, only
from vifshift.domain.findings import Severity
from vifshift.domain.network import Connection, Lag

UP, DOWN = "Encryption Up", "Encryption Down"


def a_member(status: str, **fields: Any) -> Connection:
    return a_connection("dxcon-member01", port_encryption_status=status, **fields)


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


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (a_member(DOWN), ["TARGET_ENCRYPTION_DOWN"]),
        (a_member(UP), []),
        (a_member(DOWN, state="down"), []),
    ],
)
def test_of_a_lag_each_available_member_counts(member: Connection, expected: list[str]) -> None:
    target = a_lag(encryption_mode="must_encrypt", connections=(member,))
    assert codes(a_network(target=target)) == expected


@pytest.mark.parametrize(
    "target",
    [
        a_connection(TARGET, port_encryption_status=DOWN),
        a_connection(TARGET),
        a_lag(connections=(a_member(UP), a_member(DOWN))),
        a_lag(),
    ],
    ids=["down", "not told", "a LAG with a member in the clear", "an empty LAG"],
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
    ],
    ids=["onto a LAG", "onto a connection", "not up before", "not told before"],
)
def test_encryption_that_stays_or_never_was_is_fine(
    source: Connection, target: Connection | Lag
) -> None:
    assert codes(a_network(source=source, target=target)) == []
