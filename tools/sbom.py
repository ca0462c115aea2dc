"""Software bills of materials in CycloneDX: `python -m tools.sbom CYCLONEDX_PY FOLDER`.

There is one of the layer that ships, one of the Python tools, and one of the Node tools. Each is
made from what is pinned by hash, without installing any of it, and is the same for the same pins.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tools.private_folder import made
from vifshift.domain.version import VERSION

ROOT: Final = Path(__file__).resolve().parent.parent
PYTHON: Final = {"layer": "functions/requirements.txt", "python-tools": "requirements.txt"}
NODE: Final = "node-tools"
_PIN: Final = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)

Bill = dict[str, Any]
Pin = tuple[str, str]
"""The normalized name of a package, and its version; a package may be pinned in several."""


class IncompleteBillError(Exception):
    """A bill lacks what is pinned, or its hashes; the message says what."""


def pinned(requirements: str) -> set[Pin]:
    """Return what requirements pin."""
    return {(_normal(name), version) for name, version in _PIN.findall(requirements)}


def pinned_by_npm(lock: Bill) -> set[Pin]:
    """Return what a lock file of npm pins."""
    return {
        (_normal(path.rpartition("node_modules/")[2]), package["version"])
        for path, package in lock["packages"].items()
        if path
    }


def faults(bill: Bill, wanted: set[Pin]) -> Iterator[str]:
    """Yield what a bill does not say of what is pinned, and what it says besides."""
    found = {
        (_normal(each["name"], each.get("group")), each["version"]): list(_hashes(each))
        for each in bill["components"]
    }
    yield from (f"{name} {version} is missing" for name, version in sorted(wanted - found.keys()))
    yield from (
        f"{name} {version} is not pinned" for name, version in sorted(found.keys() - wanted)
    )
    yield from (
        f"{name} {version} has no hash" for (name, version), some in found.items() if not some
    )


def named(bill: Bill, name: str) -> Bill:
    """Return a bill that says what it is of, and nothing of when it was made, or by chance."""
    metadata = {key: value for key, value in bill.get("metadata", {}).items() if key != "timestamp"}
    told = {key: value for key, value in bill.items() if key != "serialNumber"}
    component = {
        "type": "application",
        # What depends on what says so by these.
        "bom-ref": metadata.get("component", {}).get("bom-ref", name),
        "name": f"vifshift-{name}",
        "version": VERSION,
    }
    return told | {"metadata": metadata | {"component": component}}


def of_python(cyclonedx: str, requirements: str) -> Bill:
    """Return the bill of a file of requirements; raises `CalledProcessError`."""
    options = ("--output-reproducible", "--of", "JSON", "--output-file", "-")
    return _printed([cyclonedx, "requirements", *options, requirements], ROOT)


def of_node() -> Bill:
    """Return the bill of package-lock.json; raises `CalledProcessError`."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, folder)
        # npm makes a bill only of what has a version.
        place = Path(folder)
        subprocess.run(["npm", "pkg", "set", f"version={VERSION}"], cwd=place, check=True)
        command = ["npm", "sbom", "--package-lock-only", "--sbom-format", "cyclonedx"]
        return _printed(command, place)


def main(cyclonedx: str, folder: Path) -> None:
    """Write the bills; raises `IncompleteBillError`, and writes none then."""
    bills = {name: of_python(cyclonedx, path) for name, path in PYTHON.items()}
    wanted = {name: pinned((ROOT / path).read_text("utf-8")) for name, path in PYTHON.items()}
    bills[NODE] = of_node()
    wanted[NODE] = pinned_by_npm(json.loads((ROOT / "package-lock.json").read_text("utf-8")))
    if found := [f"{name}: {each}" for name in bills for each in faults(bills[name], wanted[name])]:
        raise IncompleteBillError("\n".join(found))
    made(folder)
    for name, bill in bills.items():
        text = json.dumps(named(bill, name), indent=2, sort_keys=True)
        (folder / f"{name}.cdx.json").write_text(f"{text}\n", "utf-8")


def _hashes(component: Bill) -> Iterator[str]:
    places = (component, *component.get("externalReferences", ()))
    yield from (each["content"] for place in places for each in place.get("hashes", ()))


def _normal(name: str, group: str | None = None) -> str:
    """Return a name as Python's packages are compared, with its scope if it has one."""
    return re.sub(r"[-_.]+", "-", f"{group}/{name}" if group else name).lower()


def _printed(command: list[str], folder: Path) -> Bill:
    done = subprocess.run(command, cwd=folder, check=True, text=True, stdout=subprocess.PIPE)
    bill: Bill = json.loads(done.stdout)
    return bill


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except (IncompleteBillError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
