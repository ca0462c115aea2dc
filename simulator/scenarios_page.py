"""The page about the scenarios that ship: `python -m simulator.scenarios_page FILE`.

`TIMELINES` are the ways in which a move goes, or goes wrong, on a real network; a scenario's
`shows` are numbers in it, from 1.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from simulator.scenarios.model import SCENARIOS, Scenario, find, load

FOLDERS = {
    "good": "What goes well, or needs nothing",
    "states": "The VIF's state",
    "bgp": "BGP sessions",
    "routes": "Routes behind BGP that is up",
    "guards": "Guards: what the applications see",
    "answers": "What the API answers, late, wrong or not at all",
    "refusals": "What preflight or AWS refuses",
    "preflight": "What preflight sees, and what it must not see",
    "others": "What others do meanwhile",
    "way-back": "Rollback",
    "requests": "The request",
    "starts": "How it is started",
    "once": "Two at once",
    "plans": "Plans: many at once",
    "limits": "As large and as long as it gets",
    "interrupted": "Executions that do not finish, and parts that are unavailable",
    "control": "What was checked and approved is what happens, and what people say is heard",
}

TIMELINES = (
    "All is well: pending, down, then up and available",
    "The VLAN is missing on the customer's router: down forever",
    "The BGP keys (MD5) differ",
    "The ASN or the peer address differs",
    "TCP port 179 is blocked",
    "Q-in-Q or a trunk is missing in the provider's path",
    "One of two address families comes up",
    "The old peer, `deleting`, still reads `up`",
    "The old peer never leaves `deleting`",
    "A flap inside the hold",
    "`available` before BGP is up, and the reverse",
    "`bgpStatus: unknown` throughout",
    "BGP is up with zero prefixes",
    "Fewer prefixes than before, or with other communities",
    "More prefixes than allocated: up, then down",
    "Success, but Describe shows the old connection for a while",
    "Describe alternates between old and new",
    "A 500 although the move happened",
    "A 500 and it did not",
    "The client times out, then a late success",
    "Throttled while polling, and while associating",
    "The VLAN is taken on the target",
    "An IP address is taken on the target",
    "Not the owner, or access denied",
    "The source is a hosted connection",
    "The target is in another Region",
    "The quota is full, or lost to a race after preflight",
    "A jumbo VIF, a target without jumbo frames",
    "The target is down, pending or deleting when called",
    "A LAG falls below its minimum of links during the move",
    "The target must encrypt (MACsec), and its encryption is down",
    "Rate limiters or the prefix pool are exhausted",
    "The VIF is deleted meanwhile: state `deleted`, later an empty list",
    "Someone else moves the VIF",
    "A failover test runs at the start, or starts during the wait",
    "The VIF is on the target already",
    '"Is in a transitioning state", then success',
    "The rollback is refused: the source's VLAN was taken",
    "The rollback is accepted, and BGP never returns",
    "The source connection is deleted before the rollback",
    "A public VIF re-enters `verifying`",
    "Maintenance is announced during the move",
    "The VIF in conflict is only on page 2",
    "The trigger comes twice: two executions, one VIF",
    "The window closes during the wait",
    "Metrics are missing for the new connection",
    "The redundant VIF goes down during the move",
    "Credentials expire during the wait",
    "An enumeration has a value that nobody knows",
)

HEAD = """# The scenarios that ship

Made from [simulator/scenarios](../simulator/scenarios) by `make docs`; `python -m simulator run
FILE --timeline` shows one. Each says which outcome a careful engineer wants, and why. `make test`
runs those that together reach what all of them reach; `make verify` and CI run the others.

## The failure timelines

| | what happens | scenario | outcome | because |
|---|---|---|---|---|
"""

REST_HEAD = """
## {title}

| scenario | what happens | outcome | because |
|---|---|---|---|
"""


class Shipped(NamedTuple):
    """A scenario and the file it is in."""

    scenario: Scenario
    file: Path

    @property
    def folder(self) -> str:
        """Return the folder, which says what fails."""
        return self.file.parent.name

    @property
    def link(self) -> str:
        """Return a link to the file, from the folder `docs`."""
        path = self.file.relative_to(SCENARIOS.parents[1]).as_posix()
        return f"[{self.scenario.name}](../{path})"

    @property
    def end(self) -> list[str]:
        """Return the cells of the outcome and its reason."""
        return [f"`{self.scenario.expect.outcome}`", self.scenario.because]


def shipped() -> list[Shipped]:
    """Return every scenario that ships, folder by folder."""
    order = list(FOLDERS)
    all_ = [Shipped(load(file), file) for file in find([SCENARIOS])]
    return sorted(all_, key=lambda each: (order.index(each.folder), each.scenario.name))


def page() -> str:
    """Return the page: the timelines by number, then what else there is, by folder."""
    scenarios = shipped()
    return HEAD + "".join(_timelines(scenarios)) + "".join(_others(scenarios))


def _timelines(scenarios: list[Shipped]) -> Iterator[str]:
    for number, title in enumerate(TIMELINES, start=1):
        label = [str(number), title]
        for each in scenarios:
            if number in each.scenario.shows:
                yield _row([*label, each.link, *each.end])
                label = ["", ""]


def _others(scenarios: list[Shipped]) -> Iterator[str]:
    for folder, title in FOLDERS.items():
        rest = [each for each in scenarios if each.folder == folder and not each.scenario.shows]
        if rest:
            yield REST_HEAD.format(title=title)
        for each in rest:
            yield _row([each.link, each.scenario.summary, *each.end])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def main(path: str) -> None:
    """Write the page."""
    Path(path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
