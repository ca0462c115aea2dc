"""Synthesizes the app as it ships, without its layer's packages and without the network."""

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parent.parent


class SynthesisError(Exception):
    """The app could not be synthesized; the message is what it printed."""


def synthesize(output: Path, settings: Mapping[str, object] | None = None) -> Path:
    """Synthesize `app.py` into a folder, and return that.

    The layer's packages are left out (its asset is named by its recipe, so the template stays the
    same to the letter), and so is the CDK's own template validation; cdk-nag runs.
    """
    return _ended(begin(output, settings), output)


@contextmanager
def begun_ahead() -> Iterator[None]:
    """Synthesize the app as it ships while the block does something else; see `ahead`.

    The folder is removed once nobody writes into it any more.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        running = begin(Path(folder), None)
        _AHEAD.append((running, Path(folder)))
        try:
            yield
        finally:
            _AHEAD.clear()
            end(running)


def ahead() -> Path | None:
    """Wait for what was begun ahead, and return its folder; None where nothing was.

    Raises `SynthesisError`.
    """
    return _ended(*_AHEAD.pop()) if _AHEAD else None


_AHEAD: Final[list[tuple[subprocess.Popen[str], Path]]] = []


def begin(output: Path, settings: Mapping[str, object] | None) -> subprocess.Popen[str]:
    """Start to synthesize the app into a folder, in a group of processes of its own."""
    environment = {
        **os.environ,
        **surroundings(),
        "CDK_CONTEXT_JSON": json.dumps(context(settings)),
        "CDK_OUTDIR": str(output),
    }
    return subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


def end(running: subprocess.Popen[str]) -> None:
    """End a synthesis that still runs, and the Node processes that write for it."""
    if running.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


def _ended(running: subprocess.Popen[str], output: Path) -> Path:
    told, complained = running.communicate()
    if running.returncode:
        raise SynthesisError(complained.strip() or told.strip())
    return output


def synthesized(settings: Mapping[str, object]) -> Path:
    """Return the app synthesized with these settings, once in a process."""
    return _synthesized(json.dumps(settings, sort_keys=True))


@functools.cache
def _synthesized(settings: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="vifshift-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return synthesize(folder / "assembly", json.loads(settings))


def context(settings: Mapping[str, object] | None = None) -> dict[str, Any]:
    """Return the context of `cdk.json` with these settings, which bundles nothing."""
    found: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    found["aws:cdk:bundling-stacks"] = []
    if settings is not None:
        found["vifshift"] = settings
    return found


def surroundings() -> dict[str, str]:
    """Return the variables with which the CDK is quick and quiet."""
    done = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return {
        "CDK_VALIDATION": "false",
        "NODE_NO_WARNINGS": "1",
        # The major version of the Node that runs, as jsii wants to be told.
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": done.stdout.strip()
        .lstrip("v")
        .partition(".")[0],
    }
