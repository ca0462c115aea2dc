"""Findings about traffic, and about the path that carries it meanwhile."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    ELSEWHERE,
    SIBLING,
    TARGET,
    VIF,
    a_lag,
    a_landed_vif,
    a_network,
    a_peer,
    a_sibling,
    a_vif,
    an_ipv6_peer,
)
from tests.unit.vifshift.judging import codes, findings, only
from vifshift.domain.background import Background, PortLoad, VifHistory
from vifshift.domain.network import Network, VirtualInterface
from vifshift.preflight.rules.traffic import speed

G = 1e9


def carrying(
    egress: float | None = None, ingress: float | None = None, **fields: Any
) -> VifHistory:
    return VifHistory(**{"egress": egress, "ingress": ingress, "hours": 336, **fields})


def a_load(port: str, bandwidth: float | None, egress: float = 0, **fields: Any) -> PortLoad:
    return PortLoad(port_id=port, bandwidth=bandwidth, egress=egress, **fields)


def busy(
    own: VifHistory | None,
    target: PortLoad | None = None,
    other: PortLoad | None = None,
    sibling: VifHistory | None = None,
    siblings: tuple[VirtualInterface, ...] | None = None,
    **fields: Any,
) -> Network:
    """A VIF that carries something, and what is on its target and on the other path."""
    loads = [target or a_load(TARGET, 10 * G), other or a_load(ELSEWHERE, 10 * G)]
    history = {VIF: own, SIBLING: sibling or carrying(0, 0)}
    return a_network(
        siblings=(a_sibling(),) if siblings is None else siblings,
        background=Background(
            history={name: each for name, each in history.items() if each},
            loads={load.port_id: load for load in loads},
            **fields,
        ),
    )


@pytest.mark.parametrize(
    ("egress", "others", "is_told"),
    [(6 * G, 4 * G, False), (6 * G + 1, 4 * G, True), (10 * G, 0, False), (1, 11 * G, True)],
)
def test_what_fits_to_the_last_bit_is_quiet(egress: float, others: float, is_told: bool) -> None:
    found = codes(busy(carrying(egress, 0), a_load(TARGET, 10 * G, others)))

    assert ("TARGET_TOO_SMALL_FOR_TRAFFIC" in found) is is_told


def test_traffic_that_does_not_fit_blocks_with_what_others_use() -> None:
    network = busy(carrying(0, 8 * G), a_load(TARGET, 10 * G, ingress=4 * G))

    finding = only(network)

    assert finding.code == "TARGET_TOO_SMALL_FOR_TRAFFIC"
    assert finding.blocks
    assert f"{VIF} carries 8Gbps ingress (the 95th percentile" in finding.message
    assert f"{TARGET} has 10Gbps, of which others use 4Gbps" in finding.message
    assert only(network, acknowledge=[finding.code]).blocks is False


def test_each_direction_is_judged_by_itself() -> None:
    network = busy(carrying(6 * G, 6 * G), a_load(TARGET, 10 * G, 5 * G, ingress=3 * G))

    assert [finding.message.split()[2] for finding in findings(network)] == ["6Gbps"]
    assert "egress" in only(network).message


@pytest.mark.parametrize(
    ("other", "sibling", "is_told"),
    [
        (a_load(ELSEWHERE, 10 * G, 2 * G), None, False),
        (a_load(ELSEWHERE, 10 * G, 2 * G + 1), None, True),
        (a_load(ELSEWHERE, 5 * G), None, True),
        (a_load(ELSEWHERE, 0), None, True),
    ],
)
def test_the_other_path_has_room_or_not(
    other: PortLoad, sibling: VifHistory | None, is_told: bool
) -> None:
    network = busy(carrying(8 * G, 0), other=other, sibling=sibling)

    assert codes(network) == (["OTHER_PATH_TOO_SMALL"] if is_told else [])


def test_what_several_paths_have_left_is_added_up_and_a_port_counts_once() -> None:
    second = a_sibling(virtual_interface_id="dxvif-eeee0005", connection_id="dxcon-third001")
    third = a_sibling(virtual_interface_id="dxvif-ffff0006", connection_id="dxcon-third001")
    network = busy(carrying(8 * G, 0), other=a_load(ELSEWHERE, 5 * G))
    assert network.background
    loads = {**network.background.loads, "dxcon-third001": a_load("dxcon-third001", 2 * G)}
    background = network.background.model_copy(update={"loads": loads})
    both = {"background": background, "siblings": (a_sibling(), second, third)}

    finding = only(network.model_copy(update=both))

    assert "has 7Gbps left (dxcon-other001 5Gbps, dxcon-third001 2Gbps)" in finding.message


def test_a_rate_limit_is_all_that_a_path_has() -> None:
    limited = a_sibling(rate_limit="500Mbps")
    network = busy(carrying(4e8, 0), siblings=(limited,), sibling=carrying(2e8, 0))

    assert "has 300Mbps left" in only(network).message
    assert codes(busy(carrying(3e8, 0), siblings=(limited,), sibling=carrying(2e8, 0))) == []


def test_a_dead_vif_carries_nothing_that_has_to_go_elsewhere() -> None:
    dead = a_vif(a_peer(bgp_status="down"), virtual_interface_state="down")
    crowded = busy(carrying(8 * G, 0), a_load(TARGET, G), a_load(ELSEWHERE, G))

    found = findings(crowded.model_copy(update={"virtual_interface": dead}))

    assert ("TARGET_TOO_SMALL_FOR_TRAFFIC", "warn") in {(one.code, one.severity) for one in found}
    assert "OTHER_PATH_TOO_SMALL" not in {one.code for one in found}


def test_a_public_vif_may_be_reached_otherwise() -> None:
    public = {"virtual_interface_type": "public", "direct_connect_gateway_id": ""}
    network = busy(carrying(8 * G, 0), other=a_load(ELSEWHERE, G), siblings=(a_sibling(**public),))

    found = findings(network.model_copy(update={"virtual_interface": a_vif(**public)}))

    assert ("OTHER_PATH_TOO_SMALL", "warn") in {(each.code, each.severity) for each in found}


def test_a_sibling_that_is_down_carries_nothing() -> None:
    down = a_sibling(virtual_interface_state="down")

    found = codes(busy(carrying(8 * G, 0), other=a_load(ELSEWHERE, G), siblings=(down,)))

    assert "OTHER_PATH_TOO_SMALL" not in found


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (busy(None), f"of {VIF} there is no data"),
        (busy(carrying(hours=0)), f"of {VIF} there is no data"),
        (busy(carrying(1, 1, hours=23)), f"of {VIF} there are 23 hours only"),
        (busy(carrying(1, 1), a_load(TARGET, None)), f"the bandwidth of {TARGET} is not known"),
        (
            busy(carrying(1, 1), other=a_load(ELSEWHERE, G, unknown=2)),
            f"of 2 others on {ELSEWHERE} there is no data",
        ),
    ],
)
def test_what_is_not_known_is_said_once(network: Network, said: str) -> None:
    finding = only(network)

    assert (finding.code, finding.severity) == ("TRAFFIC_NOT_KNOWN", "info")
    assert said in finding.message


@pytest.mark.parametrize(
    "background", [None, Background(), Background(history=None)], ids=["unread", "empty", "denied"]
)
def test_without_metrics_traffic_is_not_judged(background: Background | None) -> None:
    assert codes(a_network(background=background)) == []


def test_a_vif_that_is_there_already_needs_no_more_room() -> None:
    network = busy(carrying(20 * G, 0))
    there = {"virtual_interface": a_landed_vif(virtual_interface_state="down"), "source": a_lag()}

    assert "TARGET_TOO_SMALL_FOR_TRAFFIC" not in codes(network.model_copy(update=there))


@pytest.mark.parametrize(
    ("families", "moved", "is_told"),
    [
        ({"ipv4"}, set(), True),
        ({"ipv6"}, set(), False),
        (set(), set(), False),
        ({"ipv4"}, {SIBLING}, False),
        ({"ipv4"}, {VIF}, True),
    ],
    ids=["was down", "never had that family", "was up", "we moved it", "we moved another"],
)
def test_another_path_that_was_down_lately_is_a_warning(
    families: set[str], moved: set[str], is_told: bool
) -> None:
    sibling = carrying(0, 0, down_lately=frozenset(families))

    network = busy(
        carrying(1, 1),
        sibling=sibling,
        siblings=(a_sibling(a_peer()),),
        moved_lately=frozenset(moved),
    )

    found = [each for each in findings(network) if each.code.startswith("OTHER_PATH")]

    assert [(each.code, each.severity) for each in found] == (
        [("OTHER_PATH_WAS_DOWN", "warn")] if is_told else []
    )


def partly_up(own: VifHistory | None, *more: Any) -> Network:
    peers = (a_peer(), an_ipv6_peer(bgp_status="down"), *more)
    network = busy(own)
    landed = {"virtual_interface": a_landed_vif(*peers), "source": a_lag()}
    return network.model_copy(update=landed)


def test_a_family_that_its_metrics_show_as_up_is_lost() -> None:
    network = partly_up(carrying(1, 1, up=frozenset({"ipv4", "ipv6"})))

    assert [peer.address_family for peer in network.lost_peers] == ["ipv6"]
    assert not network.works
    [finding] = [each for each in findings(network) if each.code == "ALREADY_ON_TARGET"]
    assert "ipv6 2001:db8::2 was up within the last 14 days" in finding.message


@pytest.mark.parametrize("own", [None, carrying(1, 1), carrying(1, 1, up=frozenset({"ipv4"}))])
def test_a_family_that_never_was_up_is_not_lost(own: VifHistory | None) -> None:
    network = partly_up(own)

    assert network.works
    assert "ALREADY_ON_TARGET" not in codes(network)


def test_of_two_peers_of_a_family_the_metrics_tell_neither() -> None:
    second = an_ipv6_peer(bgp_peer_id="dxpeer-old00003", customer_address="2001:db8::9/125")

    network = partly_up(carrying(1, 1, up=frozenset({"ipv4", "ipv6"})), second)

    assert network.works


@pytest.mark.parametrize(
    ("bits", "text"),
    [(0, "0bps"), (999, "999bps"), (1e6, "1Mbps"), (1.25e9, "1.25Gbps"), (4e11, "400Gbps")],
)
def test_bits_are_told_as_people_read_them(bits: float, text: str) -> None:
    assert speed(bits) == text
