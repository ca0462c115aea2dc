"""Bytecode for Lambda's Python: made by a CPython of that version, and checked before it ships.

Lambda can't keep what it compiles, since it mounts code and layers read-only: without bytecode,
every cold start compiles every module again.
"""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PYTHON_VERSION: Final = "3.14"
TAG: Final = "cpython-314"
MAGIC: Final = (3627).to_bytes(2, "little") + b"\r\n"
"""What the bytecode of every release of 3.14 begins with (CPython: pycore_magic_number.h)."""
UNCHECKED: Final = (1).to_bytes(4, "little")
"""The flags of bytecode that belongs to a source by its hash, and is used unchecked (PEP 552)."""
RECIPE: Final = b"unchecked-hash" + MAGIC
"""What an asset's hash says about its bytecode."""

_HERE: Final = Path(__file__).resolve().parent
_PROGRAM: Final = _HERE / "compile_folder.py"
_UNDER_NODE: Final = _HERE / "compile_folder.mjs"


class BytecodeError(Exception):
    """There is no bytecode for Lambda's Python; the message says what to do."""


def compile_folder(folder: Path, runs_in: str) -> None:
    """Compile every module of a folder, which Lambda has at `runs_in`; raises `BytecodeError`.

    A Python 3.14 on the PATH does it, or else CPython 3.14 under Node, which `make setup` installs.
    """
    python = _python()
    command = [python, "-I", "-S", str(_PROGRAM)] if python else ["node", str(_UNDER_NODE)]
    done = _run([*command, str(folder), runs_in, MAGIC.hex()])
    if done is None or done.returncode:
        said = done.stderr.strip() if done else f"{command[0]} is not installed"
        raise BytecodeError(
            f"The bytecode for Lambda's Python {PYTHON_VERSION} could not be made; "
            f"run `make setup`, or install Python {PYTHON_VERSION}:\n{said}"
        )
    if faults := list(faults_in(folder)):
        raise BytecodeError("\n".join(faults))


def faults_in(folder: Path) -> Iterator[str]:
    """Yield what is wrong with a folder's bytecode: each module has its own, and nothing else."""
    wanted = {bytecode_of(source): source for source in folder.rglob("*.py")}
    for path in sorted({*wanted, *folder.rglob("*.pyc")}):
        name = path.relative_to(folder)
        if not path.is_file():
            yield f"{name} is missing"
        elif path not in wanted:
            yield f"{name} belongs to no module"
        elif path.read_bytes()[:8] != MAGIC + UNCHECKED:
            yield f"{name} is not unchecked bytecode of Python {PYTHON_VERSION}"


def bytecode_of(source: Path) -> Path:
    """Return where Lambda's Python looks for a module's bytecode."""
    return source.parent / "__pycache__" / f"{source.stem}.{TAG}.pyc"


def _python() -> str | None:
    """Return a Python whose bytecode is that of Lambda's, if there is one."""
    if importlib.util.MAGIC_NUMBER == MAGIC:
        return sys.executable
    found = shutil.which(f"python{PYTHON_VERSION}")
    if found is None:
        return None
    asked = "import importlib.util; print(importlib.util.MAGIC_NUMBER.hex())"
    # A version manager may have the name without the version.
    done = _run([found, "-I", "-S", "-c", asked])
    return found if done and done.stdout.strip() == MAGIC.hex() else None


def _run(command: list[str]) -> "subprocess.CompletedProcess[str] | None":
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
