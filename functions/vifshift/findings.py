"""What a finding of preflight is, and how a rule becomes part of preflight."""

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from vifshift.model import Model
from vifshift.network import Network
from vifshift.request import Request


class Severity(StrEnum):
    """How much a finding weighs, worst first."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Finding(Model):
    """One result of preflight: what was seen, with ids and values, and what to do about it."""

    code: str
    severity: Severity
    message: str
    remedy: str


class Move(Model):
    """What the rules judge: what is asked for, and the network it is asked of."""

    request: Request
    network: Network
    now: datetime


Judge = Callable[[Move], Iterator[str]]


class Rule(NamedTuple):
    """A rule with all that its findings share."""

    code: str
    severity: Severity
    summary: str
    remedy: str
    judge: Judge

    def findings(self, move: Move) -> Iterator[Finding]:
        """Yield a finding for each sentence the rule has to say."""
        for message in self.judge(move):
            yield Finding(
                code=self.code, severity=self.severity, message=message, remedy=self.remedy
            )


RULES: list[Rule] = []


def rule(code: str, severity: Severity, remedy: str) -> Callable[[Judge], Judge]:
    """Register a function that yields a sentence for each trouble; its docstring says which."""

    def register(judge: Judge) -> Judge:
        summary = (judge.__doc__ or "").strip().splitlines()[0]
        RULES.append(Rule(code, severity, summary, remedy, judge))
        return judge

    return register
