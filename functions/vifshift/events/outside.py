"""The event of a change that was made outside vifshift: by whom, of what, and what it disturbs."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from pydantic import ConfigDict, Field

from vifshift.domain.model import Model
from vifshift.domain.trail import Caller, OutsideCall
from vifshift.events.base import DetailType, Notice
from vifshift.events.notices import LONGEST_NAME, fitting, in_words, worded

MOST_NAMED: Final = 3


class OutsideReason(StrEnum):
    """What a call has changed, or was refused to change."""

    NETWORK_CHANGED = "NETWORK_CHANGED"
    NETWORK_CHANGE_REFUSED = "NETWORK_CHANGE_REFUSED"
    PRODUCT_CHANGED = "PRODUCT_CHANGED"
    PRODUCT_CHANGE_REFUSED = "PRODUCT_CHANGE_REFUSED"


class Concern(StrEnum):
    """Whom a change concerns."""

    MIGRATION = "migration"
    PRODUCT = "product"
    NOBODY = "nobody"


class OutsideMetadata(Model):
    """Which change an event is about, and when it was judged."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    version: Literal["1"] = Field(
        default="1", description="The version of this event's schema; see docs/events.md."
    )
    change_id: str = Field(description="The eventID of CloudTrail's record of the call.")
    thread: str = Field(
        description="The migration or plan that it disturbs, as in metadata.migrationId or planId "
        "of other events; without exactly one, what the call is about."
    )
    occurred_at: datetime = Field(description="When the record was judged.")


class OutsideSubject(Model):
    """The call, and what it is about."""

    service: str = Field(description="The service, such as directconnect.amazonaws.com.")
    call: str = Field(description="The API call, such as AssociateVirtualInterface.")
    virtual_interface_id: str | None = Field(
        description="The virtual interface that the call names; null if it names none."
    )
    resources: tuple[str, ...] = Field(
        description="All resources that the call names, as CloudTrail has recorded them; 20 at "
        "most."
    )
    region: str = Field(description="The Region of the call.")


class DisturbedMigration(Model):
    """A migration that was on its way when the call was made."""

    migration_id: str = Field(description="The migration, as in other events.")
    plan_id: str | None = Field(description="Its plan; null without one, or if not known.")
    execution_arn: str = Field(description="The ARN of its execution in Step Functions.")
    virtual_interface_id: str = Field(description="The virtual interface that it moves.")
    means: str = Field(
        description="What the call and the migration have in common: VIRTUAL_INTERFACE, PORT, "
        "GATEWAY, EXECUTION, or PRODUCT for a call that concerns all migrations."
    )
    has_ended: bool = Field(description="Whether its execution had ended when the record came.")
    evidence_key: str | None = Field(
        description="The key in the evidence bucket, beside the report, under which the change is "
        "kept; null if not known. The report has it as well if it was written later."
    )


class ChangedOutside(Model):
    """Somebody else has made a call that disturbs a migration, or what watches over it."""

    subject: OutsideSubject
    notice: Notice
    reason_code: OutsideReason = Field(
        description="What was changed: NETWORK_CHANGED or PRODUCT_CHANGED, or with _REFUSED "
        "instead of D an attempt that AWS refused."
    )
    message: str = Field(description="What was done, for people.")
    changed_at: datetime = Field(description="When the call was made.")
    by: Caller
    source_ip: str = Field(description="Where the call came from: an IP address, or a service.")
    error_code: str | None = Field(
        description="The error that the call was refused with; null if it was not."
    )
    concerns: Concern = Field(
        description="Whom it concerns: migration if it disturbs one, product if it changes what "
        "vifshift consists of or depends on, otherwise nobody."
    )
    plan_id: str | None = Field(
        description="The plan whose execution the call names; null if it names none."
    )
    disturbs: tuple[DisturbedMigration, ...] = Field(
        description="The migrations that it disturbs, the closest first; 20 at most."
    )


class OutsideDetail(Model):
    """An event's detail."""

    metadata: OutsideMetadata
    data: ChangedOutside


class OutsideAnnouncement(Model):
    """An event about a change outside."""

    detail_type: DetailType
    detail: OutsideDetail


def changed_outside(
    call: OutsideCall,
    disturbs: tuple[DisturbedMigration, ...],
    *,
    plan_id: str | None = None,
    now: datetime,
) -> OutsideAnnouncement:
    """Return the event of a call, with the migrations that it disturbs."""
    message = _message(call)
    only = disturbs[0].migration_id if len(disturbs) == 1 else plan_id or call.subject or call.name
    data = ChangedOutside(
        subject=OutsideSubject(
            service=call.service,
            call=call.name,
            virtual_interface_id=call.virtual_interface_id,
            resources=call.resources,
            region=call.region,
        ),
        notice=_notice(call, disturbs, message),
        reason_code=_reason(call),
        message=message,
        changed_at=call.at,
        by=call.caller,
        source_ip=call.source_ip,
        error_code=call.error_code or None,
        concerns=_concern(call, disturbs),
        plan_id=plan_id,
        disturbs=disturbs,
    )
    metadata = OutsideMetadata(change_id=call.id, thread=only, occurred_at=now)
    return OutsideAnnouncement(
        detail_type=DetailType.CHANGED_OUTSIDE,
        detail=OutsideDetail(metadata=metadata, data=data),
    )


def _reason(call: OutsideCall) -> OutsideReason:
    if call.is_of_network:
        refused = OutsideReason.NETWORK_CHANGE_REFUSED
        return refused if call.is_refused else OutsideReason.NETWORK_CHANGED
    refused = OutsideReason.PRODUCT_CHANGE_REFUSED
    return refused if call.is_refused else OutsideReason.PRODUCT_CHANGED


def _concern(call: OutsideCall, disturbs: tuple[DisturbedMigration, ...]) -> Concern:
    if not call.is_of_network:
        return Concern.PRODUCT
    return Concern.MIGRATION if disturbs else Concern.NOBODY


def _message(call: OutsideCall) -> str:
    session = f" (session {call.caller.session_name})" if call.caller.session_name else ""
    done = f"was refused ({call.error_code})" if call.is_refused else "was called"
    about = f" for {call.subject}" if call.subject else ""
    return f"{call.name}{about} {done} by {call.caller.name}{session} at {in_words(call.at)}"


def _notice(call: OutsideCall, disturbs: tuple[DisturbedMigration, ...], message: str) -> Notice:
    about = fitting(call.virtual_interface_id or call.subject or call.service, LONGEST_NAME)
    tried = "somebody tried to change it" if call.is_refused else "changed outside"
    named = [
        f"{fitting(each.migration_id, 2 * LONGEST_NAME)} ({each.virtual_interface_id})"
        for each in disturbs[:MOST_NAMED]
    ]
    unsaid = len(disturbs) - len(named)
    more = f" and {unsaid} more" if unsaid > 0 else ""
    whom = f" It disturbs {', '.join(named)}{more}." if named else " It disturbs no migration."
    return worded(
        f"{about}: {tried}",
        f"{message}.{whom}",
        _next_step(call, disturbs),
    )


def _next_step(call: OutsideCall, disturbs: tuple[DisturbedMigration, ...]) -> str:
    if not call.is_of_network:
        return (
            "If nobody of yours did this, treat it as an attack: revoke that identity's sessions, "
            "deploy vifshift again, and check each migration in progress by hand."
        )
    if disturbs:
        return (
            "Ask who did this and why. The migration goes on by what it sees: to stop it, send "
            "VIF Migration Cancel Requested."
        )
    return "Nothing to do, if you know why."
