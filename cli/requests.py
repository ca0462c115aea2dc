"""The request that a command is given: by arguments, or in a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from cli.environment import RefusedError
from tools.yaml_files import BadDocumentError, Document

_PLAN_KEYS: Final = frozenset({"moves", "evacuate", "movesUri"})


def asked(
    virtual_interface: str | None,
    port: str | None,
    source: str | None,
    target: str | None,
    file: Path | None,
) -> JsonValue:
    """Return what is asked for; raises `RefusedError` unless it is given in one way."""
    match virtual_interface, port, source, target, file:
        case str(), str(), None, None, None:
            return {"virtualInterfaceId": virtual_interface, "connectionId": port}
        case None, None, str(), str(), None:
            return {"evacuate": {"from": source, "to": target}}
        case None, None, None, None, Path():
            try:
                return Document.read(file, str(file)).value
            except BadDocumentError as error:
                raise RefusedError("\n".join(error.faults)) from None
    raise RefusedError(
        "Name a virtual interface and a port, or a port to empty (--from) and one to fill (--to), "
        "or a file (--file)."
    )


def is_plan(request: JsonValue) -> bool:
    """Return whether a request, bare or in its envelope, is one for a plan."""
    if not isinstance(request, dict):
        return False
    inner = request.get("request", request)
    return isinstance(inner, dict) and bool(_PLAN_KEYS & inner.keys())


def with_fields(request: JsonValue, fields: Mapping[str, JsonValue]) -> JsonValue:
    """Return a request, bare or in its envelope, with some fields of its own replaced."""
    if not isinstance(request, dict):
        return request
    inner = request.get("request")
    if isinstance(inner, dict):
        return {**request, "request": {**inner, **fields}}
    return {**request, **fields}
