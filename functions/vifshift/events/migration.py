"""Every event of a migration, as a model; `docs/events` has the schema of each."""

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from vifshift.domain.findings import Finding
from vifshift.domain.guards import GuardResult
from vifshift.domain.identifiers import ExecutionName
from vifshift.domain.migration import Approval, Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.observation import VifStatus
from vifshift.domain.routes import RouteChange
from vifshift.domain.scope import ScopeChange, ScopedMove
from vifshift.domain.traffic_status import Traffic
from vifshift.events.base import (
    DIGEST,
    PAGE,
    Answering,
    DetailType,
    EventMetadata,
    EvidenceUris,
    Notice,
)

FINAL = {
    Outcome.SUCCEEDED: DetailType.SUCCEEDED,
    Outcome.UNCHANGED: DetailType.UNCHANGED,
    Outcome.PLANNED: DetailType.PLANNED,
    Outcome.DUPLICATE: DetailType.DUPLICATE,
    Outcome.CANCELLED: DetailType.CANCELLED,
    Outcome.REJECTED: DetailType.REJECTED,
    Outcome.ROLLED_BACK: DetailType.ROLLED_BACK,
    Outcome.ROLLBACK_FAILED: DetailType.ROLLBACK_FAILED,
    Outcome.NEEDS_ATTENTION: DetailType.NEEDS_ATTENTION,
    Outcome.INTERRUPTED: DetailType.INTERRUPTED,
}


class Metadata(EventMetadata):
    """Which migration an event is of, and when it occurred."""

    migration_id: str = Field(
        description="The name of the migration's execution in Step Functions, the same in all its "
        "events; answers refer to it."
    )


class Subject(Model):
    """What a migration is about; null where it could not be determined."""

    virtual_interface_id: str | None = Field(description="The virtual interface.")
    virtual_interface_name: str | None = Field(
        description="Its name, as its owner wrote it: show it as text, never as markup."
    )
    source_connection_id: str | None = Field(
        description="The connection or LAG that it was on before."
    )
    target_connection_id: str | None = Field(description="The connection or LAG to move it to.")
    requested_by: str = Field(description="Who requested it; empty if not given.")
    reason: str = Field(description="Why, as the requester wrote it; empty if not given.")
    region: str | None = Field(description="The Region of the virtual interface.")
    owner_account: str | None = Field(
        description="The id of the account that owns the virtual interface."
    )


class Command(Answering):
    """A person's command to a migration: approve it, refuse it, or cancel it."""

    migration_id: ExecutionName | None = Field(
        default=None,
        description="The metadata.migrationId of any of its events; this or requestId is required.",
    )

    @model_validator(mode="after")
    def names_one(self) -> Self:
        """Refuse a command that names no migration, or names it in two ways."""
        if (self.migration_id is None) == (self.request_id is None):
            raise ValueError("either migrationId or requestId is required")
        return self


class Outgoing(Model):
    """What the data of every outgoing event has."""

    subject: Subject
    notice: Notice


class WindowPending(Outgoing):
    """Preflight has passed, and the migration waits for its window."""

    opens_at: datetime = Field(description="When the window opens.")
    closes_at: datetime = Field(description="When the window closes.")
    findings: tuple[Finding, ...] = Field(
        description="The findings of preflight; the most severe ones if there are too many."
    )
    digest: str | None = Field(default=None, description=DIGEST)


class ApprovalRequested(Outgoing):
    """The migration waits for a person's approval."""

    expires_at: datetime = Field(
        description="The time to answer by; after that it ends as rejected, with nothing touched."
    )
    before: VifStatus
    findings: tuple[Finding, ...] = Field(
        description="The findings of preflight; the most severe ones if there are too many."
    )
    rollback_guarded: bool = Field(
        description="Whether it is rolled back automatically if the move does not converge."
    )
    task_token: str = Field(
        description="The token of the waiting task, for SendTaskSuccess with {approvedBy, "
        "comment} or SendTaskFailure: keep it out of chats and logs. An answer by event does not "
        "need it. Empty if it takes several approvals, or with the setting approval.tokenInEvent: "
        "false."
    )
    digest: str | None = Field(default=None, description=DIGEST)
    move: ScopedMove | None = Field(default=None, description="What is to be approved.")
    changes: tuple[ScopeChange, ...] = Field(
        default=(),
        description="What has changed since it was checked before; 20 at most.",
    )
    page: str | None = Field(default=None, description=PAGE)


class Started(Outgoing):
    """Preflight has passed, and the VIF is about to be associated."""

    findings: tuple[Finding, ...] = Field(
        description="The findings of preflight; the most severe ones if there are too many."
    )
    rollback_guarded: bool = Field(
        description="Whether it is rolled back automatically if the move does not converge."
    )
    digest: str | None = Field(default=None, description=DIGEST)


class Progressed(Outgoing):
    """The VIF's state, its connection or a peer has changed."""

    phase: Phase
    message: str = Field(description="What was observed last, for people.")
    now: VifStatus
    guards: tuple[GuardResult, ...] = Field(
        default=(),
        description="The guards, as last read; empty without any.",
        exclude_if=lambda guards: not guards,
    )


class RollingBack(Outgoing):
    """The move did not converge or was cancelled, and the VIF is about to be rolled back."""

    reason_code: str = Field(description="Why, as a code such as PEERS_NOT_UP or CANCELLED.")
    message: str = Field(description="Why, for people.")
    now: VifStatus
    guards: tuple[GuardResult, ...] = Field(
        default=(),
        description="The guards, as last read; empty without any.",
        exclude_if=lambda guards: not guards,
    )


class Ended(Outgoing):
    """How the migration ended, where the VIF is now, and what a person has to do."""

    outcome: Outcome
    reason_code: str | None = Field(
        description="What first went wrong, as a code: of an observation (PEERS_NOT_UP, "
        "CANCELLED) or the error of a step; CLAIMED_FOR_ANOTHER_SENDER for a duplicate of another "
        "sender's request; AS_EXPECTED if all went well, null if nothing was observed."
    )
    message: str = Field(description="What happened and why, for people; 4,000 characters at most.")
    next_step: str = Field(description="What a person has to do, for people.")
    now: VifStatus | None = Field(
        description="The virtual interface as last seen; null if that is not known."
    )
    carries_traffic: Traffic
    routes: tuple[RouteChange, ...] = Field(
        description="The sets of routes that differ from before the move, by address family and "
        "direction."
    )
    findings: tuple[Finding, ...] = Field(
        description="The findings of preflight; the most severe ones if there are too many."
    )
    approval: Approval | None = Field(
        default=None, description="Who approved it; null if nobody was asked, or nobody answered."
    )
    evidence: EvidenceUris | None = Field(
        default=None, description="Where its report is stored; null if it could not be stored."
    )
    digest: str | None = Field(default=None, description=DIGEST)
    guards: tuple[GuardResult, ...] = Field(
        default=(),
        description="The guards, as last read; empty without any.",
        exclude_if=lambda guards: not guards,
    )


Data = Started | Progressed | RollingBack | Ended | WindowPending | ApprovalRequested


class Detail(Model):
    """An event's detail."""

    metadata: Metadata
    data: Data


class Announcement(Model):
    """An event that the workflow sends."""

    detail_type: DetailType
    detail: Detail
