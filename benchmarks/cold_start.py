"""Measures what a cold start of each function costs, before and after it was cut.

Run it with `python -m benchmarks.cold_start`. "Before" is a commit, whose code is read from the
repository's history; both sides run in this Python, with the packages of the layer, by turns: as
sources alone, which each cold start compiles (the standard library has its bytecode in Lambda), and
with bytecode. The least of some rounds counts: what others do on the machine only adds to it.
"""

import compileall
import importlib.metadata
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
FUNCTIONS: Final = ROOT / "functions"
BEFORE: Final = "eaf5306"
"""The last commit without bytecode, whose functions import all that is near."""
ROUNDS: Final = 3
SDK: Final = "import boto3; boto3.client('directconnect', region_name='eu-central-1')"
ENVIRONMENT: Final = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "POWERTOOLS_SERVICE_NAME": "vifshift",
    "VIFSHIFT_ALLOWED_SOURCES": "[]",
    "VIFSHIFT_ANSWER_RULES": "{}",
    "VIFSHIFT_BOUND_APPROVERS": "0",
    "VIFSHIFT_BOUND_REQUESTERS": "[]",
    "VIFSHIFT_CHECKS": "{}",
    "VIFSHIFT_FLOOR": "{}",
    "VIFSHIFT_KEEP_DAYS": "0",
    "VIFSHIFT_LOG_LEVEL": "INFO",
    "VIFSHIFT_OBSERVATIONS_PER_SECOND": "10",
    "VIFSHIFT_OWN": "{}",
    "VIFSHIFT_REACH": "{}",
    "VIFSHIFT_SESSION": "{}",
}
NAMES: Final = (
    "BUCKET",
    "BUS",
    "MIGRATIONS",
    "PLANS",
    "PLAN_WATCHDOG",
    "REPLY_SOURCE",
    "SIGNING_KEY",
    "TABLE",
)
# The time of the import, without the interpreter's own start.
CHILD: Final = """
import sys, time
sys.path[:0] = sys.argv[2:]
begun = time.process_time()
exec(sys.argv[1])
print(time.process_time() - begun)
"""


class Side(NamedTuple):
    """Folders to import from: the code, and the packages of the layer."""

    code: Path
    layer: Path


class Cost(NamedTuple):
    """The CPU seconds of an import: as sources alone, and with bytecode."""

    sources: float
    bytecode: float


def main() -> int:
    """Print the CPU seconds of each function's import, on both sides, as a table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sides = _prepared(folder)
        print("\nImport of each function, CPU seconds of this machine (sources / bytecode)\n")
        print(f"{'':<14}{'before':>15}{'now':>15}{'as shipped':>12}{'like for like':>16}")
        for name in sorted(_handlers()):
            module = Path("vifshift", "handlers", f"{name}.py")
            there = {
                each: both for each, both in sides.items() if (both[0].code / module).is_file()
            }
            costs = _measured(f"import vifshift.handlers.{name}", there)
            print(_row(name, costs))
        sdk = _measured(SDK, {"now": sides["now"]})["now"]
        print(f"{'boto3, client':<14}{'':>15}{sdk.sources:>8.2f} /{sdk.bytecode:>5.2f}")
        print("\nAs shipped: before without bytecode, now with it.")
        if "before" not in sides:
            print(f"Commit {BEFORE} is not in this clone, which may be shallow: no comparison.")
    return 0


def _prepared(folder: Path) -> Mapping[str, tuple[Side, Side]]:
    """Return each side twice: as sources alone, and with bytecode."""
    # The bytecode lies beside the sources, as it does in Lambda.
    sys.pycache_prefix = None
    layer = folder / "layer"
    _copy_layer(layer)
    found = {"now": folder / "now"}
    shutil.copytree(FUNCTIONS, found["now"], ignore=shutil.ignore_patterns("__pycache__"))
    if _archive(folder / "before"):
        found["before"] = folder / "before" / "functions"
    compiled = {}
    for path in (layer, *found.values()):
        compiled[path] = path.with_name(f"{path.name}-compiled")
        shutil.copytree(path, compiled[path])
        compileall.compile_dir(
            compiled[path], quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
        )
    return {
        name: (Side(path, layer), Side(compiled[path], compiled[layer]))
        for name, path in sorted(found.items())
    }


def _copy_layer(layer: Path) -> None:
    """Copy the packages that the layer has, as this Python has them installed."""
    pins = re.findall(r"^([\w.-]+)==", (FUNCTIONS / "requirements.txt").read_text("utf-8"), re.M)
    for name in pins:
        for file in importlib.metadata.files(name) or ():
            if file.suffix == ".pyc" or ".." in file.parts:
                continue
            target = layer / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(str(file.locate())), target)


def _archive(folder: Path) -> bool:
    """Write the earlier code to a folder; return whether it is in this clone."""
    command = ["git", "archive", BEFORE, "functions/vifshift"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        return False
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return True


def _handlers() -> Iterator[str]:
    for path in (FUNCTIONS / "vifshift" / "handlers").glob("*.py"):
        if "def handler(" in path.read_text("utf-8"):
            yield path.stem


def _measured(code: str, sides: Mapping[str, tuple[Side, Side]]) -> Mapping[str, Cost]:
    """Return the least CPU seconds of each side, which are run by turns."""
    least = {name: [float("inf")] * 2 for name in sides}
    for _ in range(ROUNDS):
        for name, both in sides.items():
            for index, side in enumerate(both):
                least[name][index] = min(least[name][index], _seconds(code, side))
    return {name: Cost(*seconds) for name, seconds in least.items()}


def _seconds(code: str, side: Side) -> float:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        **ENVIRONMENT,
        **{f"VIFSHIFT_{name}": "x" for name in (*NAMES, "WATCHDOG")},
    }
    # As in Lambda, nothing that is compiled can be kept.
    command = [sys.executable, "-I", "-S", "-B", "-c", CHILD, code, str(side.code), str(side.layer)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _row(name: str, costs: Mapping[str, Cost]) -> str:
    now = costs["now"]
    own = f"{now.sources:>8.2f} /{now.bytecode:>5.2f}"
    if "before" not in costs:
        return f"{name:<14}{'':>15}{own}"
    before = costs["before"]
    ratios = (now.sources / before.sources, now.bytecode / before.bytecode)
    return (
        f"{name:<14}{before.sources:>8.2f} /{before.bytecode:>5.2f}{own}"
        f"{now.bytecode / before.sources:>12.2f}{ratios[0]:>9.2f} /{ratios[1]:>5.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())
