"""Advice for whoever decides on a move."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import TARGET, a_lag, a_network, a_rival, a_sibling, a_vif
from tests.unit.vifshift.judging import advice
from vifshift.domain.network import Network


@pytest.mark.parametrize("asked", [{"dryRun": True}, {"approval": {"required": True}}])
def test_who_decides_is_told_how_to_avoid_the_interruption(asked: dict[str, Any]) -> None:
    [finding] = advice(**asked)

    assert finding.severity == "info"
    assert f"a second virtual interface of gw-1 on {TARGET}, with a free VLAN" in finding.message
    assert "AS-path prepending" in finding.message
    assert "7224:7100" in finding.message


@pytest.mark.parametrize(
    "network",
    [
        a_network(target=a_lag(state="down")),
        a_network(
            on_target=tuple(
                a_rival(virtual_interface_id=f"dxvif-{number:08}") for number in range(4)
            )
        ),
        a_network(virtual_interface=a_vif(direct_connect_gateway_id="")),
        a_network(
            virtual_interface=a_vif(virtual_interface_type="public", direct_connect_gateway_id="")
        ),
        a_network(target=None),
    ],
    ids=["target down", "quota used up", "no gateway", "public", "no target"],
)
def test_where_no_second_one_fits_nothing_is_said(network: Network) -> None:
    assert advice(network, dryRun=True) == []


def test_where_nobody_decides_any_more_nothing_is_said() -> None:
    assert advice() == []


@pytest.mark.parametrize("acknowledge", [[], ["NO_REDUNDANT_PATH"]])
def test_where_nothing_else_carries_the_traffic_it_is_said_in_any_case(
    acknowledge: list[str],
) -> None:
    network = a_network(siblings=(a_sibling(virtual_interface_state="down"),))

    [finding] = advice(network, acknowledge=acknowledge)

    assert "avoids the interruption" in finding.message
