"""The rules about the hour."""

from datetime import timedelta, timezone
from typing import Any

import pytest

from tests.unit.vifshift.fakes import SOURCE, TARGET, VIF, a_connection, a_lag, a_network, after
from tests.unit.vifshift.judging import BLIND_GRACE, THERE_AND_BACK, codes, findings, only, window
from vifshift.domain.findings import Severity
from vifshift.domain.network import CHANGE_CALENDAR, HealthEvent, Network, Unchecked
from vifshift.domain.time_spans import moment

DAY = 24 * 3600


def opening(opens: float, length: float = THERE_AND_BACK) -> dict[str, str]:
    return window(opens, opens + length)


@pytest.mark.parametrize("opens", [1, 3600, 30 * DAY])
def test_a_later_window_is_waited_for(opens: float) -> None:
    assert codes(window=opening(opens)) == []


@pytest.mark.parametrize("opens", [1, 3600])
def test_before_the_window_nothing_moves(opens: float) -> None:
    finding = only(window=opening(opens), is_recheck=True)
    assert (finding.code, finding.severity) == ("WINDOW_NOT_OPEN", Severity.BLOCK)
    assert finding.blocks


@pytest.mark.parametrize("opens", [0, -60])
def test_at_the_recheck_an_open_window_is_fine(opens: float) -> None:
    assert codes(window=window(opens, THERE_AND_BACK), is_recheck=True) == []


@pytest.mark.parametrize("is_recheck", [True, False])
def test_a_window_that_has_become_too_short_blocks_at_any_look(is_recheck: bool) -> None:
    assert codes(window=window(-60, THERE_AND_BACK - 1), is_recheck=is_recheck) == [
        "WINDOW_NOT_OPEN"
    ]


@pytest.mark.parametrize("opens", [1, 3600, 30 * DAY])
def test_a_later_window_too_short_to_go_there_and_back_blocks(opens: float) -> None:
    finding = only(window=opening(opens, THERE_AND_BACK - 1))
    assert (finding.code, finding.blocks) == ("WINDOW_NOT_OPEN", True)
    assert f"from {moment(after(opens))}" in finding.message


def test_a_window_that_is_too_far_away_blocks() -> None:
    finding = only(window=opening(30 * DAY + 1))
    assert (finding.code, finding.blocks) == ("WINDOW_NOT_OPEN", True)
    assert "more than 30 days" in finding.message


@pytest.mark.parametrize("closes", [THERE_AND_BACK - 1, THERE_AND_BACK / 2])
def test_a_window_too_short_to_go_there_and_back_blocks(closes: float) -> None:
    assert codes(window=window(-60, closes)) == ["WINDOW_NOT_OPEN"]


def test_a_window_is_said_in_the_local_time_of_the_request_too() -> None:
    far, near = timezone(timedelta(hours=-3, minutes=-30)), timezone(timedelta(hours=2))
    asked = {"opensAt": after(600).astimezone(near), "closesAt": after(900).astimezone(far)}
    asked_for = {name: at.isoformat() for name, at in asked.items()}
    short, early = findings(window=asked_for, is_recheck=True)
    assert short.message.startswith(
        "new since the first check: the window closes at "
        "2026-07-01 09:15 UTC (2026-07-01 05:45 UTC-03:30); "
        "a move and a rollback may take "
    )
    assert early.message == (
        "new since the first check: the window opens at "
        "2026-07-01 09:10 UTC (2026-07-01 11:10 UTC+02:00), 10 min from now"
    )


def test_after_the_window_nothing_moves() -> None:
    assert codes(window=window(-100, -1)) == ["WINDOW_NOT_OPEN"]


@pytest.mark.parametrize("opens", [0, -60])
def test_an_open_window_that_is_just_long_enough_is_fine(opens: float) -> None:
    assert codes(window=window(opens, THERE_AND_BACK)) == []


def test_a_shorter_convergence_fits_into_a_shorter_window() -> None:
    short = {"timeoutSeconds": 60, "holdSeconds": 0}
    assert codes(window=window(-1, 2 * (60 + 2 * BLIND_GRACE)), convergence=short) == []


# The change calendar.


def test_a_closed_calendar_blocks() -> None:
    finding = only(a_network(calendar_state="CLOSED"))
    assert (finding.code, finding.severity) == ("CALENDAR_CLOSED", Severity.BLOCK)


def test_a_calendar_that_is_closed_now_does_not_block_a_later_window() -> None:
    assert codes(a_network(calendar_state="CLOSED"), window=opening(1)) == []


@pytest.mark.parametrize("opens", [0, -60])
@pytest.mark.parametrize("is_recheck", [True, False])
def test_a_closed_calendar_blocks_an_open_window(opens: float, is_recheck: bool) -> None:
    closed = a_network(calendar_state="CLOSED")
    found = codes(closed, window=window(opens, THERE_AND_BACK), is_recheck=is_recheck)
    assert found == ["CALENDAR_CLOSED"]


@pytest.mark.parametrize("state", ["OPEN", None])
def test_a_calendar_that_is_open_or_not_wanted_is_fine(state: str | None) -> None:
    assert codes(a_network(calendar_state=state)) == []


UNREAD = Unchecked(subject=CHANGE_CALENDAR, permission="ssm:GetCalendarState", reason="denied")
UNKNOWN = [
    a_network(unchecked=(UNREAD,)),
    a_network(calendar_state="levitating"),
    a_network(calendar_state=""),
    a_network(calendar_state="open"),
]


@pytest.mark.parametrize("network", UNKNOWN)
def test_a_calendar_that_is_not_known_blocks_unless_it_is_acknowledged(network: Network) -> None:
    # when
    refused = only(network)
    accepted = only(network, acknowledge=["CALENDAR_NOT_CHECKED"], requestedBy="ana")
    # then
    assert (refused.code, refused.severity) == ("CALENDAR_NOT_CHECKED", Severity.BLOCK)
    assert refused.blocks
    assert (accepted.acknowledged_by, accepted.blocks) == ("ana", False)


@pytest.mark.parametrize("network", UNKNOWN)
@pytest.mark.parametrize(("opens", "blocks"), [(1, False), (0, True), (-60, True)])
def test_before_its_window_a_calendar_that_is_not_known_is_a_warning(
    network: Network, opens: float, blocks: bool
) -> None:
    finding = only(network, window=opening(opens, THERE_AND_BACK + 60))
    assert (finding.code, finding.blocks) == ("CALENDAR_NOT_CHECKED", blocks)


# Maintenance.


def an_event(begins: float | None = None, ends: float | None = None, **fields: Any) -> HealthEvent:
    """Build an event, from so many seconds after the start to so many."""
    return HealthEvent.model_validate(
        {
            "eventTypeCode": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
            "statusCode": "upcoming",
            "startTime": None if begins is None else after(begins),
            "endTime": None if ends is None else after(ends),
            "entities": [TARGET],
            **fields,
        }
    )


def announced(*events: HealthEvent, **fields: Any) -> Network:
    return a_network(health_events=events, **fields)


DURING = {"begins": 60, "ends": 3600}
MEMBER = "dxcon-member01"


@pytest.mark.parametrize(
    "event",
    [
        an_event(0, 60),
        an_event(THERE_AND_BACK - 1, THERE_AND_BACK + 60),
        an_event(-60, None),
        an_event(None, 60, statusCode="open"),
        an_event(statusCode="open"),
        an_event(-60, 1, startTime=after(-60).replace(tzinfo=None)),
    ],
    ids=["at once", "at its end", "no end", "no beginning", "no times", "no zone"],
)
def test_maintenance_during_the_move_blocks_unless_it_is_acknowledged(event: HealthEvent) -> None:
    # when
    refused = only(announced(event))
    accepted = only(announced(event), acknowledge=["MAINTENANCE_DURING_MOVE"], requestedBy="ana")
    # then
    assert (refused.code, refused.severity) == ("MAINTENANCE_DURING_MOVE", Severity.BLOCK)
    assert "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED" in refused.message
    assert refused.blocks
    assert (accepted.acknowledged_by, accepted.blocks) == ("ana", False)


@pytest.mark.parametrize(
    "event",
    [an_event(THERE_AND_BACK, 9000), an_event(-60, 0, statusCode="open"), an_event()],
    ids=["right after it", "right before it", "at a time not told"],
)
def test_maintenance_at_another_time_is_worth_a_warning(event: HealthEvent) -> None:
    finding = only(announced(event))
    assert (finding.code, finding.severity) == ("MAINTENANCE_ANNOUNCED", Severity.WARN)


@pytest.mark.parametrize(
    ("opens", "event", "code"),
    [
        (-60, an_event(THERE_AND_BACK - 1, 9000), "MAINTENANCE_DURING_MOVE"),
        (-60, an_event(THERE_AND_BACK, 9000), "MAINTENANCE_ANNOUNCED"),
        (3600, an_event(0, 3600), "MAINTENANCE_ANNOUNCED"),
        (3600, an_event(0, 3601), "MAINTENANCE_DURING_MOVE"),
        (3600, an_event(3600 + THERE_AND_BACK - 1, 9000), "MAINTENANCE_DURING_MOVE"),
        (3600, an_event(3600 + THERE_AND_BACK, 9000), "MAINTENANCE_ANNOUNCED"),
    ],
)
def test_of_a_window_the_time_counts_that_the_move_may_take_from_its_opening_on(
    opens: float, event: HealthEvent, code: str
) -> None:
    assert codes(announced(event), window=window(opens, 20_000)) == [code]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (an_event(THERE_AND_BACK + 3600, 9000), "; it begins 1 h after the end of the move at its"),
        (an_event(-7200, -600), "; it ends 10 min before the move"),
        (an_event(), "to an unknown time"),
    ],
)
def test_how_far_away_maintenance_is_is_said_where_it_is_known(
    event: HealthEvent, said: str
) -> None:
    assert said in only(announced(event)).message


@pytest.mark.parametrize(
    "entities",
    [
        [VIF],
        [SOURCE],
        [TARGET],
        [MEMBER],
        [],
        ["dxcon-strange1", SOURCE],
        [f"arn:aws:directconnect:eu-central-1:111122223333:dxcon/{SOURCE}"],
    ],
    ids=["the VIF", "the source", "the target", "a member", "nothing", "one of two", "an ARN"],
)
def test_what_moves_may_be_named_in_many_ways(entities: list[str]) -> None:
    lag = a_lag(connections=(a_connection(MEMBER),))
    network = announced(an_event(**DURING, entities=entities), target=lag)
    assert codes(network) == ["MAINTENANCE_DURING_MOVE"]


@pytest.mark.parametrize(
    "event",
    [
        an_event(**DURING, entities=["dxcon-strange1"]),
        an_event(**DURING, statusCode="closed"),
        an_event(**DURING, statusCode=""),
    ],
    ids=["of others", "over", "of no status"],
)
def test_maintenance_of_others_or_of_the_past_is_fine(event: HealthEvent) -> None:
    assert codes(announced(event)) == []


@pytest.mark.parametrize(
    ("entities", "said"),
    [
        (["UNKNOWN"], "is upcoming for UNKNOWN (all of eu-central-1), from"),
        ([], "is upcoming for all of eu-central-1, from"),
        (["111122223333", TARGET], "is upcoming for 111122223333 (all of eu-central-1), from"),
    ],
)
def test_what_affects_a_whole_region_is_said_to(entities: list[str], said: str) -> None:
    event = an_event(**DURING, entities=entities, region="eu-central-1")
    assert said in only(announced(event)).message


def test_an_event_of_which_only_ours_is_kept_names_others() -> None:
    event = an_event(**DURING, names_others=True)
    assert f"is upcoming for {TARGET} and others, from" in only(announced(event)).message
