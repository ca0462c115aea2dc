"""The command can be installed by itself, without the CDK and without the simulator."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.synthesis import ROOT
from vifshift.domain.version import VERSION

PARTS = ("cli", "tools", "functions/vifshift", "pyproject.toml", "README.md", "LICENSE")


@pytest.mark.verify
def test_a_wheel_has_all_that_the_command_needs(tmp_path: Path) -> None:
    source, wheels, place = (tmp_path / each for each in ("source", "wheels", "venv"))
    for part in PARTS:
        target = source / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, target)

    def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(each) for each in command],
            cwd=tmp_path,
            check=False,
            text=True,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(Path.home()), "COLUMNS": "120"},
        )

    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    built = run(*pip, "wheel", source, "--no-deps", "--wheel-dir", wheels)
    assert built.returncode == 0, built.stderr
    [wheel] = wheels.glob("*.whl")
    assert VERSION in wheel.name
    run(sys.executable, "-m", "venv", "--without-pip", place)
    installed = run(*pip, "--python", place / "bin/python", "install", wheel)
    assert installed.returncode == 0, installed.stderr

    command = place / "bin/vifshift"
    said = run(command, "--help")
    assert said.returncode == 0, said.stderr
    assert "Exit codes" in said.stdout
    policy = run(command, "check", "--policy")
    assert json.loads(policy.stdout)["Statement"]
    scenario = tmp_path / "captured.yaml"
    scenario.write_text("world: {}\n", encoding="utf-8")
    simulated = run(command, "simulate", scenario)
    assert (simulated.returncode, simulated.stderr.partition(":")[0]) == (
        1,
        "The simulator is not installed",
    )
    for name in ("aws_cdk", "moto", "simulator", "infra"):
        assert run(place / "bin/python", "-c", f"import {name}").returncode == 1, name
