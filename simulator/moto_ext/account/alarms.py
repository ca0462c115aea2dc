"""CloudWatch alarms of an account, as in a scenario file, under the names of the API.

AWS: CloudWatch API reference, MetricAlarm and CompositeAlarm.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.directconnect.scenario_model import ScenarioModel, Seconds

DIRECT_CONNECT = "AWS/DX"
REACHABLE = "Reachable"
GATEWAY, PREFIX = "Gateway", "Prefix"


class AlarmState(StrEnum):
    """The state of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class ScriptedState(ScenarioModel):
    """The state that an alarm is in from a time on, in seconds from the trigger."""

    at: Seconds = 0
    state_value: AlarmState


class AlarmMetric(ScenarioModel):
    """What a metric alarm watches.

    In the namespace AWS/DX it is a virtual interface's traffic or BGP status; in any other one it
    is `Reachable`, which an application measures: how much of its traffic to the `Gateway`, and to
    the `Prefix` if there is one, gets through in a period. It is shared by the gateway's virtual
    interfaces that draw it by BGP.
    """

    namespace: str = DIRECT_CONNECT
    metric_name: Literal[
        "VirtualInterfaceBpsEgress",
        "VirtualInterfaceBpsIngress",
        "VirtualInterfaceBgpStatus",
        "Reachable",
    ]
    dimensions: dict[str, str]

    @model_validator(mode="after")
    def _is_measured(self) -> Self:
        is_reachable = self.metric_name == REACHABLE
        if is_reachable is (self.namespace == DIRECT_CONNECT):
            raise ValueError(f"{self.metric_name} is no metric of {self.namespace}")
        needed = {GATEWAY} if is_reachable else {"ConnectionId", "VirtualInterfaceId"}
        if missing := needed - self.dimensions.keys():
            raise ValueError(f"dimensions: {', '.join(sorted(missing))} is missing")
        return self


class AlarmQuery(ScenarioModel):
    """A metric by its id, or an expression over those: SUM, MAX, MIN or AVG of a list of ids."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-zA-Z0-9_]*$")]
    metric: AlarmMetric | None = None
    expression: Annotated[
        str | None, Field(pattern=r"^(SUM|MAX|MIN|AVG)\(\[[a-z]\w*(, ?[a-z]\w*)*\]\)$")
    ] = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.metric is None) is (self.expression is None):
            raise ValueError(f"{self.id} needs either a metric or an expression")
        return self


class SimulatedAlarm(ScenarioModel):
    """An alarm: of a `metric`, of metric math over several (`metrics`), or with an `alarmRule`.

    It is evaluated each minute from what the network does, and `delaySeconds` later. With `states`
    it is in these, whatever the network does: before the first of them, it is OK. Actions of alarms
    are not simulated.
    """

    alarm_name: Annotated[str, Field(min_length=1, max_length=255)]
    metric: AlarmMetric | None = None
    metrics: tuple[AlarmQuery, ...] = ()
    alarm_rule: str = ""
    period: Annotated[int, Field(ge=10)] = 60
    evaluation_periods: Annotated[int, Field(ge=1)] = 1
    datapoints_to_alarm: Annotated[int | None, Field(ge=1)] = None
    comparison_operator: Literal[
        "GreaterThanThreshold",
        "GreaterThanOrEqualToThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
    ] = "LessThanThreshold"
    threshold: float = 1.0
    treat_missing_data: Literal["missing", "breaching", "notBreaching", "ignore"] = "missing"
    delay_seconds: Seconds = 0
    states: tuple[ScriptedState, ...] = ()

    @model_validator(mode="after")
    def _watches_something(self) -> Self:
        ways = (self.metric is not None, bool(self.metrics), bool(self.alarm_rule))
        if sum(ways) > 1 or not (any(ways) or self.states):
            raise ValueError(
                f"{self.alarm_name} needs one of metric, metrics, alarmRule; or else states"
            )
        if (self.datapoints_to_alarm or 1) > self.evaluation_periods:
            raise ValueError("datapointsToAlarm exceeds evaluationPeriods")
        return self
