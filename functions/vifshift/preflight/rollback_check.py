"""Checks whether a VIF can still be rolled back to its source."""

from datetime import datetime

from vifshift.domain.errors import CallError
from vifshift.domain.findings import Move
from vifshift.domain.migration import Migration
from vifshift.domain.network import DirectConnect
from vifshift.preflight.checks import findings_of
from vifshift.preflight.discovery import survey_ports


def rollback_obstacles(
    direct_connect: DirectConnect, migration: Migration, now: datetime
) -> tuple[str, ...]:
    """Return the messages of what prevents a rollback, as far as it can be read.

    What can't be read is no obstacle: a refused rollback changes nothing, and without one the
    outage continues.
    """
    request = migration.request.model_copy(update={"connection_id": migration.source})
    try:
        network = survey_ports(direct_connect, migration.region, request)
    except CallError:
        return ()
    known = network.model_copy(update={"caller_account": migration.caller_account})
    return obstacles(Move(request=request, network=known, now=now))


BARRING = {
    "ADDRESS_TAKEN",
    "HOSTED_CONNECTION",
    "HOSTED_CONNECTION_FULL",
    "JUMBO_FRAMES",
    "LAG_BELOW_MINIMUM_LINKS",
    "PREFIX_POOL_EXHAUSTED",
    "RATE_LIMITERS_EXHAUSTED",
    "RATE_LIMIT_ABOVE_BANDWIDTH",
    "TARGET_ENCRYPTION_DOWN",
    "TARGET_IS_LAG_MEMBER",
    "TARGET_NOT_FOUND",
    "TARGET_NOT_OWNED",
    "TARGET_STATE",
    "VLAN_TAKEN",
}
"""The rules that block a rollback as well. Quotas do not: those of the account are not known."""


def obstacles(rollback: Move) -> tuple[str, ...]:
    """Return what would make Direct Connect refuse a rollback, or leave it without traffic."""
    return tuple(finding.message for finding in findings_of(rollback, BARRING))
