"""The adapter for what the first check reads besides the network: optional, and read once.

Whatever happens here must leave the check the time that it needs: a call is given up after a few
seconds, and no further one is made once a read has taken long.
"""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from botocore.config import Config

from vifshift.adapters.aws import ONCE, call
from vifshift.adapters.sessions import client, client_of_numbers
from vifshift.adapters.vif_metrics import VifMetrics
from vifshift.domain.access_policy import Access
from vifshift.domain.background import (
    ASSOCIATED,
    AVAILABLE,
    LastFailoverTests,
    ResiliencyGroup,
    ResiliencyGroups,
)
from vifshift.domain.errors import CallTimedOut

PAGE = 100
MOST_GROUPS = 10
"""The most resiliency groups whose connections are read, each with a call of its own."""
MOST_PAGES = 20
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_READ = 15.0
"""For how many seconds one read goes on with further calls."""
SHORTLY = ONCE.merge(Config(read_timeout=5))
# A hundred series of two weeks take CloudWatch a while.
PATIENTLY = ONCE.merge(Config(read_timeout=10))


@lru_cache(maxsize=8)
def background(access: Access) -> "BackgroundAdapter":
    """Return the adapter for a Region and role; it is kept while the Lambda is warm."""
    return BackgroundAdapter(
        client("directconnect", access.region, access, SHORTLY),
        VifMetrics(client_of_numbers("cloudwatch", access.region, access, PATIENTLY)),
    )


class BackgroundAdapter:
    """Implements `vifshift.preflight.background.BackgroundSources` with boto3."""

    def __init__(self, direct_connect: Any, metrics: VifMetrics) -> None:
        """Use a client that does not retry, and that waits for an answer only shortly."""
        self._direct_connect = direct_connect
        self.history = metrics.history

    def resiliency_groups(self) -> ResiliencyGroups:
        """Return the resiliency groups of the account and Region, with their connections."""
        ends_at = time.monotonic() + LONGEST_READ
        items, _ = self._list(ends_at, "list_resiliency_groups", "items")
        groups = [group for group in items if group.get("state") == AVAILABLE]
        return ResiliencyGroups(
            groups=tuple(self._with_ports(group, ends_at) for group in groups[:MOST_GROUPS]),
            unread=max(0, len(groups) - MOST_GROUPS),
        )

    def _with_ports(self, group: dict[str, Any], ends_at: float) -> ResiliencyGroup:
        name = str(group["resiliencyGroupId"])
        items, _ = self._list(
            ends_at, "list_resiliency_group_associations", "items", resiliencyGroupId=name
        )
        arns = [str(each["connectionArn"]) for each in items if each.get("state") == ASSOCIATED]
        ports = tuple(arn.rpartition("/")[2] for arn in arns)
        return ResiliencyGroup.model_validate({**group, "ports": ports})

    def failover_tests(self, virtual_interface_id: str | None = None) -> LastFailoverTests:
        """Return the last test of a VIF, or of each of the account's VIFs in the Region.

        If there are too many to list, only the VIFs that are listed count as asked for. Direct
        Connect refuses the tests of a VIF that another account owns.
        """
        filters = {"virtualInterfaceId": virtual_interface_id} if virtual_interface_id else {}
        tests, is_whole = self._list(
            time.monotonic() + LONGEST_READ,
            "list_virtual_interface_test_history",
            "virtualInterfaceTestHistory",
            **filters,
        )
        last: dict[str, datetime] = {}
        for test in tests:
            at = test.get("endTime") or test.get("startTime")
            name = str(test.get("virtualInterfaceId", ""))
            if isinstance(at, datetime):
                last[name] = max(at.astimezone(UTC), last.get(name, LONG_AGO))
        asked = frozenset({virtual_interface_id}) if virtual_interface_id else None
        return LastFailoverTests(last=last, asked=asked if is_whole else frozenset(last))

    def _list(
        self, ends_at: float, operation: str, key: str, **arguments: object
    ) -> tuple[list[dict[str, Any]], bool]:
        """Return the items of all pages, and whether those were all."""
        found: list[dict[str, Any]] = []
        token: dict[str, object] = {}
        for _ in range(MOST_PAGES):
            if time.monotonic() > ends_at:
                raise CallTimedOut(f"{operation}: took longer than {LONGEST_READ:g} seconds")
            page = call(self._direct_connect, operation, maxResults=PAGE, **arguments, **token)
            found += page.get(key) or ()
            if not page.get("nextToken"):
                return found, True
            token = {"nextToken": page["nextToken"]}
        return found, False
