"""What is installed for what."""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CHECKS = {"awscli", "cfn-lint", "hypothesis", "mypy", "playwright", "pre-commit", "pytest", "ruff"}


def pins(name: str) -> dict[str, str]:
    """Return the pinned version of each package."""
    text = (ROOT / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(==\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements-demo.txt", "requirements-uv.txt"])
def test_a_part_has_the_versions_of_the_whole_and_hashes(name: str) -> None:
    part, whole = pins(name), pins("requirements.txt")

    assert part
    assert part == {package: whole.get(package) for package in part}
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_makes_bills_of_materials_has_hashes_and_no_versions_of_its_own() -> None:
    part, whole = pins("requirements-sbom.txt"), pins("requirements.txt")

    assert "cyclonedx-bom" in part
    assert {name: pin for name, pin in part.items() if whole.get(name, pin) != pin} == {}
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements-sbom.txt").read_text("utf-8").strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_demo_installs_no_checks() -> None:
    assert CHECKS <= pins("requirements.txt").keys()
    assert CHECKS & pins("requirements-demo.txt").keys() == set()


def test_the_demo_needs_no_more_than_it_installs() -> None:
    allowed = pins("requirements-demo.txt").keys()
    absent = {
        module
        for module, packages in packages_distributions().items()
        if not {re.sub(r"[-_.]+", "-", package).lower() for package in packages} & allowed
    }
    program = (
        "import sys; sys.modules.update(dict.fromkeys(sys.argv[1:]))\n"
        "import simulator.commands.demo, simulator.commands.run, simulator.synthesis, app"
    )

    run = subprocess.run(
        [sys.executable, "-c", program, *sorted(absent - {"sitecustomize"})],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "functions")])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "typer" in absent
    assert run.returncode == 0, run.stderr


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in which nothing is installed, as far as make can see."""
    for name in ("Makefile", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    for path in ROOT.glob("requirements*.txt"):
        shutil.copy(path, tmp_path)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "install.py", tmp_path / "tools")
    return tmp_path


def planned(clone: Path, target: str) -> list[str]:
    """Return what would be installed, and how."""
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=clone, capture_output=True, text=True, check=True
    )
    return re.findall(r"npm ci|-m venv|tools/install\.py \S+", done.stdout)


def test_the_demo_installs_its_own_and_the_tests_then_the_rest(clone: Path) -> None:
    venv = clone / ".venv"
    assert planned(clone, "demo") == ["-m venv", "tools/install.py requirements-demo.txt"]

    venv.mkdir()
    (venv / "pyvenv.cfg").touch()
    (venv / ".demo").touch()
    assert planned(clone, "demo") == []
    assert planned(clone, "test") == ["tools/install.py requirements.txt", "npm ci"]
    assert planned(clone, "sbom") == ["-m venv", "tools/install.py requirements-sbom.txt"]

    (venv / ".ready").touch()
    assert planned(clone, "test") == ["npm ci"]
    (venv / ".demo").unlink()
    assert planned(clone, "demo") == []
