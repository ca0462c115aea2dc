"""Software bills of materials: of all that is pinned, with its hashes, and the same each time."""

import json
from typing import Any, Final

import pytest

from tools.sbom import PYTHON, ROOT, faults, named, pinned, pinned_by_npm
from vifshift.domain.version import VERSION

REQUIREMENTS = """\
annotated-types==0.8.0 \\
    --hash=sha256:aa
Moto[s3,server]==5.2.5 ; python_version < "4" \\
    --hash=sha256:bb
"""
LOCK: Final = {
    "packages": {
        "": {"name": "vifshift"},
        "node_modules/@types/node": {"version": "1.0.0"},
        "node_modules/ajv": {"version": "8.20.0"},
        "node_modules/other/node_modules/ajv": {"version": "6.0.0"},
    }
}


def component(name: str, version: str, **more: Any) -> dict[str, Any]:
    """Describe a package as npm does, which hashes it, or else as `more` says."""
    return {"name": name, "version": version, "hashes": [{"content": "cc"}], **more}


BILL: Final[dict[str, Any]] = {
    "serialNumber": "urn:uuid:1",
    "metadata": {"timestamp": "2026-11-27T00:00:00Z", "component": {"bom-ref": "x@1"}},
    "components": [
        component("annotated_types", "0.8.0"),
        component("moto", "5.2.5", hashes=[], externalReferences=[{"hashes": [{"content": "bb"}]}]),
    ],
}


def test_what_is_pinned_is_read_with_its_versions() -> None:
    assert pinned(REQUIREMENTS) == {("annotated-types", "0.8.0"), ("moto", "5.2.5")}
    assert pinned_by_npm(LOCK) == {
        ("@types/node", "1.0.0"),
        ("ajv", "8.20.0"),
        ("ajv", "6.0.0"),
    }


def test_a_bill_of_all_that_is_pinned_has_no_faults() -> None:
    assert list(faults(BILL, pinned(REQUIREMENTS))) == []
    scoped = {"components": [component("node", "1.0.0", group="@types")]}
    assert list(faults(scoped, {("@types/node", "1.0.0")})) == []


@pytest.mark.parametrize(
    ("components", "found"),
    [
        ([component("moto", "5.2.5")], ["annotated-types 0.8.0 is missing"]),
        (
            [component("annotated-types", "0.7.0"), component("moto", "5.2.5")],
            ["annotated-types 0.8.0 is missing", "annotated-types 0.7.0 is not pinned"],
        ),
        (
            [component("annotated-types", "0.8.0", hashes=[]), component("moto", "5.2.5")],
            ["annotated-types 0.8.0 has no hash"],
        ),
        ([*BILL["components"], component("evil", "1")], ["evil 1 is not pinned"]),
    ],
)
def test_what_a_bill_lacks_or_has_besides_is_told(
    components: list[dict[str, Any]], found: list[str]
) -> None:
    assert list(faults({"components": components}, pinned(REQUIREMENTS))) == found


def test_a_bill_says_what_it_is_of_and_nothing_by_chance() -> None:
    bill = named(BILL, "layer")

    assert bill["metadata"] == {
        "component": {
            "type": "application",
            "bom-ref": "x@1",
            "name": "vifshift-layer",
            "version": VERSION,
        }
    }
    assert bill.keys() == {"metadata", "components"}


@pytest.mark.parametrize("path", PYTHON.values())
def test_all_that_is_pinned_is_found(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    lines = [line for line in text.splitlines() if line[:1].isalnum()]

    assert len(pinned(text)) == len(lines) > 10


def test_what_npm_pins_is_found() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert "aws-cdk" in dict(pinned_by_npm(lock))
