"""What the evidence of a migration says, read from histories written by hand."""

import json
from collections.abc import Iterator
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    SOURCE,
    START,
    TARGET,
    VIF,
    a_migration,
    a_picture,
    a_vif,
    after,
    an_observation,
)
from tests.unit.vifshift.histories import (
    DOWN,
    SECRET_TOKEN,
    WORKING,
    Event,
    a_look,
    a_step,
    a_validation,
    beginning,
    entered,
    event,
    evidence,
    failed,
    left,
    moved,
    scheduled,
    started,
    succeeded,
    the_end,
)
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Approval, Outcome, Phase
from vifshift.domain.observation import EarlierLook, Reason, Verdict
from vifshift.domain.request import Trigger
from vifshift.domain.traffic_status import Traffic
from vifshift.events.base import DetailType
from vifshift.reports.migration.model import Evidence

WARNING = Finding(code="A", severity=Severity.WARN, message="m", remedy="r")


def test_the_outcome_is_the_event_s() -> None:
    found = evidence(moved(), the_end(Outcome.NEEDS_ATTENTION, next_step="read_vif_and_routes"))

    assert (found.outcome, found.sentence) == ("needs-attention", "it is needs-attention")
    assert (found.next_step, found.carries_traffic) == ("read_vif_and_routes", Traffic.YES)
    assert found.after == a_picture(WORKING)
    assert found.request_id == "change-1"


def test_who_and_what_and_where_is_the_migration_s() -> None:
    found = evidence(moved())

    assert (found.migration_id, found.execution_arn) == (EXECUTION.name, EXECUTION.arn)
    assert (found.trigger, found.region) == (Trigger.EVENT, "eu-central-1")
    assert (found.started_at, found.ended_at) == (START, after(301))
    assert found.subject.source_connection_id == SOURCE
    assert found.virtual_interface_type == "transit"
    assert found.before == a_picture()
    assert found.request == a_migration().request


def test_the_account_is_the_one_that_the_vif_was_reached_in() -> None:
    role = "arn:aws:iam::222233334444:role/mover"
    known = a_migration(roleArn=role)
    elsewhere = known.model_copy(update={"caller_account": "333344445555"})

    def account(migration: Any) -> str:
        return evidence(beginning(a_validation(migration))).account

    assert evidence([]).account == "111122223333"
    assert account(known) == "222233334444"
    assert account(elsewhere) == "333344445555"


def test_the_region_of_a_request_that_was_refused_is_the_one_it_asked_for() -> None:
    refused = {**a_validation(a_migration(region="eu-west-1")), "migration": None}

    assert evidence(beginning(refused)).region == "eu-west-1"


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ('{"request": null, "trigger": "event"}', Trigger.EVENT),
        ('{"virtualInterfaceId": "dxvif-aaaa0001"}', Trigger.EXECUTION),
        ('{"request": {}, "trigger": "letter"}', None),
        ('{"request": {}, "trigger": ["event"]}', None),
        ('{"request": {}}', None),
        ("[]", None),
        ("null", None),
        ("", None),
        ("[" * 100_000, None),
    ],
)
def test_an_unreadable_request_has_evidence_and_maybe_a_trigger(
    text: str, trigger: Trigger | None
) -> None:
    found = evidence([started(text)], the_end(Outcome.REJECTED, now=None))

    assert (found.outcome, found.trigger) == ("rejected", trigger)
    assert (found.request, found.before, found.after) == (None, None, None)
    assert (found.associations, found.interruption, found.code_changes) == ((), None, ())


def test_a_history_without_events_has_evidence_all_the_same() -> None:
    found = evidence([])

    assert (found.started_at, found.ended_at) == (after(301), after(301))
    assert [each.detail_type for each in found.told] == [DetailType.SUCCEEDED]


def test_a_look_says_what_was_seen_when() -> None:
    found = evidence(moved(a_look(15, DOWN), a_look(20, None), a_look(25, WORKING)))

    assert [each.at for each in found.looks] == [after(15), after(20), after(25)]
    assert [each.reason for each in found.looks] == [
        "PEERS_NOT_UP",
        "CANNOT_SEE",
        "AS_EXPECTED",
    ]
    assert [each.picture for each in found.looks] == [
        a_picture(DOWN),
        None,
        a_picture(WORKING),
    ]
    assert {each.phase for each in found.looks} == {Phase.FORWARD}


def test_a_look_that_lambda_kept_waiting_came_when_it_was_asked_for_last() -> None:
    _, *rest = a_look(40, WORKING)

    [look] = evidence(
        moved([entered(15, "Observe"), scheduled(15), failed(20, "Lambda.Unknown"), *rest])
    ).looks

    assert look.at == after(40)


def test_a_look_that_failed_is_a_step_and_no_look() -> None:
    caught = left(20, "Observe", problem={"error": "x"}, unseenSince="then", pauseSeconds=5)

    found = evidence(moved([entered(15, "Observe"), scheduled(15), failed(20, "E"), caught]))

    assert found.looks == ()
    assert (found.steps[-1].name, found.steps[-1].error) == ("Observe", "E")


def test_looks_after_the_turn_are_of_the_way_back() -> None:
    turn = [
        entered(20, "Turn back", "Pass"),
        left(20, "Turn back", "Pass", phase="rollback", failure={}),
    ]
    back = a_step(30, "Associate")

    found = evidence(moved(a_look(15, DOWN), turn, back, a_look(35, a_vif())))

    assert [each.phase for each in found.looks] == [Phase.FORWARD, Phase.ROLLBACK]
    assert [(each.phase, each.connection_id) for each in found.associations] == [
        (Phase.FORWARD, TARGET),
        (Phase.ROLLBACK, SOURCE),
    ]


def test_steps_are_the_states_without_the_choices_and_the_report() -> None:
    report = [entered(300, "Report"), scheduled(300), failed(305, "CallTimedOut"), scheduled(306)]

    found = evidence([*beginning(), *a_step(290, "Conclude"), *report])

    assert [each.name for each in found.steps] == [
        "Receive request",
        "Validate",
        "Validate again",
        "Announce start",
        "Conclude",
    ]
    assert all(each.left_at and each.error is None for each in found.steps)


def test_a_step_that_was_never_left_is_open_and_one_that_was_tried_again_has_no_error() -> None:
    mended = [entered(10, "Pause"), failed(11, "E"), scheduled(12), succeeded(13), left(14, "P")]

    found = evidence([*mended, entered(20, "Pause", "Wait")])

    assert [(each.entered_at, each.left_at, each.error) for each in found.steps] == [
        (after(10), after(14), None),
        (after(20), None, None),
    ]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("TaskTimedOut", "taskTimedOut"),
        ("TaskSubmitFailed", "taskSubmitFailed"),
        ("EvaluationFailed", "evaluationFailed"),
    ],
)
def test_every_way_to_fail_is_told(kind: str, name: str) -> None:
    broken = event(12, kind, **{name: {"error": "States.Timeout", "cause": None}})

    [step] = evidence([entered(10, "Conclude"), broken]).steps

    assert step.error == "States.Timeout"


def test_events_were_told_once_the_bus_had_taken_them() -> None:
    progress = [
        entered(20, "Announce progress"),
        scheduled(20),
        failed(21, "EventBridge.InternalException"),
        scheduled(22),
        succeeded(23),
        left(23, "Announce progress"),
    ]
    silent = [entered(30, "Announce rollback"), scheduled(30), failed(31, "E"), left(31, "x")]

    found = evidence([*moved(), *progress, *silent])

    assert [(each.at, each.detail_type) for each in found.told] == [
        (after(0), DetailType.STARTED),
        (after(23), DetailType.PROGRESSED),
        (after(301), DetailType.SUCCEEDED),
    ]


def test_what_is_waited_for_was_told_once_its_lambda_had_answered() -> None:
    def held(seconds: float, name: str) -> Iterator[Event]:
        yield entered(seconds, name)
        yield scheduled(seconds)
        yield failed(seconds + 1, "CallThrottled", "no")
        yield scheduled(seconds + 2)
        yield event(seconds + 3, "TaskSubmitted", taskSubmitted={"output": "{}"})

    found = evidence(
        [
            *held(10, "Ask for approval"),
            succeeded(90),
            left(90, "Ask for approval", approval={"approvedBy": "ana", "comment": "go"}),
            *held(100, "Wait for window"),
        ],
        the_end(Outcome.CANCELLED),
    )

    assert [(each.at, each.detail_type) for each in found.told] == [
        (after(13), DetailType.APPROVAL_REQUESTED),
        (after(103), DetailType.WINDOW_PENDING),
        (after(301), DetailType.CANCELLED),
    ]
    assert found.approval == Approval(approved_by="ana", comment="go")


def test_what_a_person_answers_is_not_taken_for_calls() -> None:
    answer = event(20, "TaskSucceeded", taskSucceeded={"output": '{"Payload": {"calls": 7}}'})

    assert evidence([entered(10, "Ask for approval"), answer]).api_calls == {}


def test_every_attempt_to_associate_says_what_came_of_it() -> None:
    attempts = [
        entered(10, "Associate"),
        scheduled(10),
        failed(11, "AssociationPostponed", "Rate exceeded"),
        scheduled(21),
        event(91, "TaskTimedOut", taskTimedOut={"error": "States.Timeout", "cause": "70 s"}),
        scheduled(95),
        succeeded(96),
        left(96, "Associate"),
    ]

    found = evidence([*beginning(), *attempts])

    assert [(each.asked_at, each.answered_at, each.error) for each in found.associations] == [
        (after(10), after(11), "Rate exceeded"),
        (after(21), after(91), "States.Timeout: 70 s"),
        (after(95), after(96), None),
    ]


def test_an_attempt_that_was_cut_off_has_no_answer() -> None:
    cut = [*beginning(), entered(10, "Associate"), scheduled(10)]

    [attempt] = evidence(cut, the_end(Outcome.INTERRUPTED)).associations

    assert (attempt.answered_at, attempt.error) == (None, None)


def test_calls_are_summed_where_they_were_counted() -> None:
    describe = {"DescribeVirtualInterfaces": 1}

    looks = [a_look(15, DOWN, **describe), a_look(20, WORKING), a_look(25, WORKING, Other=2)]

    assert evidence(moved(*looks)).api_calls == {"DescribeVirtualInterfaces": 2, "Other": 2}


def test_findings_and_subject_are_known_where_the_event_was_worded_blindly() -> None:
    validation = a_validation(findings=(WARNING,))

    found = evidence(beginning(validation))

    assert found.findings == (WARNING,)
    assert found.subject.virtual_interface_id == VIF


def test_nothing_is_in_it_of_what_the_history_has_of_tokens_and_traces() -> None:
    found = evidence(moved(a_look(15, DOWN), [entered(20, "Conclude"), failed(21, "E", "x")]))

    text = found.model_dump_json()
    assert SECRET_TOKEN not in text
    assert "stackTrace" not in text


def test_a_hostile_name_stays_as_it_is() -> None:
    name = '<script>alert("x")</script>\u202e\n'
    migration = a_migration(a_vif(virtual_interface_name=name))

    found = evidence(beginning(a_validation(migration)))

    assert json.loads(found.model_dump_json())["subject"]["virtualInterfaceName"] == name


def test_times_are_told_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    history = [{**each, "timestamp": each["timestamp"].astimezone(there)} for each in moved()]

    found = evidence(history)

    assert found.started_at.tzinfo == UTC
    assert {step.entered_at.tzinfo for step in found.steps} == {UTC}


def test_the_evidence_can_be_read_again() -> None:
    found = evidence(moved(a_look(15, DOWN), a_look(20, WORKING)))

    assert Evidence.model_validate_json(found.model_dump_json(indent=2)) == found


def test_a_history_is_gone_through_once_as_it_comes() -> None:
    """The longest history has 25,000 events, of which looks are most."""
    seconds = iter(range(10, 10_000))
    endless = (event for second in seconds for event in a_look(second, WORKING))

    def history() -> Iterator[Event]:
        yield from moved()
        for _, each in zip(range(4_000), endless, strict=False):
            yield each

    assert len(evidence(history()).looks) == 1_000


def a_series(asked: float, seen: tuple[bool, ...], begun: float) -> Iterator[Event]:
    """Build an invocation that was requested at a time, and began later; it looks every 2 s.

    `seen` says whether the VIF was seen by the looks before the last, which finds that it works.
    """
    offsets = [2 * number for number in range(len(seen) + 1)]
    looks = [
        EarlierLook(
            at=after(asked + offset),
            over_at=after(asked + offset + 0.5),
            reason=Reason.PEERS_NOT_UP if is_seen else Reason.CANNOT_SEE,
            message="down" if is_seen else "slow",
            is_seen=is_seen,
        ).to_json()
        for offset, is_seen in zip(offsets, seen, strict=False)
    ]
    last = an_observation(
        Verdict.SETTLING, at=after(asked + offsets[-1]), picture=a_picture(WORKING)
    ).asked_for_at(after(asked))
    end = begun + offsets[-1] + 0.5
    yield entered(asked, "Observe")
    yield scheduled(begun)
    yield succeeded(end, {"looks": looks})
    yield left(
        end,
        "Observe",
        observation=last.to_json(),
        progress=last.progress.to_json(),
    )


@pytest.mark.parametrize("late", [0, 30])
def test_every_look_of_an_invocation_came_when_the_invocation_was_asked_for_last(late: int) -> None:
    # given what the invocation before has left, and one whose Lambda was retried
    _, asked, answered, _ = a_look(15, DOWN)
    known = an_observation(Verdict.SETTLING, at=after(15), picture=a_picture(DOWN))
    before = left(15, "Observe", observation=known.to_json(), progress=known.progress.to_json())
    first = [entered(15, "Observe"), asked, answered, before]
    # when
    found = evidence(moved(first, a_series(20, (True, False), begun=20 + late)))
    # then
    assert [each.at for each in found.looks] == [
        after(15),
        after(20 + late),
        after(22 + late),
        after(24 + late),
    ]
    assert [each.picture for each in found.looks] == [
        a_picture(DOWN),
        a_picture(DOWN),
        None,
        a_picture(WORKING),
    ]
    assert [each.message for each in found.looks[1:3]] == ["down", "slow"]
    assert {each.verdict for each in found.looks} == {Verdict.SETTLING}
    assert found.interruption
    assert found.interruption.at_least == 5 + late, "from the first look to the last without BGP"
