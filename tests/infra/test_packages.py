"""A package ships only as it was made, and only if nobody else could have written it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.functions import packaging
from infra.functions.packaging import packaged
from tools import private_folder
from tools.private_folder import NotPrivateError, check_unwritable, made, private

Attack = Callable[[Path], object]


def fill(folder: Path) -> None:
    (folder / "python").mkdir()
    (folder / "python" / "module.py").write_text("ANSWER = 42\n", "utf-8")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a package that was made, in a folder that everybody could write, as one of before."""
    build = tmp_path / "build"
    build.mkdir()
    build.chmod(0o777)
    monkeypatch.setattr(packaging, "PACKAGES", build / "packages")
    return packaged("layer", b"recipe", fill)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def changed(package: Path) -> None:
    (package / "python" / "module.py").write_text("ANSWER = 43\n", "utf-8")


def more(package: Path) -> None:
    (package / "python" / "sitecustomize.py").write_text("", "utf-8")


def less(package: Path) -> None:
    (package / "python" / "module.py").unlink()


def renamed(package: Path) -> None:
    (package / "python" / "module.py").rename(package / "python" / "other.py")


def executable(package: Path) -> None:
    (package / "python" / "module.py").chmod(0o755)


def linked(package: Path) -> None:
    (package / "python" / "module.py").unlink()
    (package / "python" / "module.py").symlink_to(__file__)


def writable(package: Path) -> None:
    (package / "python" / "module.py").chmod(0o664)


def folder_writable(package: Path) -> None:
    (package / "python").chmod(0o777)


def note_writable(package: Path) -> None:
    (package.parent / "package.sha256").chmod(0o666)


def test_the_folder_is_the_users_alone_and_lambda_can_read_what_ships(package: Path) -> None:
    assert mode(package.parents[2]) == mode(package.parents[1]) == mode(package.parent) == 0o700
    assert mode(package) == mode(package / "python") == 0o755
    assert mode(package / "python" / "module.py") == 0o644
    assert packaged("layer", b"recipe", fill) == package


@pytest.mark.parametrize("attack", [changed, more, less, renamed, executable])
def test_what_was_changed_does_not_ship(package: Path, attack: Attack) -> None:
    attack(package)

    with pytest.raises(NotPrivateError, match="was changed since it was made: remove it"):
        packaged("layer", b"recipe", fill)


@pytest.mark.parametrize("attack", [linked, writable, folder_writable, note_writable])
def test_what_others_could_have_written_does_not_ship(package: Path, attack: Attack) -> None:
    attack(package)

    with pytest.raises(NotPrivateError, match="could have been written by others"):
        packaged("layer", b"recipe", fill)


def test_what_another_user_has_made_does_not_ship(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)

    with pytest.raises(NotPrivateError, match="is not a folder of yours"):
        packaged("layer", b"recipe", fill)
    with pytest.raises(NotPrivateError, match="could have been written by others"):
        check_unwritable(package)


def test_what_was_made_without_a_note_is_made_again(package: Path) -> None:
    (package.parent / "package.sha256").unlink()
    changed(package)

    again = packaged("layer", b"recipe", fill)
    assert (again / "python" / "module.py").read_text("utf-8") == "ANSWER = 42\n"


def test_a_link_is_no_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "build").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NotPrivateError, match="is not a folder of yours"):
        private(tmp_path / "build")


def test_folders_above_are_made_for_the_user_alone_too(tmp_path: Path) -> None:
    assert mode(private(tmp_path / "one" / "two" / "three")) == 0o700
    assert mode(tmp_path / "one") == mode(tmp_path / "one" / "two") == 0o700


def test_what_is_kept_in_build_is_the_users_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_folder, "BUILD", tmp_path / "build")
    (tmp_path / "build").mkdir(mode=0o755)
    made(tmp_path / "elsewhere")
    assert mode(tmp_path / "build") == 0o755

    made(tmp_path / "build" / "demo")
    assert mode(tmp_path / "build") == 0o700
