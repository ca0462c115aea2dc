"""The check before a commit that generated documents are fresh."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sampling import sampled
from tools import documents

EXAMPLE = "events/examples/vif-migration-started.json"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """The documents, to spoil."""
    return shutil.copytree(documents.DOCS, tmp_path / "docs")


def test_fresh_documents_are_fresh(docs: Path) -> None:
    assert list(documents.stale(docs)) == []


@pytest.mark.parametrize(
    ("name", "changed"),
    sampled(
        [
            ("events.md", "functions/vifshift/events/migration.py"),
            ("findings.md", "functions/vifshift/preflight/rules/target.py"),
            ("scenarios.md", "simulator/scenarios/good/health-denied.yaml"),
            ("moto-repairs.md", "simulator/moto_fixes/s3/models.py"),
            ("scenario.schema.json", "simulator/directconnect/timeline.py"),
            ("scenario-format.md", "simulator/scenarios/model.py"),
            ("events/vif-migration-started.json", "tools/events/schemas.py"),
        ]
    ),
)
def test_a_stale_document_is_found_from_what_it_is_made_of(
    docs: Path, name: str, changed: str
) -> None:
    path = docs / name
    path.write_text(path.read_text("utf-8").replace("a", "b", 1), "utf-8")

    assert [each.partition(":")[0] for each in documents.stale(docs, [changed])] == [str(path)]
    assert list(documents.stale(docs, ["README.md"])) == []


def test_an_example_keeps_to_its_schema(docs: Path) -> None:
    path = docs / EXAMPLE
    event = json.loads(path.read_text("utf-8"))
    del event["detail"]["metadata"]["version"]
    path.write_text(json.dumps(event), "utf-8")

    assert list(documents.stale(docs, ["docs/events"])) == [f"{path}: does not match its schema"]


@pytest.mark.parametrize("folder", sampled(["events", "events/examples"]))
def test_there_is_one_of_each_event(docs: Path, folder: str) -> None:
    one = docs / folder / "vif-migration-started.json"
    one.rename(one.with_name("vif-migration-stirred.json"))

    assert list(documents.stale(docs, ["docs/events"])) == [
        f"{one}: is missing",
        f"{one.with_name('vif-migration-stirred.json')}: belongs to no event",
    ]


@pytest.mark.verify
def test_no_more_is_loaded_than_what_has_changed_takes() -> None:
    program = (
        "import sys; from tools.documents import main\n"
        "wrong = main('functions/vifshift/events/migration.py')\n"
        "sys.exit(wrong or ('moto loaded' if 'moto' in sys.modules else 0))"
    )
    root = documents.DOCS.parent

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={"PYTHONPATH": f"{root}:{root / 'functions'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
