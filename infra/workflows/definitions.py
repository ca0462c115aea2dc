"""Write the state machines of an assembly in Amazon States Language, and check them.

`python -m infra.workflows.definitions cdk.out FOLDER` writes files for other validators; values
that are known only at deployment are replaced by placeholders. It exits with 1 if Step Functions
would refuse one of the definitions.
"""

import json
import sys
from pathlib import Path

from infra.workflows.definition_rules import refusals
from tools.private_folder import made

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
    """Return a definition as one text, with the pieces of a Fn::Join put together."""
    if isinstance(definition, str):
        return definition
    pieces = definition["Fn::Join"][1]
    return "".join(_piece(piece, partition) for piece in pieces)


def _piece(piece: object, partition: str) -> str:
    if isinstance(piece, str):
        return piece
    return partition if piece == {"Ref": "AWS::Partition"} else STAND_IN.format(partition)


def main(assembly: str, folder: str) -> int:
    """Write a file for each definition, and print its faults; return 1 if there are any."""
    wrong = False
    made(Path(folder))
    for name, definition in definitions(Path(assembly)).items():
        (Path(folder) / f"{name}.asl.json").write_text(definition, encoding="utf-8")
        for refusal in refusals(json.loads(definition)):
            wrong = True
            print(f"{name}: {refusal}", file=sys.stderr)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
