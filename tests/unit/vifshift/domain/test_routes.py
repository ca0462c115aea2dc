"""How the routes of now differ from those of before."""

import pytest

from tests.unit.vifshift.fakes import a_route_set
from vifshift.domain.routes import MOST_NAMED, RouteSet, compare


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
    assert str(change) == "ipv4 accepted routes: 1 lost, 1 new"


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
        "ipv4 advertised routes: 1 lost, 1 new"
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


def test_of_many_the_first_are_named() -> None:
    many = a_route_set(*(f"10.{number}.0.0/16" for number in range(100)))
    [change] = compare([many], [])
    assert change.lost_count == 100
    assert len(change.lost) == MOST_NAMED


def test_a_long_path_is_cut() -> None:
    [change] = compare([routes(_1="1 " * 1000)], [routes(_1="2 " * 1000)])
    assert len(change.changed[0]) < 300
