"""What is said of a VIF's traffic, by what was true when."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from simulator.directconnect import Transition
from simulator.runs.interruptions import TrafficGap, in_words, interruption, interruptions

START = datetime(2026, 1, 5, 2, tzinfo=UTC)


def was(second: float, bgp: str, routes: int = 100) -> Transition:
    """Return how a VIF was since a time; `bgp` has a letter for each peer, u for up."""
    return Transition(
        at=START + timedelta(seconds=second),
        virtual_interface_id="dxvif-aaaa0001",
        connection_id="dxcon-source01",
        virtual_interface_state="available",
        bgp={
            f"peer {number}": "up" if letter == "u" else "down" for number, letter in enumerate(bgp)
        },
        routes={"ipv4 accepted": routes},
        cause="world",
    )


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ([was(0, "u")], "traffic not interrupted"),
        ([was(0, "u"), was(5, "d"), was(40, "u")], "traffic interrupted for 35 s"),
        ([was(0, "uu"), was(5, "ud"), was(9, "du"), was(12, "uu")], "traffic interrupted for 7 s"),
        ([was(0, "ud"), was(5, "uu"), was(9, "ud")], "traffic not interrupted"),
        ([was(0, "u"), was(5, "d")], "traffic still interrupted"),
        (
            [was(0, "u"), was(5, "d"), was(9, "u"), was(20, "d"), was(26, "u")],
            "traffic interrupted 2 times, for 10 s in all",
        ),
        ([was(0, "u"), was(5, "u", 0), was(9, "u")], "traffic interrupted for 4 s"),
        ([was(0, "u"), was(5, "u", 94)], "traffic still interrupted"),
        ([was(0, "u"), was(5, "u", 95)], "traffic not interrupted"),
        ([was(0, "d"), was(5, "d")], "no peer was up at the start"),
    ],
)
def test_traffic_is_told_as_it_was(seen: Sequence[Transition], words: str) -> None:
    assert in_words(seen) == words


def test_each_loss_is_a_stretch_of_its_own() -> None:
    seen = [was(0, "u"), was(5, "d"), was(9, "u"), was(20, "u", 0)]

    assert interruptions(seen) == [TrafficGap(at(5), at(9)), TrafficGap(at(20), None)]


def test_the_peers_interruption_lasts_from_the_first_loss_to_the_end() -> None:
    seen = [was(0, "u"), was(5, "d"), was(9, "u"), was(20, "d"), was(26, "u")]

    assert interruption(seen) == timedelta(seconds=21)
    assert interruption(seen[:-1]) is None
    assert interruption([was(0, "u"), was(5, "u", 0)]) == timedelta()
    assert interruption([]) == timedelta()
