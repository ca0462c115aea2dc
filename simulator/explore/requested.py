"""Which VIFs the requests and plans of a run may move."""

from collections.abc import Iterator

from pydantic import JsonValue

from simulator.runs.record import Record
from simulator.runs.requests import asked_by, subject_asked


def requested(record: Record) -> set[JsonValue]:
    """Return the VIFs that any trigger of the run requests to move."""
    scenario = record.scenario
    asked = [(asked_by(scenario, each), scenario.is_plan(each)) for each in scenario.triggers]
    planned = (_planned(record, each) for each, is_plan in asked if is_plan)
    return requested_alone(record).union(*planned)


def requested_alone(record: Record) -> set[JsonValue]:
    """Return the VIFs that a trigger other than a plan requests to move."""
    scenario = record.scenario
    alone = (each for each in scenario.triggers if not scenario.is_plan(each))
    return {subject_asked(asked_by(scenario, each))[0] for each in alone}


def _planned(record: Record, plan: JsonValue) -> Iterator[JsonValue]:
    """Yield the VIFs that a plan names or may select."""
    match plan:
        case {"moves": [*moves]}:
            yield from (subject_asked(each)[0] for each in moves)
        case {"evacuate": {"from": source, **rest}}:
            excluded = rest.get("exclude")
            came = {
                change.virtual_interface_id
                for change in record.scenario.changes
                if change.set.get("connectionId") == source
            }
            known = [vif for world in record.scenario.worlds for vif in world.virtual_interfaces]
            for vif in known:
                name = vif["virtualInterfaceId"]
                named = excluded if isinstance(excluded, list) else []
                if (vif["connectionId"] == source or name in came) and name not in named:
                    yield name
        case {"movesUri": _}:
            yield from (each.request.get("virtualInterfaceId") for each in record.moves)
