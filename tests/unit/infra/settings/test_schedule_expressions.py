"""Which schedule expressions are let through, and why others are not."""

from datetime import timedelta

import pytest

from infra.settings.schedule_expressions import check, period, skipped_hour


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 2 * * ? *)",
        "cron(0/20 2,3 1-7 JAN-MAR ? 2026-2028)",
        "cron(0 2 ? * SUN#1 *)",
        "cron(0 2 ? * 6L *)",
        "cron(0 2 LW * ? *)",
        "cron(0 2 15W * ? *)",
        "cron(*/15 * ? * mon-fri *)",
        "cron(0 2 29 2 ? *)",
        "at(2026-03-29T02:30:00)",
        "rate(1 day)",
        "rate(12 hours)",
        "rate(36500 days)",
        "at(2199-12-31T23:59:59)",
        "cron(0 2 * * ? 2199)",
    ],
)
def test_what_can_be_due_is_let_through(expression: str) -> None:
    assert check(expression) == expression


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("tomorrow", "must be cron"),
        ("cron(0 2 * *)", "six fields"),
        ("cron(0 2 * * * *)", "exactly one of day of month and day of week"),
        ("cron(0 2 ? * ? *)", "exactly one of day of month and day of week"),
        ("cron(60 2 * * ? *)", "minutes must be from 0 to 59"),
        ("cron(0 24 * * ? *)", "hours must be from 0 to 23"),
        ("cron(0 2 32 * ? *)", "day of month must be from 1 to 31"),
        ("cron(0 2 ? * 8 *)", "day of week must be from 1 to 7"),
        ("cron(0 2 ? MAI MON *)", "month must be from 1 to 12"),
        ("cron(0 2 5-1 * ? *)", "day of month can't be '5-1'"),
        ("cron(0/0 2 * * ? *)", "minutes can't be '0/0'"),
        ("cron(0 L * * ? *)", "hours must be from 0 to 23"),
        ("cron(0 2 31 2,4,6 ? *)", "never due"),
        ("cron(0 2 29 2 ? 2027)", "never due"),
        ("at(2026-02-30T02:00:00)", "at(...) must be a time"),
        ("at(2026-01-05 02:00)", "at(...) must be a time"),
        ("at(2026-01-05T02:00:00Z)", "at(...) must be a time"),
        ("rate(0 days)", "rate(...) must be a number"),
        ("rate(1 week)", "rate(...) must be a number"),
        ("at(9999-12-31T23:59:59)", "at(...) must be in the years 1970 to 2199"),
        ("at(0001-01-01T00:00:00)", "at(...) must be in the years 1970 to 2199"),
        ("at(2200-01-01T00:00:00)", "at(...) must be in the years 1970 to 2199"),
        ("at(\uff12026-01-05T02:00:00)", "at(...) must be a time"),
        ("rate(36501 days)", "rate(...) must be 36500 days or less"),
        (f"rate({'9' * 5000} minutes)", "rate(...) must be 36500 days or less"),
        (f"cron({'9' * 5000} 2 * * ? *)", "minutes must be from 0 to 59"),
        (f"cron(0/{'9' * 5000} 2 * * ? *)", "minutes can't be '0/999"),
        ("cron(0 2 * * ? 2200)", "year must be from 1970 to 2199"),
    ],
)
def test_what_can_never_be_due_is_refused(expression: str, fault: str) -> None:
    with pytest.raises(ValueError) as refused:
        check(expression)

    assert fault in str(refused.value)
    assert len(str(refused.value)) < 120


def test_a_time_that_the_clocks_jump_over_is_noticed() -> None:
    assert skipped_hour("at(2026-03-29T02:30:00)", "Europe/Berlin")
    assert not skipped_hour("at(2026-03-29T02:30:00)", "UTC")
    assert not skipped_hour("at(2026-10-25T02:30:00)", "Europe/Berlin")
    assert not skipped_hour("cron(30 2 29 3 ? *)", "Europe/Berlin")


def test_only_a_rate_has_a_period() -> None:
    assert period("rate(12 hours)") == timedelta(hours=12)
    assert period("cron(0 2 * * ? *)") is None
