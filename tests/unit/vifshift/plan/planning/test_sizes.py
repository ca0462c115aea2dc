"""What the largest plans take of a payload of Step Functions, and of an item of DynamoDB."""

import json
from typing import Any

import pytest

from tests.unit.vifshift.fakes import EXECUTION, START
from tests.unit.vifshift.plan.plans import P, Q, name
from vifshift.domain.findings import RULES, Severity, bounded
from vifshift.domain.migration import Approval, Decision
from vifshift.domain.plan_outcome import Counts, MoveOutcome
from vifshift.domain.plan_progress import ChildEnding
from vifshift.domain.plan_request import LONGEST_LIST, MOST_MOVES, PlanRequest
from vifshift.domain.request import Request
from vifshift.domain.scope import LONGEST_MESSAGE as LONGEST_CHANGE
from vifshift.domain.scope import MOST_CHANGES, ChangeKind, Circumstances, ScopeChange
from vifshift.domain.sizes import fitting, size_of
from vifshift.events import plan_announcements as announcements
from vifshift.events.plan import PlanFinding
from vifshift.migration.conclusion import Problem
from vifshift.plan.planning.documents import (
    KeptMove,
    Place,
    folder_of,
    key_of_moves,
    key_of_scope,
    key_of_stage,
)
from vifshift.plan.planning.preflight import CheckedMove
from vifshift.plan.planning.preparation import CheckedPlan, Preparation, Rules
from vifshift.plan.planning.prepare import MOST_SHOWN, SHOWN_BYTES
from vifshift.plan.planning.stages import LONGEST_SEGMENT, StagedMove, TrackSegment, stages
from vifshift.plan.running.conclusion import PlanExecutionState, conclude
from vifshift.plan.running.results import MoveResult, Results

PAYLOAD = 262_144
"""AWS: "Step Functions service quotas"."""
ROOM = PAYLOAD * 4 // 5
TELL = "\x01"
"""A letter that takes six bytes in JSON."""
BUCKET = "b" * 63
VERSION = "v" * 64
NOT_BLOCKING = tuple(sorted(rule.code for rule in RULES if rule.severity is not Severity.BLOCK))
LONGEST = EXECUTION.model_copy(update={"name": "n" * 80, "arn": EXECUTION.arn + "n" * 80})


def a_move(number: int, **fields: Any) -> CheckedMove:
    """Build a move that is to be done, with 30 siblings."""
    asked = {"virtualInterfaceId": name(number), "connectionId": Q, **fields}
    return CheckedMove(
        number=number,
        request=Request.model_validate(asked),
        decision=Decision.PROCEED,
        siblings=tuple(f"dxvif-{sibling:017}" for sibling in range(30)),
        source=P,
        gateway="g" * 36,
        found=Circumstances(
            source=P,
            gateway="g" * 36,
            rolls_back=True,
            findings=tuple(
                sorted(rule.code for rule in RULES if rule.severity is not Severity.BLOCK)
            ),
        ),
    )


def the_request() -> PlanRequest:
    """Build what is asked for at its longest, beside the moves."""
    tags = {f"{number:02}{TELL * 126}": TELL * 256 for number in range(50)}
    return PlanRequest.model_validate(
        {
            "evacuate": {
                "from": P,
                "to": Q,
                "tags": tags,
                "exclude": [name(number) for number in range(MOST_MOVES)],
            },
            "requestedBy": TELL * 256,
            "reason": TELL * 1024,
            "acknowledge": [f"A_CODE{'_' * 50}{number:02}" for number in range(50)],
            "stopAfterFailures": MOST_MOVES,
        }
    )


def preparation(number_of_stages: int) -> Preparation:
    """Put together what `Prepare` answers at its largest."""
    request, counts = the_request(), Counts(moves=MOST_MOVES, not_started=MOST_MOVES)
    findings = bounded(
        PlanFinding(
            code="A_CODE",
            severity=Severity.WARN,
            message="x" * 1000,
            remedy="y" * 300,
            acknowledged_by=TELL * 256,
            move=number,
        )
        for number in range(MOST_MOVES)
    )
    folder = folder_of(LONGEST, START)
    about = announcements.subject(request.terms, "eu-central-1")
    return Preparation(
        decision=Decision.PROCEED,
        request_id="c" * 128,
        request=request.terms,
        findings=findings,
        counts=counts,
        stages=tuple(
            Place(bucket=BUCKET, key=key_of_stage(folder, number), version_id=VERSION)
            for number in range(number_of_stages)
        ),
        moves=Place(bucket=BUCKET, key=key_of_moves(folder), version_id=VERSION),
        max_concurrency=50,
        rules=Rules(stop_after_failures=1, closes_at=START, counts=counts, subject=about),
        region="eu-central-1",
        checked=CheckedPlan(
            digest="d" * 64,
            at=START,
            document=Place(bucket=BUCKET, key=key_of_scope(folder), version_id=VERSION),
            list_version=VERSION,
        ),
        head=fitting((a_move(number).scoped for number in range(1, 30)), MOST_SHOWN, SHOWN_BYTES),
        changes=tuple(
            ScopeChange(
                kind=ChangeKind.FINDING,
                move=number,
                virtual_interface_id=name(number),
                code="A_CODE",
                message=TELL * LONGEST_CHANGE,
            )
            for number in range(MOST_CHANGES)
        ),
        announcement=announcements.started(
            announcements.metadata(LONGEST, "c" * 128, START), about, counts, findings
        ),
    )


# Moves that wait for one another, each with terms of its own as long as they may be, take the most
# stages. A list is not read beyond eight million letters, but what all inherit is written once.
MOST_STAGES = 336


@pytest.mark.verify
@pytest.mark.parametrize("letter", ["x", "\N{PARTY POPPER}", TELL])
def test_five_thousand_moves_in_one_track_take_a_bounded_number_of_stages(letter: str) -> None:
    assert MOST_MOVES * 1280 < LONGEST_LIST
    terms = {"reason": letter * 1024, "requestedBy": letter * 256}
    moves = {number: a_move(number, **terms) for number in range(1, MOST_MOVES + 1)}
    cut = stages([tuple(moves)], moves)
    assert MOST_MOVES / 200 <= len(cut) <= MOST_STAGES
    sizes = [size_of([move.to_json() for move in segment.moves]) for [segment] in cut]
    assert max(sizes) <= LONGEST_SEGMENT


@pytest.mark.parametrize("letter", ["x", "\N{PARTY POPPER}", TELL])
def test_a_segment_is_handed_to_its_track_with_room_to_spare(letter: str) -> None:
    terms = {"reason": letter * 1024, "requestedBy": letter * 256}
    moves = {number: a_move(number, **terms) for number in range(1, 201)}
    cut = stages([tuple(moves)], moves)
    known = preparation(1)
    assert known.rules is not None
    for stage in cut:
        for segment in stage:
            assert size_of(segment.to_json()) <= LONGEST_SEGMENT + 100
            handed = {
                "segment": segment.to_json(),
                "execution": LONGEST.to_json(),
                "requestId": "c" * 128,
                "rules": known.rules.to_json(),
            }
            assert size_of(handed) < ROOM


def test_a_move_is_advanced_with_room_to_spare() -> None:
    move = a_move(1, reason=TELL * 1024, requestedBy=TELL * 256)
    asked = {"move": StagedMove.of(move).to_json(), "done": {"cause": TELL * 32_768}}
    assert size_of(asked) < PAYLOAD
    assert size_of(TrackSegment(track=1, moves=(StagedMove.of(move),)).to_json()) < ROOM / 10


def test_what_is_prepared_is_answered_kept_and_noted_with_room_to_spare() -> None:
    prepared = preparation(MOST_STAGES)
    assert prepared.request is not None
    assert prepared.request.evacuate is not None
    assert (prepared.request.evacuate.tags, prepared.request.evacuate.exclude) == ({}, ())
    assert size_of({"preparation": prepared.to_json()}) < ROOM
    # `Note plan` writes it as a text, whose quotes are escaped once more
    assert size_of(json.dumps(prepared.to_json(), separators=(",", ":"))) < PAYLOAD


def test_the_end_of_a_plan_all_of_whose_moves_have_failed_is_told_with_room_to_spare() -> None:
    prepared = preparation(MOST_STAGES)
    problem = Problem(state="Run tracks", error="States.TaskFailed", cause=TELL * 8000)
    approval = Approval(approved_by=TELL * 256, comment=TELL * 1024)
    story = PlanExecutionState(
        request_id="c" * 128, preparation=prepared, approval=approval, problem=problem
    )
    results = Results(
        moves=tuple(
            MoveResult(
                KeptMove.of(a_move(number), None),
                ChildEnding(MoveOutcome.NEEDS_ATTENTION, "\N{PARTY POPPER}" * 4000),
                "child",
            )
            for number in range(1, 101)
        )
    )
    assert size_of(story.to_json()) < PAYLOAD
    conclusion = conclude(story, results, execution=LONGEST, now=START)
    # one Assign keeps both the conclusion and the announcement in it
    kept = {
        "announcement": conclusion.announcement.to_json(),
        "conclusion": conclusion.to_json(),
    }
    assert size_of(kept) < ROOM
