"""What the events of migrations and plans share: names, the notice, and the evidence's URIs."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.identifiers import Digest
from vifshift.domain.model import Model
from vifshift.domain.request import RequestId
from vifshift.domain.sizes import shortened

SOURCE = "vifshift"


class DetailType(StrEnum):
    """The `detail-type` of every event.

    Migrations come first, then plans; the first four of each are incoming. Two answer the answers
    of people, and the last is about what others do.
    """

    REQUESTED = "VIF Migration Requested"
    APPROVED = "VIF Migration Approved"
    REFUSED = "VIF Migration Refused"
    CANCEL_REQUESTED = "VIF Migration Cancel Requested"
    WINDOW_PENDING = "VIF Migration Window Pending"
    APPROVAL_REQUESTED = "VIF Migration Approval Requested"
    STARTED = "VIF Migration Started"
    PROGRESSED = "VIF Migration Progressed"
    ROLLING_BACK = "VIF Migration Rolling Back"
    SUCCEEDED = "VIF Migration Succeeded"
    UNCHANGED = "VIF Migration Unchanged"
    PLANNED = "VIF Migration Planned"
    DUPLICATE = "VIF Migration Duplicate"
    CANCELLED = "VIF Migration Cancelled"
    REJECTED = "VIF Migration Rejected"
    ROLLED_BACK = "VIF Migration Rolled Back"
    ROLLBACK_FAILED = "VIF Migration Rollback Failed"
    NEEDS_ATTENTION = "VIF Migration Needs Attention"
    INTERRUPTED = "VIF Migration Interrupted"
    PLAN_REQUESTED = "VIF Plan Requested"
    PLAN_APPROVED = "VIF Plan Approved"
    PLAN_REFUSED = "VIF Plan Refused"
    PLAN_HALT_REQUESTED = "VIF Plan Halt Requested"
    PLAN_WINDOW_PENDING = "VIF Plan Window Pending"
    PLAN_APPROVAL_REQUESTED = "VIF Plan Approval Requested"
    PLAN_STARTED = "VIF Plan Started"
    PLAN_PROGRESSED = "VIF Plan Progressed"
    PLAN_COMPLETED = "VIF Plan Completed"
    PLAN_HALTED = "VIF Plan Halted"
    PLAN_PLANNED = "VIF Plan Planned"
    PLAN_DUPLICATE = "VIF Plan Duplicate"
    PLAN_CANCELLED = "VIF Plan Cancelled"
    PLAN_REJECTED = "VIF Plan Rejected"
    PLAN_INTERRUPTED = "VIF Plan Interrupted"
    ANSWER_HEARD = "VIF Answer Heard"
    ANSWER_NOT_HEARD = "VIF Answer Not Heard"
    CHANGED_OUTSIDE = "VIF Changed Outside"


REQUESTS = (DetailType.REQUESTED, DetailType.PLAN_REQUESTED)
"""The requests that start a migration or a plan."""

ANSWERS = (DetailType.APPROVED, DetailType.REFUSED, DetailType.CANCEL_REQUESTED)
"""The commands to a migration that exists."""

PLAN_ANSWERS = (
    DetailType.PLAN_APPROVED,
    DetailType.PLAN_REFUSED,
    DetailType.PLAN_HALT_REQUESTED,
)
"""The commands to a plan that exists."""


LONGEST_PERSON = 256
LONGEST_COMMENT = 1024
Sender = Annotated[str, AfterValidator(lambda text: shortened(text, LONGEST_PERSON))]
Comment = Annotated[str, AfterValidator(lambda text: shortened(text, LONGEST_COMMENT))]


class Answering(Model):
    """What every command to a migration or a plan has besides its id."""

    request_id: RequestId | None = Field(
        default=None,
        description="Instead of an id: the requestId of the request that it runs under. Where "
        "several run under it, a refusal, a cancellation or a halt is for all of them; an approval "
        "is heard if only one of them waits for it.",
    )
    digest: Digest | None = Field(
        default=None,
        description="The data.digest of the request for approval that this approves; an approval "
        "with another one does not count. Without it, what is asked now is approved.",
    )
    by: Sender = Field(
        default="",
        description="Who sends it, for the record; cut to 256 characters if it is longer.",
    )
    comment: Comment = Field(
        default="", description="Why, for the record; cut to 1,024 characters if it is longer."
    )


class StoredFile(Model):
    """A file of a report as it was stored: the version of its object, and its SHA-256."""

    version_id: str | None = Field(
        default=None, description="The version of the object, which is written once."
    )
    sha256: Digest = Field(description="SHA-256 of the file, in hexadecimal.")


class EvidenceUris(Model):
    """Where the report is stored, as `s3://` URIs: as a page and as data."""

    html_uri: str = Field(description="The report as a page, for people.")
    json_uri: str = Field(description="The report as data.")
    page: StoredFile | None = Field(
        default=None, alias="html", description="The page as it was stored."
    )
    data: StoredFile | None = Field(
        default=None, alias="json", description="The data as it was stored."
    )


PAGE = "The page that shows what is to be approved, as an `s3://` URI; null if there is none."
"""What `data.page` is, in every request for approval."""

DIGEST = "SHA-256 of the canonical JSON of what is to be done; null if not known."
"""What `data.digest` is, in every event that has it."""

LONGEST_TITLE = 200
LONGEST_TEXT = 1000
LONGEST_NEXT_STEP = 500
LONGEST_MORE = 2000


class Notice(Model):
    """An event in plain words, for chat and e-mail.

    Text that people or AWS wrote can't format, link or mention anything.
    """

    title: str = Field(
        max_length=LONGEST_TITLE, description="The virtual interface, and its state or outcome."
    )
    text: str = Field(
        max_length=LONGEST_TEXT, description="What happened, in one or two sentences."
    )
    next_step: str = Field(
        max_length=LONGEST_NEXT_STEP,
        description="What a person has to do, such as the command that approves it.",
    )
    more: str = Field(
        default="",
        max_length=LONGEST_MORE,
        description="More commands, such as the one that refuses it or that takes the virtual "
        "interface back by hand, and links to the execution and to the evidence.",
    )


class EventMetadata(Model):
    """What every event says about the execution that it is from."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    version: Literal["1"] = Field(
        default="1", description="The version of this event's schema; see docs/events.md."
    )
    request_id: str = Field(
        description="The id of the request: its own, or else that of its event, schedule or "
        "execution."
    )
    execution_arn: str = Field(description="The ARN of the execution in Step Functions.")
    occurred_at: datetime = Field(
        description="When what the event reports occurred; it is sent slightly later."
    )
    asked_by: AskedBy | None = Field(
        default=None, description="Who asked for it; null if an earlier release started it."
    )

    @property
    def region(self) -> str:
        """Return the Region of the execution, an empty text if its ARN has none."""
        return [*self.execution_arn.split(":"), "", "", "", ""][3]
