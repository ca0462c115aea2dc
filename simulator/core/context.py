"""What the repairs of one cloud share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.core.clients import Clients
from simulator.core.fault_plan import FaultPlan
from simulator.core.patches import Patches

if TYPE_CHECKING:
    from simulator.moto_ext.iam.authorizer import Authorizer
    from simulator.moto_ext.iam.journal import Journal
from simulator.core.clock import Clock


class Evaluation(NamedTuple):
    """A JSONata expression that a state has evaluated; `inputs` are JSON data, by variable.

    `drawn` are the numbers that $random has given it, `value` is None where `failed`.
    """

    execution_arn: str
    state: str
    expression: str
    inputs: dict[str, Any]
    drawn: tuple[float, ...]
    value: Any
    failed: bool


@dataclass
class CloudContext:
    """One cloud's clock, identity, randomness and records; no two clouds share one.

    Without `speed`, nothing is done that only makes the cloud faster. `asleep` are called once when
    an execution starts or ends. `trail_seconds` is how late CloudTrail reports a call.
    """

    account: str
    region: str
    clock: Clock
    random: Random
    clients: Clients
    patches: Patches
    journal: "Journal"
    authorizer: "Authorizer"
    delivery_latency: float = 0.0
    trail_seconds: float = 120.0
    deploying: bool = False
    lambda_limit: int = 1000
    published_events: list[dict[str, Any]] = field(default_factory=list)
    lambda_logs: list[tuple[str, str]] = field(default_factory=list)
    service_events: list[dict[str, Any]] = field(default_factory=list)
    data_points: list[Any] = field(default_factory=list)
    started_executions: list[str] = field(default_factory=list)
    fault_plan: FaultPlan = field(default_factory=FaultPlan)
    triggered_at: datetime | None = None
    executions_before_trigger: int = 0
    asleep: list[Callable[[], None]] = field(default_factory=list)
    on_evaluation: Callable[[Evaluation], None] | None = None
    speed: bool = True

    def since_trigger(self) -> float:
        """Return the seconds since the faults were planned."""
        now = self.clock.now()
        return (now - (self.triggered_at or now)).total_seconds()
