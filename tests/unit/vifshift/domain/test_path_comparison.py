"""What another path carries of a VIF's routes."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import a_route_set
from vifshift.domain.path_comparison import Prefixes, compare_path, part
from vifshift.domain.routes import kept

MINE = a_route_set("10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24")
V6 = a_route_set("2001:db8:1::/48", family="ipv6")


@pytest.mark.parametrize(
    ("theirs", "lacking"),
    [
        (("10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24"), ()),
        (("10.0.0.0/8", "192.0.2.0/24", "203.0.113.0/24"), ()),
        (("10.0.0.0/8", "192.0.0.0/16"), ()),
        (("0.0.0.0/0",), ()),
        (("10.0.0.0/8",), ("192.0.2.0/24",)),
        (("10.1.0.0/16", "192.0.2.0/24"), ("10.0.0.0/8",)),
        (("10.0.0.0/9", "10.128.0.0/9", "192.0.2.0/24"), ("10.0.0.0/8",)),
        (("11.0.0.0/8",), ("10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24")),
        (("nonsense",), ("10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24")),
    ],
    ids=[
        *("the same", "more", "all covered", "the default route", "one missing"),
        *("more specific", "both halves", "the neighbor's", "no prefix at all"),
    ],
)
def test_a_prefix_is_carried_by_itself_or_by_a_less_specific_one(
    theirs: tuple[str, ...], lacking: tuple[str, ...]
) -> None:
    found = compare_path([MINE], [a_route_set(*theirs)])
    assert [each.cidrs for each in found.lacks] == ([lacking] if lacking else [])
    assert found.uncompared == ()


def test_families_and_directions_do_not_stand_in_for_each_other() -> None:
    advertised = a_route_set("172.16.0.0/12", direction="advertised")
    theirs = (a_route_set("172.16.0.0/12"), a_route_set("::/0", family="ipv6"))
    found = compare_path([MINE, V6, advertised], theirs)
    assert [str(each) for each in found.lacks] == ["ipv4 accepted", "ipv4 advertised"]


def test_ipv6_is_compared_by_value_not_by_spelling() -> None:
    theirs = a_route_set("2001:0db8:0001:0000::/48", family="ipv6")
    assert compare_path([V6], [theirs]).lacks == ()


@pytest.mark.parametrize("theirs", [(), (a_route_set(),)])
def test_a_path_without_routes_lacks_all_even_of_those_only_counted(
    theirs: tuple[object, ...],
) -> None:
    many = a_route_set(count=1000)
    assert compare_path([many], theirs).lacks == (many,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (a_route_set(count=1000), a_route_set("10.0.0.0/8")),
        (a_route_set("10.0.0.0/8"), a_route_set(count=1000)),
        (a_route_set(count=1000), a_route_set(count=1000)),
    ],
)
def test_what_is_only_counted_can_not_be_compared_by_name(mine: object, theirs: object) -> None:
    found = compare_path([mine], [theirs])  # type: ignore[list-item]
    assert found.lacks == ()
    assert [(str(each), each.cidrs) for each in found.uncompared] == [("ipv4 accepted", None)]


def test_of_what_is_not_known_to_its_end_the_known_part_is_compared() -> None:
    mine = a_route_set("10.0.0.0/8", "192.0.2.0/24").model_copy(update={"is_at_least": True})
    found = compare_path([mine], [a_route_set("10.0.0.0/8")])
    assert [each.cidrs for each in found.lacks] == [("192.0.2.0/24",)]
    assert [each.number for each in found.uncompared] == ["at least 2"]


def test_large_sets_are_compared_as_they_are_kept() -> None:
    many = a_route_set(*(f"10.{each // 256}.{each % 256}.0/24" for each in range(2000)))
    [packed] = kept([many])
    [other] = kept([part(many, (many.cidrs or ())[1:])])
    [lacking] = compare_path([packed], [other]).lacks
    assert lacking.cidrs == ("10.0.0.0/24",)
    assert compare_path([packed], [many]).lacks == ()


def test_a_default_route_carries_what_is_only_counted_too() -> None:
    found = compare_path([a_route_set(count=5000)], [a_route_set("0.0.0.0/0")])
    assert (found.lacks, found.uncompared) == ((), ())


def test_where_there_is_nothing_nothing_is_lacking() -> None:
    assert compare_path([a_route_set()], []).lacks == ()


CIDRS = st.builds(
    lambda start, length: str(ip_network((start << 24, length), strict=False)),
    st.integers(0, 15),
    st.integers(0, 12),
)


@given(mine=st.lists(CIDRS, max_size=6), theirs=st.lists(CIDRS, max_size=6))
def test_lookups_agree_with_the_standard_library(mine: list[str], theirs: list[str]) -> None:
    networks = [ip_network(each) for each in theirs]
    expected = [
        each
        for each in mine
        if not any(ip_network(each).subnet_of(other) for other in networks)  # type: ignore[arg-type]
    ]
    assert list(Prefixes(theirs).without(mine)) == expected
