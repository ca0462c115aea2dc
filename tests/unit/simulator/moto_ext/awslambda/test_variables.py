"""A function sees its own variables, and none of those by which the laptop's clients find AWS."""

import os
from datetime import UTC, datetime
from random import Random

import pytest

from simulator.moto_ext.awslambda.isolation import process_settings
from simulator.virtual_time.clock import VirtualClock

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
OF_THE_LAPTOP = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:5055",
    "AWS_ENDPOINT_URL_DIRECTCONNECT": "http://127.0.0.1:5055",
    "AWS_PROFILE": "network",
    "AWS_REGION": "us-east-1",
}


def test_a_shell_that_is_pointed_at_a_served_cloud_does_not_reach_into_a_simulation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in OF_THE_LAPTOP.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)

    with process_settings({"AWS_REGION": "eu-west-1", "OWN": "1"}, VirtualClock(BEGAN), Random(0)):
        seen = {name: os.environ.get(name) for name in (*OF_THE_LAPTOP, "OWN", "PATH")}

    assert seen == dict.fromkeys(OF_THE_LAPTOP) | {
        "AWS_REGION": "eu-west-1",
        "OWN": "1",
        "PATH": before.get("PATH"),
    }
    assert dict(os.environ) == before
