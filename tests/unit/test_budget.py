"""What the tests may cost, and when that is too much."""

import sys

import pytest

from tests import budget
from tests.budget import Cost


@pytest.mark.parametrize(
    ("cost", "is_too_much"),
    [
        (Cost(480, 1024), False),
        (Cost(600, 1280), False),
        (Cost(601, 1), True),
        (Cost(1, 1281), True),
    ],
)
def test_a_quarter_above_the_budget_is_too_much(cost: Cost, is_too_much: bool) -> None:
    assert cost.exceeds(Cost(480, 1024)) is is_too_much


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_too_much_fails_in_ci_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], ci: str, status: int
) -> None:
    monkeypatch.setenv("CI", ci)

    assert budget.main("0.0001", "1", sys.executable, "-c", "print('done')") == status

    assert "CPU seconds (budget 0), largest process" in capfd.readouterr().out


def test_a_failure_stays_the_failure_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    assert budget.main("0.0001", "1", sys.executable, "-c", "raise SystemExit(5)") == 5
