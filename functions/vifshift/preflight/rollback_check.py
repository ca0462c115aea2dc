"""Checks whether a VIF can still be rolled back to its source."""

from datetime import datetime

from vifshift.domain.direct_connect import DirectConnect
from vifshift.domain.errors import CallError
from vifshift.domain.findings import Move
from vifshift.domain.migration import Migration
from vifshift.domain.ports import Connection, Lag, PortCondition, condition_of
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
    return obstacles(Move(request=request, network=known, now=now), migration.source_condition)


BARRING = {
    "ADDRESS_TAKEN",
    "HOSTED_CONNECTION",
    "HOSTED_CONNECTION_FULL",
    "HOSTED_VLAN_DIFFERS",
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


STANDING = {"HOSTED_VLAN_DIFFERS", "JUMBO_FRAMES", "RATE_LIMIT_ABOVE_BANDWIDTH"}
"""Those of them that a source may never have met, though it carried the traffic."""


def source_condition(move: Move) -> PortCondition | None:
    """Return what the source of a move is like, None if it is not known."""
    vif, source = move.network.virtual_interface, move.network.source
    if vif is None or source is None:
        return None
    moved = vif.model_copy(update={"connection_id": move.request.connection_id})
    there = {"virtual_interface": moved, "source": move.network.target, "target": source}
    back = {
        "request": move.request.model_copy(update={"connection_id": source.port_id}),
        "network": move.network.model_copy(update=there),
    }
    found = findings_of(move.model_copy(update=back), STANDING)
    return condition_of(source, sorted({finding.code for finding in found}))


def obstacles(rollback: Move, then: PortCondition | None = None) -> tuple[str, ...]:
    """Return what would make Direct Connect refuse a rollback, or leave it without traffic.

    `then` is what the source was like when it carried the traffic. What was so already did not keep
    it from that; only what makes the call impossible, or has become worse, counts.
    """
    source = rollback.network.target
    return tuple(
        finding.message
        for finding in findings_of(rollback, BARRING)
        if then is None or source is None or not _was_so(finding.code, then, source)
    )


def _was_so(code: str, then: PortCondition, source: Connection | Lag) -> bool:
    """Return whether a source is no worse, in what a rule is about, than it was then."""
    now = condition_of(source)
    needs_no_more = now.needed_links <= then.needed_links
    match code:
        case "TARGET_STATE":
            return not source.is_dead and now.state == then.state
        case "LAG_BELOW_MINIMUM_LINKS":
            return needs_no_more and now.available_links >= then.available_links
        case "TARGET_ENCRYPTION_DOWN":
            return needs_no_more and now.carrying_links >= then.carrying_links
    return code in then.standing
