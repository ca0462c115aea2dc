"""The check of the English: what it finds, and what it leaves alone."""

from pathlib import Path

import pytest

from tools import english


def found(path: Path) -> list[tuple[int, str]]:
    return [(hit.line, hit.phrase) for hit in english.hits(english.texts_of(path))]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path


def phrases(text: str, *, is_docstring: bool = False) -> list[str]:
    return [hit.phrase for hit in english.hits([english.Text(1, text, is_docstring)])]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Where the Lambda can't be had, it ends.", "can't be had"),
        ("It does not come\n  good.", "come good"),
        ("They came good at last.", "came good"),
        ("Throttled four times on end.", "on end"),
        ("The page for who consumes events.", "for who"),
        ("The event tells of the plan.", "tells of"),
        ("Moves are told of once.", "told of"),
        ("What could not be told is in the queue.", "could not be told"),
        ("The way there is watched.", "The way there"),
        ("On the way back it waits.", "way back"),
        ("Time for a way there and back.", "way there and back"),
        ("It moves by night.", "by night"),
        ("Nobody\u2019s answer by 14:00 means no.", "Nobody\u2019s answer"),
        ("Mend that first.", "Mend"),
        ("An alarm rings.", "rings"),
        ("It stands in the table.", "stands in"),
        ("The execution did not get to its end.", "get to its end"),
        ("A task that waits no more takes none.", "waits no more"),
        ("In the words of who asked.", "In the words of who"),
        ("Look whether it moves, then wait.", "Look whether"),
        ("What rides on the port is moved.", "rides on"),
        ("Its connectionId is another.", "is another"),
        ("It takes ten per cent.", "per cent"),
        ("Empty where nobody said.", "where nobody said"),
        ("It was out of sight too often.", "out of sight"),
        ("To call it off, send an event.", "call it off"),
        ("It was asked for twice.", "asked for twice"),
    ],
)
def test_a_wrong_phrase_is_found(text: str, phrase: str) -> None:
    assert phrases(text) == [phrase]


@pytest.mark.parametrize(
    "text",
    [
        "The VIF recovers and converges within 10 minutes.",
        "Refused three times in a row, by an execution that depends on ending.",
        "A call that failed can't be told apart from one that is late.",
        "Another VIF stands in the way; ours stands in for it.",
        "It runs no more than 50 at once.",
        "Back to the source: way-back/throttled.yaml, way_back.",
        "Recommend the amended string; bring it during the day.",
        "Say that again.",
        "It depends on who is on call; another VIF is another matter.",
    ],
)
def test_a_right_phrase_is_left_alone(text: str) -> None:
    assert phrases(text) == []


@pytest.mark.parametrize(
    "text", ["Say whether it is up.", "Says what it does.", "\nWords an event.", "Tell what it is."]
)
def test_a_docstring_does_not_begin_with_say(text: str) -> None:
    assert len(phrases(text, is_docstring=True)) == 1
    assert phrases(text) == []
    assert phrases(f"Return it. {text}", is_docstring=True) == []


def test_of_python_only_strings_are_read(written: Path) -> None:
    path = written / "module.py"
    path.write_text(
        '"""Says what it does."""\n'
        "\n"
        "anew = {'anew': 1}  # comes good anew\n"
        "mended = f'{anew} is mended, and waits'\n"
        "\n"
        "\n"
        "class Story:\n"
        "    on_end: str\n"
        '    """What it\n'
        '    tells of."""\n',
        "utf-8",
    )

    assert sorted(found(path)) == [(1, "Says"), (4, "mended"), (10, "tells of")]


def test_of_yaml_only_what_people_read_counts(written: Path) -> None:
    path = written / "scenario.yaml"
    path.write_text(
        "# comes good anew\n"
        "name: comes good\n"
        "summary: It comes good.\n"
        "steps:\n"
        "  - {Description: It is mended., id: mended once}\n"
        "outputs: !Ref Anew\n",
        "utf-8",
    )

    assert found(path) == [(3, "comes good"), (5, "mended")]


def test_a_phrase_is_found_where_it_is(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, right = written / "wrong.md", written / "right.md"
    wrong.write_text("# A page\n\nIt does not come\ngood there and back.\n", "utf-8")
    right.write_text("# A page\n\nIt converges.\n", "utf-8")

    assert english.main(str(right)) == 0
    assert capsys.readouterr().out == ""
    assert english.main(str(wrong), str(right)) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{wrong}:3: “come good”: write recover, converge, succeed",
        f"{wrong}:4: “there and back”: write forward and rollback",
    ]


def test_without_files_everything_that_is_written_by_hand_is_read() -> None:
    read = {str(path.relative_to(english.ROOT)) for path in english.files(english.ROOT)}

    assert {"README.md", "docs/operations.md", "docs/decisions/README.md"} <= read
    assert {"tools/documents.py", "examples/other-account-role.yaml"} <= read
    assert not [each for each in read if each.startswith(("tests/", ".venv/", "node_modules/"))]


def test_a_generated_page_is_not_read_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert english.main(*(str(english.ROOT / page) for page in english.GENERATED)) == 0
    assert capsys.readouterr().out == ""
