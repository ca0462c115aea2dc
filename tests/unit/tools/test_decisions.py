"""The index of decisions lists each of them, with status and date."""

from pathlib import Path

import pytest

from tools import decisions

HEAD = "# {}. {}\n\n- Status: {}\n- Date: 2026-11-23\n\nBecause.\n"


def write(folder: Path, number: int, status: str = "accepted", title: str = "A thing") -> Path:
    path = folder / f"{number:04}-a-thing.md"
    path.write_text(HEAD.format(number, title, status), "utf-8")
    return path


def test_the_index_is_up_to_date() -> None:
    written = (decisions.FOLDER / "README.md").read_text("utf-8")

    assert written == decisions.page(), "python -m tools.decisions docs/decisions/README.md"


def test_every_decision_is_listed_in_order(tmp_path: Path) -> None:
    write(tmp_path, 2, "superseded by [3](0003-a-thing.md)", "Another")
    write(tmp_path, 1)
    write(tmp_path, 3, "proposed")

    rows = decisions.page(tmp_path).splitlines()[-3:]

    assert rows == [
        "| 1 | [A thing](0001-a-thing.md) | accepted | 2026-11-23 |",
        "| 2 | [Another](0002-a-thing.md) | superseded by [3](0003-a-thing.md) | 2026-11-23 |",
        "| 3 | [A thing](0003-a-thing.md) | proposed | 2026-11-23 |",
    ]


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("- Status: accepted\n", ""),
        ("- Status: accepted\n", "- Status: maybe\n"),
        ("- Date: 2026-11-23\n", "- Date: yesterday\n"),
        ("# 1. A thing", "# A thing"),
    ],
)
def test_a_head_that_lacks_something_is_found(tmp_path: Path, line: str, instead: str) -> None:
    path = write(tmp_path, 1)
    path.write_text(path.read_text("utf-8").replace(line, instead), "utf-8")

    with pytest.raises(ValueError, match=r"0001-a-thing\.md: begins without"):
        decisions.page(tmp_path)


def test_a_number_is_neither_left_out_nor_given_twice(tmp_path: Path) -> None:
    write(tmp_path, 1)
    third = write(tmp_path, 3)

    with pytest.raises(ValueError, match=r"0003-a-thing\.md: is not number 2"):
        decisions.page(tmp_path)

    third.rename(tmp_path / "0002-a-thing.md")
    with pytest.raises(ValueError, match=r"0002-a-thing\.md: is not number 2"):
        decisions.page(tmp_path)
