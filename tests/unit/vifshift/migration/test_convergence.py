"""What a series of looks at a VIF that moves comes to."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, cycle, repeat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    ELSEWHERE,
    ENDS,
    SOURCE,
    TARGET,
    VIF,
    FakeDirectConnect,
    a_landed_vif,
    a_peer,
    a_picture,
    a_route_set,
    a_vif,
    after,
    an_ipv6_peer,
)
from vifshift.domain.bgp import BgpPeer
from vifshift.domain.errors import CallDenied, CallError, CallFailed, CallThrottled, CallTimedOut
from vifshift.domain.migration import Expectation, expect
from vifshift.domain.network import VirtualInterface
from vifshift.domain.observation import (
    Observation,
    Progress,
    Reading,
    Reason,
    Verdict,
)
from vifshift.domain.request import Convergence, RouteCheck
from vifshift.domain.routes import KINDS as ROUTE_KINDS
from vifshift.domain.routes import MOST_ROUTES, Kind, RouteSet
from vifshift.migration.convergence import observe, read_vif_and_routes
from vifshift.migration.pace import QUICK, QUICK_FOR, SLOWER
from vifshift.migration.progress import PhaseTerms
from vifshift.migration.route_comparison import are_routes_due

ROUTES = (
    a_route_set("10.0.0.0/8", "172.16.0.0/12"),
    a_route_set("192.168.0.0/16", direction="advertised"),
)
GOOD = Reading(virtual_interface=a_landed_vif(), routes=())
STILL_THERE = Reading(virtual_interface=a_vif())
PENDING = Reading(
    virtual_interface=a_landed_vif(a_peer(bgp_status="down"), virtual_interface_state="pending")
)
FLAPPING = Reading(virtual_interface=a_landed_vif(a_peer(bgp_status="down")))
BLIND = Reading(problem="ThrottlingException")
EMPTY = Reading()


def landed(*peers: BgpPeer, state: str = "available") -> Reading:
    return Reading(virtual_interface=a_landed_vif(*peers, virtual_interface_state=state))


def with_routes(*routes: RouteSet) -> Reading:
    return Reading(virtual_interface=a_landed_vif(), routes=routes)


class Way:
    """One phase: hands each look what the one before has left, as the workflow does.

    Unless it says otherwise, it gives up only at its deadline.
    """

    def __init__(
        self,
        snapshot: VirtualInterface | None = None,
        routes: tuple[RouteSet, ...] | None = (),
        *,
        percent: int = 95,
        timeout: int = 600,
        hold: int = 120,
        poll: int = 10,
        give_up: int | None = None,
    ) -> None:
        self.snapshot = snapshot or a_vif()
        self.expectation = expect(self.snapshot, routes)
        self.route_check = RouteCheck(min_recovered_percent=percent)
        self.convergence = Convergence(
            timeout_seconds=timeout,
            give_up_seconds=give_up or timeout,
            hold_seconds=hold,
            poll_seconds=poll,
        )
        self.progress: Progress | None = None

    def see(self, reading: Reading, at: float) -> Observation:
        """Look at a time, in seconds since the start."""
        observation = observe(
            reading,
            PhaseTerms(ENDS, self.expectation, self.convergence, self.route_check),
            progress=self.progress,
            before=a_picture(self.snapshot),
            now=after(at),
        )
        self.progress = observation.progress
        return observation

    def look_was_over(self, at: float) -> None:
        """Say when the last look was over, which Lambda may have taken its time for."""
        assert self.progress
        self.progress = self.progress.looked_at(after(at))

    def keep_seeing(self, reading: Reading, since: int, until: int, every: int = 10) -> Observation:
        """Look again and again, from one time to another; all must leave it settling."""
        for at in range(since, until + 1, every):
            observation = self.see(reading, at)
            assert observation.verdict is Verdict.SETTLING, at
        return observation


def told(observation: Observation) -> tuple[Verdict, Reason]:
    return observation.verdict, observation.reason


def reason_for(reading: Reading, way: Way | None = None) -> Reason:
    """Return why the first look, which has time, says what it says."""
    return (way or Way()).see(reading, 0).reason


# The hold.


def test_it_settles_after_the_hold() -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 30)
    way.keep_seeing(GOOD, 40, 150)
    # when, then
    assert told(way.see(GOOD, 159)) == (Verdict.SETTLING, Reason.AS_EXPECTED)
    assert told(way.see(GOOD, 160)) == (Verdict.SETTLED, Reason.AS_EXPECTED)


def test_without_a_hold_it_settles_at_once() -> None:
    assert Way(hold=0).see(GOOD, 0).verdict is Verdict.SETTLED


@pytest.mark.parametrize("flap", [FLAPPING, PENDING, STILL_THERE], ids=["peer", "state", "place"])
def test_a_flap_restarts_the_hold(flap: Reading) -> None:
    # given
    way = Way()
    way.keep_seeing(GOOD, 0, 100)
    # when
    way.see(flap, 110)
    # then
    way.keep_seeing(GOOD, 120, 230)
    assert way.see(GOOD, 240).verdict is Verdict.SETTLED


def test_a_hold_counts_from_when_its_first_look_was_over() -> None:
    # given a look asked for at 0 that came 25 s later
    way = Way()
    way.see(landed(), 0)
    way.look_was_over(25)
    # when, then
    way.keep_seeing(landed(), 30, 140)
    assert way.see(landed(), 145).verdict is Verdict.SETTLED


def test_a_later_look_that_took_its_time_moves_no_hold() -> None:
    # given
    way = Way()
    way.keep_seeing(landed(), 0, 20)
    way.look_was_over(29)
    # when, then
    way.keep_seeing(landed(), 30, 110)
    assert way.see(landed(), 120).verdict is Verdict.SETTLED


def test_routes_that_are_new_or_have_changed_are_noted_and_do_not_hold_it_up() -> None:
    # given
    before = a_route_set("10.0.0.0/8").model_copy(update={"attributes": ("65001; ",)})
    now = a_route_set("10.0.0.0/8", "10.1.0.0/16").model_copy(update={"attributes": ("1; ", "")})
    # when
    observation = Way(routes=(before,)).see(with_routes(now), 0)
    # then
    assert told(observation) == (Verdict.SETTLING, Reason.AS_EXPECTED)
    assert observation.message == (
        "on dxlag-target01 BGP and routes are as before; ipv4 accepted routes 1 → 2: 1 new, "
        "1 with another AS path or other communities"
    )
    [change] = observation.route_changes
    assert (change.gained, change.changed) == (("10.1.0.0/16",), ("10.0.0.0/8: 65001;  → 1; ",))


def test_routes_that_go_away_restart_the_hold() -> None:
    # given
    way = Way(routes=ROUTES)
    way.keep_seeing(with_routes(*ROUTES), 0, 100)
    # when
    assert told(way.see(with_routes(), 110)) == (Verdict.SETTLING, Reason.ROUTES_MISSING)
    # then
    way.keep_seeing(with_routes(*ROUTES), 120, 230)
    assert way.see(with_routes(*ROUTES), 240).verdict is Verdict.SETTLED


def test_what_comes_good_just_before_the_deadline_may_finish_its_hold() -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    # when
    way.keep_seeing(GOOD, 599, 715)
    # then
    assert way.see(GOOD, 719).verdict is Verdict.SETTLED


def test_a_flap_after_the_deadline_fails() -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    way.keep_seeing(GOOD, 595, 645)
    # when, then
    assert told(way.see(FLAPPING, 650)) == (Verdict.FAILED, Reason.PEERS_NOT_UP)


def test_what_does_not_come_good_fails_at_the_deadline() -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    # when, then
    assert way.see(PENDING, 599).verdict is Verdict.SETTLING
    assert told(way.see(PENDING, 600)) == (Verdict.FAILED, Reason.NOT_AVAILABLE)


# What is good.


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (GOOD, Reason.AS_EXPECTED),
        (landed(state="pending"), Reason.NOT_AVAILABLE),
        (landed(state="down"), Reason.NOT_AVAILABLE),
        (landed(state="verifying"), Reason.NOT_AVAILABLE),
        (landed(state="confirming"), Reason.NOT_AVAILABLE),
        (landed(state="unknown"), Reason.NOT_AVAILABLE),
        (landed(state="levitating"), Reason.NOT_AVAILABLE),
        (landed(a_peer(bgp_status="down")), Reason.PEERS_NOT_UP),
        (landed(a_peer(bgp_status="unknown")), Reason.PEERS_NOT_UP),
        (landed(a_peer(bgp_status="Up")), Reason.PEERS_NOT_UP),
        (landed(a_peer(bgp_peer_state="levitating")), Reason.AS_EXPECTED),
        (landed(a_peer(bgp_peer_id="dxpeer-new00001")), Reason.AS_EXPECTED),
        (landed(a_peer(asn=65002)), Reason.PEERS_NOT_UP),
        (landed(an_ipv6_peer()), Reason.PEERS_NOT_UP),
    ],
)
def test_only_what_is_known_to_be_good_is_good(reading: Reading, reason: Reason) -> None:
    assert told(Way().see(reading, 0)) == (Verdict.SETTLING, reason)


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_the_old_peer_that_still_reads_up_does_not_count(state: str) -> None:
    # given
    old = a_peer(bgp_peer_state=state, bgp_status="up")
    new = a_peer(bgp_peer_id="dxpeer-new00001", bgp_peer_state="pending", bgp_status="down")
    # when, then
    assert reason_for(landed(old, new)) is Reason.PEERS_NOT_UP
    assert reason_for(landed(old, new.model_copy(update={"bgp_status": "up"}))) is (
        Reason.AS_EXPECTED
    )


def test_every_peer_that_was_up_is_waited_for() -> None:
    # given
    way = Way(a_vif(a_peer(), an_ipv6_peer()))
    # when
    observation = way.see(landed(a_peer(), an_ipv6_peer(bgp_status="down")), 0)
    # then
    assert observation.reason is Reason.PEERS_NOT_UP
    assert "ipv6 2001:db8::2" in observation.message
    assert "ipv4" not in observation.message


def test_a_peer_that_was_down_before_is_not_waited_for() -> None:
    ipv6_down = an_ipv6_peer(bgp_status="down")
    assert reason_for(landed(a_peer(), ipv6_down), Way(a_vif(a_peer(), ipv6_down))) is (
        Reason.AS_EXPECTED
    )


DEAD = a_vif(a_peer(bgp_status="down"), an_ipv6_peer(bgp_status="unknown"))


def test_where_no_peer_was_up_any_of_them_will_do_and_those_that_are_down_are_named() -> None:
    # when
    both = Way(DEAD).see(landed(a_peer(), an_ipv6_peer()), 0)
    one = Way(DEAD).see(landed(a_peer(), an_ipv6_peer(bgp_status="down")), 0)
    none = Way(DEAD).see(landed(a_peer(bgp_status="down"), an_ipv6_peer(bgp_status="down")), 0)
    # then
    assert both.message == "on dxlag-target01 BGP is up"
    assert one.message == "on dxlag-target01 BGP is up; BGP is not up: ipv6 2001:db8::2"
    assert none.message == ("on dxlag-target01 BGP is not up: ipv4 169.254.1.2, ipv6 2001:db8::2")
    assert [each.reason for each in (both, one, none)] == [
        Reason.AS_EXPECTED,
        Reason.AS_EXPECTED,
        Reason.PEERS_NOT_UP,
    ]


def test_where_no_peer_is_up_those_that_were_up_before_its_last_move_are_waited_for() -> None:
    way = Way(DEAD)
    way.expectation = expect(DEAD, (), {an_ipv6_peer().key})
    assert reason_for(landed(a_peer()), way) is Reason.PEERS_NOT_UP
    only_ipv6 = landed(a_peer(bgp_status="down"), an_ipv6_peer())
    assert reason_for(only_ipv6, way) is Reason.AS_EXPECTED


def test_a_peer_that_is_down_as_before_is_named() -> None:
    ipv6_down = an_ipv6_peer(bgp_status="down")
    message = Way(a_vif(a_peer(), ipv6_down)).see(landed(a_peer(), ipv6_down), 0).message
    assert message == (
        "on dxlag-target01 BGP and routes are as before; BGP is not up: ipv6 2001:db8::2, as before"
    )


# What can not come good.


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (landed(state="deleting"), Reason.DELETED),
        (landed(state="deleted"), Reason.DELETED),
        (landed(state="rejected"), Reason.REJECTED),
        (landed(state="testing"), Reason.FAILOVER_TEST),
        (
            Reading(virtual_interface=a_vif(virtual_interface_state="testing")),
            Reason.FAILOVER_TEST,
        ),
        (Reading(virtual_interface=a_vif(connection_id=ELSEWHERE)), Reason.MOVED_ELSEWHERE),
    ],
)
def test_what_no_waiting_brings_good_fails_at_once(reading: Reading, reason: Reason) -> None:
    assert told(Way().see(reading, 0)) == (Verdict.FAILED, reason)
    # and in the middle of a hold
    way = Way()
    way.keep_seeing(GOOD, 0, 100)
    assert told(way.see(reading, 110)) == (Verdict.FAILED, reason)


def test_a_vif_deleted_elsewhere_is_deleted_not_moved() -> None:
    vif = a_vif(connection_id=ELSEWHERE, virtual_interface_state="deleted")
    assert reason_for(Reading(virtual_interface=vif)) is Reason.DELETED


def test_a_move_that_does_not_show_is_waited_for_until_the_deadline() -> None:
    # given
    way = Way()
    # when
    assert told(way.see(STILL_THERE, 0)) == (Verdict.SETTLING, Reason.NOT_MOVED)
    way.keep_seeing(STILL_THERE, 10, 590)
    # then
    assert told(way.see(STILL_THERE, 600)) == (Verdict.FAILED, Reason.NOT_MOVED)


def test_reads_that_alternate_between_old_and_new_never_hold() -> None:
    way = Way()
    for at in range(0, 600, 20):
        assert way.see(GOOD, at).verdict is Verdict.SETTLING
        assert way.see(STILL_THERE, at + 10).verdict is Verdict.SETTLING
    assert told(way.see(STILL_THERE, 600)) == (Verdict.FAILED, Reason.NOT_MOVED)


@pytest.mark.parametrize("last", [PENDING, STILL_THERE])
def test_where_reads_alternate_the_deadline_is_judged_by_what_is_seen_there(last: Reading) -> None:
    # given
    way = Way()
    for at in range(0, 590, 20):
        way.see(PENDING, at)
        way.see(STILL_THERE, at + 10)
    # when
    way.see(PENDING, 598)
    if last is STILL_THERE:
        assert way.see(STILL_THERE, 600).verdict is Verdict.SETTLING
    # then
    assert told(way.see(PENDING, 602)) == (Verdict.FAILED, Reason.NOT_AVAILABLE)


# Looks that see nothing.


def test_one_blind_look_does_not_restart_the_hold() -> None:
    # given
    way = Way()
    way.keep_seeing(GOOD, 0, 50)
    # when
    assert told(way.see(BLIND, 60)) == (Verdict.SETTLING, Reason.CANNOT_SEE)
    # then
    way.keep_seeing(GOOD, 70, 110)
    assert way.see(GOOD, 120).verdict is Verdict.SETTLED


@pytest.mark.parametrize("pause", [5, 10, 15, 20, 60, 150])
def test_one_blind_look_does_not_restart_the_hold_at_any_pace(pause: int) -> None:
    # given looks that each take a moment besides the pause, as Step Functions' do
    way, step = Way(hold=900), pause + 0.2
    way.see(PENDING, 0)
    way.progress = way.see(GOOD, 200).pausing(pause).progress
    # when
    way.progress = way.see(BLIND, 200 + step).pausing(pause).progress
    observation = way.see(GOOD, 200 + 2 * step)
    # then
    assert observation.progress.good_since == after(200)


def test_a_longer_blindness_restarts_the_hold() -> None:
    # given
    way = Way()
    way.keep_seeing(GOOD, 0, 50)
    # when
    way.keep_seeing(BLIND, 60, 110)
    # then
    way.keep_seeing(GOOD, 120, 230)
    assert way.see(GOOD, 240).verdict is Verdict.SETTLED


def test_a_flap_between_blind_looks_restarts_the_hold() -> None:
    # given
    way = Way()
    way.keep_seeing(GOOD, 0, 50)
    # when
    way.see(BLIND, 60)
    way.see(FLAPPING, 70)
    way.see(BLIND, 80)
    # then
    way.keep_seeing(GOOD, 90, 200)
    assert way.see(GOOD, 210).verdict is Verdict.SETTLED


@pytest.mark.parametrize("at", [600, 718, 719, 800, 840, 900])
def test_it_never_settles_while_blind(at: int) -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    way.see(GOOD, 599)
    # when, then
    assert told(way.see(BLIND, at)) in {
        (Verdict.SETTLING, Reason.CANNOT_SEE),
        (Verdict.FAILED, Reason.CANNOT_SEE),
    }


@pytest.mark.parametrize("before", [BLIND, PENDING, FLAPPING, STILL_THERE])
def test_who_can_not_see_until_two_minutes_after_the_deadline_has_failed(
    before: Reading,
) -> None:
    # given
    way = Way()
    way.keep_seeing(before, 0, 590)
    way.keep_seeing(BLIND, 600, 710)
    # when, then
    assert told(way.see(BLIND, 719.9)) == (Verdict.SETTLING, Reason.CANNOT_SEE)
    assert told(way.see(BLIND, 720)) == (Verdict.FAILED, Reason.CANNOT_SEE)


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (FLAPPING, Reason.PEERS_NOT_UP),
        (PENDING, Reason.NOT_AVAILABLE),
        (STILL_THERE, Reason.NOT_MOVED),
        (with_routes(), Reason.ROUTES_MISSING),
        (landed(state="deleted"), Reason.DELETED),
    ],
)
@pytest.mark.parametrize("at", [610, 650, 719.9, 720, 725])
def test_what_is_seen_to_be_bad_after_a_blind_deadline_fails_with_its_reason(
    reading: Reading, reason: Reason, at: float
) -> None:
    # given
    way = Way(routes=ROUTES)
    way.keep_seeing(PENDING, 0, 590)
    way.see(BLIND, 600)
    # when, then
    if reason is Reason.NOT_MOVED and at == 610:
        # So shortly after it was seen on its destination, this may be an answer from before.
        assert way.see(reading, at).verdict is Verdict.SETTLING
        at += 2
    assert told(way.see(reading, at)) == (Verdict.FAILED, reason)


def test_one_empty_answer_at_the_deadline_may_still_be_a_slow_read() -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    # when, then
    assert told(way.see(EMPTY, 600)) == (Verdict.SETTLING, Reason.CANNOT_SEE)
    assert told(way.see(FLAPPING, 610)) == (Verdict.FAILED, Reason.PEERS_NOT_UP)


@pytest.mark.parametrize("at", [600, 601, 650, 700, 720])
def test_what_is_seen_to_be_good_after_a_blind_deadline_holds_from_there(at: int) -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    way.see(BLIND, 599.5)
    # when
    way.keep_seeing(GOOD, at, at + 119)
    # then
    assert told(way.see(GOOD, at + 120)) == (Verdict.SETTLED, Reason.AS_EXPECTED)


def test_a_flap_in_a_hold_that_began_after_the_deadline_fails() -> None:
    # given
    way = Way()
    way.keep_seeing(BLIND, 0, 690)
    way.keep_seeing(GOOD, 700, 750)
    # when, then
    assert told(way.see(FLAPPING, 760)) == (Verdict.FAILED, Reason.PEERS_NOT_UP)


def test_who_can_not_see_in_a_late_hold_has_failed_at_the_end_of_the_longest_way() -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    way.see(GOOD, 595)
    # when
    way.keep_seeing(BLIND, 605, 955)
    # then
    assert told(way.see(BLIND, 960)) == (Verdict.FAILED, Reason.CANNOT_SEE)


def test_what_is_seen_to_be_bad_after_a_blind_hold_fails_with_its_reason() -> None:
    # given
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    way.see(GOOD, 595)
    # when
    way.keep_seeing(BLIND, 605, 825)
    # then
    assert told(way.see(FLAPPING, 835)) == (Verdict.FAILED, Reason.PEERS_NOT_UP)


def test_what_is_good_and_has_not_held_by_the_end_of_the_longest_way_has_failed() -> None:
    # given a hold that begins anew after a blindness
    way = Way()
    way.keep_seeing(PENDING, 0, 590)
    way.see(GOOD, 595)
    way.keep_seeing(BLIND, 605, 865)
    # when
    way.keep_seeing(GOOD, 875, 955)
    # then
    observation = way.see(GOOD, 960)
    assert told(observation) == (Verdict.FAILED, Reason.CANNOT_SEE)
    assert "now it is as expected" in observation.message


def test_a_blindness_within_a_hold_is_looked_into_half_as_often() -> None:
    # given
    way = Way(poll=10)
    way.keep_seeing(GOOD, 0, 110)
    # when looked at away from the deadline, the end of the grace, and that of the longest way
    times = (at for at in range(125, 950, 10) if at not in {595, 715})
    pauses = [way.see(BLIND, at).pause_seconds for at in times]
    # then
    assert set(pauses) == {10}


def test_blindness_that_comes_and_goes_does_not_hold_it_up_for_ever() -> None:
    # given a VIF that is good, and a look that succeeds once in a minute only
    way = Way()
    # when
    observations = (
        way.see(GOOD if at % 60 == 0 else BLIND, at) for at in range(0, 600 + 120 + 240 + 1, 10)
    )
    # then
    verdicts = [observation.verdict for observation in observations]
    assert verdicts == [Verdict.SETTLING] * (len(verdicts) - 1) + [Verdict.FAILED]


def test_one_empty_answer_may_be_a_slow_read() -> None:
    # given
    way = Way()
    way.keep_seeing(GOOD, 0, 50)
    # when
    assert told(way.see(EMPTY, 60)) == (Verdict.SETTLING, Reason.CANNOT_SEE)
    # then
    way.keep_seeing(GOOD, 70, 110)
    assert way.see(GOOD, 120).verdict is Verdict.SETTLED


@pytest.mark.parametrize("poll", [5, 10, 300])
def test_a_minute_of_empty_answers_means_deleted(poll: int) -> None:
    # given
    way, at = Way(poll=poll), 200.0
    way.keep_seeing(PENDING, 0, 190)
    # when
    observation = way.see(EMPTY, at)
    while observation.verdict is Verdict.SETTLING:
        assert observation.reason is Reason.CANNOT_SEE
        at += observation.pause_seconds
        observation = way.see(EMPTY, at)
    # then
    assert told(observation) == (Verdict.FAILED, Reason.DELETED)
    assert 60 <= at - 200 < 70


def test_almost_a_minute_of_empty_answers_is_a_gap() -> None:
    way = Way()
    for at in range(0, 60, 5):
        assert told(way.see(EMPTY, at)) == (Verdict.SETTLING, Reason.CANNOT_SEE)
    assert told(way.see(PENDING, 60))[1] is Reason.NOT_AVAILABLE


def test_two_empty_answers_are_a_gap_however_long_there_was_between_them() -> None:
    way = Way()
    way.see(EMPTY, 0)
    assert told(way.see(EMPTY, 300)) == (Verdict.SETTLING, Reason.CANNOT_SEE)
    assert told(way.see(EMPTY, 310)) == (Verdict.FAILED, Reason.DELETED)


@pytest.mark.parametrize("state", ["deleting", "deleted"])
def test_what_reads_deleted_is_deleted_at_once(state: str) -> None:
    way = Way()
    way.see(EMPTY, 0)
    gone = Reading(virtual_interface=a_landed_vif(virtual_interface_state=state))
    assert told(way.see(gone, 10)) == (Verdict.FAILED, Reason.DELETED)


@pytest.mark.parametrize("between", [GOOD, PENDING, STILL_THERE, BLIND])
def test_empty_answers_with_another_between_do_not(between: Reading) -> None:
    way = Way()
    for at in range(0, 90, 20):
        assert way.see(EMPTY, at).verdict is Verdict.SETTLING
        assert way.see(between, at + 10).verdict is Verdict.SETTLING


# Routes.


def test_routes_are_expected_in_each_family_and_direction() -> None:
    # given
    before = tuple(
        a_route_set("10.0.0.0/8", family=family, direction=direction)
        for family in ("ipv4", "ipv6")
        for direction in ("accepted", "advertised")
    )
    # when, then
    assert reason_for(with_routes(*before), Way(routes=before)) is Reason.AS_EXPECTED
    for missing in before:
        others = (routes for routes in before if routes != missing)
        observation = Way(routes=before).see(with_routes(*others), 0)
        assert observation.reason is Reason.ROUTES_MISSING
        assert str(missing) in observation.message


@pytest.mark.parametrize(
    ("back", "percent", "reason"),
    [
        (20, 100, Reason.AS_EXPECTED),
        (19, 100, Reason.ROUTES_MISSING),
        (19, 95, Reason.AS_EXPECTED),
        (18, 95, Reason.ROUTES_MISSING),
        (1, 1, Reason.AS_EXPECTED),
        (0, 1, Reason.ROUTES_MISSING),
        (0, 0, Reason.AS_EXPECTED),
    ],
)
def test_as_many_percent_of_the_routes_as_asked_for_must_be_back(
    back: int, percent: int, reason: Reason
) -> None:
    # given
    before = [f"10.{number}.0.0/16" for number in range(20)]
    way = Way(routes=(a_route_set(*before),), percent=percent)
    # when, then
    assert reason_for(with_routes(a_route_set(*before[:back])), way) is reason


def test_new_routes_do_not_make_up_for_missing_ones() -> None:
    others = a_route_set("10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16")
    way = Way(routes=(a_route_set("10.0.0.0/8"),))
    assert reason_for(with_routes(others), way) is Reason.ROUTES_MISSING


@pytest.mark.parametrize("routes", [None, (), (a_route_set(),)])
def test_where_there_were_no_routes_to_read_bgp_has_to_do(
    routes: tuple[RouteSet, ...] | None,
) -> None:
    assert reason_for(landed(), Way(routes=routes)) is Reason.AS_EXPECTED


def test_routes_are_counted_where_there_are_too_many() -> None:
    way = Way(routes=(a_route_set(count=1000),))
    assert reason_for(with_routes(a_route_set(count=950)), way) is Reason.AS_EXPECTED
    assert reason_for(with_routes(a_route_set(count=949)), way) is Reason.ROUTES_MISSING


def test_what_is_compared_by_number_only_is_not_called_as_before() -> None:
    before, now = a_route_set(count=12000), a_route_set(count=11990)
    assert Way(routes=(before, FEW_ADVERTISED)).see(
        with_routes(now, FEW_ADVERTISED), 0
    ).message == (
        "on dxlag-target01 BGP is as before; ipv4 accepted routes 12000 → 11990: "
        "10 lost (by number only); "
        "routes compared by number only: ipv4 accepted (12000 before, 11990 now)"
    )


def test_routes_that_could_not_be_read_before_are_not_called_as_before() -> None:
    assert Way(routes=None).see(landed(), 0).message == (
        "on dxlag-target01 BGP is as before; its routes could not be read before, and were not "
        "compared"
    )


FEW_ADVERTISED = a_route_set("10.9.0.0/16", direction="advertised")


def test_a_small_set_is_compared_by_name_beside_a_large_one() -> None:
    # given as many routes as before, of which two of four are others
    own = [f"203.0.113.{start}/26" for start in (0, 64, 128, 192)]
    others = [*own[:2], "198.51.100.0/26", "198.51.100.64/26"]
    way = Way(routes=(a_route_set(*own), MANY))
    # when
    observation = way.see(with_routes(a_route_set(*others), MANY), 0)
    # then
    assert observation.reason is Reason.ROUTES_MISSING
    assert observation.message == (
        "50 % of the 4 ipv4 accepted routes have recovered, 95 % are required; "
        "missing: 203.0.113.128/26, 203.0.113.192/26"
    )


def test_other_routes_of_the_same_number_are_a_loss_also_in_a_large_set() -> None:
    others = [cidr.replace("10.", "11.", 1) for cidr in (MANY.cidrs or ())]
    way = Way(routes=(FEW, MANY))
    replaced = a_route_set(*others, direction="advertised")
    observation = way.see(with_routes(FEW, replaced), 0)
    assert observation.reason is Reason.ROUTES_MISSING
    assert observation.message.endswith(" and 996 more")


def test_a_percentage_is_never_rounded_up_to_what_is_required() -> None:
    before = [f"10.{number // 256}.{number % 256}.0/24" for number in range(1000)]
    way = Way(routes=(a_route_set(*before),), percent=95)
    message = way.see(with_routes(a_route_set(*before[:949])), 0).message
    assert message.startswith("94.9 % of the 1000 ipv4 accepted routes have recovered, 95 %")


def test_routes_are_given_up_two_minutes_after_bgp_came_up() -> None:
    # given
    way = Way(routes=ROUTES)
    way.keep_seeing(PENDING, 0, 40)
    way.keep_seeing(with_routes(), 50, 160)
    # when, then
    assert way.see(with_routes(), 169).verdict is Verdict.SETTLING
    assert told(way.see(with_routes(), 170)) == (Verdict.FAILED, Reason.ROUTES_MISSING)


def test_each_route_that_comes_back_begins_the_two_minutes_anew() -> None:
    # given three routes, of which one comes back every 110 s
    way = Way(routes=(a_route_set("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"),))
    way.keep_seeing(with_routes(), 0, 100)
    way.keep_seeing(with_routes(a_route_set("10.0.0.0/8")), 110, 210)
    way.keep_seeing(with_routes(a_route_set("10.0.0.0/8", "10.1.0.0/16")), 220, 330)
    # when, then
    again = with_routes(a_route_set("10.0.0.0/8", "10.1.0.0/16"))
    assert told(way.see(again, 340)) == (Verdict.FAILED, Reason.ROUTES_MISSING)


def test_a_route_that_comes_and_goes_or_was_never_expected_begins_nothing_anew() -> None:
    # given
    way = Way(routes=(a_route_set("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"),))
    readings = cycle([("10.0.0.0/8",), (), ("172.16.0.0/12", "192.168.0.0/16")])
    # when
    for at in range(0, 120, 10):
        seen = with_routes(a_route_set(*next(readings)))
        assert way.see(seen, at).verdict is Verdict.SETTLING
    # then
    seen = with_routes(a_route_set("10.1.0.0/16"))
    assert told(way.see(seen, 120)) == (Verdict.FAILED, Reason.ROUTES_MISSING)


def test_the_two_minutes_for_routes_end_at_the_deadline() -> None:
    # given
    way = Way(routes=ROUTES)
    way.keep_seeing(PENDING, 0, 570)
    # when
    way.keep_seeing(with_routes(), 580, 590)
    # then
    assert told(way.see(with_routes(), 600)) == (Verdict.FAILED, Reason.ROUTES_MISSING)


def test_a_flap_gives_routes_another_two_minutes() -> None:
    # given
    way = Way(routes=ROUTES)
    way.keep_seeing(with_routes(), 0, 110)
    way.see(FLAPPING, 115)
    # when
    way.keep_seeing(with_routes(), 120, 230)
    # then
    assert way.see(with_routes(), 240).verdict is Verdict.FAILED


def test_routes_that_come_in_time_are_good() -> None:
    # given
    way = Way(routes=ROUTES)
    way.keep_seeing(with_routes(), 0, 110)
    # when
    way.keep_seeing(with_routes(*ROUTES), 119, 229)
    # then
    assert way.see(with_routes(*ROUTES), 239).verdict is Verdict.SETTLED


# A VIF without peers is given up before its deadline.


@pytest.mark.parametrize("reading", [PENDING, FLAPPING])
def test_a_vif_without_a_peer_is_given_up_before_its_deadline(reading: Reading) -> None:
    # given a VIF that lands after 20 s
    way = Way(give_up=300)
    way.keep_seeing(STILL_THERE, 0, 10)
    observation = way.keep_seeing(reading, 20, 310)
    # when, then
    assert way.see(reading, 319).pause_seconds == 1
    assert told(way.see(reading, 320)) == (Verdict.FAILED, observation.reason)


def test_a_vif_that_has_not_landed_is_not_given_up() -> None:
    Way(give_up=60).keep_seeing(STILL_THERE, 0, 590)


def test_a_change_within_two_minutes_puts_it_off() -> None:
    # given a VIF that becomes available after 250 s
    way = Way(give_up=300)
    way.keep_seeing(PENDING, 0, 240)
    way.keep_seeing(FLAPPING, 250, 360)
    # when, then
    assert way.see(FLAPPING, 369).verdict is Verdict.SETTLING
    assert told(way.see(FLAPPING, 370)) == (Verdict.FAILED, Reason.PEERS_NOT_UP)


def test_what_changed_in_a_time_without_readings_is_not_known() -> None:
    # given a VIF that can't be read for 31 s, and one that can't for 29
    for blind, given_up_at in ((30, 361), (28, 300)):
        way = Way(give_up=300)
        way.keep_seeing(PENDING, 0, 210)
        way.keep_seeing(BLIND, 211, 210 + blind, every=1)
        # when, then
        way.keep_seeing(PENDING, 211 + blind, given_up_at - 1, every=1)
        assert told(way.see(PENDING, given_up_at)) == (Verdict.FAILED, Reason.NOT_AVAILABLE)


@pytest.mark.parametrize("seconds", [300, 390, 590])
def test_what_can_not_be_seen_is_not_given_up(seconds: int) -> None:
    way = Way(give_up=300)
    way.keep_seeing(PENDING, 0, 280)
    way.keep_seeing(BLIND, 290, seconds)


def test_one_peer_of_two_that_is_up_keeps_hope_until_the_deadline() -> None:
    # given
    way = Way(a_vif(a_peer(), an_ipv6_peer()), give_up=300)
    half = landed(a_peer(), an_ipv6_peer(bgp_status="down"))
    # when, then
    way.keep_seeing(half, 0, 590)
    assert told(way.see(half, 600)) == (Verdict.FAILED, Reason.PEERS_NOT_UP)


def test_a_peer_that_nobody_expects_keeps_no_hope() -> None:
    # given a peer of a family that was down before
    way = Way(a_vif(a_peer(), an_ipv6_peer(bgp_status="down")), give_up=300)
    other = landed(a_peer(bgp_status="down"), an_ipv6_peer())
    # when, then
    way.keep_seeing(other, 0, 290)
    assert way.see(other, 300).verdict is Verdict.FAILED


def test_a_peer_that_was_up_begins_the_time_anew() -> None:
    # given
    way = Way(give_up=300)
    way.keep_seeing(FLAPPING, 0, 190)
    way.keep_seeing(GOOD, 200, 210)
    # when, then
    way.keep_seeing(FLAPPING, 220, 510)
    assert way.see(FLAPPING, 520).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("kind", "state", "verdict"),
    [
        ("public", "verifying", Verdict.SETTLING),
        ("public", "pending", Verdict.FAILED),
        ("private", "verifying", Verdict.FAILED),
    ],
)
def test_a_public_vif_that_aws_verifies_is_not_given_up(
    kind: str, state: str, verdict: Verdict
) -> None:
    # given
    vif = a_landed_vif(
        a_peer(bgp_status="down"), virtual_interface_type=kind, virtual_interface_state=state
    )
    reading, way = Reading(virtual_interface=vif), Way(give_up=300)
    # when, then
    way.keep_seeing(reading, 0, 290)
    assert way.see(reading, 300).verdict is verdict


def test_bgp_that_comes_just_before_is_good() -> None:
    # given
    way = Way(give_up=300)
    way.keep_seeing(PENDING, 0, 290)
    # when
    way.keep_seeing(GOOD, 299, 409)
    # then
    assert way.see(GOOD, 419).verdict is Verdict.SETTLED


def test_what_an_earlier_release_has_stored_is_counted_from_now_on() -> None:
    # given a phase that an earlier release has observed for 400 s
    way = Way(give_up=300)
    way.progress = Progress(
        started_at=after(0), seen_at=after(400), picture=a_picture(PENDING.virtual_interface)
    )
    # when, then
    way.keep_seeing(PENDING, 410, 590)
    assert told(way.see(PENDING, 600)) == (Verdict.FAILED, Reason.NOT_AVAILABLE)


# Routes that are read now and then.


def seen_by_need(way: Way, routes: tuple[RouteSet, ...], times: Iterable[int]) -> list[int]:
    """Look at a VIF as the function does; return when its routes were read."""
    read = []
    for at in times:
        vif = a_landed_vif()
        if are_routes_due(way.progress, vif, way.convergence, after(at)):
            read.append(at)
            way.see(with_routes(*routes), at)
        else:
            way.see(Reading(virtual_interface=vif, unread=ROUTE_KINDS), at)
    return read


def test_every_second_look_of_a_hold_reads_the_routes_and_so_does_its_last() -> None:
    assert seen_by_need(Way(routes=ROUTES), ROUTES, range(0, 121, 5)) == [*range(0, 121, 10)]
    assert seen_by_need(Way(routes=ROUTES, hold=15), ROUTES, range(0, 16, 5)) == [0, 10, 15]
    assert seen_by_need(Way(routes=ROUTES, hold=0), ROUTES, [0]) == [0]


def test_missing_routes_are_read_at_every_look() -> None:
    assert seen_by_need(Way(routes=ROUTES), (), range(0, 40, 2)) == [*range(0, 40, 2)]


@pytest.mark.parametrize("between", [FLAPPING, PENDING, BLIND])
def test_after_anything_that_is_not_good_the_routes_are_read_again(between: Reading) -> None:
    # given a look that has read them
    way = Way(routes=ROUTES)
    way.see(with_routes(*ROUTES), 0)
    # when
    way.see(between, 5)
    # then
    assert seen_by_need(way, ROUTES, [10]) == [10]


def test_after_a_change_or_a_gap_the_routes_are_read_again() -> None:
    way = Way(routes=ROUTES)
    way.see(with_routes(*ROUTES), 0)
    moved_within = a_landed_vif(aws_logical_device_id="EqFA5-other")
    assert not are_routes_due(way.progress, a_landed_vif(), way.convergence, after(29))
    assert are_routes_due(way.progress, a_landed_vif(), way.convergence, after(30))
    assert are_routes_due(way.progress, moved_within, way.convergence, after(5))


def test_routes_that_were_not_read_settle_nothing() -> None:
    # given a hold that a gap begins anew
    way = Way(routes=ROUTES, hold=60)
    way.see(with_routes(*ROUTES), 0)
    # when
    read = seen_by_need(way, ROUTES, [5, 10, 45, 50, 55])
    # then
    assert read == [10, 45, 55]
    assert way.progress and way.progress.good_since == after(45)


# The pause.


@pytest.mark.parametrize("poll", [5, 10, 60, 300])
def test_looks_are_quick_while_something_is_wrong(poll: int) -> None:
    # given a VIF that lands after 20 s
    way = Way(poll=poll, timeout=1800)
    # when, then
    assert way.see(STILL_THERE, 0).pause_seconds == 2
    assert way.see(PENDING, 20).pause_seconds == 2
    assert way.see(PENDING, 319).pause_seconds == 2
    assert way.see(PENDING, 320).pause_seconds == 5
    assert way.see(PENDING, 619).pause_seconds == 5
    assert way.see(PENDING, 620).pause_seconds == poll


def test_looks_of_a_hold_are_five_seconds_apart_whenever_it_begins() -> None:
    for at in (0, 100, 1000):
        assert Way(poll=60, timeout=1800).see(GOOD, at).pause_seconds == 5


def test_what_can_not_be_read_is_asked_for_less_and_less_often() -> None:
    # given
    way = Way()
    way.see(PENDING, 0)
    # when
    pauses = [way.see(BLIND, at).pause_seconds for at in (2, 6, 14, 24, 34)]
    # then
    assert pauses == [4, 8, 10, 10, 10]
    assert way.see(PENDING, 44).pause_seconds == 2


def test_a_vif_that_never_rests_is_looked_at_less_often() -> None:
    # given
    way = Way(timeout=3600)
    readings = cycle((PENDING, GOOD))
    # when
    pauses = [way.see(next(readings), at).pause_seconds for at in range(0, 240, 2)]
    # then
    assert set(pauses[:100]) == {2, 5}
    assert set(pauses[101:]) == {20}


@pytest.mark.parametrize("left", [0.1, 0.4, 0.999, 1, 1.5, 3, 9.6, 10, 250])
@pytest.mark.parametrize("reading", [PENDING, BLIND, STILL_THERE])
def test_a_look_is_never_later_than_the_deadline(reading: Reading, left: float) -> None:
    # given
    way = Way(poll=300)
    way.see(PENDING, 0)
    # when
    observation = way.see(reading, 600 - left)
    # then
    assert observation.verdict is Verdict.SETTLING
    assert 1 <= observation.pause_seconds <= max(1, left)


@pytest.mark.parametrize("left", [0.1, 0.999, 1, 3, 9.6, 119])
def test_a_blind_look_is_never_later_than_two_minutes_after_the_deadline(left: float) -> None:
    # given
    way = Way(poll=300)
    way.see(PENDING, 0)
    # when
    observation = way.see(BLIND, 720 - left)
    # then
    assert observation.verdict is Verdict.SETTLING
    assert 1 <= observation.pause_seconds <= max(1, left)


@pytest.mark.parametrize("left", [0.2, 0.999, 1, 4, 9.5])
def test_a_look_is_never_later_than_the_end_of_the_hold(left: float) -> None:
    # given
    way = Way()
    way.see(PENDING, 0)
    way.keep_seeing(GOOD, 10, 110)
    # when
    observation = way.see(GOOD, 130 - left)
    # then
    assert observation.verdict is Verdict.SETTLING
    assert 1 <= observation.pause_seconds <= max(1, left)


def test_a_pause_is_a_number_that_step_functions_can_wait_for() -> None:
    for at in range(0, 600, 7):
        assert Way().see(PENDING, at).pause_seconds >= 1


# What it tells.


def test_the_first_look_is_compared_with_what_was_before() -> None:
    assert not Way().see(STILL_THERE, 0).changed
    assert Way().see(GOOD, 0).changed


def test_a_look_tells_whether_anything_has_changed_since_the_last() -> None:
    # given
    way = Way()
    # when
    changes = [
        way.see(reading, at).changed
        for at, reading in enumerate((PENDING, PENDING, GOOD, BLIND, GOOD, EMPTY, FLAPPING))
    ]
    # then
    assert changes == [True, False, True, False, False, False, True]


def test_a_blind_look_keeps_the_last_picture() -> None:
    way = Way()
    way.see(PENDING, 0)
    assert way.see(BLIND, 10).picture == a_picture(PENDING.virtual_interface)


@pytest.mark.parametrize(
    ("reading", "is_seen"),
    [
        (GOOD, True),
        (STILL_THERE, True),
        (Reading(virtual_interface=a_landed_vif(), problem="no routes"), True),
        (BLIND, False),
        (EMPTY, False),
    ],
)
def test_a_look_tells_whether_its_picture_is_its_own(reading: Reading, is_seen: bool) -> None:
    way = Way()
    way.see(PENDING, 0)
    assert way.see(reading, 10).is_seen is is_seen


def test_a_picture_shows_live_peers_only() -> None:
    # given
    old = a_peer(bgp_peer_state="deleting", bgp_status="up")
    new = a_peer(bgp_peer_id="dxpeer-new00001", bgp_status="down")
    # when
    picture = Way().see(landed(new, old), 0).picture
    # then
    assert picture.to_json() == {
        "connectionId": TARGET,
        "location": "",
        "awsLogicalDeviceId": f"device-of-{TARGET}",
        "virtualInterfaceState": "available",
        "bgpPeers": {"ipv4 169.254.1.2": "down"},
    }


def test_progress_survives_the_way_through_step_functions() -> None:
    progress = Way(routes=ROUTES).see(with_routes(), 0.123).progress
    assert Progress.model_validate_json(progress.model_dump_json()) == progress


# One look.

EXPECTED = expect(a_vif(), ROUTES)


def look_at(
    fake: FakeDirectConnect,
    expectation: Expectation = EXPECTED,
    progress: Progress | None = None,
    second: float = 0,
) -> Reading:
    return read_vif_and_routes(
        fake,
        VIF,
        ENDS,
        expectation,
        convergence=Convergence(),
        progress=progress,
        now=after(second),
    )


def test_a_look_at_a_good_vif_reads_its_routes() -> None:
    fake = FakeDirectConnect(a_landed_vif(), routes=ROUTES)
    assert look_at(fake) == Reading(virtual_interface=a_landed_vif(), routes=ROUTES)


MANY = a_route_set(
    *(f"10.{number // 256}.{number % 256}.0/24" for number in range(MOST_ROUTES + 1)),
    direction="advertised",
)
FEW = a_route_set("10.0.0.0/8")


@pytest.mark.parametrize(
    ("before", "kinds"),
    [
        (ROUTES, None),
        ((), None),
        ((a_route_set(count=1000),), set(ROUTE_KINDS)),
        ((FEW, MANY), set(ROUTE_KINDS)),
    ],
    ids=["named", "none", "counted", "one of two is large"],
)
def test_where_a_set_is_large_each_kind_is_read_by_itself(
    before: tuple[RouteSet, ...], kinds: set[Kind] | None
) -> None:
    fake = FakeDirectConnect(a_landed_vif(), routes=ROUTES)
    look_at(fake, expect(a_vif(), before))
    assert fake.kinds_read == [kinds]


def test_a_large_set_is_read_when_all_is_good_again_every_thirty_seconds_and_at_the_end() -> None:
    # given
    way, fake = Way(routes=(FEW, MANY)), FakeDirectConnect(a_landed_vif(), routes=(FEW, MANY))
    read: list[int] = []
    # when
    for second in range(0, 121, 10):
        reading = look_at(fake, way.expectation, way.progress, second)
        read += [] if reading.unread else [second]
        observation = way.see(reading, second)
    # then
    assert read == [0, 30, 60, 90, 120]
    assert (observation.verdict, observation.message) == (
        Verdict.SETTLED,
        "on dxlag-target01 BGP and routes are as before",
    )


def test_nothing_settles_on_a_reading_without_the_large_sets() -> None:
    way = Way(routes=(FEW, MANY))
    way.keep_seeing(with_routes(FEW, MANY), 0, 110)
    reading = with_routes(FEW).model_copy(update={"unread": (MANY.kind,)})
    assert told(way.see(reading, 120)) == (Verdict.SETTLING, Reason.AS_EXPECTED)


def test_what_is_missing_of_a_large_set_stays_missing_until_it_is_read_again() -> None:
    # given
    part = a_route_set(*(MANY.cidrs or ())[:500], direction="advertised")
    way, fake = Way(routes=(FEW, MANY)), FakeDirectConnect(a_landed_vif(), routes=(FEW, part))
    read: list[int] = []
    # when
    for second in range(0, 121, 10):
        reading = look_at(fake, way.expectation, way.progress, second)
        read += [] if reading.unread else [second]
        observation = way.see(reading, second)
        assert observation.reason is Reason.ROUTES_MISSING
        assert observation.message.startswith("49.9 % of the 1001 ipv4 advertised routes")
        assert (observation.verdict is Verdict.FAILED) == (second == 120)
    # then it was read again before it was given up
    assert read == [*range(0, 120, 30), 120]


def test_what_was_missing_of_a_large_set_may_come_back() -> None:
    part = a_route_set(*(MANY.cidrs or ())[:500], direction="advertised")
    way = Way(routes=(FEW, MANY))
    way.see(with_routes(FEW, part), 0)
    assert way.see(with_routes(FEW, MANY), 30).reason is Reason.AS_EXPECTED
    unread = with_routes(FEW).model_copy(update={"unread": (MANY.kind,)})
    assert way.see(unread, 40).reason is Reason.AS_EXPECTED


def test_a_small_set_is_judged_in_every_reading() -> None:
    way = Way(routes=(FEW, MANY))
    way.see(with_routes(FEW, MANY), 0)
    assert way.see(with_routes(MANY), 10).reason is Reason.ROUTES_MISSING
    assert way.see(with_routes(FEW, MANY), 20).reason is Reason.AS_EXPECTED


@pytest.mark.parametrize(
    "vif",
    [
        a_vif(),
        a_landed_vif(virtual_interface_state="pending"),
        a_landed_vif(a_peer(bgp_status="down")),
        a_vif(connection_id=ELSEWHERE),
    ],
)
def test_routes_are_not_read_where_the_rest_is_not_good(vif: VirtualInterface) -> None:
    # given
    fake = FakeDirectConnect(vif, routes=ROUTES)
    # when, then
    assert look_at(fake) == Reading(virtual_interface=vif)
    assert fake.calls["routes"] == 0


def test_routes_that_could_not_be_read_before_are_not_read_later() -> None:
    fake = FakeDirectConnect(a_landed_vif(), routes=ROUTES)
    assert look_at(fake, expect(a_vif(), None)) == Reading(virtual_interface=a_landed_vif())
    assert fake.calls["routes"] == 0


def test_a_look_at_a_vif_that_is_not_listed_sees_nothing() -> None:
    assert look_at(FakeDirectConnect()) == EMPTY


@pytest.mark.parametrize(
    "error", [CallThrottled("slow"), CallDenied("no"), CallFailed("500"), CallTimedOut("late")]
)
def test_a_look_that_fails_says_why(error: CallError) -> None:
    fake = FakeDirectConnect(a_landed_vif())
    fake.fail("virtual_interface", error)
    assert look_at(fake) == Reading(problem=str(error))


def test_a_look_that_can_not_read_the_routes_still_tells_where_the_vif_is() -> None:
    # given
    fake = FakeDirectConnect(a_landed_vif(), routes=ROUTES)
    fake.fail("routes", CallThrottled("slow"))
    # when
    observation = Way(routes=ROUTES).see(look_at(fake), 0)
    # then
    assert told(observation) == (Verdict.SETTLING, Reason.CANNOT_SEE)
    assert observation.picture.connection_id == TARGET


# Whatever is seen, it ends, and what has settled was good.

KINDS = {
    "good": GOOD,
    "routes": with_routes(),
    "pending": PENDING,
    "flapping": FLAPPING,
    "still": STILL_THERE,
    "blind": BLIND,
    "empty": EMPTY,
    "odd": landed(state="levitating"),
    "elsewhere": Reading(virtual_interface=a_vif(connection_id=ELSEWHERE)),
}
LASTING = st.sampled_from([kind for kind in KINDS if kind not in {"empty", "elsewhere"}])
RUNS = st.lists(st.tuples(LASTING, st.integers(1, 15)), min_size=1, max_size=12)
END = st.sampled_from(list(KINDS))
A_MOMENT = 3
"""Seconds for what pauses round up, and for what a look itself takes."""
QUICK_LOOKS = QUICK_FOR.total_seconds() / QUICK
"""Looks of the first minutes, while something is wrong; landing begins them anew."""
SOME_SHORT_PAUSES = 40
"""Looks that come early, since something is due then."""
LATENCIES = st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.4, 0.9]), min_size=1, max_size=5)
CONVERGENCES = st.builds(
    Convergence,
    timeout_seconds=st.integers(60, 900),
    hold_seconds=st.integers(0, 300),
    poll_seconds=st.integers(5, 120),
)


def story(
    readings: Iterable[Reading], convergence: Convergence, latencies: Iterator[float]
) -> Iterator[tuple[float, Reading, Observation]]:
    """Look as the workflow does: after each pause, and a moment later, until it has ended."""
    way = Way(routes=None)
    way.convergence = convergence
    at = 0.0
    for reading, latency in zip(readings, latencies, strict=False):
        observation = way.see(reading, at)
        yield at, reading, observation
        if observation.verdict is not Verdict.SETTLING:
            return
        at += observation.pause_seconds + latency


@given(
    runs=RUNS,
    repeats=st.booleans(),
    end=END,
    convergence=CONVERGENCES,
    latencies=LATENCIES,
)
@example(
    runs=[("good", 1), ("blind", 8)],
    repeats=True,
    end="blind",
    convergence=Convergence(),
    latencies=[0.0],
)
@example(
    runs=[("good", 60)],
    repeats=False,
    end="good",
    convergence=Convergence(poll_seconds=120),
    latencies=[0.4],
)
@example(
    runs=[("good", 15)],
    repeats=False,
    end="blind",
    convergence=Convergence(),
    latencies=[0.2],
)
def test_it_always_ends_in_time_and_settles_only_on_what_was_good(
    runs: list[tuple[str, int]],
    repeats: bool,
    end: str,
    convergence: Convergence,
    latencies: list[float],
) -> None:
    # given
    once = [KINDS[kind] for kind, times in runs for _ in range(times)]
    readings = cycle(once) if repeats else chain(once, repeat(KINDS[end]))
    longest_way = convergence.longest_way.total_seconds() + convergence.poll_seconds
    most_looks = longest_way / SLOWER + QUICK_LOOKS + SOME_SHORT_PAUSES
    seen: list[tuple[float, Reading]] = []
    # when
    for at, reading, observation in story(readings, convergence, cycle(latencies)):
        seen.append((at, reading))
        # then
        assert at <= longest_way + A_MOMENT, "it goes on for too long"
        assert observation.pause_seconds >= 1
        assert len(seen) <= most_looks, "it looks too often"
    if observation.verdict is Verdict.SETTLED:
        hold = [
            reading
            for when, reading in seen
            if when >= seen[-1][0] - convergence.hold_seconds and reading not in (BLIND, EMPTY)
        ]
        assert all(observed_good(reading) for reading in hold)
        assert observed_good(seen[-1][1])


def observed_good(reading: Reading) -> bool:
    return reading.virtual_interface == a_landed_vif()


def turning_good(
    good_at: float, convergence: Convergence, latencies: Iterator[float], until_then: Reading
) -> tuple[list[float], Observation]:
    """Look at a VIF that is good from some time on; return the times, and the last observation."""
    way = Way()
    way.convergence = convergence
    at, times = 0.0, []
    while True:
        times.append(at)
        observation = way.see(GOOD if at >= good_at else until_then, at)
        if observation.verdict is not Verdict.SETTLING:
            return times, observation
        at += observation.pause_seconds + next(latencies)


def test_what_comes_good_in_the_last_moment_before_the_deadline_settles() -> None:
    # given looks every 10.2 seconds, of which the last before the deadline is at 599.8
    way = Way()
    looks = [599.8 - 10.2 * number for number in range(58, -1, -1)]
    assert all(way.see(PENDING, at).verdict is Verdict.SETTLING for at in looks[:-1])
    # when
    at, observation = looks[-1], way.see(GOOD, looks[-1])
    while observation.verdict is Verdict.SETTLING:
        at += observation.pause_seconds + 0.2
        observation = way.see(GOOD, at)
    # then
    assert told(observation) == (Verdict.SETTLED, Reason.AS_EXPECTED)
    assert 719.8 <= at <= 719.8 + 2.4


@given(
    convergence=CONVERGENCES,
    latencies=LATENCIES,
    before_the_deadline=st.floats(0, 1) | st.floats(0, 120),
    until_then=st.sampled_from([PENDING, FLAPPING, STILL_THERE, BLIND]),
)
@example(convergence=Convergence(), latencies=[0.2], before_the_deadline=0.3, until_then=PENDING)
def test_what_is_good_at_the_last_look_before_the_deadline_and_stays_good_always_settles(
    convergence: Convergence,
    latencies: list[float],
    before_the_deadline: float,
    until_then: Reading,
) -> None:
    # given a VIF whose first good look is not after the deadline
    good_at = max(0, convergence.timeout_seconds - before_the_deadline)
    times, observation = turning_good(good_at, convergence, cycle(latencies), until_then)
    first_good_look = next((at for at in times if at >= good_at), None)
    # when it was looked at between coming good and the deadline
    if first_good_look is None or first_good_look > convergence.timeout_seconds:
        return
    # then
    assert told(observation) == (Verdict.SETTLED, Reason.AS_EXPECTED)
    assert times[-1] <= first_good_look + convergence.hold_seconds + A_MOMENT


@given(convergence=CONVERGENCES, latencies=LATENCIES, seconds=st.floats(0, 120))
def test_what_was_good_all_along_settles_where_it_is_seen_before_the_grace_is_over(
    convergence: Convergence, latencies: list[float], seconds: float
) -> None:
    # given
    good_at = convergence.timeout_seconds + seconds
    times, observation = turning_good(good_at, convergence, cycle(latencies), BLIND)
    first_good_look = next((at for at in times if at >= good_at), None)
    # when
    if first_good_look is None or first_good_look > convergence.timeout_seconds + 120:
        return
    # then
    assert told(observation) == (Verdict.SETTLED, Reason.AS_EXPECTED)


@given(
    times=st.lists(st.integers(0, 2000), min_size=1, max_size=20).map(sorted),
    kinds=st.lists(END, min_size=20, max_size=20),
    back=st.booleans(),
)
def test_every_observation_says_what_it_is_of(
    times: list[int], kinds: list[str], back: bool
) -> None:
    way = Way(routes=ROUTES if back else None)
    for at, kind in zip(times, kinds, strict=False):
        observation = way.see(KINDS[kind], at)
        if observation.verdict is Verdict.SETTLED:
            assert observation.reason is Reason.AS_EXPECTED
        assert observation.at == after(at)
        assert observation.message
        assert observation.is_seen is (KINDS[kind].virtual_interface is not None)
        assert observation.picture.connection_id in {SOURCE, TARGET, ELSEWHERE}
        assert is_ordered(observation.progress, observation.at)


def is_ordered(progress: Progress, at: datetime) -> bool:
    good_since = progress.good_since or progress.started_at
    return progress.started_at <= good_since <= at and progress.seen_at <= at
