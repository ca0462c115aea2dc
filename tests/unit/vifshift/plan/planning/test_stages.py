"""How tracks are cut into stages: nothing is lost, nothing is too long, and orders are kept."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.vifshift.plan.plans import P, Q, name
from vifshift.domain.migration import Decision
from vifshift.domain.request import Request
from vifshift.domain.scope import Circumstances
from vifshift.plan.planning.preflight import CheckedMove
from vifshift.plan.planning.stages import (
    LONGEST_SEGMENT,
    MOST_MOVES,
    StagedMove,
    TrackSegment,
    stages,
    text_of,
)
from vifshift.plan.planning.tracks import Track


def a_move(number: int, reason: str = "", **fields: object) -> CheckedMove:
    asked = {"virtualInterfaceId": name(number), "connectionId": Q, "reason": reason, **fields}
    return CheckedMove(
        number=number,
        request=Request.model_validate(asked),
        decision=Decision.PROCEED,
        source=P,
        gateway=f"gw-{number}",
        found=Circumstances(source=P, gateway=f"gw-{number}", rolls_back=True),
    )


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[Track], dict[int, CheckedMove]]:
    lengths = draw(st.lists(st.integers(1, 450), min_size=0, max_size=5))
    reason = draw(st.sampled_from(["", "x" * 1000, "\N{PARTY POPPER}" * 1000]))
    order = list(range(1, sum(lengths) + 1))
    draw(st.randoms()).shuffle(order)
    tracks, rest = [], order
    for length in lengths:
        tracks.append(tuple(rest[:length]))
        rest = rest[length:]
    return tracks, {number: a_move(number, reason) for number in order}


@settings(max_examples=25)
@given(plans())
def test_every_move_is_in_one_segment_and_tracks_keep_their_order(
    plan: tuple[list[Track], dict[int, CheckedMove]],
) -> None:
    tracks, moves = plan
    cut = stages(tracks, moves)
    # in exactly one segment, in the order of its track over all stages
    for number, track in enumerate(tracks, 1):
        run = [
            move.number
            for stage in cut
            for segment in stage
            if segment.track == number
            for move in segment.moves
        ]
        assert tuple(run) == track
    # bounded, none is empty, and a track has one segment a stage at most
    for stage in cut:
        assert stage
        assert len({segment.track for segment in stage}) == len(stage)
        for segment in stage:
            assert 0 < len(segment.moves) <= MOST_MOVES
            assert len(text_of(segment.moves)) <= LONGEST_SEGMENT + 2 * MOST_MOVES


def test_a_segment_is_as_full_as_it_may_be() -> None:
    track = tuple(range(1, 402))
    cut = stages([track], {number: a_move(number) for number in track})
    assert [len(segment.moves) for [segment] in cut] == [200, 200, 1]


def test_without_tracks_there_are_no_stages() -> None:
    assert stages([], {}) == ()


def test_a_stage_is_kept_as_the_workflow_reads_it() -> None:
    move = a_move(7, convergence={"timeoutSeconds": 900}).model_copy(
        update={"siblings": (name(8),)}
    )
    [stage] = stages([(7,)], {7: move})
    assert json.loads(text_of(stage)) == [
        {
            "track": 1,
            "moves": [
                {
                    "number": 7,
                    "request": {
                        "virtualInterfaceId": name(7),
                        "connectionId": Q,
                        "convergence": {"timeoutSeconds": 900},
                    },
                    "siblings": [name(8)],
                    "source": P,
                    "gateway": "gw-7",
                    "checked": move.found.to_json(),
                }
            ],
        }
    ]
    [again] = (TrackSegment.model_validate(each) for each in json.loads(text_of(stage)))
    assert again.moves[0].complete == move.request
    assert again.moves[0] == StagedMove.of(move)
