"""The command `python -m simulator demo`: what `make demo` shows."""

from pathlib import Path

import pytest

from simulator.__main__ import main


@pytest.mark.verify
def test_it_shows_a_check_before_the_move_a_watch_during_it_and_how_both_have_ended(
    tmp_path: Path,
    assembly: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert main(["demo", "--assembly", str(assembly), "--report", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    parts = [
        "$ vifshift check dxvif-aaaa0001 dxlag-target01",
        "Nothing prevents it.",
        "35 seconds later:",
        "$ vifshift watch ",
        "to converge, by 02:10:05 UTC; else it is rolled back",
        "succeeded  moved and verified",
        "rolled-back  did not converge",
    ]
    places = [out.index(part) for part in parts]
    assert places == sorted(places)
    assert {path.name for path in tmp_path.glob("*.html")} == {
        "happy-path-dual-stack-lag.html",
        "bgp-never-comes-up.html",
    }
