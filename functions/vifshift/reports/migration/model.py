"""The report of a migration, as it is stored as JSON and shown as a page."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.findings import Finding
from vifshift.domain.guards import GuardResult
from vifshift.domain.migration import Approval, Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.object_keys import MIGRATIONS, report_folder
from vifshift.domain.observation import Reason, Verdict, VifStatus
from vifshift.domain.outside import OutsideMark
from vifshift.domain.overview import PlanOverview
from vifshift.domain.request import Request, Trigger
from vifshift.domain.routes import RouteChange
from vifshift.domain.scope import ScopedMove
from vifshift.domain.traffic_status import Traffic
from vifshift.events.base import DetailType
from vifshift.events.migration import Subject


class ObservationRecord(Model):
    """One observation of the VIF; `picture` is its status, None if it could not be read."""

    at: datetime
    phase: Phase
    verdict: Verdict
    reason: Reason
    message: str
    picture: VifStatus | None
    guards: tuple[GuardResult, ...] = Field(default=(), exclude_if=lambda guards: not guards)


class StepTaken(Model):
    """A state of the workflow, from its entry to its exit; choices are left out.

    `error` is what it failed with, None if it did not; `left_at` is None if it was never left.
    """

    name: str
    entered_at: datetime
    left_at: datetime | None
    error: str | None


class SentEvent(Model):
    """An event that was sent."""

    at: datetime
    detail_type: DetailType


class AssociationAttempt(Model):
    """One attempt to associate the VIF, from its request to its response.

    `error` is None if the VIF was then on the destination; an attempt that finds it there already
    calls nothing.
    """

    asked_at: datetime
    answered_at: datetime | None
    phase: Phase
    connection_id: str
    error: str | None


class Interruption(Model):
    """How long not all required peers were up, as far as observations show, in seconds.

    It lasts from the first observation with a peer down to the first after which all stayed up.
    The true length is between `at_least` and `at_most`, since observations are not continuous; the
    latter counts from the preflight right before the VIF was touched, when all were up. `ended_at`
    and all numbers are None if they were never all up again.
    """

    began_at: datetime
    ended_at: datetime | None
    seconds: float | None
    at_least: float | None
    at_most: float | None


class CodeChange(Model):
    """A change that infrastructure code needs, for one tool."""

    tool: Literal["Terraform", "CloudFormation", "CDK"]
    resource: str
    old: str
    new: str


class RouteCount(Model):
    """How many routes of a family and direction there were before, and as last read.

    `now` is None where that is not known.
    """

    address_family: str
    route_direction: str
    before: str
    now: str | None


class CheckItem(Model):
    """What a person is to check, and what is known of it."""

    check: str
    known: str


class Segment(Model):
    """A part of a lane in which one value was observed."""

    starts_at: datetime
    ends_at: datetime
    value: str


class Lane(Model):
    """One value over time; `name` is `connectionId`, `virtualInterfaceState` or a peer."""

    name: str
    segments: tuple[Segment, ...]


class Mark(Model):
    """A mark on the workflow's lane."""

    at: datetime
    kind: Literal["step", "association", "event"]
    name: str


class Timeline(Model):
    """Lanes over the same period, and the marks of the workflow's lane."""

    starts_at: datetime
    ends_at: datetime
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]


class Evidence(Model):
    """The evidence of one migration.

    `sentence` is the outcome in a sentence. `api_calls` counts by operation the calls of Lambdas
    that succeeded; those of failed ones are not known. `interruption` is None if no peer was ever
    seen down, and if none was up before. `region` and `account` are those that the VIF was read
    in. `move` is what was last shown to people, and `digest` that of it. `changed_outside` is what
    others did meanwhile, as far as CloudTrail had recorded it by then; None if that was not read.
    `policy` is what the setting of that name demanded, one clause each; None if not known.
    `overview` is what people were shown before the move, if they were asked or it was a dry run.
    `checklist` is what to check where it did not converge. `guards` are as last read.
    """

    version: Literal["1"] = "1"
    migration_id: str
    request_id: str
    execution_arn: str
    trigger: Trigger | None
    region: str
    account: str
    started_at: datetime
    ended_at: datetime
    subject: Subject
    virtual_interface_type: str
    request: Request | None
    outcome: Outcome
    sentence: str
    next_step: str
    carries_traffic: Traffic
    approval: Approval | None
    findings: tuple[Finding, ...]
    before: VifStatus | None
    after: VifStatus | None
    routes: tuple[RouteChange, ...]
    looks: tuple[ObservationRecord, ...]
    steps: tuple[StepTaken, ...]
    told: tuple[SentEvent, ...]
    associations: tuple[AssociationAttempt, ...]
    api_calls: dict[str, int]
    interruption: Interruption | None
    code_changes: tuple[CodeChange, ...]
    timeline: Timeline
    digest: str | None = None
    move: ScopedMove | None = None
    changed_outside: tuple[OutsideMark, ...] | None = None
    asked_by: AskedBy | None = None
    policy: tuple[str, ...] | None = None
    overview: PlanOverview | None = None
    checklist: tuple[CheckItem, ...] = ()
    route_counts: tuple[RouteCount, ...] = ()
    guards: tuple[GuardResult, ...] = Field(default=(), exclude_if=lambda guards: not guards)

    @property
    def folder(self) -> str:
        """Return the report's folder in the bucket."""
        return report_folder(MIGRATIONS, self.started_at, self.migration_id)
