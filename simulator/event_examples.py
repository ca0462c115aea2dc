"""An example of each event, from real runs: `python -m simulator.event_examples FOLDER`."""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from simulator.synthesis import synthesize

# Which scenario shows which events; the first of its kind in a run is the example.
SHOWN_BY = {
    "happy-path-dual-stack-lag": (
        "VIF Migration Requested",
        "VIF Migration Started",
        "VIF Migration Progressed",
        "VIF Migration Succeeded",
    ),
    "approved-by-an-event": (
        "VIF Migration Approval Requested",
        "VIF Migration Approved",
        "VIF Answer Heard",
    ),
    "cancelled-after-the-end": ("VIF Answer Not Heard",),
    "refused-by-a-person": ("VIF Migration Refused",),
    "cancelled-on-the-way": ("VIF Migration Cancel Requested",),
    "waits-for-its-window": ("VIF Migration Window Pending",),
    "bgp-never-comes-up": ("VIF Migration Rolling Back", "VIF Migration Rolled Back"),
    "already-on-target": ("VIF Migration Unchanged",),
    "dry-run": ("VIF Migration Planned",),
    "delivered-twice": ("VIF Migration Duplicate",),
    "cancelled-before-its-window": ("VIF Migration Cancelled",),
    "vlan-taken": ("VIF Migration Rejected",),
    "rollback-fails-too": ("VIF Migration Rollback Failed",),
    "rollback-never": ("VIF Migration Needs Attention",),
    "stopped-while-it-looks": ("VIF Migration Interrupted",),
    "moves-in-order": (
        "VIF Plan Requested",
        "VIF Plan Started",
        "VIF Plan Progressed",
        "VIF Plan Completed",
    ),
    "a-plan-is-approved": ("VIF Plan Approval Requested", "VIF Plan Approved"),
    "a-plan-is-refused": ("VIF Plan Refused",),
    "empty-a-connection": ("VIF Plan Window Pending",),
    "halted-by-hand": ("VIF Plan Halt Requested", "VIF Plan Halted"),
    "a-plan-as-a-dry-run": ("VIF Plan Planned",),
    "a-plan-is-delivered-twice": ("VIF Plan Duplicate",),
    "halted-while-it-waits": ("VIF Plan Cancelled",),
    "two-of-one-vlan-to-one-lag": ("VIF Plan Rejected",),
    "stopped-while-a-move-is-on-its-way": ("VIF Plan Interrupted",),
    "somebody-tries-to-move-it-too": ("VIF Changed Outside",),
}

Event = dict[str, Any]
DRAWN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DRAWN_AS = "{:08d}-0000-4000-8000-000000000000"


def examples(assembly: Path) -> dict[str, Event]:
    """Return an event of each kind, in EventBridge's envelope, by the name of its file."""
    found = {}
    with Session(assembly) as session:
        for scenario, detail_types in SHOWN_BY.items():
            events = session.run(load(named(scenario))).events
            for detail_type in detail_types:
                [example, *_] = [each for each in events if each["detail-type"] == detail_type]
                found[file_of(detail_type)] = _envelope(example)
    return dict(sorted(found.items()))


def file_of(detail_type: str) -> str:
    """Return the name of the file that an event's example is in."""
    return f"{detail_type.lower().replace(' ', '-')}.json"


def text_of(example: Event) -> str:
    """Return the text of an example's file."""
    return json.dumps(example, indent=2, ensure_ascii=False) + "\n"


def _envelope(event: Event) -> Event:
    """Return an event as a rule's target gets it: the bus is the simulator's note.

    Ids that are drawn by lot are numbered, since any change of the template draws others.
    """
    text = json.dumps({key: value for key, value in event.items() if key != "bus"})
    numbers = {name: number for number, name in enumerate(dict.fromkeys(DRAWN.findall(text)), 1)}
    numbered: Event = json.loads(DRAWN.sub(lambda id_: DRAWN_AS.format(numbers[id_[0]]), text))
    return numbered


def main(folder: str) -> None:
    """Write a file for each event."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        found = examples(synthesize(Path(temporary)))
    for path in target.glob("*.json"):
        path.unlink()
    for name, example in found.items():
        (target / name).write_text(text_of(example), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
