"""Checks the model with SPIN: every state that can be reached, and none left out.

States are stored in full (collapsed, not hashed), so that none is taken for another. What SPIN
finds is replayed, and said in the names of the workflows' states.
"""

import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Final, NamedTuple

MOST_MEMORY_MB: Final = 1900
DEEPEST: Final = 20_000
_TOOLS: Final = {
    "spin": "SPIN checks the model: apt-get install spin (Debian, Ubuntu), or brew install spin",
    "gcc": "SPIN's verifier is compiled in C: apt-get install gcc libc6-dev (Debian, Ubuntu)",
}
_PLAN: Final = 3
_STEP: Final = re.compile(
    r"^ *((?:migration|track|watchdog|plan|plan's watchdog) \d|the world|the sweep|violated)"
    r"\|([^|]+)\|([^|\n]+)$",
    re.MULTILINE,
)
"""What the model prints at each step: who, a state or a text, and a result or a number."""


class MissingToolError(Exception):
    """A tool that checks the model is not installed; the message says how to install it."""


class CheckError(Exception):
    """The check could not be done in full, for instance for lack of memory."""


class Checked(NamedTuple):
    """What a check has found: how many states, in which time, and how it fails, if it does.

    `violation` is what does not hold, None if everything holds; `story` is how it comes to that.
    """

    states: int
    seconds: float
    violation: str | None
    story: tuple[str, ...]


def check(promela: str, folder: Path) -> Checked:
    """Check a model in a folder of its own; raises `MissingToolError` and `CheckError`."""
    for tool, how in _TOOLS.items():
        if shutil.which(tool) is None:
            raise MissingToolError(f"{tool} is missing. {how}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.pml").write_text(promela, encoding="utf-8")
    _run(["spin", "-a", "model.pml"], folder)
    options = ["-O0", "-w", "-DSAFETY", "-DCOLLAPSE", "-DNOREDUCE", "-DVECTORSZ=1024"]
    _run(["gcc", *options, f"-DMEMLIM={MOST_MEMORY_MB}", "-o", "pan", "pan.c"], folder)
    started = time.monotonic()
    said = _run(["./pan", f"-m{DEEPEST}", "-w22"], folder)
    seconds = time.monotonic() - started
    found = re.search(r"^\s*(\d+(?:\.\d+)?(?:e\+\d+)?) states, stored", said, re.MULTILINE)
    errors = re.search(r"errors: (\d+)", said)
    if found is None or errors is None:
        raise CheckError(f"SPIN did not say what it has found: {said[-2000:]}")
    states = int(float(found[1]))
    if int(errors[1]):
        story = _story(_run(["./pan", "-r", "-S"], folder))
        return Checked(states, seconds, *_violation(story, said))
    if "Search not completed" in said or "max search depth too small" in said:
        raise CheckError(f"the check has not seen every state: {said[-2000:]}")
    return Checked(states, seconds, None, ())


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode and command[0] != "./pan":
        raise CheckError(f"{command[0]} has failed: {said[-2000:]}")
    return said


def _story(replayed: str) -> tuple[str, ...]:
    """Return what has happened, one step a line, in the words of the workflows."""
    return tuple(_sentence(*step) for step in _STEP.findall(replayed))


def _sentence(who: str, state: str, said: str) -> str:
    if not said.isdigit():
        return f"{who}: {state}: {said}"
    number = int(said)
    subject = "the plan" if number == _PLAN else f"migration {number + 1}"
    if who == "violated":
        return f"VIOLATED: {state.replace('@', subject)}"
    if who == "the sweep":
        return f"the sweep: {state} for {subject}"
    return f"{state.replace('@', subject).replace('~', f'gateway {number + 1}')}"


def _violation(story: tuple[str, ...], said: str) -> tuple[str, tuple[str, ...]]:
    if story and story[-1].startswith("VIOLATED: "):
        return story[-1].removeprefix("VIOLATED: "), story[:-1]
    found = re.search(r"pan:\d+: (.*) \(at depth", said)
    return (found[1] if found else "an unknown violation"), story
