"""TestEventPattern, which moto lacks."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.cloud import Cloud

EVENT: dict[str, Any] = {
    "id": "e-1",
    "account": "111122223333",
    "source": "change-management",
    "time": "2026-01-05T02:00:00Z",
    "region": "eu-central-1",
    "resources": [],
    "detail-type": "VIF Migration Requested",
    "detail": {},
}
PATTERN = {"source": ["change-management"], "replay-name": [{"exists": False}]}


def matches(cloud: Cloud, event: object) -> bool:
    answer = cloud.client("events").test_event_pattern(
        EventPattern=json.dumps(PATTERN),
        Event=event if isinstance(event, str) else json.dumps(event),
    )
    return bool(answer["Result"])


def test_an_event_is_compared_with_a_pattern() -> None:
    with Cloud() as cloud:
        assert matches(cloud, EVENT)
        assert not matches(cloud, {**EVENT, "source": "somebody"})
        assert not matches(cloud, {**EVENT, "replay-name": "last-night"})
        for wrong in ("no json", "[]"):
            with pytest.raises(ClientError, match="not valid"):
                matches(cloud, wrong)
        for name in ("id", "account", "region", "resources"):
            lacking = {key: value for key, value in EVENT.items() if key != name}
            with pytest.raises(ClientError, match=f"mandatory field: {name}"):
                matches(cloud, lacking)
