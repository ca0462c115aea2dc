"""Synthesizes the app as it ships, without its layer's packages and without the network."""

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SynthesisError(Exception):
    """The app could not be synthesized; the message is what it printed."""


def synthesize(output: Path, settings: Mapping[str, object] | None = None) -> Path:
    """Synthesize `app.py` into a folder, and return that.

    The layer's packages are left out (its asset is named by its recipe, so the template stays the
    same to the letter), and so is the CDK's own template validation; cdk-nag runs.
    """
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    context["aws:cdk:bundling-stacks"] = []
    if settings is not None:
        context["vifshift"] = settings
    environment = {
        **os.environ,
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_OUTDIR": str(output),
        "CDK_VALIDATION": "false",
        "NODE_NO_WARNINGS": "1",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": _node_version(),
    }
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SynthesisError(done.stderr.strip() or done.stdout.strip())
    return output


def synthesized(settings: Mapping[str, object]) -> Path:
    """Return the app synthesized with these settings, once in a process."""
    return _synthesized(json.dumps(settings, sort_keys=True))


@functools.cache
def _synthesized(settings: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="vifshift-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return synthesize(folder / "assembly", json.loads(settings))


def _node_version() -> str:
    """Return the major version of the Node that runs, as jsii wants to be told."""
    done = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip().lstrip("v").partition(".")[0]
