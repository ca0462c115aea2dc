"""What the states of an execution show in the console of Step Functions."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import START, a_migration, after, an_observation
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Decision, Ends
from vifshift.domain.observation import Reason, Verdict, VifStatus
from vifshift.domain.routes import RouteChange, RouteSet
from vifshift.migration import in_a_line

IPV4, IPV6 = "ipv4 169.254.1.2", "ipv6 2001:db8::2"
ROUTES = (RouteSet(address_family="ipv4", route_direction="accepted", count=3, cidrs=None),)


def a_line(state: str = "pending", *, at: float = 350, **fields: Any) -> str:
    peers = fields.pop("peers", {IPV4: "down"})
    progress = {"started_at": START, "seen_at": START, **fields.pop("progress", {})}
    picture = VifStatus(connection_id="dxlag-1", virtual_interface_state=state, bgp_peers=peers)
    seen = an_observation(reason=fields.pop("reason", Reason.PEERS_NOT_UP), picture=picture)
    known = seen.progress.model_copy(update=progress)
    fields.setdefault("verdict", Verdict.SETTLING)
    seen = seen.model_copy(update={"at": after(at), "progress": known, **fields})
    migration = a_migration()
    expected = migration.expectation.model_copy(update={"routes": ROUTES})
    return in_a_line.of_observation(seen, migration.model_copy(update={"expectation": expected}))


def a_change(lost: int) -> RouteChange:
    return RouteChange(
        address_family="ipv4",
        route_direction="accepted",
        before=3,
        now=3 - lost,
        lost_count=lost,
        gained_count=0,
        changed_count=0,
        lost=(),
        gained=(),
        changed=(),
    )


def test_what_is_seen_and_the_time_left_are_in_one_line() -> None:
    assert a_line() == "pending, BGP down, 0 of 3 routes, 4:10 left"


def test_the_earlier_end_counts() -> None:
    assert a_line(progress={"peerless_since": START}, at=200).endswith("1:40 left")


def test_peers_that_are_down_are_named_beside_others() -> None:
    assert a_line("available", peers={IPV4: "up", IPV6: "down"}, at=0) == (
        f"available, BGP down: {IPV6}, 10:00 left"
    )


@pytest.mark.parametrize(("lost", "routes"), [(0, "3 of 3"), (2, "1 of 3")])
def test_routes_are_counted(lost: int, routes: str) -> None:
    changes = (a_change(lost),)
    line = a_line("available", peers={IPV4: "up"}, route_changes=changes, at=0)
    assert line == f"available, BGP up, {routes} routes, 10:00 left"


def test_the_hold_counts_down() -> None:
    line = a_line(
        "available",
        peers={IPV4: "up"},
        reason=Reason.AS_EXPECTED,
        progress={"good_since": after(340)},
    )
    assert line == "available, BGP up, 3 of 3 routes, 1:50 to hold"


def test_the_last_look_says_how_it_ended() -> None:
    assert a_line("down", verdict=Verdict.FAILED) == "down, BGP down, 0 of 3 routes, failed"


def test_what_could_not_be_read_is_said_to_be_so() -> None:
    line = a_line(is_seen=False, message="it could not be read: slow down" + "!" * 300)
    assert line.startswith("not seen: it could not be read: slow down")
    assert len(line) <= in_a_line.LONGEST_LINE


def test_a_decision_has_what_speaks_against_it_first() -> None:
    found = [
        Finding(code=code, severity=severity, message="m", remedy="r")
        for code, severity in (
            ("A_NOTE", Severity.INFO),
            ("DEVICE_SHARED", Severity.WARN),
            ("VLAN_TAKEN", Severity.BLOCK),
            ("DEVICE_SHARED", Severity.WARN),
        )
    ]
    assert in_a_line.of_decision(Decision.REJECTED, (), found) == (
        "rejected: VLAN_TAKEN, DEVICE_SHARED"
    )
    assert in_a_line.of_decision(Decision.PROCEED, (), found[:1]) == "proceed"
    assert in_a_line.of_decision(Decision.REJECTED, ("vlan: no field",), ()) == (
        "rejected: vlan: no field"
    )


def test_an_association_has_both_ends() -> None:
    assert in_a_line.of_association(Ends("dxcon-1", "dxlag-2")) == "dxcon-1 → dxlag-2"
