"""Guards as people write them, be they careless or hostile."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import a_request, raw_request
from vifshift.domain.findings import Checks, Limits
from vifshift.domain.guards import GUARD_SECONDS, LONGEST_SHOWN, MoveGuard, alarm_id, guard_name
from vifshift.domain.request import BLIND_GRACE, LONGEST_HOLD
from vifshift.domain.request_envelope import MalformedRequestError, parse_request

ALARM = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:orders-unreachable"


def faults(*guards: Any, **fields: Any) -> tuple[str, ...]:
    """What is wrong with a request with these guards."""
    with pytest.raises(MalformedRequestError) as error:
        parse_request(raw_request(guards=list(guards), **fields))
    return error.value.faults


@pytest.mark.parametrize(
    "arn",
    [
        ALARM,
        "arn:aws:cloudwatch:eu-west-1:444455556666:alarm:of another account: with a colon",
        "arn:aws-cn:cloudwatch:cn-north-1:111122223333:alarm:x",
        "arn:aws-us-gov:cloudwatch:us-gov-west-1:111122223333:alarm:x",
        "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:" + "ä" * 255,
    ],
)
def test_an_alarm_of_any_region_and_account_may_be_a_guard(arn: str) -> None:
    [guard] = parse_request(raw_request(guards=[{"alarm": arn}])).request.guarded_by

    assert guard.alarm == arn


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "orders-unreachable",
        ALARM.replace("cloudwatch", "sns"),
        ALARM.replace("alarm:", "dashboard:"),
        ALARM.replace("111122223333", "1111"),
        ALARM.replace("eu-central-1", "*"),
        ALARM.replace("orders-unreachable", ""),
        ALARM.replace("orders-unreachable", "x" * 256),
        ALARM + "\n",
        ALARM + "\x00",
        f" {ALARM}",
        "arn:aws:cloudwatch:cn-north-1:111122223333:alarm:x",
        "arn:aws-cn:cloudwatch:eu-central-1:111122223333:alarm:x",
    ],
)
def test_what_is_no_alarm_of_its_partition_is_refused_without_its_value(arn: str) -> None:
    [fault] = faults({"alarm": arn})

    assert fault.startswith("guards.0.alarm: ")
    assert len(fault) < 160


def test_a_fault_names_the_place_and_an_unknown_field() -> None:
    assert faults({"alarm": ALARM}, {"alarm": 1}, {"alarms": ALARM}) == (
        "guards.1.alarm: input should be a valid string",
        "guards.2.alarm: is missing",
        "guards.2.alarms: unknown field",
    )


def test_a_guard_is_listed_once_and_there_are_five_at_most() -> None:
    assert faults({"alarm": ALARM}, {"alarm": ALARM}) == ("guards: lists a guard more than once",)
    [fault] = faults(*({"alarm": f"{ALARM}{number}"} for number in range(6)))
    assert "at most 5" in fault


def test_without_guards_a_request_is_what_it_was() -> None:
    request = a_request()

    assert "guard" not in str(request.to_json())
    assert request.longest_way == request.convergence.longest_way


def test_an_empty_list_stays_one_so_that_the_settings_guards_do_not_count() -> None:
    request = parse_request(raw_request(guards=[])).request

    assert request.to_json()["guards"] == []
    assert request.longest_way == request.convergence.longest_way


def test_guards_make_the_longest_phase_longer() -> None:
    guarded = a_request(guards=[{"alarm": ALARM}])

    assert guarded.slowest.hold_seconds == GUARD_SECONDS
    assert guarded.longest_way.total_seconds() == 600 + 900 + 2 * BLIND_GRACE.total_seconds()
    assert (
        a_request(
            guards=[{"alarm": ALARM}], convergence={"holdSeconds": 1200, "guardSeconds": 300}
        ).slowest.hold_seconds
        == 1200
    )


@pytest.mark.parametrize("seconds", [59, LONGEST_HOLD + 1, "900", None])
def test_guard_seconds_has_bounds(seconds: Any) -> None:
    [fault] = faults({"alarm": ALARM}, convergence={"guardSeconds": seconds})

    assert fault.startswith("convergence.guardSeconds: ")


def test_a_name_is_shown_shortened() -> None:
    assert guard_name(ALARM) == "orders-unreachable"
    assert guard_name(f"{ALARM}:{'x' * 300}").startswith("orders-unreachable:xxx")
    assert len(guard_name(f"{ALARM}:{'x' * 300}")) == LONGEST_SHOWN
    assert alarm_id(ALARM).region == "eu-central-1"


def test_the_settings_guards_are_those_of_a_request_that_names_none() -> None:
    limits = Limits(guards=(MoveGuard(alarm=ALARM),))

    assert limits.guarded(a_request()).guards == limits.guards
    assert limits.guarded(a_request(guards=[])).guards == ()
    own = a_request(guards=[{"alarm": f"{ALARM}2"}])
    assert limits.guarded(own) is own
    assert "guards" not in Checks().model_dump_json()
