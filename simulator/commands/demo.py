"""The command `demo`: a move as an operator sees it, and one that is rolled back.

`vifshift check` and `vifshift watch` are shown as they are, in the cloud of the first scenario: the
one before the move, the other midway.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import boto3
from rich.console import Console
from rich.text import Text

from cli.check.reading import Check, use
from cli.check.screen import show
from cli.check.settings import find
from cli.environment import AwsEnvironment
from cli.operate.executions import running
from cli.operate.stack import Stack
from cli.operate.watching import Timing, look
from simulator.cloud import Cloud
from simulator.commands.assemblies import assembly
from simulator.expectations import failures
from simulator.runs import reports as pages
from simulator.runs.record import Record
from simulator.runs.session import Session, stack_name
from simulator.scenarios.files import named
from simulator.scenarios.model import Scenario, load
from simulator.timeline.view import timeline
from tools.terminal import PlainConsole, width

GOOD: Final = "happy-path-dual-stack-lag"
BACK: Final = "bgp-never-comes-up"
WIDTH: Final = 110
_WATCHED_AT: Final = timedelta(seconds=35)
_FAILED: Final = 1


def demo(asked: argparse.Namespace) -> int:
    """Show both; return 0 if they have ended as they should."""
    console = PlainConsole(width=width(WIDTH))
    good, back = load(named(GOOD)), load(named(BACK))
    wrong: list[str] = []
    with assembly(asked.assembly) as folder, Session(folder) as session:
        beside = Beside(good, stack_name(folder), console)
        first = session.run(good, beside.prepare)
        first = replace(first, wall_seconds=first.wall_seconds - beside.wall_seconds)
        for record in (first, session.run(back)):
            console.print(timeline(record))
            _report(record, asked, console)
            wrong += failures(record)
    for failure in wrong:
        console.print(Text(f"  {failure}", "red"))
    return _FAILED if wrong else 0


class Beside:
    """An operator who checks before a move, and watches it midway."""

    def __init__(self, scenario: Scenario, stack: str, console: Console) -> None:
        region, account = scenario.world.region, scenario.world.account
        self._request = scenario.trigger.request
        self._stack, self._console = stack, console
        self._environment = AwsEnvironment(boto3.Session(region_name=region), account, region)
        self.wall_seconds = 0.0

    def prepare(self, cloud: Cloud) -> None:
        """Let both happen when it is time for them."""
        cloud.clock.call_later(0, partial(self._timed, self._check, cloud))
        seconds = _WATCHED_AT.total_seconds()
        cloud.clock.call_later(seconds, partial(self._timed, self._watch, cloud))

    def _check(self, cloud: Cloud) -> None:
        request = self._request
        assert isinstance(request, dict)
        self._type(f"check {request['virtualInterfaceId']} {request['connectionId']}", "Before it:")
        use(self._environment, None)
        settings = find(self._environment, self._stack, None)
        result = Check(self._environment, settings, cloud.clock.now()).migration(request)
        show(result, self._console, lists_passed=False)

    def _watch(self, cloud: Cloud) -> None:
        stack = Stack.find(self._environment, self._stack)
        execution = next(running(stack), None)
        if execution is None:
            return
        self._type(f"watch {execution.name}", f"{_WATCHED_AT.seconds} seconds later:")
        self._console.print(look(stack, execution, Timing(cloud.clock.now, cloud.clock.sleep)))

    def _timed(self, happens: Callable[[Cloud], None], cloud: Cloud) -> None:
        """Let it happen, which does not count as a part of the run."""
        began = time.perf_counter()
        happens(cloud)
        self._console.print()
        self.wall_seconds += time.perf_counter() - began

    def _type(self, command: str, when: str) -> None:
        self._console.print(Text(when, "dim"))
        self._console.print(Text(f"$ vifshift {command}\n", "bold"), soft_wrap=True)


def _report(record: Record, asked: argparse.Namespace, console: Console) -> None:
    if asked.report:
        for page in pages.write(pages.pages(record), asked.report):
            console.print(Text(f"  report: {page}", "bright_black"), soft_wrap=True)
    console.print()
