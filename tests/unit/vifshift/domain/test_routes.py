"""How the routes of now differ from those of before."""

from ipaddress import IPv6Address
from random import Random

import pytest

from tests.unit.vifshift.fakes import a_route_set
from vifshift.domain.routes import KINDS, MOST_NAMED, ROUTE_BYTES, RouteSet, compare, kept
from vifshift.domain.sizes import size_of


def routes(**attributes: str) -> RouteSet:
    """Build a set of 10.N.0.0/16, each with attributes of its own."""
    cidrs = [f"10.{name[1:]}.0.0/16" for name in attributes]
    return a_route_set(*cidrs).model_copy(update={"attributes": tuple(attributes.values())})


def test_the_same_routes_do_not_differ() -> None:
    same = (a_route_set("10.0.0.0/8"), a_route_set("2001:db8::/32", family="ipv6"))
    assert compare(same, same) == ()


def test_what_was_lost_and_what_is_new_is_named() -> None:
    [change] = compare(
        [a_route_set("10.0.0.0/8", "10.1.0.0/16")], [a_route_set("10.1.0.0/16", "10.2.0.0/16")]
    )
    assert (change.lost, change.gained, change.changed) == (("10.0.0.0/8",), ("10.2.0.0/16",), ())
    assert (change.before, change.now) == (2, 2)
    assert str(change) == "ipv4 accepted routes 2 → 2: 1 lost, 1 new"


@pytest.mark.parametrize(
    ("before", "now", "lost", "gained"),
    [
        ([a_route_set("10.0.0.0/8")], [], 1, 0),
        ([], [a_route_set("10.0.0.0/8")], 0, 1),
    ],
    ids=["gone", "come"],
)
def test_a_whole_set_can_go_and_come(
    before: list[RouteSet], now: list[RouteSet], lost: int, gained: int
) -> None:
    [change] = compare(before, now)
    assert (change.lost_count, change.gained_count) == (lost, gained)


def test_each_family_and_direction_is_compared_by_itself() -> None:
    before = [a_route_set("10.0.0.0/8"), a_route_set("10.0.0.0/8", direction="advertised")]
    now = [a_route_set("10.0.0.0/8"), a_route_set("10.1.0.0/16", direction="advertised")]
    assert [str(change) for change in compare(before, now)] == [
        "ipv4 advertised routes 1 → 1: 1 lost, 1 new"
    ]


def test_another_path_or_community_is_a_change_of_the_route() -> None:
    [change] = compare([routes(_1="65001; ", _2="65001; ")], [routes(_1="65001; ", _2="65001 1; ")])
    assert change.changed == ("10.2.0.0/16: 65001;  → 65001 1; ",)
    assert (change.lost_count, change.gained_count, change.changed_count) == (0, 0, 1)


def test_attributes_that_were_not_kept_are_not_compared() -> None:
    assert compare([a_route_set("10.1.0.0/16")], [routes(_1="65001; 7224:9100")]) == ()


def test_routes_that_are_counted_only_differ_by_number() -> None:
    [change] = compare([a_route_set(count=1000)], [a_route_set(count=990)])
    assert (change.lost_count, change.gained_count, change.lost) == (10, 0, ())
    assert compare([a_route_set(count=1000)], [a_route_set(count=1000)]) == ()


def test_what_is_counted_only_says_so() -> None:
    [change] = compare([a_route_set(count=1000)], [a_route_set(count=990)])
    assert str(change) == "ipv4 accepted routes 1000 → 990: 10 lost (by number only)"
    assert change.is_by_number
    [named] = compare([a_route_set("10.0.0.0/8")], [])
    assert not named.is_by_number


def many(count: int, family: str = "ipv4", direction: str = "accepted") -> RouteSet:
    """Build many routes, each with an AS path."""
    pattern = "10.{}.{}.0/24" if family == "ipv4" else "2001:db8:{:x}:{:x}::/64"
    cidrs = [pattern.format(number // 256, number % 256) for number in range(count)]
    found = a_route_set(*cidrs, family=family, direction=direction)
    return found.model_copy(update={"attributes": ("65001; ",) * count})


def test_a_small_set_is_kept_as_it_is_beside_a_large_one() -> None:
    own, theirs = many(4), many(8000, direction="advertised")
    assert kept((theirs, own)) == (own, kept((theirs,))[0])


def test_a_large_set_is_compared_by_name_though_it_is_not_kept_as_it_is() -> None:
    # given
    before = many(8000)
    [keeps] = kept((before,))
    others = [cidr.replace("10.", "11.", 1) for cidr in (before.cidrs or ())[:1000]]
    now = a_route_set(*(before.cidrs or ())[1000:], *others)
    # when
    [change] = compare((keeps,), (now,))
    # then
    assert (keeps.cidrs, keeps.attributes, keeps.names) == (None, None, before.names)
    assert size_of(keeps.packed) < 30_000
    assert keeps.recovered_percent(now) == 87.5
    assert (change.lost_count, change.gained_count, change.is_by_number) == (1000, 1000, False)
    assert change.lost[0] == "10.0.0.0/24"


def test_as_many_routes_as_an_execution_keeps_are_kept_as_they_are() -> None:
    both = (many(500), many(500, direction="advertised"))
    assert kept(both) == both
    [small, large] = kept((many(500), many(501, direction="advertised")))
    assert (small.cidrs is None, large.cidrs is None) == (False, True)
    assert large.names == many(501).names


def test_a_set_that_was_not_read_to_its_end_is_only_counted() -> None:
    cut = many(10).model_copy(update={"is_at_least": True})
    [keeps] = kept((cut,))
    assert (keeps.number, keeps.names, keeps.cidrs) == ("at least 10", None, None)
    assert keeps.recovered_percent(many(9)) == 90


@pytest.mark.parametrize(
    ("sizes", "bits"),
    [((4, 8000, 0, 10_000), 48), ((1000, 0, 0, 0), 128), ((250, 250, 250, 10_000), 128)],
)
def test_whatever_there_is_the_routes_of_an_execution_are_bounded(
    sizes: tuple[int, ...], bits: int
) -> None:
    # given prefixes that can't be compressed
    dice = Random(bits)
    sets = [
        RouteSet(
            address_family=family,
            route_direction=direction,
            count=size,
            cidrs=tuple(
                f"{IPv6Address(dice.getrandbits(bits) << (128 - bits))}/{bits}" for _ in range(size)
            ),
            attributes=("4200000000 4200000001; 7224:9100",) * size,
        )
        for (family, direction), size in zip(KINDS, sizes, strict=True)
    ]
    # when
    found = kept(sets)
    # then those that take the least have their paths, too
    assert size_of([each.to_json() for each in found]) < ROUTE_BYTES + 1000
    assert {each.kind: each.count for each in found} == {each.kind: each.count for each in sets}


def test_of_many_the_first_are_named() -> None:
    many = a_route_set(*(f"10.{number}.0.0/16" for number in range(100)))
    [change] = compare([many], [])
    assert change.lost_count == 100
    assert len(change.lost) == MOST_NAMED


def test_a_long_path_is_cut() -> None:
    [change] = compare([routes(_1="1 " * 1000)], [routes(_1="2 " * 1000)])
    assert len(change.changed[0]) < 300
