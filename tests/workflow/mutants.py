"""Deliberate faults, each put into a copy of the assembly that is then deployed as it is."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

Definition = dict[str, Any]


class Mutant(NamedTuple):
    """One fault: a line of the functions' code, or of a state machine, that was got wrong.

    `shown_by` is the name of a scenario that must not end as expected any more; `machine` is what
    the logical id of the state machine that `rewire` changes begins with.
    """

    name: str
    shown_by: str
    file: str = ""
    right: str = ""
    wrong: str = ""
    rewire: Callable[[Definition], None] | None = None
    machine: str = "Migration"


def breed(mutant: Mutant, assembly: Path, folder: Path) -> Path:
    """Copy the assembly with the fault in it; what is to be got wrong must stand there once."""
    shutil.copytree(assembly, folder)
    if mutant.file:
        files = list(folder.glob(f"asset.*/vifshift/{mutant.file}"))
        assert files, f"{mutant.file} is in no asset"
        for file in files:
            text = file.read_text("utf-8")
            assert text.count(mutant.right) == 1, f"{mutant.right!r} does not stand there once"
            file.write_text(text.replace(mutant.right, mutant.wrong), "utf-8")
    if mutant.rewire:
        _rewire(folder, mutant.machine, mutant.rewire)
    return folder


def _rewire(folder: Path, machine: str, change: Callable[[Definition], None]) -> None:
    [path] = folder.glob("*.template.json")
    template = json.loads(path.read_text("utf-8"))
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::StepFunctions::StateMachine" and name.startswith(machine):
            pieces = resource["Properties"]["DefinitionString"]["Fn::Join"][1]
            holes = [piece for piece in pieces if not isinstance(piece, str)]
            text = "".join(p if isinstance(p, str) else _hole(holes.index(p)) for p in pieces)
            definition = json.loads(text)
            change(definition)
            resource["Properties"]["DefinitionString"]["Fn::Join"][1] = _pieces(definition, holes)
    path.write_text(json.dumps(template), "utf-8")


def _hole(number: int) -> str:
    return f"@@{number}@@"


def _pieces(definition: Definition, holes: list[Any]) -> list[Any]:
    """Put what is known at deployment only back to where it was."""
    texts = json.dumps(definition).split("@@")
    return [text if index % 2 == 0 else holes[int(text)] for index, text in enumerate(texts)]
