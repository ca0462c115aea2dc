"""Typed access to API records, whose types were checked on arrival."""

from collections.abc import Mapping

from pydantic import JsonValue

from simulator.directconnect.shapes import Fields


def text(fields: Mapping[str, JsonValue], name: str) -> str | None:
    """Read a string; an empty one counts as none."""
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def number(fields: Mapping[str, JsonValue], name: str) -> int | None:
    """Read an integer."""
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(fields: Mapping[str, JsonValue], name: str, default: bool = False) -> bool:
    """Read a boolean."""
    value = fields.get(name)
    return value if isinstance(value, bool) else default


def texts(fields: Mapping[str, JsonValue], name: str) -> list[str]:
    """Read a list of strings."""
    value = fields.get(name)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def records(fields: Mapping[str, JsonValue], name: str) -> list[Fields]:
    """Read a list of structures."""
    value = fields.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def record(fields: Mapping[str, JsonValue], name: str) -> Fields:
    """Read a structure; one that is not there is empty."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


_UNITS = {"Mbps": 1, "Gbps": 1_000, "Tbps": 1_000_000}


def megabits(bandwidth: str | None) -> int | None:
    """Read a bandwidth such as `500Mbps` or `10Gbps`; None if it is invalid."""
    for unit, factor in _UNITS.items():
        amount = (bandwidth or "").removesuffix(unit)
        if amount != bandwidth and amount.strip().isdecimal():
            return int(amount) * factor
    return None
