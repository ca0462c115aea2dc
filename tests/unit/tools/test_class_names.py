"""The check that one class name stands for one thing."""

from pathlib import Path

import pytest

from tools import class_names

MOVE = "class Move:\n    pass\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two modules of two folders, with nothing in common."""
    write(tmp_path / "functions" / "moves.py", MOVE)
    write(tmp_path / "infra" / "settings.py", "class Settings:\n    pass\n")
    return tmp_path


def write(path: Path, source: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")


def faults(root: Path, *exceptions: tuple[str, str]) -> list[str]:
    return class_names.faults(class_names.classes(root), exceptions)


def test_names_that_differ_are_right(root: Path) -> None:
    assert faults(root) == []


def test_a_name_of_two_modules_is_found(root: Path) -> None:
    write(root / "infra" / "deep" / "plan.py", f"import ast\n\n{MOVE}")

    assert faults(root) == [
        "Move: is defined in functions/moves.py:1 and infra/deep/plan.py:3",
    ]


def test_a_name_that_one_module_defines_twice_is_found(root: Path) -> None:
    write(root / "functions" / "moves.py", MOVE + MOVE)

    assert faults(root) == ["Move: is defined in functions/moves.py:1 and functions/moves.py:3"]


def test_an_inner_class_and_a_use_do_not_count(root: Path) -> None:
    write(
        root / "infra" / "inner.py",
        "from functions.moves import Move\n\n\nclass Outer:\n    class Move:\n        pass\n"
        "\n\ndef made() -> type:\n    class Settings:\n        pass\n\n    return Settings\n",
    )

    assert faults(root) == []


def test_tests_do_not_count(root: Path) -> None:
    write(root / "tests" / "unit" / "test_moves.py", MOVE)

    assert faults(root) == []


def test_an_exception_is_let_be(root: Path) -> None:
    write(root / "simulator" / "moves.py", MOVE)

    assert faults(root, ("Move", "each mirrors a class of the same name")) == []


def test_an_exception_that_is_not_needed_is_found(root: Path) -> None:
    assert faults(root, ("Move", "each mirrors a class")) == ["Move: needs no exception"]


def test_there_are_few_exceptions_and_each_says_why() -> None:
    assert len(class_names.EXCEPTIONS) <= 3
    assert all(reason for _, reason in class_names.EXCEPTIONS)


def test_the_command_says_where(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(class_names, "ROOT", root)

    assert class_names.main() == 0
    assert capsys.readouterr().out == ""
    write(root / "cli" / "moves.py", MOVE)
    assert class_names.main() == 1
    assert capsys.readouterr().out == (
        "Move: is defined in functions/moves.py:1 and cli/moves.py:1\n"
    )
