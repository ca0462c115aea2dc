"""Preflight as a whole: order, acknowledgement, the second look, and whatever oddities."""

from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    RIVAL,
    SOURCE,
    START,
    TARGET,
    VIF,
    a_lag,
    a_network,
    a_peer,
    a_rival,
    a_route_set,
    a_vif,
)
from tests.unit.vifshift.judging import a_move, beside, codes, findings, window
from vifshift.domain.findings import RULES, Severity
from vifshift.domain.network import HealthEvent, Network, VirtualInterface
from vifshift.domain.ports import Connection, Lag
from vifshift.preflight import rules
from vifshift.preflight.checks import SUBJECTS, preflight


def test_an_ordinary_move_has_no_findings() -> None:
    assert findings(beside(a_rival())) == ()


def test_findings_come_worst_first_and_each_says_what_to_do() -> None:
    # given
    network = a_network(
        virtual_interface=a_vif(a_peer(bgp_status="down"), virtual_interface_state="down"),
        target=a_lag(state="down"),
        routes=(a_route_set(count=2000),),
    )
    # when
    found = findings(network)
    # then
    assert [finding.severity for finding in found] == [
        Severity.BLOCK,
        Severity.WARN,
        Severity.INFO,
    ]
    assert all(finding.remedy for finding in found)


def test_findings_of_one_severity_come_in_the_order_of_their_subjects() -> None:
    # given
    network = beside(
        a_rival(vlan=101),
        virtual_interface=a_vif(virtual_interface_state="pending"),
        target=a_lag(state="down", jumbo_frame_capable=False),
        siblings=(),
        calendar_state="CLOSED",
    )
    # when
    found = codes(network, is_recheck=True)
    # then
    assert found == [
        "VIRTUAL_INTERFACE_STATE",
        "TARGET_STATE",
        "VLAN_TAKEN",
        "NO_REDUNDANT_PATH",
        "CALENDAR_CLOSED",
    ]


def test_every_rule_has_a_code_of_its_own_and_a_sentence() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.summary.endswith(".") and rule.remedy.endswith(".") for rule in RULES)


def test_every_module_of_rules_takes_part() -> None:
    modules = {path.stem for path in Path(rules.__file__).parent.glob("*.py")} - {"__init__"}
    assert {name.rpartition(".")[2] for name in SUBJECTS} == modules


def test_only_a_block_can_be_overridden() -> None:
    assert {rule.code for rule in RULES if rule.overridable} == {
        "CALENDAR_NOT_CHECKED",
        "ENCRYPTION_LOST",
        "GUARD_NOT_GOOD",
        "GUARD_NOT_READ",
        "HOSTED_VLAN_DIFFERS",
        "MAINTENANCE_DURING_MOVE",
        "NO_REDUNDANT_PATH",
        "OTHER_PATH_TOO_SMALL",
        "TARGET_TOO_SMALL_FOR_TRAFFIC",
    }
    assert all(rule.severity is Severity.BLOCK for rule in RULES if rule.overridable)


# The second look, right before it is associated.


def test_what_blocks_at_the_second_look_is_said_to_be_new() -> None:
    # given
    network = beside(a_rival(vlan=101), routes_unreadable="denied")
    # when
    first, second = findings(network), findings(network, is_recheck=True)
    # then
    assert second[0].message == f"new since the first check: {first[0].message}"
    assert second[1] == first[1]


def test_what_was_acknowledged_is_nothing_new() -> None:
    # given
    network, accepted = a_network(siblings=()), ["NO_REDUNDANT_PATH"]
    # when
    first = findings(network, acknowledge=accepted)
    # then
    assert findings(network, acknowledge=accepted, is_recheck=True) == first


# Nothing that Direct Connect might answer brings preflight down.

WORDS = st.sampled_from(
    ["", "available", "down", "deleted", "up", "ipv4", "ipv6", "public", "transit", "open", "x"]
) | st.text(max_size=20)
ADDRESSES = (
    st.sampled_from(["", "169.254.1.1/30", "169.254.1.1/99", "fe80::1%eth0/64", "::/0", "0/0"])
    | st.ip_addresses().map(str)
    | st.text(max_size=20)
)
SPEEDS = st.sampled_from(["", "1Gbps", "500Mbps", "1.5Gbps", "Gbps", "-1Gbps", "٣Gbps"]) | WORDS
IDS = st.sampled_from([VIF, RIVAL, SOURCE, TARGET, "", "?"])
NUMBERS = st.integers(-1, 2**40)
TIMES = st.datetimes() | st.datetimes(timezones=st.just(UTC))


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a dict that has some of the fields; any of them may be null."""
    return st.fixed_dictionaries(
        {}, optional={name: st.none() | value for name, value in fields.items()}
    )


PEERS = some(
    addressFamily=WORDS,
    amazonAddress=ADDRESSES,
    customerAddress=ADDRESSES,
    asn=NUMBERS,
    asnLong=NUMBERS,
    bgpPeerState=WORDS,
    bgpStatus=WORDS,
    surprise=WORDS,
)
VIFS = st.builds(
    lambda name, fields: VirtualInterface.model_validate({**fields, "virtualInterfaceId": name}),
    IDS,
    some(
        virtualInterfaceState=WORDS,
        virtualInterfaceType=WORDS,
        connectionId=IDS,
        region=WORDS,
        location=WORDS,
        ownerAccount=WORDS,
        awsLogicalDeviceId=WORDS,
        vlan=NUMBERS,
        mtu=NUMBERS,
        rateLimit=SPEEDS,
        prefixPoolAllocatedCountIpv4=NUMBERS,
        virtualGatewayId=WORDS,
        bgpPeers=st.lists(PEERS, max_size=3),
    ),
)
PORT = {
    "region": WORDS,
    "location": WORDS,
    "ownerAccount": WORDS,
    "awsLogicalDeviceId": WORDS,
    "jumboFrameCapable": st.booleans(),
    "encryptionMode": WORDS | st.just("must_encrypt"),
    "portEncryptionStatus": WORDS | st.sampled_from(["Encryption Up", "Encryption Down"]),
    "rateLimiterStatus": some(inUse=NUMBERS, remaining=NUMBERS),
    "prefixPoolUnallocatedCountIpv4": NUMBERS,
}
CONNECTIONS = st.builds(
    lambda name, fields: Connection.model_validate({**fields, "connectionId": name}),
    IDS,
    some(connectionState=WORDS, lagId=WORDS, vlan=NUMBERS, bandwidth=SPEEDS, **PORT),
)
LAGS = st.builds(
    lambda name, fields, members: Lag.model_validate(
        {**fields, "lagId": name, "connections": members}
    ),
    IDS,
    some(lagState=WORDS, minimumLinks=NUMBERS, connectionsBandwidth=SPEEDS, **PORT),
    st.none() | st.lists(CONNECTIONS, max_size=2),
)
EVENTS = st.builds(
    HealthEvent.model_validate,
    some(
        arn=WORDS,
        eventTypeCode=WORDS,
        statusCode=WORDS | st.sampled_from(["upcoming", "closed"]),
        startTime=TIMES,
        endTime=TIMES,
        entities=st.lists(IDS, max_size=2),
    ),
)
SEVERAL = st.lists(VIFS, max_size=2).map(tuple)
NETWORKS = st.builds(
    a_network,
    virtual_interface=st.none() | VIFS,
    source=st.none() | CONNECTIONS | LAGS,
    target=st.none() | CONNECTIONS | LAGS,
    on_source=SEVERAL,
    on_target=SEVERAL,
    siblings=SEVERAL,
    caller_account=WORDS,
    attachment_state=st.none() | WORDS,
    calendar_state=st.none() | WORDS | st.just("CLOSED"),
    health_events=st.none() | st.lists(EVENTS, max_size=2).map(tuple),
    routes=st.none() | st.just((a_route_set(count=2000),)),
    routes_unreadable=st.none() | WORDS,
)


@pytest.mark.verify
@given(
    network=NETWORKS,
    opens=st.integers(-5000, 5000),
    is_recheck=st.booleans(),
    acknowledge=st.lists(st.sampled_from([*(rule.code for rule in RULES), "NO_SUCH_RULE"])),
)
def test_no_network_is_too_odd_to_be_judged(
    network: Network, opens: int, is_recheck: bool, acknowledge: list[str]
) -> None:
    found = findings(
        network,
        window=window(opens, opens + 3000),
        is_recheck=is_recheck,
        acknowledge=acknowledge,
    )
    known = {rule.code: {rule.severity} for rule in RULES}
    for each in RULES:
        known[each.code] |= {Severity.WARN} if each.warns_if else set()
    assert all(finding.severity in known[finding.code] for finding in found)
    assert all(finding.message for finding in found)
    assert [f.severity for f in found] == sorted(
        (f.severity for f in found), key=list(Severity).index
    )


@given(network=NETWORKS, minutes=st.integers(0, 600))
def test_without_a_window_or_maintenance_the_hour_does_not_matter(
    network: Network, minutes: int
) -> None:
    move = a_move(network.model_copy(update={"health_events": ()}))
    later = move.model_copy(update={"now": START + timedelta(minutes=minutes)})
    assert preflight(later) == preflight(move)
