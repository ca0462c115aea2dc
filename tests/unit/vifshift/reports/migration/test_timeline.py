"""What the picture of a migration shows, and what it does not pretend to know."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import START, after
from tests.unit.vifshift.reports.migration.examples import (
    IPV4,
    IPV6,
    SOURCE,
    TARGET,
    a_look,
    a_place,
    a_step,
    an_attempt,
    told,
)
from vifshift.domain.migration import Phase
from vifshift.domain.workflow import StateName
from vifshift.events.base import DetailType
from vifshift.reports.migration.model import Timeline
from vifshift.reports.migration.timeline import LEAD, SHORTEST, draw

DAY = 86_400
Stretch = tuple[float, float, str]


def a_timeline(**facts: Any) -> Timeline:
    """Draw a migration of two minutes of which nothing else is known than what is given."""
    nothing: dict[str, Any] = {"looks": (), "steps": (), "told": (), "associations": ()}
    ends = {"before": None, "started_at": START, "ended_at": after(120)}
    return draw(**{**nothing, **ends, **facts})


def segments(timeline: Timeline, name: str) -> list[Stretch]:
    """Return a lane's segments, in seconds from the start."""
    [lane] = [lane for lane in timeline.lanes if lane.name == name]
    return [
        (
            (segment.starts_at - START).total_seconds(),
            (segment.ends_at - START).total_seconds(),
            segment.value,
        )
        for segment in lane.segments
    ]


def test_there_is_a_lane_for_the_connection_for_the_state_and_for_each_peer() -> None:
    timeline = a_timeline(before=a_place())
    assert [lane.name for lane in timeline.lanes] == [
        "connectionId",
        "virtualInterfaceState",
        IPV4,
        IPV6,
    ]


def test_where_nothing_was_associated_the_picture_spans_all_and_stays_the_same() -> None:
    timeline = a_timeline(before=a_place(), ended_at=after(2 * DAY))
    assert (timeline.starts_at, timeline.ends_at) == (START, after(2 * DAY))
    assert segments(timeline, "connectionId") == [(0, 2 * DAY, SOURCE)]
    assert segments(timeline, IPV4) == [(0, 2 * DAY, "up")]


def test_a_virtual_interface_that_nobody_ever_saw_has_no_lanes() -> None:
    assert a_timeline().lanes == ()


def test_the_picture_starts_a_little_before_the_first_association() -> None:
    timeline = a_timeline(
        associations=(an_attempt(7 * DAY + 10), an_attempt(7 * DAY)), ended_at=after(7 * DAY + 300)
    )
    assert timeline.starts_at == after(7 * DAY) - LEAD


def test_the_picture_does_not_start_before_the_execution() -> None:
    assert a_timeline(associations=(an_attempt(6),)).starts_at == START


def test_what_was_seen_before_counts_until_the_virtual_interface_is_asked_to_go() -> None:
    timeline = a_timeline(
        before=a_place(), associations=(an_attempt(6),), looks=(a_look(12, a_place(TARGET)),)
    )
    assert segments(timeline, "connectionId") == [
        (0, 6, SOURCE),
        (6, 12, "unseen"),
        (12, 120, TARGET),
    ]


def test_a_look_that_saw_nothing_is_unseen_until_the_next_one() -> None:
    looks = (a_look(12, a_place(TARGET)), a_look(20, None), a_look(30, a_place(TARGET)))
    timeline = a_timeline(before=a_place(), associations=(an_attempt(12),), looks=looks)
    assert segments(timeline, IPV6) == [(0, 20, "up"), (20, 30, "unseen"), (30, 120, "up")]


def test_what_was_seen_on_the_target_says_nothing_once_it_turns_back() -> None:
    # given a last look and the turning back in the same second, as virtual time has it
    down = a_place(TARGET, "down", ipv4="down")
    timeline = a_timeline(
        before=a_place(),
        associations=(
            an_attempt(6),
            an_attempt(60, phase=Phase.ROLLBACK, connection_id=SOURCE),
            an_attempt(70, phase=Phase.ROLLBACK, connection_id=SOURCE),
        ),
        looks=(
            a_look(12, down),
            a_look(60, down),
            a_look(66, a_place(SOURCE, "pending"), phase=Phase.ROLLBACK),
            a_look(90, a_place(), phase=Phase.ROLLBACK),
        ),
    )
    # then
    assert segments(timeline, "virtualInterfaceState") == [
        (0, 6, "available"),
        (6, 12, "unseen"),
        (12, 60, "down"),
        (60, 66, "unseen"),
        (66, 90, "pending"),
        (90, 120, "available"),
    ]


def test_a_peer_that_is_not_listed_is_absent() -> None:
    seen = a_place(TARGET).model_copy(update={"bgp_peers": {IPV4: "up"}})
    timeline = a_timeline(before=a_place(), looks=(a_look(10, seen),))
    assert segments(timeline, IPV6) == [(0, 10, "up"), (10, 120, "absent")]


def test_a_look_that_was_not_told_where_it_is_did_not_see_the_connection() -> None:
    timeline = a_timeline(before=a_place(""))
    assert segments(timeline, "connectionId") == [(0, 120, "unseen")]


def test_marks_are_steps_associations_and_events_in_their_order_and_no_looking() -> None:
    timeline = a_timeline(
        steps=(
            a_step(StateName.ASSOCIATE, 6, 8),
            a_step(StateName.PAUSE, 8, 13),
            a_step(StateName.OBSERVE, 13, 14),
            a_step(StateName.CONCLUDE, 90, 91),
        ),
        associations=(an_attempt(6.5),),
        told=(told(5, DetailType.STARTED), told(92, DetailType.SUCCEEDED)),
    )
    assert [(mark.kind, mark.name) for mark in timeline.marks] == [
        ("event", "VIF Migration Started"),
        ("step", "Associate"),
        ("association", TARGET),
        ("step", "Conclude"),
        ("event", "VIF Migration Succeeded"),
    ]


def test_what_came_before_the_picture_has_no_mark() -> None:
    timeline = a_timeline(
        steps=(a_step(StateName.ASK_FOR_APPROVAL, 3, DAY), a_step(StateName.ASSOCIATE, DAY, DAY)),
        associations=(an_attempt(DAY),),
        ended_at=after(DAY + 60),
    )
    assert [mark.name for mark in timeline.marks] == ["Associate", TARGET]


def test_an_event_that_is_sent_after_the_end_is_in_the_picture() -> None:
    timeline = a_timeline(told=(told(195, DetailType.INTERRUPTED),))
    assert timeline.ends_at == after(195)
    assert [mark.name for mark in timeline.marks] == ["VIF Migration Interrupted"]


def test_what_took_no_time_has_a_picture_of_a_second() -> None:
    timeline = a_timeline(before=a_place(), ended_at=START)
    assert timeline.ends_at - timeline.starts_at == SHORTEST
    assert segments(timeline, IPV4) == [(0, 1, "up")]


moments = st.integers(0, 4000).map(lambda tenths: tenths / 10)
places = st.sampled_from(
    [None, a_place(), a_place(TARGET), a_place(TARGET, "down", ipv4="down"), a_place("")]
)
phases = st.sampled_from(Phase)
looks = st.lists(
    st.builds(lambda at, place, phase: a_look(at, place, phase=phase), moments, places, phases)
)
attempts = st.lists(
    st.builds(lambda at, phase: an_attempt(at, phase=phase), moments, phases), max_size=5
)
steps = st.lists(st.builds(lambda at: a_step(StateName.ANNOUNCE_PROGRESS, at, None), moments))
events = st.lists(st.builds(lambda at: told(at, DetailType.PROGRESSED), moments))


@given(looks, attempts, steps, events, places, moments)
def test_lanes_have_no_gap_and_no_overlap_and_reach_from_end_to_end(
    looks: list[Any],
    attempts: list[Any],
    steps: list[Any],
    events: list[Any],
    before: Any,
    ended: float,
) -> None:
    timeline = a_timeline(
        looks=tuple(looks),
        associations=tuple(attempts),
        steps=tuple(steps),
        told=tuple(events),
        before=before,
        ended_at=after(ended),
    )
    assert timeline.ends_at - timeline.starts_at >= timedelta(seconds=1)
    assert bool(timeline.lanes) == (before is not None or bool(looks))
    for lane in timeline.lanes:
        assert lane.segments[0].starts_at == timeline.starts_at
        assert lane.segments[-1].ends_at == timeline.ends_at
        assert all(segment.starts_at < segment.ends_at for segment in lane.segments)
        for one, next_one in pairwise(lane.segments):
            assert one.ends_at == next_one.starts_at
            assert one.value != next_one.value
    times = [mark.at for mark in timeline.marks]
    assert times == sorted(times)
    assert all(timeline.starts_at <= at <= timeline.ends_at for at in times)


@given(st.lists(st.tuples(moments, places), min_size=1))
def test_at_each_look_the_lanes_show_what_it_saw(seen: list[tuple[float, Any]]) -> None:
    # given looks at different moments, in the order of time
    in_order = sorted(dict(seen).items())
    timeline = a_timeline(
        looks=tuple(a_look(at, place) for at, place in in_order), ended_at=after(401)
    )
    [lane] = [lane for lane in timeline.lanes if lane.name == "virtualInterfaceState"]
    # then
    for at, place in in_order:
        [value] = [
            segment.value
            for segment in lane.segments
            if segment.starts_at <= after(at) < segment.ends_at
        ]
        assert value == (place.virtual_interface_state if place else "unseen")
