"""The requests to IAM, and their denials."""

from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.moto_ext.iam.evaluation import (
    AccessRequest,
    AccessVerdict,
    Principal,
    ResourcePolicy,
)


class Denial(NamedTuple):
    """A denied call, with AWS's message."""

    principal: str
    action: str
    resource: str
    message: str


class CachedDecision(NamedTuple):
    """A verdict, and the policies that it was made by."""

    identity: tuple[str, ...]
    guard: ResourcePolicy
    verdict: AccessVerdict


@dataclass
class Journal:
    """Every request of a run with how often it was made, the denials, and what is known.

    `verdicts` hold until somebody may have changed a policy. `decisions` are kept over many runs:
    each is looked at again where its policies have changed.
    """

    requests: dict[AccessRequest, int] = field(default_factory=dict)
    denials: list[Denial] = field(default_factory=list)
    verdicts: dict[AccessRequest, AccessVerdict] = field(default_factory=dict)
    decisions: dict[AccessRequest, CachedDecision] = field(default_factory=dict)

    def note(self, request: AccessRequest, verdict: AccessVerdict) -> None:
        """Record a request and its verdict."""
        self.requests[request] = self.requests.get(request, 0) + 1
        if not verdict.allowed:
            principal: Principal = request.principal
            self.denials.append(
                Denial(principal.name, request.action, request.resource, verdict.why)
            )
