"""A drawn world in moto, which is checked, captured, and checked again as it was captured."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from cli.capture.command import EPOCH, scenario_of
from cli.capture.reading import Capture, Captured
from cli.check.reading import Check, use
from cli.check.settings import CheckSettings
from cli.environment import AwsEnvironment
from simulator.cloud import Cloud
from simulator.explore.generators.scenario import generate
from simulator.runs.staging import install, stage
from simulator.scenarios.model import Scenario
from vifshift.domain.access_policy import AccessPolicy


@contextmanager
def staged(scenario: Scenario) -> Iterator[AwsEnvironment]:
    """Let a scenario's worlds be there, and nothing else."""
    world = scenario.world
    with Cloud(account=world.account, region=world.region):
        install()
        stage(scenario)
        environment = AwsEnvironment(
            boto3.Session(region_name=world.region), world.account, world.region
        )
        use(environment, None)
        yield environment
        use(environment, None)


def still(seed: int) -> Scenario:
    """Return a drawn world in which nothing fails and nothing changes."""
    drawn = generate(seed).scenario
    return Scenario(
        name=drawn.name,
        summary=drawn.summary,
        world=drawn.world,
        other_worlds=drawn.other_worlds,
        trigger=drawn.trigger,
        expect=drawn.expect,
    )


def settings_of(scenario: Scenario) -> CheckSettings:
    """Return the settings of a scenario, as far as a check uses them."""
    regions = tuple({world.region for world in scenario.other_worlds} - {scenario.world.region})
    policy = AccessPolicy(home=scenario.world.region, regions=regions)
    return CheckSettings(origin="a test", access_policy=policy)


def checked(environment: AwsEnvironment, scenario: Scenario, request: Any) -> Any:
    """Return what a check finds."""
    checking = Check(environment, settings_of(scenario), EPOCH, lambda seconds: None)
    is_plan = isinstance(request, dict) and {"moves", "evacuate"} & request.keys()
    result = checking.plan(request) if is_plan else checking.migration(request)
    return result.to_json()


def captured(environment: AwsEnvironment, scenario: Scenario) -> Captured:
    """Capture what is there."""
    settings = settings_of(scenario)
    return Capture(
        access=settings.access_policy.access(environment.region, None, "test"),
        policy=settings.access_policy,
        own_account=environment.account,
        now=EPOCH,
        epoch=EPOCH,
    ).run()


def as_scenario(environment: AwsEnvironment, scenario: Scenario, found: Captured) -> dict[str, Any]:
    """Return the content of the scenario file."""
    settings = settings_of(scenario)
    access = settings.access_policy.access(environment.region, None, "test")
    return scenario_of(found, settings, access)
