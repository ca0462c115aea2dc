"""Associating once, and what each thing that can go wrong means for what comes next."""

from collections.abc import Callable

import pytest

from tests.unit.vifshift.fakes import (
    ELSEWHERE,
    ENDS,
    SOURCE,
    TARGET,
    VIF,
    FakeDirectConnect,
    a_landed_vif,
    a_vif,
)
from vifshift.domain.errors import (
    AssociationDoubtful,
    AssociationError,
    AssociationOvertaken,
    AssociationPostponed,
    AssociationRefused,
    AssociationUnconfirmed,
    CallDenied,
    CallError,
    CallFailed,
    CallRefused,
    CallThrottled,
    CallTimedOut,
    OperationMissing,
    VirtualInterfaceInTransition,
)
from vifshift.domain.migration import Ends, Phase
from vifshift.domain.network import VirtualInterface
from vifshift.migration.association import associate

REFUSED = CallRefused("VLAN 101 is taken")
DENIED = CallDenied("not authorized")
IN_TRANSITION = VirtualInterfaceInTransition("is in a transitioning state")
THROTTLED = CallThrottled("slow down")
FAILED = CallFailed("500")
TIMED_OUT = CallTimedOut("no answer")
MISSING = OperationMissing("this SDK does not know it")
ERRORS = [REFUSED, DENIED, IN_TRANSITION, THROTTLED, FAILED, TIMED_OUT, MISSING]

Change = Callable[[FakeDirectConnect], None]


def moved_away(fake: FakeDirectConnect) -> None:
    fake.change(connection_id=ELSEWHERE)


def being_deleted(fake: FakeDirectConnect) -> None:
    fake.change(virtual_interface_state="deleting")


def deleted(fake: FakeDirectConnect) -> None:
    fake.change(virtual_interface_state="deleted")


def forgotten(fake: FakeDirectConnect) -> None:
    fake.vifs.clear()


def move(fake: FakeDirectConnect, attempt: int = 0, phase: Phase = Phase.FORWARD) -> None:
    associate(fake, VIF, ENDS, attempt=attempt, phase=phase)


def test_a_vif_is_associated_with_its_destination_once() -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    # when
    move(fake)
    # then
    assert fake.associated == [(VIF, TARGET)]
    assert fake.vifs[VIF].connection_id == TARGET


def test_the_way_back_is_the_same_way() -> None:
    # given
    fake = FakeDirectConnect(a_landed_vif())
    # when
    associate(fake, VIF, Ends(TARGET, SOURCE), attempt=0, phase=Phase.ROLLBACK)
    # then
    assert fake.associated == [(VIF, SOURCE)]


def test_an_accepted_call_is_not_doubted_where_the_move_shows_late() -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.shows_late = True
    # when
    move(fake)
    # then
    assert fake.associated == [(VIF, TARGET)]


@pytest.mark.parametrize("state", ["pending", "available", "down", "testing", "levitating"])
def test_a_vif_that_has_arrived_is_left_alone(state: str) -> None:
    # given
    fake = FakeDirectConnect(a_landed_vif(virtual_interface_state=state))
    # when
    move(fake)
    # then
    assert fake.associated == []


def test_it_may_be_run_again() -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    # when
    move(fake)
    move(fake)
    # then
    assert len(fake.associated) == 1


@pytest.mark.parametrize(
    "vifs",
    [
        (a_vif(virtual_interface_state="deleting"),),
        (a_vif(virtual_interface_state="deleted"),),
        (a_landed_vif(virtual_interface_state="deleted"),),
        (a_vif(connection_id=ELSEWHERE),),
    ],
    ids=["deleting", "deleted", "deleted on the target", "moved by someone else"],
)
def test_a_vif_that_was_overtaken_is_not_touched(vifs: tuple[VirtualInterface, ...]) -> None:
    # given
    fake = FakeDirectConnect(*vifs)
    # when
    with pytest.raises(AssociationOvertaken) as caught:
        move(fake)
    # then
    assert VIF in str(caught.value)
    assert fake.associated == []


@pytest.mark.parametrize("vifs", [(), (a_vif(connection_id=""),)], ids=["unknown", "nowhere"])
def test_a_vif_that_is_not_seen_is_looked_for_again(vifs: tuple[VirtualInterface, ...]) -> None:
    # given
    fake = FakeDirectConnect(*vifs)
    # when, then
    with pytest.raises(AssociationPostponed):
        move(fake)
    assert fake.associated == []


@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_a_later_attempt_that_is_refused_leaves_a_doubt(attempt: int) -> None:
    # given that an earlier attempt may have had its effect
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", CallRefused("the VIF is on its way"))
    # when, then
    with pytest.raises(AssociationDoubtful, match="on its way"):
        move(fake, attempt)


def test_a_later_attempt_that_is_overtaken_leaves_a_doubt() -> None:
    with pytest.raises(AssociationDoubtful, match=ELSEWHERE):
        move(FakeDirectConnect(a_vif(connection_id=ELSEWHERE)), attempt=1)


@pytest.mark.parametrize("error", ERRORS)
def test_what_can_not_be_looked_at_is_not_sent(error: CallError) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("virtual_interface", error)
    # when
    with pytest.raises(AssociationPostponed) as caught:
        move(fake)
    # then
    assert str(error) in str(caught.value)
    assert fake.associated == []


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_whose_move_happened_is_a_success(error: CallError) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", error, takes_effect=True)
    # when
    move(fake)
    # then
    assert fake.associated == [(VIF, TARGET)]


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (REFUSED, AssociationRefused),
        (DENIED, AssociationRefused),
        (MISSING, AssociationRefused),
        (IN_TRANSITION, AssociationPostponed),
        (THROTTLED, AssociationPostponed),
        (FAILED, AssociationUnconfirmed),
        (TIMED_OUT, AssociationDoubtful),
    ],
)
def test_an_error_without_effect_means_stop_or_later_or_look_first(
    error: CallError, means: type[AssociationError]
) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", error)
    # when
    with pytest.raises(AssociationError) as caught:
        move(fake)
    # then
    assert type(caught.value) is means
    assert str(error) in str(caught.value)
    assert len(fake.associated) == 1


@pytest.mark.parametrize(
    ("phase", "attempt", "means"),
    [
        (Phase.FORWARD, 0, AssociationRefused),
        (Phase.FORWARD, 1, AssociationDoubtful),
        (Phase.ROLLBACK, 0, AssociationPostponed),
        (Phase.ROLLBACK, 1, AssociationPostponed),
    ],
)
def test_a_denial_ends_the_way_there_and_not_the_way_back(
    phase: Phase, attempt: int, means: type[AssociationError]
) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", DENIED)
    # when
    with pytest.raises(AssociationError) as caught:
        move(fake, attempt, phase)
    # then
    assert type(caught.value) is means
    assert str(caught.value) == str(DENIED)
    assert len(fake.associated) == 1


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (REFUSED, AssociationRefused),
        (MISSING, AssociationRefused),
        (IN_TRANSITION, AssociationPostponed),
        (THROTTLED, AssociationPostponed),
        (FAILED, AssociationUnconfirmed),
        (TIMED_OUT, AssociationUnconfirmed),
    ],
)
def test_any_other_error_means_the_same_on_the_way_back(
    error: CallError, means: type[AssociationError]
) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", error)
    # when
    with pytest.raises(AssociationError) as caught:
        move(fake, phase=Phase.ROLLBACK)
    # then
    assert type(caught.value) is means


@pytest.mark.parametrize("error", [DENIED, REFUSED, TIMED_OUT])
def test_a_way_back_that_is_overtaken_is_not_tried_again(error: CallError) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", error)
    fake.meanwhile = moved_away
    # when, then
    with pytest.raises(AssociationOvertaken, match=ELSEWHERE):
        move(fake, phase=Phase.ROLLBACK)
    assert len(fake.associated) == 1


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("blindness", ERRORS)
@pytest.mark.parametrize("takes_effect", [True, False])
def test_an_error_after_which_it_can_not_look_is_unconfirmed(
    error: CallError, blindness: CallError, takes_effect: bool
) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", error, takes_effect=takes_effect)
    fake.fail("virtual_interface", blindness, calls=[2])
    # when
    with pytest.raises((AssociationUnconfirmed, AssociationDoubtful)) as caught:
        move(fake)
    # then
    assert str(error) in str(caught.value)
    assert str(blindness) in str(caught.value)
    assert len(fake.associated) == 1
    assert (type(caught.value) is AssociationDoubtful) is isinstance(error, CallTimedOut)


@pytest.mark.parametrize("change", [moved_away, being_deleted, deleted])
@pytest.mark.parametrize("error", [REFUSED, FAILED, TIMED_OUT])
def test_a_vif_can_be_overtaken_while_the_call_fails(error: CallError, change: Change) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", error)
    fake.meanwhile = change
    # when, then
    with pytest.raises(AssociationOvertaken):
        move(fake)


@pytest.mark.parametrize("error", [FAILED, TIMED_OUT])
def test_one_empty_answer_after_a_call_that_may_have_moved_the_vif_is_looked_at_again(
    error: CallError,
) -> None:
    # given a slow read: as in convergence, one empty answer does not yet mean deleted
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", error, takes_effect=True)
    fake.meanwhile = forgotten
    # when, then
    with pytest.raises((AssociationUnconfirmed, AssociationDoubtful)):
        move(fake)


def test_a_late_effect_is_found_when_it_is_run_again() -> None:
    # given a call that failed, and arrived all the same
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", FAILED, calls=[1])
    with pytest.raises(AssociationUnconfirmed):
        move(fake)
    fake.change(connection_id=TARGET)
    # when
    move(fake)
    # then
    assert len(fake.associated) == 1


def test_a_call_without_an_answer_is_sent_again_on_the_way_back_alone() -> None:
    # given two calls that may both land, each in its own time
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", TIMED_OUT, calls=[1])
    # when, then
    with pytest.raises(AssociationUnconfirmed):
        move(fake, phase=Phase.ROLLBACK)


def test_a_way_back_is_sent_even_where_an_old_answer_shows_it_there() -> None:
    # given
    fake = FakeDirectConnect(a_landed_vif())
    # when
    move(fake, phase=Phase.ROLLBACK)
    # then
    assert fake.associated == [(VIF, TARGET)]


def test_a_way_back_that_was_tried_is_not_sent_again_where_it_has_arrived() -> None:
    # given
    fake = FakeDirectConnect(a_landed_vif())
    # when
    move(fake, attempt=1, phase=Phase.ROLLBACK)
    # then
    assert fake.associated == []


def test_a_call_without_effect_is_sent_again_when_it_is_run_again() -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    fake.fail("associate", IN_TRANSITION, calls=[1])
    with pytest.raises(AssociationPostponed):
        move(fake)
    # when
    move(fake)
    # then
    assert fake.vifs[VIF].connection_id == TARGET


@pytest.mark.parametrize("broken", ["virtual_interface", "associate"])
def test_a_fault_of_the_code_is_not_taken_for_an_answer(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    fake = FakeDirectConnect(a_vif())
    monkeypatch.setattr(fake, broken, divide_by_zero)
    # when, then
    with pytest.raises(ZeroDivisionError):
        move(fake)


def divide_by_zero(*_: str) -> None:
    raise ZeroDivisionError
