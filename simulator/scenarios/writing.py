"""Writes a scenario as a YAML file that loads as the same scenario."""

from pathlib import Path

import yaml
from pydantic import JsonValue

from simulator.directconnect.fields import record, records
from simulator.directconnect.shapes import Fields
from simulator.moto_ext.account.facts import UNAVAILABLE
from simulator.scenarios.model import Scenario
from tools.private_folder import made

LINE = 110


def as_json(scenario: Scenario) -> dict[str, JsonValue]:
    """Return the content of a scenario file; defaults are left out."""
    said: dict[str, JsonValue] = scenario.model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    world = said["world"]
    if isinstance(world, dict):
        if scenario.world.health_events is None:
            world["healthEvents"] = UNAVAILABLE
        for vif in records(world, "virtualInterfaces"):
            directions = record(vif, "routes")
            for name in list(directions):
                directions[name] = [_in_short(each) for each in records(directions, name)]
    return said


def as_yaml(scenario: Scenario) -> str:
    """Return the text of a scenario file."""
    return yaml.safe_dump(
        as_json(scenario), sort_keys=False, allow_unicode=True, width=LINE, default_flow_style=None
    )


def _in_short(route: Fields) -> JsonValue:
    """Return a route as its prefix, if it has nothing else."""
    return route if route.get("asPath") or route.get("communities") else route["cidr"]


def write(scenario: Scenario, folder: Path) -> Path:
    """Write a scenario into a folder, with its name as file name."""
    made(folder)
    path = folder / f"{scenario.name}.yaml"
    path.write_text(as_yaml(scenario), encoding="utf-8")
    return path
