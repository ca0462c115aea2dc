"""What a dead letter asks for, in words for whoever decides whether it is started."""

from collections.abc import Mapping
from typing import Final

from pydantic import JsonValue

from tools.terminal import plain

_LONGEST: Final = 200
_MOST_MOVES: Final = 5


def shown(value: JsonValue) -> str:
    """Return a value as one plain line that is not too long."""
    said = value if isinstance(value, str) else "(none)" if value is None else repr(value)
    text = plain(said)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def in_words(event: Mapping[str, JsonValue]) -> str:
    """Return what an event asks for, and who asks."""
    detail = event.get("detail")
    who = f"asked by source {shown(event.get('source'))} of account {shown(event.get('account'))}"
    if isinstance(detail, dict) and "executionArn" in detail:
        return f"looks after {shown(detail['executionArn'])}, {who}"
    claimed = detail.get("requestedBy") if isinstance(detail, dict) else None
    said = f", which says that {shown(claimed)} does" if claimed else ""
    return f"{asked_for(detail)}, {who}{said}"


def asked_for(request: JsonValue) -> str:
    """Return which virtual interfaces a request moves, and where."""
    if not isinstance(request, dict):
        return shown(request)
    moves = _moves(request)
    if not moves:
        return f"{shown(request.get('virtualInterfaceId'))} to {shown(request.get('connectionId'))}"
    unsaid = len(moves) - _MOST_MOVES
    first = "; ".join(moves[:_MOST_MOVES])
    return f"{first}; and {unsaid} more" if unsaid > 0 else first


def _moves(request: Mapping[str, JsonValue]) -> list[str]:
    """Return the moves of a plan, which lists them, or says where the list is."""
    listed = request.get("moves")
    if isinstance(listed, list):
        return [asked_for(each) if isinstance(each, dict) else shown(each) for each in listed]
    return [
        f"{name} {shown(request[name])}" for name in ("movesUri", "evacuate") if name in request
    ]
