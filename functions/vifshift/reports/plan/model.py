"""The report of a plan, as it is stored as JSON and shown as a page."""

from datetime import datetime
from typing import Literal

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.findings import Finding
from vifshift.domain.migration import Approval
from vifshift.domain.model import Model
from vifshift.domain.overview import PlanOverview
from vifshift.domain.plan_outcome import Counts, MoveOutcome, PlanOutcome
from vifshift.domain.plan_request import Order
from vifshift.domain.port_left import LeftOnPort
from vifshift.domain.request import Window
from vifshift.events.base import EvidenceUris
from vifshift.events.plan import MoveListLocation


class MoveReport(Model):
    """The result of a move; `migration_id` and `evidence` are None if it was not started."""

    number: int
    virtual_interface_id: str
    virtual_interface_name: str | None = None
    source: str | None
    target: str
    outcome: MoveOutcome
    message: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    interruption_seconds: float | None = None
    migration_id: str | None = None
    evidence: EvidenceUris | None = None
    findings: tuple[Finding, ...] = ()


class PlanReport(Model):
    """The results of a plan and of its moves, in the order in which they were to be done.

    `findings` are those of the plan as a whole. `interruption_seconds` of a move is None if its
    report could not be read, or has no interruption. `move_list` is what was last shown to people,
    and `digest` that of it. `policy` is what the setting of that name demanded, one clause each;
    None if that is not known. `emptied` is the port that the plan was to empty, if it was to.
    `overview` is what was to be done when it was last checked.
    """

    version: Literal["1"] = "1"
    plan_id: str
    request_id: str
    execution_arn: str
    region: str
    account: str
    started_at: datetime
    ended_at: datetime
    outcome: PlanOutcome
    sentence: str
    next_step: str
    requested_by: str
    reason: str
    approval: Approval | None
    max_concurrency: int
    stop_after_failures: int
    order: Order
    window: Window | None
    counts: Counts
    findings: tuple[Finding, ...]
    moves: tuple[MoveReport, ...]
    digest: str | None = None
    move_list: MoveListLocation | None = None
    asked_by: AskedBy | None = None
    policy: tuple[str, ...] | None = None
    emptied: str | None = None
    port_is_empty: bool | None = None
    left_on_port: tuple[LeftOnPort, ...] = ()
    overview: PlanOverview | None = None
