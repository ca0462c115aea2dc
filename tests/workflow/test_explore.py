"""Drawn scenarios through the deployed definition: what must always hold, holds."""

from pathlib import Path

import pytest

from simulator.__main__ import main
from simulator.explore.coverage.exclusions import EXCLUDED
from simulator.explore.coverage.existing import existing
from simulator.explore.examination import examine
from simulator.runs.session import Session

# `make verify` runs two thousand of them with the command.
SAMPLE = [range(25), range(25, 50)]


@pytest.mark.parametrize("seeds", SAMPLE, ids=str)
def test_what_must_always_hold_holds(seeds: range, session: Session) -> None:
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


def test_what_is_excluded_from_what_has_to_be_reached_exists(assembly: Path) -> None:
    assert set(EXCLUDED) <= set(existing(assembly))
