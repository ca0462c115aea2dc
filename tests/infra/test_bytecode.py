"""What ships has bytecode that Lambda's Python uses: every module, and no other."""

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.functions import packaging
from infra.functions.bytecode import (
    MAGIC,
    UNCHECKED,
    BytecodeError,
    bytecode_of,
    compile_folder,
    faults_in,
)
from infra.functions.layer import FUNCTIONS, REQUIREMENTS
from infra.functions.packaging import install, packaged, sources_of

SOURCE = "def answer(given: int = 41) -> int:\n    return given + 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a package of one module."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("", "utf-8")
    (tmp_path / "package" / "answer.py").write_text(SOURCE, "utf-8")
    return tmp_path


@pytest.fixture
def compiled(folder: Path) -> Path:
    """Return the folder with bytecode that looks right."""
    for source in folder.rglob("*.py"):
        bytecode_of(source).parent.mkdir(exist_ok=True)
        bytecode_of(source).write_bytes(MAGIC + UNCHECKED + b"the rest")
    return folder


def test_bytecode_of_the_right_kind_is_accepted(compiled: Path) -> None:
    assert list(faults_in(compiled)) == []


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (importlib.util.MAGIC_NUMBER + UNCHECKED, "of another Python"),
        (MAGIC + bytes(4), "with its source's time"),
        (MAGIC + (3).to_bytes(4, "little"), "checked by its source's hash"),
        (MAGIC[:1], "cut off"),
        (b"", "empty"),
    ],
)
def test_bytecode_of_another_kind_is_found(compiled: Path, header: bytes, kind: str) -> None:
    bytecode_of(compiled / "package" / "answer.py").write_bytes(header)
    [fault] = faults_in(compiled)
    assert "answer.cpython-314.pyc is not unchecked bytecode of Python 3.14" in fault, kind


def test_a_module_without_bytecode_is_found(compiled: Path) -> None:
    bytecode_of(compiled / "package" / "__init__.py").unlink()
    assert list(faults_in(compiled)) == ["package/__pycache__/__init__.cpython-314.pyc is missing"]


@pytest.mark.parametrize("name", ["answer.pyc", "__pycache__/answer.cpython-311.pyc"])
def test_bytecode_without_a_module_is_found(compiled: Path, name: str) -> None:
    (compiled / "package" / name).write_bytes(MAGIC + UNCHECKED)
    assert list(faults_in(compiled)) == [f"package/{name} belongs to no module"]


def test_nothing_ships_if_there_is_no_compiler(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(BytecodeError, match=r"run `make setup`, or install Python 3\.14"):
        compile_folder(folder, "/var/task")


def test_a_python_of_another_version_under_the_right_name_is_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = folder / "python3.14"
    other.write_text("#!/bin/sh\necho 00000d0a\n", "utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(BytecodeError, match="node is not installed"):
        compile_folder(folder, "/var/task")


def test_a_package_is_made_once_for_each_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "build" / "packages"
    monkeypatch.setattr(packaging, "PACKAGES", packages)
    filled: list[Path] = []

    def fill(folder: Path) -> None:
        filled.append(folder)
        (folder / "module.py").write_text(SOURCE, "utf-8")

    first, again, other = (packaged("code", recipe, fill) for recipe in (b"a", b"a", b"b"))
    assert first == again != other
    assert len(filled) == 2
    assert set(packages.iterdir()) == {first.parent, other.parent}


def test_a_package_that_could_not_be_made_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "build" / "packages"
    monkeypatch.setattr(packaging, "PACKAGES", packages)

    def fill(folder: Path) -> None:
        (folder / "module.py").write_text(SOURCE, "utf-8")
        raise BytecodeError("no compiler")

    with pytest.raises(BytecodeError):
        packaged("code", b"a", fill)
    assert list(packages.iterdir()) == []


def test_the_code_that_ships_has_the_templates_and_no_pins() -> None:
    shipped = {path.as_posix() for path in sources_of(FUNCTIONS)}
    assert "vifshift/handlers/observe.py" in shipped
    assert "vifshift/reports/base/templates/base.html.j2" in shipped
    assert not [name for name in shipped if "__pycache__" in name or "requirements" in name]


def test_the_code_that_ships_has_bytecode_of_its_sources(tmp_path: Path) -> None:
    """Compiled twice: the bytes are the same, and so are those that have no bytecode yet."""
    for name in ("one", "two"):
        for path in sources_of(FUNCTIONS):
            if path.match("domain/*.py"):
                (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(FUNCTIONS / path, tmp_path / name / path)
    compile_folder(tmp_path, "/var/task")
    first, second = (dict(_bytecode(tmp_path / name)) for name in ("one", "two"))
    assert first
    assert {path: content[:8] for path, content in first.items()} == dict.fromkeys(
        first, MAGIC + UNCHECKED
    )
    assert {path: content[:16] for path, content in second.items()} == {
        path: content[:16] for path, content in first.items()
    }
    assert all(b"/var/task/one/vifshift/domain/" in content for content in first.values())


@pytest.mark.verify
def test_the_layer_that_ships_has_bytecode_for_every_module(tmp_path: Path) -> None:
    install(REQUIREMENTS, tmp_path / "python")
    assert (tmp_path / "python/tzdata/zoneinfo/Europe/Berlin").is_file()
    compile_folder(tmp_path, "/opt")
    found = dict(_bytecode(tmp_path))
    assert len(found) == len(list(tmp_path.rglob("*.py"))) > 500
    assert {content[:8] for content in found.values()} == {MAGIC + UNCHECKED}


def _bytecode(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*.pyc"):
        yield path.relative_to(folder), path.read_bytes()
