"""What commands print never steers the terminal, whatever it is made of."""

import ast
from pathlib import Path

import pytest
from rich.text import Text

from simulator.synthesis import ROOT
from tools.terminal import PlainConsole, PlainParser, plain, plain_lines, say

EVIL = "\x1b[2J\x1b]8;;https://evil\x07link\x9b31m \u202egnihton\u2066\u200b\x00\x7f\r\x85\u2028"
COMMANDS = [*(ROOT / "cli").rglob("*.py"), *(ROOT / "simulator" / "commands").glob("*.py")]
COMMANDS.append(ROOT / "simulator" / "__main__.py")


def test_what_does_not_print_is_written_as_an_escape() -> None:
    assert plain("a\x1b[0m\nb\u202e") == r"a\x1b[0m\nb\u202e"
    assert plain("Zürich ✓ 東京 'a\\b'") == "Zürich ✓ 東京 'a\\b'"
    assert plain("\ud800") == r"\ud800"
    assert plain(EVIL).isprintable()
    assert plain_lines(f"one\n{EVIL}").startswith("one\n")


def test_lines_and_consoles_and_parsers_print_plainly(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say(f"a\n{EVIL}")
    say(EVIL, is_error=True)
    console = PlainConsole(soft_wrap=True)
    console.print(EVIL)
    console.print(Text.assemble((EVIL, "red"), "[link=https://evil]x[/link]"))
    with pytest.raises(SystemExit):
        PlainParser(prog="a").parse_args([EVIL])

    said = capsys.readouterr()
    for text in (said.out, said.err):
        assert all(line.isprintable() for line in text.split("\n"))
    assert "[link=https://evil]x[/link]" in said.out


def test_a_console_keeps_its_own_colours() -> None:
    console = PlainConsole()
    segments = list(console.render(Text("a\x1b", "red")))
    assert [(each.text, str(each.style)) for each in segments] == [
        ("a\\x1b", "red"),
        ("\n", "None"),
    ]


def _prints_json(call: ast.Call) -> bool:
    return ast.unparse(call).startswith("print(json.dumps(")


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.stem)
def test_every_command_prints_through_them(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    # JSON for programs has escapes of its own.
    called = {ast.unparse(node.func) for node in calls if not _prints_json(node)}
    assert not called & {"print", "Console", "argparse.ArgumentParser", "sys.stdout.write"}
