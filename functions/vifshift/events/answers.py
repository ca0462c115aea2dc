"""The events that answer the answers of people: heard, or not heard and why not."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, WithJsonSchema

from vifshift.domain.model import Model
from vifshift.domain.sizes import shortened
from vifshift.events.base import LONGEST_COMMENT, LONGEST_PERSON, DetailType, Notice
from vifshift.events.notices import (
    LONGEST_ASKER,
    LONGEST_NAME,
    NOTHING_TO_DO,
    fitting,
    sentence,
    worded,
)

LONGEST_ID = 128
LONGEST_MESSAGE = 1000
MOST_LISTED = 50


class AnswerReason(StrEnum):
    """Whether an answer was heard, and why not."""

    HEARD = "HEARD"
    INVALID = "INVALID"
    SOURCE_NOT_ALLOWED = "SOURCE_NOT_ALLOWED"
    NO_SUCH_MIGRATION = "NO_SUCH_MIGRATION"
    NO_SUCH_PLAN = "NO_SUCH_PLAN"
    HAS_ENDED = "HAS_ENDED"
    WAITS_FOR_NOTHING = "WAITS_FOR_NOTHING"
    AMBIGUOUS = "AMBIGUOUS"
    OTHER_DIGEST = "OTHER_DIGEST"
    ASKED_BY_SAME = "ASKED_BY_SAME"
    SOURCE_NOT_BOUND = "SOURCE_NOT_BOUND"


_KNOWN = [each.value for each in DetailType if each is not DetailType.CHANGED_OUTSIDE]
Said = Annotated[DetailType, WithJsonSchema({"enum": _KNOWN, "type": "string"})]
"""The detail-type of an answer. What its schema was published with never grows: what is added to
`DetailType` is no answer."""


class AnswerMetadata(Model):
    """Which answer an event is about, and when it was judged."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    version: Literal["1"] = Field(
        default="1", description="The version of this event's schema; see docs/events.md."
    )
    answer_id: str = Field(description="The id of the event that the answer came in.")
    thread: str = Field(
        description="The migration or plan that it belongs to, as in metadata.migrationId or "
        "planId of other events; if there is not exactly one, what the answer names."
    )
    occurred_at: datetime = Field(description="When the answer was judged.")


class AnswerSubject(Model):
    """What an answer names, as it was sent; null where it names none, or not as text."""

    migration_id: str | None = Field(description="The migration, as the answer names it.")
    plan_id: str | None = Field(description="The plan, as the answer names it.")
    request_id: str | None = Field(description="The request, as the answer names it.")

    @property
    def name(self) -> str:
        """Return what it names, or a word for nothing."""
        return self.migration_id or self.plan_id or self.request_id or "nothing"


class ReceivedAnswer(Model):
    """An answer as it came: what was said, to what, by whom. Its texts may be cut."""

    said: Said = Field(description="The detail-type of the answer.")
    subject: AnswerSubject
    by: str = Field(description="Who sent it, as the answer says; empty if it does not.")
    comment: str = Field(description="Why, as the answer says; empty if it does not.")
    source: str = Field(description="The source of the event that it came in.")
    account: str = Field(description="The account that sent that event.")
    source_is_bound: bool = Field(
        default=False,
        description="Whether the bus's policy denies that source to all but the principals in the "
        "setting approvalSources; otherwise anybody could have picked it.",
    )
    digest: str | None = Field(description="The digest that the answer carries; null without one.")


class JudgedAnswer(ReceivedAnswer):
    """What both events have."""

    notice: Notice
    message: str = Field(description="What became of the answer, for people.")


class AnswerHeard(JudgedAnswer):
    """The answer was passed on; the other events of who heard it have the result."""

    reason_code: Literal[AnswerReason.HEARD] = Field(description="Always HEARD.")
    heard_by: tuple[str, ...] = Field(
        description="The ids of the migrations or plans that heard it; 50 at most."
    )


class AnswerNotHeard(JudgedAnswer):
    """The answer has no effect, unless it is kept for an execution that is about to start."""

    reason_code: str = Field(
        description="Why, as a code: INVALID, SOURCE_NOT_ALLOWED, NO_SUCH_MIGRATION, "
        "NO_SUCH_PLAN, HAS_ENDED, WAITS_FOR_NOTHING, AMBIGUOUS, OTHER_DIGEST, "
        "ASKED_BY_SAME or SOURCE_NOT_BOUND."
    )
    kept_until: datetime | None = Field(
        description="A cancellation or a halt of something unknown is kept for a minute, since "
        "events may overtake each other: what starts until then hears it. Otherwise null."
    )


class AnswerDetail(Model):
    """An event's detail."""

    metadata: AnswerMetadata
    data: AnswerHeard | AnswerNotHeard


class AnswerAnnouncement(Model):
    """An event that answers an answer."""

    detail_type: DetailType
    detail: AnswerDetail


class Hearing(Model):
    """What became of an answer: heard, by whom; or why not, and until when it is kept."""

    reason: AnswerReason
    message: str
    heard_by: tuple[str, ...] = ()
    kept_until: datetime | None = None

    @property
    def is_heard(self) -> bool:
        """Return whether the answer was passed on."""
        return self.reason is AnswerReason.HEARD


def received(
    said: DetailType, detail: JsonValue, *, source: str, account: str, is_bound: bool = False
) -> ReceivedAnswer:
    """Return an answer as far as it can be read, for the event about it."""
    given: Mapping[str, JsonValue] = detail if isinstance(detail, dict) else {}
    return ReceivedAnswer(
        said=said,
        subject=AnswerSubject(
            migration_id=_text(given, "migrationId", LONGEST_ID),
            plan_id=_text(given, "planId", LONGEST_ID),
            request_id=_text(given, "requestId", LONGEST_ID),
        ),
        by=_text(given, "by", LONGEST_PERSON) or "",
        comment=_text(given, "comment", LONGEST_COMMENT) or "",
        source=shortened(source, LONGEST_PERSON),
        account=account,
        source_is_bound=is_bound,
        digest=_text(given, "digest", LONGEST_ID),
    )


def answered(
    answer: ReceivedAnswer, hearing: Hearing, *, answer_id: str, now: datetime
) -> AnswerAnnouncement:
    """Return the event that tells what became of an answer."""
    only = hearing.heard_by[0] if len(hearing.heard_by) == 1 else answer.subject.name
    metadata = AnswerMetadata(answer_id=answer_id, thread=only, occurred_at=now)
    fields = {name: getattr(answer, name) for name in ReceivedAnswer.model_fields}
    fields |= {
        "notice": _notice(answer, hearing),
        "message": shortened(hearing.message, LONGEST_MESSAGE),
        "reason_code": hearing.reason,
    }
    data: AnswerHeard | AnswerNotHeard
    if hearing.is_heard:
        data = AnswerHeard(**fields, heard_by=hearing.heard_by[:MOST_LISTED])
    else:
        data = AnswerNotHeard(**fields, kept_until=hearing.kept_until)
    detail_type = DetailType.ANSWER_HEARD if hearing.is_heard else DetailType.ANSWER_NOT_HEARD
    return AnswerAnnouncement(
        detail_type=detail_type, detail=AnswerDetail(metadata=metadata, data=data)
    )


def _notice(answer: ReceivedAnswer, hearing: Hearing) -> Notice:
    what = f"{_NOUNS[answer.said]} of {fitting(answer.subject.name, LONGEST_NAME)}"
    who = fitting(answer.by, LONGEST_NAME)
    source = f"{'' if answer.source_is_bound else 'claimed '}source {answer.source}"
    by = fitting(f"{source} of account {answer.account}", LONGEST_ASKER)
    why = fitting(answer.comment, LONGEST_NAME * 4)
    says = f", who says they are {who}" if who else ""
    sent = f"Sent by {by}{says}{f': {why}' if why else ''}."
    return worded(
        f"{what}: {'heard' if hearing.is_heard else 'not heard'}",
        f"{sentence(hearing.message)} {sent}",
        _NEXT_STEPS[hearing.reason],
    )


def _text(given: Mapping[str, JsonValue], name: str, longest: int) -> str | None:
    value = given.get(name)
    return shortened(value, longest) if isinstance(value, str) else None


_NOUNS = {
    DetailType.APPROVED: "Approval",
    DetailType.REFUSED: "Refusal",
    DetailType.CANCEL_REQUESTED: "Cancellation",
    DetailType.PLAN_APPROVED: "Approval",
    DetailType.PLAN_REFUSED: "Refusal",
    DetailType.PLAN_HALT_REQUESTED: "Halt",
}
_CHECK_ID = (
    "Check what it names: migrationId or planId is in every event of a migration or plan, and "
    "requestId is the id of its request."
)
_NEXT_STEPS = {
    AnswerReason.HEARD: NOTHING_TO_DO,
    AnswerReason.INVALID: "Correct it, and send it again.",
    AnswerReason.SOURCE_NOT_ALLOWED: "Send it from a source in the setting approvalSources.",
    AnswerReason.ASKED_BY_SAME: "Let somebody approve it who has not asked for it.",
    AnswerReason.SOURCE_NOT_BOUND: (
        "Send it from a source with principals of its own in approvalSources."
    ),
    AnswerReason.NO_SUCH_MIGRATION: _CHECK_ID,
    AnswerReason.NO_SUCH_PLAN: _CHECK_ID,
    AnswerReason.HAS_ENDED: "Nothing to do, unless it was meant for another one.",
    AnswerReason.WAITS_FOR_NOTHING: "Nothing to do, unless it was meant for another one.",
    AnswerReason.OTHER_DIGEST: "Look at what is to be approved now, and approve that.",
    AnswerReason.AMBIGUOUS: "Send it again for each of them, by its id.",
}
