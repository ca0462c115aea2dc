"""Runs one scenario after the other against one assembly."""

from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.runner import Record, run
from simulator.scenario import Scenario


class Session:
    """Stands in for a session that deploys once."""

    def __init__(self, assembly: Path) -> None:
        self._assembly = assembly

    def __enter__(self) -> Self:
        """Do nothing yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind."""

    def run(self, scenario: Scenario) -> Record:
        """Run a scenario in a cloud of its own."""
        return run(scenario, self._assembly)
