"""Properties of calls: what may be changed, when, and how often."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from simulator.directconnect import Call
from simulator.directconnect.fields import number, text
from simulator.directconnect.shapes import Fields
from simulator.explore.approvals import approvals_of
from simulator.explore.case import DESCRIBE, Case
from simulator.explore.sight import check_began, sources_of
from simulator.explore.truth import ASSOCIATE
from simulator.runs.disclosure import disclosed_text, secrets_of
from vifshift.domain.request import Request
from vifshift.events.base import DetailType

MOVABLE = {"available", "down"}
MOMENT = timedelta(milliseconds=1)


class Flight(NamedTuple):
    """The time from a VIF's move to its final event."""

    vif: str
    gateway: str
    begin: datetime
    end: datetime


def no_secret_can_be_seen(case: Case) -> Iterator[str]:
    """No secret of the world appears in an event, an execution, its history or a log."""
    shown = disclosed_text(case.record)
    worlds = [each.model_dump(mode="json", by_alias=True) for each in case.record.scenario.worlds]
    if any(secret in shown for secret in secrets_of(worlds)):
        yield "a secret of the world can be seen"


def it_lands_once(case: Case) -> Iterator[str]:
    """Our calls move a VIF to its target at most once, and back to its source at most once."""
    if case.request is None or case.vif is None:
        return
    ports = [move.connection_id for move in case.truth.own_moves]
    sources = sources_of(case)
    for port in dict.fromkeys(ports):
        if ports.count(port) > 1:
            yield f"it landed {ports.count(port)} times on {port}"
        if port not in {case.request.connection_id, *sources}:
            yield f"it was moved to {port}, which was not requested"
    for call in case.record.calls:
        is_asked = call.parameters.get("virtualInterfaceId") in case.asked_for
        if call.operation == ASSOCIATE and not is_asked:
            yield f"{call.parameters.get('virtualInterfaceId')} was to be moved without a request"


def one_of_a_gateway_at_a_time(case: Case) -> Iterator[str]:
    """Two VIFs of one gateway are never moving at the same time."""
    for one, other in combinations(_flights(case), 2):
        if one.vif != other.vif and one.gateway == other.gateway:
            if one.begin < other.end and other.begin < one.end:
                yield f"{one.vif} and {other.vif} of {one.gateway} were in flight together"


def the_gateway_is_free_in_the_end(case: Case) -> Iterator[str]:
    """No gateway stays locked; where a lock can't be checked, its lease expires."""
    describes = [call for call in case.record.calls if call.operation == DESCRIBE]
    is_blind = bool(describes and describes[-1].error and case.record.scenario.interruptions)
    if case.record.locks and not is_blind:
        yield f"still locked: {', '.join(case.record.locks)}"


def nothing_is_sent_that_was_not_asked_for(case: Case) -> Iterator[str]:
    """No call is made in a dry run, outside the window, or without a required approval.

    A necessary rollback may happen at any time, since staying would be an outage.
    """
    request = case.request
    for call in case.associations:
        when = f"at {case.seconds(call.at):g} s"
        if request is None or request.dry_run:
            yield f"{when} it was to be moved by a dry run"
        elif request.approval.required and not _is_approved(case, call):
            yield f"{when} it was to be moved without approval"
        elif not _is_in_a_world(case, request):
            yield f"{when} it was to be moved, though requested of another Region or account"
        elif (
            request.window
            and not _is_back(case, call)
            and not (request.window.opens_at <= call.at <= request.window.closes_at)
        ):
            yield f"{when} it was to be moved outside the window"


def nothing_is_sent_against_preflight(case: Case) -> Iterator[str]:
    """No call is made against a blocking finding, or against the state of the network."""
    if not case.associations:
        return
    for finding in case.told["findings"] if case.told else ():
        if finding["severity"] == "block" and not finding.get("acknowledgedBy"):
            yield f"it was to be moved in spite of {finding['code']}"
    if case.snapshot_at is None or case.snapshot is None:
        yield "it was to be moved without a read"
        return
    if case.snapshot.state not in MOVABLE:
        yield f"it was to be moved while {case.snapshot.state}"
    target = str(case.associations[0].parameters["connectionId"])
    port = _port_at(case, target, case.snapshot_at)
    state = port and (text(port, "connectionState") or text(port, "lagState") or "available")
    if state != "available":
        yield f"it was to be moved to {target}, which was {state or 'nowhere'}"
    for rival in _rivals_at(case, target, case.snapshot_at):
        yield f"it was to be moved to {target}, where {rival} had its VLAN"


def it_keeps_off_what_is_not_its_own_any_more(case: Case) -> Iterator[str]:
    """No call is made after a read showed the VIF as deleted or moved elsewhere by others.

    Where people approve the move, they may have approved that too, before the last preflight.
    """
    if case.request is None or case.snapshot is None:
        return
    ends = {case.request.connection_id, *sources_of(case)}
    order = {id(call): index for index, call in enumerate(case.record.calls)}
    for call in case.associations:
        for look in case.looks:
            if order[id(look)] > order[id(call)]:
                break
            if case.request.approval.required and look.at < (case.snapshot_at or look.at):
                continue
            shown = case.truth.shown_at(look.at)
            if all(view.is_gone or view.connection_id not in ends for view in shown):
                yield (
                    f"it was to be moved at {case.seconds(call.at):g} s, though seen "
                    f"at {case.seconds(look.at):g} s as {shown[-1]}"
                )
                return


def _flights(case: Case) -> Iterator[Flight]:
    """Yield a flight for each move of a VIF, which lasts until its final event.

    If that was sent before the VIF moved, it lasts until the VIF is no longer pending.
    """
    for vif in case.virtual_interfaces:
        name = str(vif["virtualInterfaceId"])
        owner = f"gateways of {text(vif, 'ownerAccount') or 'this account'}"
        gateway = text(vif, "directConnectGatewayId") or text(vif, "virtualGatewayId") or owner
        if text(vif, "virtualInterfaceType") == "public":
            gateway = "public virtual interfaces"
        for move in case.truth_of(name).own_moves:
            told = _told_after(case, name, move.at)
            end = told or _at_rest_after(case, name, move.at) or case.ended_at
            yield Flight(name, gateway, move.at, end)


def _told_after(case: Case, vif: str, begin: datetime) -> datetime | None:
    """Return the time of the first final event of a VIF that is not earlier than its move."""
    for event in case.record.final_events:
        told = datetime.fromisoformat(event["detail"]["metadata"]["occurredAt"])
        if event["detail"]["data"]["subject"]["virtualInterfaceId"] == vif and told >= begin:
            return told
    return None


def _at_rest_after(case: Case, vif: str, begin: datetime) -> datetime | None:
    """Return when a VIF was no longer pending, from a time on; None if it always was."""
    truth = case.truth_of(vif)
    times = [begin, *(each.at for each in truth.transitions if each.at > begin)]
    return next((time for time in times if truth.at(time).state != "pending"), None)


def _port_at(case: Case, name: str, time: datetime) -> Fields | None:
    """Return a port as it was at a time: that of the world, with the changes made by others."""
    found = case.port(name)
    if found is None:
        return None
    port = dict(found)
    for change in case.record.scenario.changes:
        if name not in {change.connection_id, change.lag_id}:
            continue
        if case.record.started_at + timedelta(seconds=change.at) <= time:
            key = "lagState" if change.lag_id else "connectionState"
            port.update({key: "deleted"} if change.delete else change.set)
    return port


def _rivals_at(case: Case, port: str, time: datetime) -> Iterator[str]:
    """Yield the VIFs on a port at a time that use the VLAN of the moving one."""
    vlans = {vif: _vlan_at(case, vif, time) for vif in _names(case)}
    own = vlans.get(case.vif or "")
    since = check_began(case) or time
    for vif, vlan in vlans.items():
        if vif == case.vif or own is None or vlan != own:
            continue
        # What arrives while it checks, or in the moment of that, may come after its read.
        views = [case.truth_of(vif).at(each) for each in (since - MOMENT, time)]
        if all(view.connection_id == port and view.state != "deleted" for view in views):
            yield vif


def _vlan_at(case: Case, vif: str, time: datetime) -> int | None:
    [fields] = [each for each in case.virtual_interfaces if each["virtualInterfaceId"] == vif]
    vlan = number(fields, "vlan")
    for change in case.record.scenario.changes:
        if change.virtual_interface_id == vif and "vlan" in change.set:
            if case.record.started_at + timedelta(seconds=change.at) <= time:
                vlan = number(change.set, "vlan")
    return vlan


def _names(case: Case) -> list[str]:
    return [str(vif["virtualInterfaceId"]) for vif in case.virtual_interfaces]


def _is_back(case: Case, call: Call) -> bool:
    return call.parameters["connectionId"] in sources_of(case)


def _is_approved(case: Case, call: Call) -> bool:
    arn = str((case.execution or {}).get("executionArn"))
    return any(at <= call.at for at in approvals_of(case, arn, DetailType.APPROVED))


def _is_in_a_world(case: Case, request: Request) -> bool:
    """Return whether the scenario has a world for a request's account and Region."""
    scenario = case.record.scenario
    account = request.role_arn.split(":")[4] if request.role_arn else scenario.world.account
    region = request.region or scenario.world.region
    return any((world.account, world.region) == (account, region) for world in scenario.worlds)
