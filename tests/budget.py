"""Runs the tests, and says what they cost: `python -m tests.budget CPU_SECONDS MEGABYTES COMMAND…`.

Counted is every process that the command starts and waits for. Where the variable CI is set, more
than a quarter above the budget is a failure: the wait for the tests is paid with every change.
"""

import os
import resource
import subprocess
import sys
from typing import Final, NamedTuple

TOLERANCE: Final = 1.25
_KIBIBYTES = 1024


class Cost(NamedTuple):
    """CPU seconds of all processes, and the resident size in MiB of the largest one."""

    seconds: float
    megabytes: float

    def exceeds(self, budget: "Cost") -> bool:
        """Return whether this is well above a budget, be it in time or in memory."""
        return (
            self.seconds > TOLERANCE * budget.seconds
            or self.megabytes > TOLERANCE * budget.megabytes
        )


def measured(command: list[str]) -> tuple[int, Cost]:
    """Run a command, and return its exit status and its cost."""
    status = subprocess.run(command, check=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return status, Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / _KIBIBYTES)


def main(seconds: str, megabytes: str, *command: str) -> int:
    """Run the command; its exit status, or 1 where it passed but cost too much in CI."""
    budget = Cost(float(seconds), float(megabytes))
    status, cost = measured(list(command))
    print(
        f"{cost.seconds:.0f} CPU seconds (budget {budget.seconds:.0f}), "
        f"largest process {cost.megabytes:.0f} MiB (budget {budget.megabytes:.0f})"
    )
    if not status and os.environ.get("CI") and cost.exceeds(budget):
        print(f"more than {TOLERANCE:g} times the budget", file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
