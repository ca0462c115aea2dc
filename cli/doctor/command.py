"""The command `vifshift doctor`: after a deployment, proves that everything works together."""

import time
from datetime import UTC, datetime
from typing import Final

import typer
from rich.text import Text

from cli.arguments import BLOCKED, Common, Unsuccessful, in_json
from cli.doctor import standing
from cli.doctor.standing import Diagnosis, Patient, examined
from cli.doctor.trial import tried
from cli.operate.stack import Stack
from tools.terminal import PlainConsole

EXAMPLES: Final = """\b
Examples:
  vifshift doctor
  vifshift --stack test --json doctor
"""


def doctor(context: typer.Context) -> None:
    """Prove the installation without touching a virtual interface; exit with 2 if it is not well.

    It starts a dry run of a virtual interface that does not exist, which is reported as any is.
    """
    common: Common = context.obj
    stack = Stack.find(common.environment(), common.stack)
    patient = Patient(stack, common.stack, now, sleep)
    console = PlainConsole()
    found: list[Diagnosis] = []
    for name, examination in (
        ("versions", standing.versions),
        ("alarms", standing.alarms),
        ("queues", standing.queues),
        ("rules and schedules", standing.rules),
        ("subscriptions", standing.subscriptions),
        ("dry run", tried),
        ("queues afterwards", standing.queues),
    ):
        # What is in a queue before is told once.
        known = {each.name for each in found if not each.is_well}
        some = [each for each in examined(name, examination, patient) if each.name not in known]
        found += some
        for each in some if not common.json else ():
            console.print(_line(each))
    if common.json:
        in_json([each._asdict() for each in found])
    if not all(each.is_well for each in found):
        raise Unsuccessful(BLOCKED)


def now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.fromtimestamp(time.time(), UTC)


def sleep(seconds: float) -> None:
    """Wait between two looks."""
    time.sleep(seconds)


def _line(each: Diagnosis) -> Text:
    mark = ("✓ ", "green") if each.is_well else ("✗ ", "bold red")
    text = Text.assemble(mark, (f"{each.name}: ", "bold"), each.found)
    return text if each.is_well else text.append(f"\n  {each.remedy}")
