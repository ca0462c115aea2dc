"""The sub-command `python -m simulator explore`, as far as it needs no cloud."""

import pytest

from simulator.commands.arguments import seeds


@pytest.mark.parametrize(
    ("text", "meant"), [("17", range(17, 18)), ("0:50", range(50)), ("10:20", range(10, 20))]
)
def test_seeds_are_one_or_a_range(text: str, meant: range) -> None:
    assert seeds(text) == meant
