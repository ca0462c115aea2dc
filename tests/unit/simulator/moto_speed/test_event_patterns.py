"""What is told apart early is what moto tells apart."""

import json
from typing import Any

import pytest
from moto.events import models
from moto.events.models import EventPattern

from simulator.cloud import Cloud
from simulator.moto_speed.event_patterns import is_another

EVENT: dict[str, Any] = {
    "source": "vifshift",
    "detail-type": "VIF Migration Started",
    "detail": {"a": 1},
}
PATTERNS: list[Any] = [
    {},
    {"source": ["vifshift"]},
    {"source": ["other"]},
    {"source": ["other", "vifshift"]},
    {"source": ["other", {"prefix": "vif"}]},
    {"source": [{"anything-but": ["vifshift"]}]},
    {"source": ["vifshift"], "detail-type": ["VIF Migration Ended"]},
    {"source": ["vifshift"], "detail-type": ["VIF Migration Started"], "detail": {"a": [2]}},
    {"source": ["vifshift"], "detail-type": ["VIF Migration Started"], "detail": {"a": [1]}},
    {"detail-type": [{"exists": False}]},
    {"detail-type": ["VIF Migration Started", None]},
    {"$or": [{"source": ["other"]}, {"detail-type": ["VIF Migration Started"]}]},
    {"detail": {"source": ["other"]}},
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=json.dumps)
@pytest.mark.parametrize("event", [EVENT, {**EVENT, "source": "other"}, {"detail": {"a": 1}}])
def test_an_event_matches_as_before(pattern: Any, event: Any) -> None:
    before = EventPattern.load(json.dumps(pattern)).matches_event(event)

    with Cloud():
        assert EventPattern.load(json.dumps(pattern)).matches_event(event) is before


def test_an_event_of_another_source_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_into: list[object] = []
    with Cloud():
        rule = EventPattern.load(json.dumps({"source": ["other"]}))
        monkeypatch.setattr(
            models.EventPattern, "_does_event_match", lambda self, *given: looked_into.append(given)
        )

        assert not rule.matches_event({**EVENT})  # type: ignore[typeddict-item]

    assert looked_into == []


@pytest.mark.parametrize("wanted", [["vifshift"], ["a", {"prefix": "v"}], "other", None])
def test_what_may_match_is_not_told_apart_early(wanted: Any) -> None:
    assert not is_another({"source": wanted}, EVENT)
