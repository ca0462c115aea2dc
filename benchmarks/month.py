"""What the deployed stack costs in a month in which nothing moves: `python -m benchmarks.month`.

It counts what the synthesized template has. Prices are those of us-east-1, without free tiers:
https://aws.amazon.com/cloudwatch/pricing/, https://aws.amazon.com/kms/pricing/,
https://aws.amazon.com/eventbridge/pricing/, https://aws.amazon.com/lambda/pricing/
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.side_by_side.figures import DOLLARS_PER_GB_SECOND, DOLLARS_PER_INVOCATION
from simulator.cloud.assembly import read_stack
from simulator.commands.assemblies import assembly
from simulator.runs.session import stack_name
from tools.terminal import say

Resources = Mapping[str, Mapping[str, Any]]

DOLLARS: Final = {
    "AWS::CloudWatch::Alarm": 0.10,
    "AWS::CloudWatch::Dashboard": 3.00,
    "AWS::KMS::Key": 1.00,
}
"""An alarm is priced for each of its metrics, at standard resolution."""
DOLLARS_PER_SCHEDULED: Final = 1.00 / 1_000_000
MINUTES: Final = 30 * 24 * 60
SECONDS_OF_A_SWEEP: Final = 0.5
"""It makes two reads of DynamoDB, and no more while nothing runs."""


class Item(NamedTuple):
    """What is paid for, how many there are of it, and what they cost in a month."""

    name: str
    number: int
    dollars: float


def items(resources: Resources) -> Iterator[Item]:
    """Yield what is paid for although nothing moves."""
    for kind, price in DOLLARS.items():
        found = [each for each in resources.values() if each["Type"] == kind]
        priced = sum(_metrics(each) for each in found) if kind.endswith("Alarm") else len(found)
        yield Item(kind.removeprefix("AWS::"), priced, priced * price)
    for each in resources.values():
        if each["Type"] == "AWS::Scheduler::Schedule":
            yield _scheduled(each["Properties"], resources)


def _metrics(alarm: Mapping[str, Any]) -> int:
    queries = alarm["Properties"].get("Metrics", ())
    return sum("MetricStat" in query for query in queries) or 1


def _scheduled(schedule: Mapping[str, Any], resources: Resources) -> Item:
    """Return what a schedule's function costs that runs every few minutes."""
    every = int(schedule["ScheduleExpression"].removeprefix("rate(").split()[0])
    runs = MINUTES // every
    memory = max(
        each["Properties"]["MemorySize"]
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Function" and "Sweep" in name
    )
    seconds = runs * SECONDS_OF_A_SWEEP
    dollars = runs * (DOLLARS_PER_SCHEDULED + DOLLARS_PER_INVOCATION)
    return Item("the sweep", runs, dollars + seconds * memory / 1024 * DOLLARS_PER_GB_SECOND)


def lines(resources: Resources) -> list[str]:
    """Return a line for each item, and one for all of them."""
    found = list(items(resources))
    rows = [f"{each.name:<24}{each.number:>6}{each.dollars:>8.2f}" for each in found]
    return [*rows, f"{'dollars a month':<30}{sum(each.dollars for each in found):>8.2f}"]


def main(folder: Path | None) -> None:
    """Print what the stack of an assembly costs."""
    with assembly(folder) as found:
        say("\n".join(lines(read_stack(found, stack_name(found), "", "").resources)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
