"""Findings about what a move costs."""

import pytest

from tests.unit.vifshift.fakes import (
    SOURCE,
    TARGET,
    Ports,
    a_connection,
    a_hosted_connection,
    a_lag,
    a_network,
)
from tests.unit.vifshift.judging import codes, only


def billed(before: str, after: str) -> tuple[Ports, Ports]:
    return a_connection(billing_mode=before), a_lag(billing_mode=after)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("PayAsYouGo", "FlatRateTier1", "is billed FlatRateTier1, dxcon-source01 PayAsYouGo"),
        ("FlatRateTier1", "FlatRateTier2", "is billed FlatRateTier2, dxcon-source01 FlatRateTier1"),
        ("PortPairFlatRateTier2", "FlatRateTier2", "is one port of a port pair: move both"),
        (
            "PortPairFlatRateTier2",
            "PortPairFlatRateTier3",
            "is one port of a port pair: move both to another pair",
        ),
        ("PortPairFlatRateTier2", "AModeOfTomorrow", "is billed AModeOfTomorrow"),
    ],
)
def test_a_target_that_bills_otherwise_is_told(before: str, after: str, said: str) -> None:
    source, target = billed(before, after)

    finding = only(a_network(source=source, target=target))

    assert (finding.code, finding.severity) == ("BILLED_OTHERWISE", "warn")
    assert "the target bills otherwise" in finding.message
    assert said in finding.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PayAsYouGo", "PayAsYouGo"),
        ("PortPairFlatRateTier2", "PortPairFlatRateTier2"),
        ("", "FlatRateTier1"),
        ("FlatRateTier1", ""),
        ("", ""),
    ],
)
def test_the_same_mode_and_one_that_is_not_told_are_quiet(before: str, after: str) -> None:
    source, target = billed(before, after)

    assert codes(a_network(source=source, target=target)) == []


def test_a_flat_rate_does_not_cover_a_hosted_connection() -> None:
    source = a_connection(SOURCE, billing_mode="FlatRateTier1")
    hosted = a_hosted_connection(TARGET)

    found = codes(a_network(source=source, target=hosted))

    assert "BILLED_OTHERWISE" in found
    same = a_network(source=a_connection(billing_mode="PayAsYouGo"), target=hosted)
    assert "BILLED_OTHERWISE" not in codes(same)
