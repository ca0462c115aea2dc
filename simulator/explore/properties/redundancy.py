"""The property of redundancy: no prefix is cut off that had no other path, unless people said so.

Which paths there are is the simulator's own truth, found without the product's code.
"""

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from simulator.directconnect.fields import records, text
from simulator.directconnect.shapes import Fields
from simulator.explore.case import ROUTES, Case
from simulator.explore.truth import ASSOCIATE
from simulator.runs.record import execution_of
from vifshift.domain.watchdog import WatchdogState
from vifshift.domain.workflow import StateName
from vifshift.events.base import DetailType

CODE = "NO_REDUNDANT_PATH"
UNKNOWN = {"ROUTES_NOT_CHECKED", "OTHER_PATHS_NOT_COMPARED", "COULD_NOT_CHECK"}
MOST_NAMED = 5
FIND_OUT = {StateName.CONCLUDE, WatchdogState.INVESTIGATE}


def no_prefix_is_cut_off_unsaid(case: Case) -> Iterator[str]:
    """A prefix without another path is cut off only if that was named and acknowledged."""
    first = next((call for call in case.associations if call.operation == ASSOCIATE), None)
    if first is None or case.snapshot_at is None or case.vif is None or case.told is None:
        return
    if case.snapshot is None:
        return
    subject = _vif(case, case.vif)
    if subject is None or text(subject, "virtualInterfaceType") == "public":
        return
    found = findings_told(case)
    if found is None:
        return
    if any(finding["code"] in UNKNOWN for finding in found) or _routes_failed(case, first.at):
        return
    times = (case.snapshot_at, first.at)
    lost = sorted(
        (kind, prefix)
        for kind, prefixes in case.snapshot.prefixes.items()
        for prefix in prefixes
        if not any(_has_other_path(case, subject, kind, prefix, time) for time in times)
    )
    said = [each["message"] for each in found if each["code"] == CODE and _may_pass(each)]
    for kind, prefix in lost:
        if not said:
            yield f"{prefix} ({kind}) was cut off, and {CODE} was not acknowledged"
            return
        is_named = prefix in said[0] or len(lost) > MOST_NAMED
        if not is_named or kind.split()[0] not in said[0]:
            yield f"{prefix} ({kind}) was cut off, and {CODE} did not name it"
            return


def findings_told(case: Case) -> list[dict[str, Any]] | None:
    """Return the findings that the final event has, None where no event has them.

    An end without details, since a function that finds out about it has failed, has none; the event
    at the start has them.
    """
    assert case.told is not None
    found: list[dict[str, Any]] = case.told["findings"]
    if found or not any(each.state in FIND_OUT for each in case.record.scenario.task_faults):
        return found
    arn = (case.execution or {}).get("executionArn")
    begun = [
        event["detail"]["data"]["findings"]
        for event in case.record.events
        if event["detail-type"] == DetailType.STARTED and execution_of(event) == arn
    ]
    return begun[-1] if begun else None


def _has_other_path(case: Case, subject: Fields, kind: str, prefix: str, time: datetime) -> bool:
    family = kind.split(maxsplit=1)[0]
    if any(_vpn_carries(case, subject, vpn, family) for vpn in _vpns(case)):
        return True
    for vif in case.virtual_interfaces:
        name = str(vif["virtualInterfaceId"])
        if name == case.vif or not _is_sibling(vif, subject):
            continue
        view = case.truth_of(name).at(time)
        if view.works and any(_covers(each, prefix) for each in view.prefixes.get(kind, ())):
            return True
    return False


def _covers(other: str, prefix: str) -> bool:
    ours, theirs = ip_network(prefix, strict=False), ip_network(other, strict=False)
    return (
        ours.version == theirs.version
        and theirs.prefixlen <= ours.prefixlen
        and ours.network_address in theirs
    )


def _is_sibling(vif: Fields, subject: Fields) -> bool:
    keys = ("directConnectGatewayId", "virtualGatewayId")
    return any(text(subject, key) and text(vif, key) == text(subject, key) for key in keys)


def _vpns(case: Case) -> list[Fields]:
    return [
        vpn.model_dump(mode="json", by_alias=True)
        for world in case.record.scenario.worlds
        for vpn in world.vpn_connections
    ]


def _vpn_carries(case: Case, subject: Fields, vpn: Fields, family: str) -> bool:
    """Return whether a VPN connection on the subject's gateway carries a family."""
    gateways = {text(subject, "virtualGatewayId")}
    for world in case.record.scenario.worlds:
        for each in world.direct_connect_gateway_associations:
            if text(each, "directConnectGatewayId") == text(subject, "directConnectGatewayId"):
                associated = each.get("associatedGateway")
                gateways.add(str(associated["id"]) if isinstance(associated, dict) else None)
    there = {text(vpn, "vpnGatewayId"), text(vpn, "transitGatewayId")} - {None}
    options = vpn.get("options")
    version = options.get("tunnelInsideIpVersion") if isinstance(options, dict) else "ipv4"
    up = [each for each in records(vpn, "vgwTelemetry") if each.get("status") == "UP"]
    return (
        bool(there & gateways)
        and version == family
        and any(each.get("acceptedRouteCount") for each in up)
    )


def _may_pass(finding: Fields) -> bool:
    return bool(finding.get("acknowledgedBy")) or finding["severity"] != "block"


def _routes_failed(case: Case, before: datetime) -> bool:
    """Return whether routes were refused to whoever asked for them before the move."""
    return any(
        call.operation == ROUTES and call.error and call.at <= before for call in case.record.calls
    )


def _vif(case: Case, name: str) -> Fields | None:
    named = (each for each in case.virtual_interfaces if each["virtualInterfaceId"] == name)
    return next(named, None)
