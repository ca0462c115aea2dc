"""What a run discloses, and the secrets that must not be in it."""

import json
from collections.abc import Iterator
from typing import Any

from simulator.runs.record import Record

SECRETS = {"authKey", "customerRouterConfig", "cak", "ckn"}


def secrets_of(value: object) -> Iterator[str]:
    """Yield every secret in a world, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in SECRETS and isinstance(inner, str):
                yield inner
            else:
                yield from secrets_of(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from secrets_of(inner)


def disclosed_text(record: Record) -> str:
    """Return everything that a run discloses, as one text: events, messages, evidence, logs …"""
    shown: list[Any] = [
        record.events,
        record.service_events,
        record.notifications,
        record.executions,
        record.histories,
        record.evidence,
        record.logs,
    ]
    return json.dumps(shown, default=str)
