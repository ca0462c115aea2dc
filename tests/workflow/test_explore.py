"""Drawn scenarios through the deployed definition: what must always hold, holds."""

from pathlib import Path

import pytest

from simulator.__main__ import main
from simulator.explore.running import examine
from simulator.runner import Session

SEEDS = 200
CHUNK = 25
CHUNKS = [range(first, min(first + CHUNK, SEEDS)) for first in range(0, SEEDS, CHUNK)]


@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_what_must_always_hold_holds(seeds: range, assembly: Path) -> None:
    with Session(assembly) as session:
        examined = [examine(seed, session, is_shrinking=False) for seed in seeds]

    assert {each.seed: each.violations for each in examined if each.violations} == {}


def test_the_command_sums_up(
    tmp_path: Path, assembly: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--assembly", str(assembly), "--out", str(tmp_path)]
    status = main(["explore", "--seeds", "4", "--statistics", *given])

    shown = capsys.readouterr().out
    assert status == 0
    assert "1 seeds, 0 with violations" in shown
    assert "outcome" in shown
    assert list(tmp_path.iterdir()) == []
