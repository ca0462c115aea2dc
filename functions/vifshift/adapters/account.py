"""The adapter for an account: its caller identity, change calendar and AWS Health events."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from vifshift.adapters.aws import call, pages
from vifshift.adapters.sessions import client, own_client
from vifshift.domain.access_policy import Access
from vifshift.domain.errors import CallRefused
from vifshift.domain.network import HealthEvent
from vifshift.domain.partitions import health_region

EVENTS_A_PAGE = 100
ENTITIES_A_PAGE = 100
EVENTS_A_CALL = 10
VALUES_A_CALL = 99
"""The most `eventArns` and `entityValues` of one call (AWS Health API reference, EntityFilter)."""
NOT_SUBSCRIBED = "SubscriptionRequiredException"

T = TypeVar("T")


@lru_cache(maxsize=8)
def account(access: Access) -> "AccountAdapter":
    """Return the adapter for an access; it is kept while the Lambda is warm.

    The change calendar is the stack's own, wherever the virtual interface is.
    """
    health = health_region(access.home)
    return AccountAdapter(
        client("sts", access.home, access),
        own_client("ssm", access.home),
        client("health", health, access) if health else None,
    )


class AccountAdapter:
    """Implements `vifshift.preflight.discovery.Account` with STS, SSM and AWS Health."""

    def __init__(self, sts: Any, ssm: Any, health: Any) -> None:
        """Use clients that do not retry; `health` is None if no endpoint is known."""
        self._sts, self._ssm, self._health = sts, ssm, health

    def caller(self) -> str:
        """Return the id of the account that calls."""
        return str(call(self._sts, "get_caller_identity")["Account"])

    def calendar_state(self, calendar: str) -> str:
        """Return the state that the SSM Change Calendar has now: OPEN or CLOSED."""
        answer = call(self._ssm, "get_calendar_state", CalendarNames=[calendar])
        return str(answer.get("State", ""))

    def health_events(self) -> tuple[HealthEvent, ...] | None:
        """Return the open and upcoming Direct Connect events; None without AWS Health.

        They are those of all Regions, without the entities that they affect. Its API needs a
        support plan, and its endpoint is not known for every partition.
        """
        if self._health is None:
            return None
        wanted = {"services": ["DIRECTCONNECT"], "eventStatusCodes": ["open", "upcoming"]}
        asked = {"filter": wanted, "maxResults": EVENTS_A_PAGE}
        try:
            answers = tuple(self._pages("describe_events", asked))
        except CallRefused as error:
            if NOT_SUBSCRIBED in str(error):
                return None
            raise
        found = [event for page in answers for event in page.get("events") or ()]
        return tuple(map(HealthEvent.model_validate, found))

    def affected(
        self, events: Sequence[HealthEvent], values: Collection[str]
    ) -> tuple[HealthEvent, ...]:
        """Return events with the entities that they affect.

        Of events with more entities than are worth reading, only those among `values` are kept.
        """
        found: list[HealthEvent] = []
        for some in _batches(events, EVENTS_A_CALL):
            entities = self._entities([event.arn for event in some], sorted(set(values)))
            found += (event.model_copy(update=entities[event.arn]) for event in some)
        return tuple(found)

    def _entities(self, arns: list[str], values: list[str]) -> dict[str, dict[str, object]]:
        """Return `entities` and `names_others` of events, by the events' ARNs.

        An event may name thousands, so that reading all of them takes more calls than asking for
        each value. Those that name none are then told from those that name others.
        """
        batches = list(_batches(values, VALUES_A_CALL))
        seen: defaultdict[str, list[str]] = defaultdict(list)
        everything = self._pages_of(arns)
        for page in islice(everything, max(1, len(batches))):
            _collect(page, seen)
        if not page.get("nextToken"):
            return {arn: {"entities": tuple(seen[arn])} for arn in arns}
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for some in batches:
            for page in self._pages_of(arns, entityValues=list(some)):
                _collect(page, wanted)
        for arn in arns:
            if arn not in seen and arn not in wanted:
                _collect(next(self._pages_of([arn])), seen)
        return {
            arn: {
                "entities": tuple(wanted[arn]),
                "names_others": bool(set(seen[arn]) - set(wanted[arn])),
            }
            for arn in arns
        }

    def _pages_of(self, arns: list[str], **filters: list[str]) -> Iterator[dict[str, Any]]:
        wanted = {"eventArns": arns, **filters}
        asked = {"filter": wanted, "maxResults": ENTITIES_A_PAGE}
        return self._pages("describe_affected_entities", asked)

    def _pages(self, operation: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        return pages(self._health, operation, **asked)


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _collect(page: dict[str, Any], found: defaultdict[str, list[str]]) -> None:
    """Add a page's entities to those found, by the ARNs of their events."""
    for entity in page.get("entities") or ():
        found[entity["eventArn"]].append(str(entity.get("entityValue") or ""))
