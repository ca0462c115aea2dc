"""How long an interruption lasted, as far as looks can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    a_landed_vif,
    a_migration,
    a_peer,
    a_picture,
    a_vif,
    after,
    an_ipv6_peer,
)
from tests.unit.vifshift.histories import (
    DOWN,
    WORKING,
    Event,
    a_look,
    a_step,
    a_validation,
    beginning,
    evidence,
    moved,
    the_end,
)
from vifshift.domain.migration import Outcome
from vifshift.domain.network import VirtualInterface
from vifshift.reports.migration.interruption import interruption
from vifshift.reports.migration.model import Interruption
from vifshift.reports.migration.observations import VifReading

IPV4 = "ipv4 169.254.1.2"


def reading(
    asked: float, vif: VirtualInterface | None, answered: float | None = None
) -> VifReading:
    end = asked if answered is None else answered
    return VifReading(after(asked), after(end), a_picture(vif) if vif else None)


def judged(*readings: VifReading, up_at: float = 0) -> Interruption | None:
    return interruption([IPV4], after(up_at), readings)


def test_what_was_never_seen_down_was_not_interrupted_as_far_as_is_known() -> None:
    assert judged() is None
    assert judged(reading(5, WORKING), reading(10, WORKING)) is None


def test_it_lasted_from_the_first_bad_look_to_the_first_good_one_after_the_last() -> None:
    found = judged(reading(5, DOWN), reading(10, WORKING), reading(20, DOWN), reading(30, WORKING))

    assert found is not None
    assert (found.began_at, found.ended_at, found.seconds) == (after(5), after(30), 25)
    assert (found.at_least, found.at_most) == (15, 30)


def test_the_bounds_count_the_time_that_a_look_takes() -> None:
    found = judged(reading(5, DOWN, 7), reading(20, DOWN, 28), reading(30, WORKING, 33), up_at=-2)

    assert found is not None
    assert (found.at_least, found.at_most) == (13, 35)


def test_one_bad_look_proves_no_length() -> None:
    found = judged(reading(5, DOWN, 9), reading(10, WORKING))

    assert found is not None
    assert (found.at_least, found.seconds, found.at_most) == (0, 5, 10)


def test_what_was_never_seen_up_again_has_no_length() -> None:
    found = judged(reading(5, WORKING), reading(10, DOWN))

    assert found is not None
    assert found == Interruption(
        began_at=after(10), ended_at=None, seconds=None, at_least=None, at_most=None
    )


def test_a_vif_that_is_gone_has_no_peer_up() -> None:
    found = judged(reading(5, WORKING), reading(10, None))

    assert found is not None
    assert found.ended_at is None


@given(
    went=st.floats(0, 60),
    lasted=st.floats(0.5, 60),
    looks=st.lists(st.tuples(st.floats(0.5, 20), st.floats(0, 3)), min_size=1, max_size=20),
)
def test_the_truth_lies_between_the_bounds(
    went: float, lasted: float, looks: list[tuple[float, float]]
) -> None:
    """Whatever the rhythm of the looks: a VIF goes down once, and comes back once."""
    readings, now = [], 0.0
    for pause, takes in looks:
        now += pause
        is_down = went <= now + takes / 2 < went + lasted
        readings.append(reading(now, DOWN if is_down else WORKING, now + takes))
        now += takes

    found = judged(*readings)

    if found and found.at_least is not None and found.at_most is not None:
        # A time holds millionths of a second.
        assert found.at_least - 1e-5 <= lasted <= found.at_most + 1e-5


def test_looks_of_both_ways_count_from_the_last_preflight_on() -> None:
    back = a_vif()

    found = evidence(
        moved(a_look(15, DOWN), a_look(20, DOWN, 22), a_step(30, "Associate"), a_look(40, back, 41))
    ).interruption

    assert found is not None
    assert (found.began_at, found.ended_at) == (after(15), after(40))
    assert (found.at_least, found.at_most) == (5, 41)


def test_only_the_peers_count_that_were_up_before() -> None:
    half = a_vif(a_peer(), an_ipv6_peer(bgp_status="down"))
    migration = a_migration(half)
    history: list[Event] = [*beginning(a_validation(migration)), *a_step(10, "Associate")]
    landed = a_landed_vif(a_peer(), an_ipv6_peer(bgp_status="down"))

    found = evidence([*history, *a_look(15, landed)])

    assert found.interruption is None


def test_what_carried_nothing_before_was_not_interrupted() -> None:
    dead = a_migration(a_vif(a_peer(bgp_status="down")))
    history: list[Event] = [*beginning(a_validation(dead)), *a_step(10, "Associate")]

    assert evidence([*history, *a_look(15, DOWN), *a_look(20, WORKING)]).interruption is None


def test_what_was_not_touched_was_not_interrupted() -> None:
    last = the_end(Outcome.INTERRUPTED, now=a_picture(DOWN))

    assert evidence(beginning(), last).interruption is None


@pytest.mark.parametrize(("seen", "ended_at"), [(WORKING, after(300)), (DOWN, None), (None, None)])
def test_the_watchdog_s_glance_is_the_last_look(
    seen: VirtualInterface | None, ended_at: object
) -> None:
    last = the_end(Outcome.INTERRUPTED, now=a_picture(seen) if seen else None)

    found = evidence(moved(a_look(15, DOWN)), last).interruption

    assert found is not None
    assert (found.began_at, found.ended_at) == (after(15), ended_at)
