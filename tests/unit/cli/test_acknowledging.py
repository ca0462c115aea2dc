"""What a command's request acknowledges."""

from typing import Final

import pytest
from pydantic import JsonValue

from cli.acknowledging import acknowledgeable, acknowledging
from cli.environment import RefusedError

Request = dict[str, JsonValue]

MOVE: Final[Request] = {
    "virtualInterfaceId": "dxvif-aaaa0001",
    "connectionId": "dxcon-target01",
}
PLAN: Final[Request] = {"evacuate": {"from": "dxcon-source01", "to": "dxlag-target01"}}


def test_codes_are_added_to_those_of_the_request() -> None:
    asked: JsonValue = {**MOVE, "acknowledge": ["MACSEC_LOST", "NO_REDUNDANT_PATH"]}
    assert acknowledging(asked, ["NO_REDUNDANT_PATH"]) == asked
    assert acknowledging(MOVE, ["NO_REDUNDANT_PATH"]) == {
        **MOVE,
        "acknowledge": ["NO_REDUNDANT_PATH"],
    }
    assert acknowledging({"request": MOVE, "trigger": "event"}, ["NO_REDUNDANT_PATH"]) == {
        "request": {**MOVE, "acknowledge": ["NO_REDUNDANT_PATH"]},
        "trigger": "event",
    }
    assert acknowledging(MOVE, None) == MOVE


def test_codes_of_plans_are_those_of_plans() -> None:
    assert acknowledging(PLAN, ["MOVED_TWICE"]) == {**PLAN, "acknowledge": ["MOVED_TWICE"]}
    with pytest.raises(RefusedError, match="no finding of a migration that can be acknowledged"):
        acknowledging(MOVE, ["MOVED_TWICE"])


@pytest.mark.parametrize("code", ["NO_REDUNDANT_PATHS", "no-redundant-path", "NO_REDUNDENT_PATH"])
def test_a_misspelled_code_is_refused(code: str) -> None:
    with pytest.raises(RefusedError, match=r"did you mean NO_REDUNDANT_PATH\?"):
        acknowledging(MOVE, [code])


def test_what_cannot_be_acknowledged_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"can acknowledge .*NO_REDUNDANT_PATH"):
        acknowledging(MOVE, ["XYZ"])
    with pytest.raises(RefusedError, match="no list"):
        acknowledging({**MOVE, "acknowledge": "NO_REDUNDANT_PATH"}, ["NO_REDUNDANT_PATH"])


def test_only_what_can_be_acknowledged_is_offered() -> None:
    codes = ["NO_REDUNDANT_PATH", "TARGET_NOT_FOUND", "NO_REDUNDANT_PATH", "MOVED_TWICE"]
    assert acknowledgeable(codes) == ["NO_REDUNDANT_PATH", "MOVED_TWICE"]
