"""Synthesizes the app in this process, once for each settings and for all workers of a run."""

import fcntl
import hashlib
import importlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.synthesis import SynthesisError, context, surroundings

_FOLDER: list[Path] = []


def keep_in(folder: Path) -> None:
    """Keep assemblies in a folder that all workers of a run have in common."""
    _FOLDER[:] = [folder]


def synthesized(settings: Mapping[str, Any]) -> Path:
    """Return the assembly that some settings make, those of `cdk.json` where they are empty.

    Raises `SynthesisError` with what a person would read where there is none. In one process a
    second synthesis costs a third of the first.
    """
    [root] = _FOLDER
    name = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]
    folder = root / f"assembly-{name}"
    with (root / "assemblies.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "manifest.json").exists():
            _synthesize(settings, folder)
    return folder


def _synthesize(settings: Mapping[str, Any], folder: Path) -> None:
    if "CDK_VALIDATION" not in os.environ:
        os.environ.update(surroundings())
    # Starts Node, which only those tests need.
    build = importlib.import_module("app").build
    try:
        build(context(settings or None), str(folder)).synth()
    except (RuntimeError, SystemExit) as error:
        raise SynthesisError(str(error)) from None
