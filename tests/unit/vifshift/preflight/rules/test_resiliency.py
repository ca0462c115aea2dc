"""Findings about resiliency groups and failover tests."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    ELSEWHERE,
    SIBLING,
    SOURCE,
    START,
    TARGET,
    VIF,
    a_connection,
    a_lag,
    a_network,
    a_sibling,
    a_vif,
    after,
)
from tests.unit.vifshift.judging import codes, findings, only
from vifshift.domain.background import Background, LastFailoverTests, ResiliencyGroup
from vifshift.domain.findings import Finding
from vifshift.domain.network import Network, VirtualInterface
from vifshift.preflight.rules.resiliency import PathEnd, ResiliencyModel, met

GROUP = "dxrg-0123456789abcdefg"


def a_group(*ports: str, **fields: Any) -> ResiliencyGroup:
    return ResiliencyGroup(resiliency_group_id=GROUP, ports=ports, **fields)


def grouped(*ports: str, target: tuple[str, str] = ("EqFA5", "d3"), **fields: Any) -> Network:
    """A VIF at EqFA5 on d1 and one at EqFA8 on d2, with a group of some ports."""
    source = {"location": "EqFA5", "aws_logical_device_id": "d1"}
    return a_network(
        **{
            "virtual_interface": a_vif(**source),
            "source": a_connection(**source),
            "target": a_lag(location=target[0], aws_logical_device_id=target[1]),
            "siblings": (a_sibling(location="EqFA8", aws_logical_device_id="d2"),),
            "background": Background(resiliency_groups=(a_group(*ports),)),
            **fields,
        }
    )


def of_groups(network: Network) -> list[Finding]:
    return [each for each in findings(network) if each.code == "RESILIENCY_MODEL_NOT_MET"]


def test_a_vif_that_leaves_its_group_is_told_with_the_model_that_is_lost() -> None:
    [finding] = of_groups(grouped(SOURCE, ELSEWHERE))

    assert finding.severity == "warn"
    assert f"{VIF} leaves the resiliency group {GROUP}, as {TARGET} is not" in finding.message
    assert "high-resiliency before the move, and none of the models after it" in finding.message


def test_a_vif_that_stays_in_the_group_at_a_weaker_place_is_told() -> None:
    network = grouped(SOURCE, ELSEWHERE, TARGET, target=("EqFA8", "d3"))

    [finding] = of_groups(network)

    assert "high-resiliency before the move, and basic-resiliency after it" in finding.message
    assert "leaves" not in finding.message


@pytest.mark.parametrize(
    "network",
    [
        grouped(SOURCE, ELSEWHERE, TARGET),
        grouped(SOURCE, ELSEWHERE, TARGET, target=("EqFA5", "")),
        grouped(ELSEWHERE, TARGET),
        grouped(ELSEWHERE),
        grouped(),
        grouped(SOURCE, background=Background()),
        grouped(SOURCE, background=None),
    ],
    ids=[
        "as good afterwards",
        "target of no known device",
        "joins it",
        "only the sibling is in it",
        "nobody is in it",
        "groups could not be read",
        "nothing was read",
    ],
)
def test_a_group_that_loses_nothing_is_quiet(network: Network) -> None:
    assert of_groups(network) == []


def test_a_lag_is_in_a_group_with_any_of_its_members() -> None:
    network = grouped(SOURCE, ELSEWHERE, "dxcon-member01")
    place = {"location": "EqFA5", "aws_logical_device_id": "d3"}
    inside = a_lag(connections=(a_connection("dxcon-member01"),), **place)
    outside = a_lag(connections=(a_connection("dxcon-member02"),), **place)

    assert of_groups(network.model_copy(update={"target": inside})) == []
    assert len(of_groups(network.model_copy(update={"target": outside}))) == 1


@pytest.mark.parametrize(
    ("paths", "model"),
    [
        ([("A", "1"), ("A", "2"), ("B", "3"), ("B", "4")], ResiliencyModel.MAXIMUM),
        ([("A", "1"), ("A", "2"), ("B", "3")], ResiliencyModel.HIGH),
        ([("A", "1"), ("B", "2")], ResiliencyModel.HIGH),
        ([("A", "1"), ("A", "2")], ResiliencyModel.BASIC),
        ([("A", "1"), ("A", "1")], ResiliencyModel.NONE),
        ([("A", ""), ("", "2")], ResiliencyModel.NONE),
        ([], ResiliencyModel.NONE),
    ],
)
def test_models_are_those_of_the_resiliency_toolkit(
    paths: list[tuple[str, str]], model: ResiliencyModel
) -> None:
    assert met(PathEnd(*path) for path in paths) is model


def history(
    last: dict[str, float] | None,
    *siblings: VirtualInterface,
    asked: frozenset[str] | None = frozenset({VIF, SIBLING}),
    **fields: Any,
) -> Network:
    """A gateway whose VIFs were last tested so many seconds from the start."""
    tests = None
    if last is not None:
        tests = LastFailoverTests(last={name: after(at) for name, at in last.items()}, asked=asked)
    background = Background(resiliency_groups=(), failover_tests=tests)
    shown = {"siblings": siblings or (a_sibling(),), "caller_account": ACCOUNT}
    return a_network(background=background, **{**shown, **fields})


def test_a_gateway_whose_failover_was_never_tested_is_a_warning() -> None:
    finding = only(history({}))

    assert (finding.code, finding.severity) == ("FAILOVER_NEVER_TESTED", "warn")
    assert "of any virtual interface of gw-1" in finding.message


@pytest.mark.parametrize("decided", [{"dryRun": True}, {"approval": {"required": True}}])
def test_who_decides_is_told_when_the_last_test_was(decided: dict[str, Any]) -> None:
    days = -86_400.0
    network = history({VIF: 40 * days, SIBLING: 3 * days - 60})
    finding = only(network, **decided)

    assert (finding.code, finding.severity) == ("LAST_FAILOVER_TEST", "info")
    day = f"{START.date().replace(month=6, day=28)}"
    assert f"was on {day}, 3 days ago, with {SIBLING} down" in finding.message


def test_a_test_is_not_told_where_nobody_decides_any_more() -> None:
    assert codes(history({VIF: -60})) == []


@pytest.mark.parametrize(
    "network",
    [
        history({}, siblings=()),
        history({}, a_sibling(virtual_interface_state="deleted")),
        history(None),
    ],
    ids=["nothing to fail over to", "nothing to fail over to any more", "could not be read"],
)
def test_without_siblings_and_without_an_answer_nothing_is_said_of_tests(network: Network) -> None:
    told = {"FAILOVER_NEVER_TESTED", "LAST_FAILOVER_TEST", "FAILOVER_TESTS_NOT_SHOWN"}
    assert not told & set(codes(network, dryRun=True))


def test_tests_of_vifs_that_others_own_are_not_taken_for_never() -> None:
    theirs = a_sibling(owner_account="444455556666")

    finding = only(history({}, theirs, asked=frozenset({VIF})))

    assert finding.code == "FAILOVER_NEVER_TESTED"
    assert f"(those of {SIBLING} could not be listed)" in finding.message
    finding = only(history({}, theirs, asked=frozenset()))
    assert finding.code == "FAILOVER_TESTS_NOT_SHOWN"


def test_in_a_list_of_all_tests_those_of_other_owners_are_missing() -> None:
    theirs = a_sibling(owner_account="444455556666")

    finding = only(history({}, theirs, asked=None))

    assert f"(those of {SIBLING} could not be listed)" in finding.message
