"""The app as its next release could be: with other dependencies, or with other code."""

import shutil
from pathlib import Path

import pytest

from app import build
from infra.functions import handler, layer
from simulator.synthesis import context


def with_other_requirements(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the layer hold one package more."""
    requirements = folder / "requirements.txt"
    pinned = layer.REQUIREMENTS.read_text("utf-8")
    requirements.write_text(f"{pinned}a-package==1.0.0\n", "utf-8")
    monkeypatch.setattr(layer, "REQUIREMENTS", requirements)


def with_other_code(folder: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every handler print a line, with the name of its module, each time it is called."""
    copy = folder / "functions"
    shutil.copytree(layer.FUNCTIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for module in (copy / "vifshift" / "handlers").glob("*.py"):
        text = module.read_text("utf-8")
        if "def handler(" in text:
            module.write_text(text + _SAYING.format(line=f"{line}: {module.stem}"), "utf-8")
    monkeypatch.setattr(handler, "FUNCTIONS", copy)


_SAYING = """

_before = handler


def handler(event: Any, context: Any) -> Any:
    print({line!r})
    return _before(event, context)
"""


def synthesize(folder: Path) -> Path:
    """Synthesize in this process, and not into what other tests share."""
    build(context(), str(folder)).synth()
    return folder
