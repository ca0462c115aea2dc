"""Looks whether the source can still take a VIF back."""

from datetime import datetime

from vifshift.domain.errors import CallError
from vifshift.domain.findings import Move
from vifshift.domain.migration import Migration
from vifshift.domain.network import DirectConnect
from vifshift.preflight.checks import obstacles
from vifshift.preflight.discovery import survey_ports


def look_back(
    direct_connect: DirectConnect, migration: Migration, now: datetime
) -> tuple[str, ...]:
    """Return what stands in the way back, as far as can be seen.

    What can't be read is no obstacle: a refusal changes nothing, and staying is an outage.
    """
    request = migration.request.model_copy(update={"connection_id": migration.source})
    try:
        network = survey_ports(direct_connect, migration.region, request)
    except CallError:
        return ()
    known = network.model_copy(update={"caller_account": migration.caller_account})
    return obstacles(Move(request=request, network=known, now=now))
