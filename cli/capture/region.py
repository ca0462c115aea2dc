"""Reads the records of Direct Connect in a Region, over all pages."""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeVar

from cli.capture.fields import Fields
from vifshift.adapters.aws import pages
from vifshift.adapters.call_counter import counting
from vifshift.adapters.directconnect import MOST_OF_A_KIND, PAGE, read
from vifshift.domain.errors import CallFailed, CallThrottled, CallTimedOut

_WAITS: Final = (1, 2, 4, 8)
_PASSING: Final = (CallThrottled, CallTimedOut, CallFailed)

T = TypeVar("T")


def sleep(seconds: float) -> None:
    """Wait before what failed in passing is read again."""
    time.sleep(seconds)


def patiently(client: Any, operation: str, **arguments: object) -> dict[str, Any]:
    """Call an operation that only reads, and again if it was throttled or failed in passing."""
    for seconds in _WAITS:
        try:
            return read(client, operation, **arguments)
        except _PASSING:
            sleep(seconds)
    return read(client, operation, **arguments)


class RegionReader:
    """Reads the records of Direct Connect, which are picked from before anything else happens."""

    def __init__(self, direct_connect: Any) -> None:
        self._client = direct_connect

    def items(self, operation: str, key: str, **asked: str) -> Iterator[Mapping[str, Any]]:
        """Yield the items of all pages; one page at a time is in memory."""
        for page in pages(self._client, operation, send=patiently, **asked, maxResults=PAGE):
            yield from page.get(key) or ()

    def each(self, operation: str, key: str, pick: Callable[[Mapping[str, Any]], T]) -> list[T]:
        """Return what `pick` makes of each item."""
        return [pick(item) for item in self.items(operation, key)]

    def routes(self, virtual_interface_id: str) -> Fields:
        """Return the routes of a virtual interface in both directions."""
        found: Fields = {"accepted": [], "advertised": []}
        for direction, routes in found.items():
            asked = {"virtualInterfaceId": virtual_interface_id}
            listing = self._routes(asked, direction)
            routes.extend(map(_route, islice(listing, MOST_OF_A_KIND)))
        return found

    def _routes(self, asked: dict[str, str], direction: str) -> Iterator[Mapping[str, Any]]:
        filters: Any = {"filters": {"routeDirection": direction}}
        with counting():
            yield from self.items("list_virtual_interface_routes", "routes", **asked, **filters)


def _route(item: Mapping[str, Any]) -> Fields | str:
    """Return a route as a scenario has it: its prefix, if it has nothing else."""
    path = [number for part in item.get("asPath") or () for number in part.get("path") or ()]
    told = {
        "cidr": item.get("cidr", ""),
        **({"asPath": path} if path else {}),
        **({"communities": list(item["communities"])} if item.get("communities") else {}),
    }
    return str(told["cidr"]) if len(told) == 1 else told
