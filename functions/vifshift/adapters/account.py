"""The adapter for an account: its caller identity, change calendar and AWS Health events."""

from functools import lru_cache
from typing import Any

from vifshift.adapters.aws import call
from vifshift.adapters.sessions import client, own_client
from vifshift.domain.access_policy import Access
from vifshift.domain.errors import CallRefused
from vifshift.domain.network import HealthEvent
from vifshift.domain.partitions import health_region

MOST_EVENTS = 50
EVENTS_A_CALL = 10
ENTITIES_A_PAGE = 100
NOT_SUBSCRIBED = "SubscriptionRequiredException"


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
        """Return OPEN or CLOSED, as the SSM Change Calendar is now."""
        return str(call(self._ssm, "get_calendar_state", CalendarNames=[calendar])["State"])

    def health_events(self) -> tuple[HealthEvent, ...] | None:
        """Return the open and upcoming Direct Connect events; None without AWS Health.

        Its API needs a support plan, and its endpoint is not known for every partition.
        """
        if self._health is None:
            return None
        wanted = {"services": ["DIRECTCONNECT"], "eventStatusCodes": ["open", "upcoming"]}
        try:
            answer = call(self._health, "describe_events", filter=wanted, maxResults=MOST_EVENTS)
        except CallRefused as error:
            if NOT_SUBSCRIBED in str(error):
                return None
            raise
        events = answer.get("events") or []
        entities = self._entities([event["arn"] for event in events])
        return tuple(
            HealthEvent.model_validate({**event, "entities": entities.get(event["arn"], ())})
            for event in events
        )

    def _entities(self, arns: list[str]) -> dict[str, list[str]]:
        """Return the ids that events name, by the events' ARNs."""
        found: dict[str, list[str]] = {}
        for start in range(0, len(arns), EVENTS_A_CALL):
            wanted = {"eventArns": arns[start : start + EVENTS_A_CALL]}
            asked = {"filter": wanted, "maxResults": ENTITIES_A_PAGE}
            page = call(self._health, "describe_affected_entities", **asked)
            entities = list(page.get("entities") or [])
            while token := page.get("nextToken"):
                page = call(self._health, "describe_affected_entities", **asked, nextToken=token)
                entities += page.get("entities") or []
            for entity in entities:
                found.setdefault(entity["eventArn"], []).append(str(entity.get("entityValue", "")))
        return found
