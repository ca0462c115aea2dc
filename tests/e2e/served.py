"""A cloud that a process of its own serves, and the programs that a person runs against it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = Path(__file__).with_name("quick.yaml")


@contextmanager
def serving(*arguments: str) -> Iterator[dict[str, str]]:
    """Serve the quick world on any free port; yield the variables that are printed to be pasted."""
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--scenario"]
    with subprocess.Popen(
        [*command, str(SCENARIO), *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        environment = {}
        for line in server.stdout:
            if match := re.match(r"export (\w+)=(\S+)", line):
                environment[match[1]] = match[2]
            if "Ctrl-C" in line:
                break
        try:
            yield environment
        finally:
            server.terminate()


def surroundings(environment: dict[str, str]) -> dict[str, str]:
    """Return what a person's shell has who has pasted these variables."""
    tools = [str(Path(sys.executable).parent), str(ROOT / "node_modules" / ".bin")]
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"AWS_PROFILE", "AWS_SESSION_TOKEN"}
    }
    return {**inherited, **environment, "PATH": os.pathsep.join([*tools, os.environ["PATH"]])}
