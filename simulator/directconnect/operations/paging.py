"""Pages: at most 100 records, and a token that only its own operation accepts."""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

from simulator.directconnect.exceptions import Refused
from simulator.directconnect.fields import number, text
from simulator.directconnect.shapes import Fields

T = TypeVar("T")
MOST = 100


def page(
    operation: str, parameters: Fields, numbered: Sequence[tuple[int, T]]
) -> tuple[list[T], str | None]:
    """Cut the page that the parameters ask for; records come numbered, in ascending order.

    A `maxResults` above 100 yields 100 (AWS: API reference).
    """
    wanted = number(parameters, "maxResults")
    if wanted is not None and wanted < 1:
        raise Refused("maxResults must be at least 1")
    size = min(MOST, MOST if wanted is None else wanted)
    token = text(parameters, "nextToken")
    start = 0
    if token is not None:
        start = bisect_right(numbered, _read(operation, token), key=lambda pair: pair[0])
    cut = numbered[start : start + size]
    more = start + size < len(numbered)
    return [item for _, item in cut], _token(operation, cut[-1][0]) if more and cut else None


def _token(operation: str, last: int) -> str:
    return base64.urlsafe_b64encode(f"{operation}:{last}".encode()).decode()


def _read(operation: str, token: str) -> int:
    try:
        issuer, _, last = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if issuer == operation:
            return int(last)
    except (binascii.Error, ValueError):
        pass
    raise Refused("Invalid nextToken")
