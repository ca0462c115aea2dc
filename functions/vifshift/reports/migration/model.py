"""The report of a migration: what is kept as JSON, and what the page shows."""

from datetime import datetime
from typing import Literal

from vifshift.domain.findings import Finding
from vifshift.domain.migration import Approval, Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.object_keys import MIGRATIONS, report_folder
from vifshift.domain.observation import Reason, Verdict, VifStatus
from vifshift.domain.request import Request, Trigger
from vifshift.domain.routes import RouteChange
from vifshift.domain.traffic_status import Traffic
from vifshift.events.base import DetailType
from vifshift.events.migration import Subject


class ObservationRecord(Model):
    """One look at the VIF; `picture` is None where it was not seen."""

    at: datetime
    phase: Phase
    verdict: Verdict
    reason: Reason
    message: str
    picture: VifStatus | None


class StepTaken(Model):
    """A state of the workflow, from when it was entered until it was left; choices are not kept.

    `error` is what it failed with, where it did; None as `left_at` is where it was never left.
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
    """One attempt to associate the VIF, from when it was asked for until its answer.

    `error` is None where the VIF was seen to be taken over; an attempt may have looked only, and
    have called nothing.
    """

    asked_at: datetime
    answered_at: datetime | None
    phase: Phase
    connection_id: str
    error: str | None


class Interruption(Model):
    """How long the peers that had to be up were not, as far as looks can tell; all in seconds.

    From the first look at which one was not up to the look from which on all were. The truth lies
    between `at_least` and `at_most`, since nobody looks all the time; the latter counts from the
    preflight right before the VIF was touched, when all were up. `ended_at` and all numbers are
    None where they were never all up again.
    """

    began_at: datetime
    ended_at: datetime | None
    seconds: float | None
    at_least: float | None
    at_most: float | None


class CodeChange(Model):
    """What has to be changed in infrastructure code, for one tool."""

    tool: Literal["Terraform", "CloudFormation", "CDK"]
    resource: str
    old: str
    new: str


class Segment(Model):
    """A stretch of a lane in which one value was seen."""

    starts_at: datetime
    ends_at: datetime
    value: str


class Lane(Model):
    """What one thing was over time; `name` is `connectionId`, `virtualInterfaceState` or a peer."""

    name: str
    segments: tuple[Segment, ...]


class Mark(Model):
    """A moment on the workflow's lane."""

    at: datetime
    kind: Literal["step", "association", "event"]
    name: str


class Timeline(Model):
    """The picture: lanes over the same time, and the workflow's lane of marks."""

    starts_at: datetime
    ends_at: datetime
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]


class Evidence(Model):
    """What became of one migration, and how.

    `sentence` is the outcome in a sentence. `api_calls` counts by operation the calls of those
    Lambdas that answered; what a failed one had called is not known. `interruption` is None where
    no peer was ever seen not to be up, and where none was up before. `region` and `account` are
    those that the VIF was reached in.
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

    @property
    def folder(self) -> str:
        """Return where in the bucket the report is kept."""
        return report_folder(MIGRATIONS, self.started_at, self.migration_id)
