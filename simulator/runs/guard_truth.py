"""The true states of the alarms of a scenario, at the times of the events of its migrations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from moto.utilities.utils import get_partition

from simulator.directconnect.models import SimulatedDirectConnect
from simulator.moto_ext.cloudwatch.alarm_states import AlarmStates, Seen
from simulator.scenarios.model import Scenario

AlarmsAt = Mapping[datetime, Mapping[str, Seen]]


def alarms_at_events(
    scenario: Scenario,
    networks: Sequence[SimulatedDirectConnect],
    events: Iterable[Mapping[str, Any]],
) -> AlarmsAt:
    """Return the states of all alarms by ARN, at the time of each event; nothing without any."""
    if not any(world.alarms for world in scenario.worlds):
        return {}
    times = {
        datetime.fromisoformat(each["detail"]["metadata"]["occurredAt"])
        for each in events
        if "metadata" in each["detail"]
    }
    return {time: dict(_seen(scenario, networks, time)) for time in sorted(times)}


def _seen(
    scenario: Scenario, networks: Sequence[SimulatedDirectConnect], time: datetime
) -> Iterable[tuple[str, Seen]]:
    for world, network in zip(scenario.worlds, networks, strict=True):
        states = AlarmStates(world.alarms, network, time)
        prefix = f"arn:{get_partition(world.region)}:cloudwatch:{world.region}:{world.account}"
        for alarm in world.alarms:
            yield f"{prefix}:alarm:{alarm.alarm_name}", states.seen(alarm)
