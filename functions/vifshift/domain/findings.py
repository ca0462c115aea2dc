"""What a finding of preflight is, and how a rule becomes part of preflight."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import NamedTuple, TypeVar

from pydantic import Field

from vifshift.domain.access_policy import Reach
from vifshift.domain.model import Model
from vifshift.domain.network import Network
from vifshift.domain.plan_effects import NO_PASSAGES, Passages
from vifshift.domain.request import Request
from vifshift.domain.sizes import fitting, shortened

MOST_FINDINGS = 50
FINDINGS_BYTES = 24_000
"""What findings may take in an event; a workflow's variable and its event both hold them."""
MOST_OF_A_RULE = 20
LONGEST_MESSAGE = 1000


class Severity(StrEnum):
    """How much a finding weighs, worst first."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Finding(Model):
    """One result of preflight: what was seen, with ids and values, and what to do about it."""

    code: str = Field(description="Which rule has found it, as in docs/findings.md.")
    severity: Severity
    message: str = Field(description="What was seen, with ids and values, for people.")
    remedy: str = Field(description="What to do about it, for people.")
    acknowledged_by: str | None = Field(
        default=None, description="Who has let a block through; null where nobody has."
    )

    @property
    def blocks(self) -> bool:
        """Say whether the migration must not go on."""
        return self.severity is Severity.BLOCK and self.acknowledged_by is None


class Quotas(Model):
    """How many VIFs a port may carry: the defaults of AWS's page "AWS Direct Connect quotas"."""

    private_or_public_per_port: int = 50
    transit_per_port: int = 4
    total_per_port: int = 51
    per_hosted_connection: int = 1
    rate_limited_per_port: int = 10


DEFAULT_QUOTAS = Quotas()
NO_REACH = Reach()


class Checks(Model):
    """What of preflight is set with the stack: the change calendar's name or ARN, and quotas."""

    change_calendar: str | None = None
    quotas: Quotas = DEFAULT_QUOTAS


class Limits(NamedTuple):
    """What a stack sets for all its migrations: quotas, and where they may go."""

    quotas: Quotas = DEFAULT_QUOTAS
    reach: Reach = NO_REACH


DEFAULT_LIMITS = Limits()


class Move(Model):
    """What the rules judge: what is asked for, and the network it is asked of.

    `reach` is where migrations may go. `is_recheck`: it has passed before, and is judged once more
    right before it is associated. `passages` are those of the plan that it is judged as part of.
    """

    request: Request
    network: Network
    now: datetime
    quotas: Quotas = DEFAULT_QUOTAS
    reach: Reach = NO_REACH
    is_recheck: bool = False
    passages: Passages = NO_PASSAGES


Judge = Callable[[Move], Iterator[str]]


class Rule(NamedTuple):
    """A rule with all that its findings share."""

    code: str
    severity: Severity
    summary: str
    remedy: str
    page: str
    overridable: bool
    judge: Judge

    def findings(self, move: Move) -> Iterator[Finding]:
        """Yield a finding for each sentence the rule has to say, and how many there are beyond."""
        is_acknowledged = self.overridable and self.code in move.request.acknowledge
        for message in _first(self.judge(move)):
            yield Finding(
                code=self.code,
                severity=self.severity,
                message=shortened(message, LONGEST_MESSAGE),
                remedy=self.remedy,
                acknowledged_by=(
                    move.request.requested_by or "the request" if is_acknowledged else None
                ),
            )


RULES: list[Rule] = []

Found = TypeVar("Found", bound=Finding)


def bounded(findings: Iterable[Found]) -> tuple[Found, ...]:
    """Return the worst findings, as many as an event and the workflow have room for."""
    weight = list(Severity)
    worst = sorted(findings, key=lambda each: (not each.blocks, weight.index(each.severity)))
    return fitting(worst, MOST_FINDINGS, FINDINGS_BYTES)


def _first(sentences: Iterator[str]) -> Iterator[str]:
    yield from islice(sentences, MOST_OF_A_RULE)
    if unsaid := sum(1 for _ in sentences):
        yield f"and {unsaid} more"


def rule(
    code: str, severity: Severity, remedy: str, *, page: str = "", overridable: bool = False
) -> Callable[[Judge], Judge]:
    """Register a function that yields a sentence for each trouble; its docstring says which.

    `page` names the AWS page behind the rule; an `overridable` block can be acknowledged.
    """

    def register(judge: Judge) -> Judge:
        summary = (judge.__doc__ or "").strip().splitlines()[0]
        RULES.append(Rule(code, severity, summary, remedy, page, overridable, judge))
        return judge

    return register
