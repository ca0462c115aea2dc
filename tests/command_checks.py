"""Checks that a command in a document exists: its program, command, options and parameters."""

import argparse
import importlib.util
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import botocore.session
import typer
from botocore import xform_name
from botocore.model import ListShape, Shape
from botocore.validate import ParamValidator
from typer.main import get_command

from cli.app import app
from simulator.commands.arguments import parser
from tests.documented_commands import OTHERS, ROOT, Command

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"\$\(([A-Z_]+)\)", MAKEFILE)) | {"ARGS"}
GLOBAL = {"--output", "--query", "--region", "--profile", "--endpoint-url"}
CUSTOM = {
    ("s3", "cp"): set[str](),
    ("s3", "sync"): set[str](),
    ("cloudformation", "deploy"): {
        "--template-file",
        "--stack-name",
        "--capabilities",
        "--parameter-overrides",
    },
}
"""The AWS CLI's own commands, which are no operations of a service, with options that we use."""


RENAMED = {("stepfunctions", "send-task-success"): {"--task-output": "output"}}
"""Parameters named like options of all commands (AWS CLI, customizations/argrename)."""


class WrongError(ValueError):
    """What a document says can't be run."""


def check(command: Command) -> None:
    """Raise an error for a command that does not exist, or not with these words."""
    program, *words = command.words
    match program:
        case "make":
            _check_make(words)
        case "vifshift":
            _check_vifshift(words, is_whole=command.is_in_block)
        case "python":
            _check_python(words)
        case "aws":
            _check_aws(words, is_whole=command.is_in_block)
        case "pytest":
            _check_pytest(words)
        case "pre-commit":
            if words != ["install"]:
                raise WrongError("pre-commit")
        case _:
            if program not in OTHERS:
                raise WrongError(f"{program} is not known")


def _check_make(words: list[str]) -> None:
    for word in words:
        name, is_variable, _ = word.partition("=")
        if name not in (VARIABLES if is_variable else TARGETS):
            raise WrongError(f"make has no {word}")


def _check_vifshift(words: list[str], *, is_whole: bool) -> None:
    whole = get_command(app)
    assert isinstance(whole, typer.core.TyperGroup)
    words = [each for each in words if each != "--json"]  # It may come anywhere.
    if words in (["--help"], ["COMMAND", "--help"]):
        return
    if len(words) == 1 and words[0] in {"--install-completion", "--show-completion"}:
        return
    options = [option for each in whole.params for option in each.opts]
    while words and words[0] in options:
        words = words[2:]
    if not words or words[0] not in whole.commands:
        raise WrongError(f"vifshift has no command {words[:1]}")
    try:
        whole.commands[words[0]].make_context(words[0], words[1:])
    except Exception as error:
        # The classes of Typer's own click are not public.
        if type(error).__name__ == "MissingParameter" and not is_whole:
            return
        raise WrongError(f"{words}: {getattr(error, 'message', error)}") from error


def _check_python(words: list[str]) -> None:
    if words[0] != "-m":
        raise WrongError("only modules are run")
    module, rest = words[1], words[2:]
    if importlib.util.find_spec(module) is None:
        raise WrongError(f"there is no module {module}")
    if module == "simulator":
        try:
            parser().parse_args([each for each in rest if each != "…"])
        except SystemExit as error:
            raise WrongError(f"{rest}") from error


def _check_pytest(words: list[str]) -> None:
    marks = argparse.ArgumentParser(exit_on_error=False)
    for option in ("-m", "-n", "-k"):
        marks.add_argument(option)
    marks.add_argument("paths", nargs="*")
    for path in marks.parse_args(words).paths:
        if path != "PATH::TEST" and not (ROOT / path.split("::")[0]).exists():
            raise WrongError(f"there is no {path}")


@cache
def service(name: str) -> Any:
    """Return botocore's model of a service, by the name that the AWS CLI gives it."""
    return botocore.session.get_session().get_service_model({"s3api": "s3"}.get(name, name))


class AwsCall(NamedTuple):
    """A call of an operation, as the SDK takes it."""

    service: str
    operation: str
    parameters: dict[str, Any]
    shape: Shape | None


def aws_call(words: list[str]) -> AwsCall | None:
    """Return the call of a command of the AWS CLI, None for one of its own; raises `WrongError`."""
    name, command, *rest = words
    options = dict(_options(rest))
    for each in GLOBAL & set(options):
        del options[each]
    if (name, command) in CUSTOM:
        if odd := set(options) - CUSTOM[name, command]:
            raise WrongError(f"aws {name} {command} has no {odd}")
        return None
    model = service(name)
    names = {xform_name(each, "-"): each for each in model.operation_names}
    if command not in names:
        raise WrongError(f"aws {name} has no {command}")
    shape = model.operation_model(names[command]).input_shape
    members = {f"--{xform_name(each, '-')}": each for each in (shape.members if shape else ())}
    members |= RENAMED.get((name, command), {})
    if odd := set(options) - set(members):
        raise WrongError(f"aws {name} {command} has no {odd}")
    values = {
        members[each]: _value(shape.members[members[each]], options[each]) for each in options
    }
    return AwsCall(name, xform_name(names[command]), values, shape)


def _check_aws(words: list[str], *, is_whole: bool) -> None:
    call = aws_call(words)
    if call and call.shape and is_whole:
        report = ParamValidator().validate(call.parameters, call.shape)
        if report.has_errors():
            raise WrongError(report.generate_report())


def _options(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each option with its values; what comes before the first is not looked at."""
    name, values = "", list[str]()
    for word in [*words, "--"]:
        if word.startswith("--"):
            if name:
                yield name, values
            name, values = word, []
        else:
            values.append(word)


def _value(shape: Shape, words: list[str]) -> Any:
    """Return a parameter as the SDK takes it, from the words of the command line."""
    text = " ".join(words)
    if shape.type_name in {"structure", "list", "map"} and text[:1] in {"[", "{"}:
        return json.loads(text)
    if isinstance(shape, ListShape):
        if shape.member.type_name == "structure":
            return [dict(pair.split("=") for pair in word.split(",")) for word in words]
        return words
    if shape.type_name in {"integer", "long"}:
        return int(text)
    return text if shape.type_name == "string" else not text or text == "true"
