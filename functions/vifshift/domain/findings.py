"""Findings, and the rules of preflight that yield them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, TypeVar

from pydantic import Field

from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.asked_by import AskedBy
from vifshift.domain.guards import Guards
from vifshift.domain.model import Model
from vifshift.domain.network import Network
from vifshift.domain.observation import VifStatus
from vifshift.domain.plan_effects import NO_EFFECTS, PlanEffects
from vifshift.domain.policy_floor import NO_FLOOR, PolicyFloor
from vifshift.domain.request import Request, RequestOptions
from vifshift.domain.sizes import fitting, shortened
from vifshift.domain.values import LARGEST_INTEGER

MOST_FINDINGS = 50
FINDINGS_BYTES = 24_000
"""The most bytes of findings in an event; a variable of the workflow holds them as well."""
MOST_OF_A_RULE = 20
LONGEST_MESSAGE = 1000


class Severity(StrEnum):
    """How severe a finding is, most severe first."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Finding(Model):
    """One result of preflight: what was found, with ids and values, and what to do about it."""

    code: str = Field(description="The code of its rule, as in docs/findings.md.")
    severity: Severity
    message: str = Field(description="What was found, with ids and values, for people.")
    remedy: str = Field(description="What to do about it, for people.")
    acknowledged_by: str | None = Field(
        default=None, description="Who acknowledged it, so that it does not block; null if nobody."
    )

    @property
    def blocks(self) -> bool:
        """Return whether it blocks the migration."""
        return self.severity is Severity.BLOCK and self.acknowledged_by is None

    @property
    def is_note(self) -> bool:
        """Return whether it neither blocks nor warns."""
        return self.severity is Severity.INFO


Quota = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]


class Quotas(Model):
    """The most VIFs of a port, by default as on AWS's page "AWS Direct Connect quotas"."""

    private_or_public_per_port: Quota = 50
    transit_per_port: Quota = 4
    total_per_port: Quota = 51
    per_hosted_connection: Quota = 1
    rate_limited_per_port: Quota = 10


DEFAULT_QUOTAS = Quotas()
NO_ACCESS = AccessPolicy()


class Checks(Model):
    """The stack's settings of preflight: the change calendar's name or ARN, quotas, and guards.

    The guards are those of requests and plans that say nothing of any.
    """

    change_calendar: str | None = None
    quotas: Quotas = DEFAULT_QUOTAS
    guards: Guards = Field(default=(), exclude_if=lambda guards: not guards)


Asking = TypeVar("Asking", bound=RequestOptions)


class Limits(NamedTuple):
    """The stack's limits for all its migrations: quotas, access policy, and policy floor.

    `bound_approvers` is how many sources may approve that are bound, None if that is not known.
    `guards` are those of whoever names none.
    """

    quotas: Quotas = DEFAULT_QUOTAS
    access_policy: AccessPolicy = NO_ACCESS
    bound_approvers: int | None = None
    floor: PolicyFloor = NO_FLOOR
    guards: Guards = ()

    def guarded(self, request: Asking) -> Asking:
        """Return a request with the settings' guards if it says nothing of any."""
        if request.guards is not None or not self.guards:
            return request
        return request.model_copy(update={"guards": self.guards})


DEFAULT_LIMITS = Limits()


class Move(Model):
    """What the rules judge: a request, and the network as it is.

    `is_recheck` is true for a request that has passed before and is judged once more right before
    the VIF is associated; `first_seen` is the VIF as the first check saw it, and `holder` says who
    has moved it since, to `moved_to`. `plan_effects` are those of the plan that it is part of,
    which judges it beforehand if it `is_projected`. `floor` is what the stack demands of every
    request, `asked_by` who has asked, and `is_approved` says that its plan has to be approved.
    """

    request: Request
    network: Network
    now: datetime
    quotas: Quotas = DEFAULT_QUOTAS
    access_policy: AccessPolicy = NO_ACCESS
    is_recheck: bool = False
    first_seen: VifStatus | None = None
    holder: str = ""
    moved_to: str = ""
    plan_effects: PlanEffects = NO_EFFECTS
    is_projected: bool = False
    floor: PolicyFloor = NO_FLOOR
    asked_by: AskedBy | None = None
    is_approved: bool = False

    @property
    def may_wait(self) -> bool:
        """Return whether what is on its way now is waited for, and judged again after that."""
        return not (self.is_recheck or self.is_projected or self.request.dry_run)

    @property
    def is_awaited(self) -> bool:
        """Return whether another migration of this stack moves the VIF now, and is waited for."""
        return bool(self.network.moved_by) and not (self.is_recheck or self.request.dry_run)


Judge = Callable[[Move], Iterator[str]]


class Rule(NamedTuple):
    """A rule, with what its findings have in common.

    `asks_again`: people are asked again if its finding is new since they approved the move. That
    holds for every finding that blocks, so only others are marked.
    """

    code: str
    severity: Severity
    summary: str
    remedy: str
    page: str
    overridable: bool
    judge: Judge
    asks_again: bool = False
    warns_if: Callable[[Move], bool] | None = None

    def findings(self, move: Move) -> Iterator[Finding]:
        """Yield a finding for each message of the rule, and one that counts those left out."""
        messages = [*self.judge(move)]
        if not messages:
            # Most rules find nothing: a plan of thousands of moves must not pay for the rest.
            return
        is_acknowledged = self.overridable and self.code in move.request.acknowledge
        is_warning = self.warns_if is not None and self.warns_if(move)
        for message in _first(messages):
            yield Finding(
                code=self.code,
                severity=Severity.WARN if is_warning else self.severity,
                message=shortened(message, LONGEST_MESSAGE),
                remedy=self.remedy,
                acknowledged_by=(
                    move.request.requested_by or "the request" if is_acknowledged else None
                ),
            )


RULES: list[Rule] = []

Found = TypeVar("Found", bound=Finding)


def bounded(findings: Iterable[Found]) -> tuple[Found, ...]:
    """Return the most severe findings, as many as fit in an event and in the workflow."""
    weight = list(Severity)
    worst = sorted(findings, key=lambda each: (not each.blocks, weight.index(each.severity)))
    return fitting(worst, MOST_FINDINGS, FINDINGS_BYTES)


def _first(sentences: Sequence[str]) -> Iterator[str]:
    yield from sentences[:MOST_OF_A_RULE]
    unsaid = len(sentences) - MOST_OF_A_RULE
    if unsaid > 0:
        yield f"and {unsaid} more"


def rule(
    code: str,
    severity: Severity,
    remedy: str,
    *,
    page: str = "",
    overridable: bool = False,
    asks_again: bool = False,
    warns_if: Callable[[Move], bool] | None = None,
) -> Callable[[Judge], Judge]:
    """Register a function that yields a message for each problem as a rule of preflight.

    The first line of its docstring becomes the rule's summary. `page` names the AWS page that the
    rule is based on; a finding of an `overridable` rule can be acknowledged, and a new one of a
    rule that `asks_again` was not approved. Where `warns_if` holds, its findings are warnings.
    """

    def register(judge: Judge) -> Judge:
        summary = (judge.__doc__ or "").strip().splitlines()[0]
        RULES.append(
            Rule(
                code,
                severity,
                summary,
                remedy,
                page,
                overridable,
                judge,
                asks_again=asks_again,
                warns_if=warns_if,
            )
        )
        return judge

    return register
