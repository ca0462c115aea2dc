"""Writes the state machines of an assembly as plain Amazon States Language, and judges them.

`python -m infra.workflows.definitions cdk.out FOLDER`; values known only at deployment are replaced
by placeholders.
The files are for other validators; exit 1 where Step Functions would refuse one of them.
"""

import json
import sys
from pathlib import Path

from infra.workflows.definition_rules import refusals

STAND_IN = "arn:{}:lambda:eu-central-1:111122223333:function:stand-in"


def definitions(assembly: Path, partition: str = "aws") -> dict[str, str]:
    """Return the definitions in an assembly, by the logical id of their state machine."""
    return {
        name: _joined(resource["Properties"]["DefinitionString"], partition)
        for template in sorted(assembly.glob("*.template.json"))
        for name, resource in json.loads(template.read_text("utf-8"))["Resources"].items()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }


def _joined(definition: str | dict[str, list[list[object]]], partition: str) -> str:
    """Put the pieces of a Fn::Join together."""
    if isinstance(definition, str):
        return definition
    pieces = definition["Fn::Join"][1]
    return "".join(_piece(piece, partition) for piece in pieces)


def _piece(piece: object, partition: str) -> str:
    if isinstance(piece, str):
        return piece
    return partition if piece == {"Ref": "AWS::Partition"} else STAND_IN.format(partition)


def main(assembly: str, folder: str) -> int:
    """Write a file for each definition, and say what is wrong with any."""
    wrong = False
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, definition in definitions(Path(assembly)).items():
        (Path(folder) / f"{name}.asl.json").write_text(definition, encoding="utf-8")
        for refusal in refusals(json.loads(definition)):
            wrong = True
            print(f"{name}: {refusal}", file=sys.stderr)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
