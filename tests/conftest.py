"""What the tests of the whole project share: the app, synthesized once."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from simulator.synthesis import synthesize

# The same examples every time, however slow the machine is.
settings.register_profile(
    "project", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly that app.py synthesizes; all workers of a run share it."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / "assembly"
    with (root / "assembly.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            synthesize(folder)
    return folder


@pytest.fixture(scope="session")
def template(assembly: Path) -> dict[str, Any]:
    """The one template in the assembly."""
    [path] = assembly.glob("*.template.json")
    template: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return template
