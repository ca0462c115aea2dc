"""The command `vifshift simulate`: rehearses a move in a captured network, and what if.

It runs the deployed definition against a simulated AWS, which is installed besides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import JsonValue

from cli.acknowledge_option import Acknowledged
from cli.acknowledging import acknowledgeable, acknowledging, as_options
from cli.arguments import BLOCKED, Common, Unsuccessful, in_json
from cli.environment import RefusedError
from cli.rehearsal.what_if import WHAT_IF, changed, without_effect
from cli.requests import asked, is_plan
from tools.terminal import PlainConsole, say, width
from tools.yaml_files import BadDocumentError, Document
from vifshift.domain.findings import Severity

NOT_INSTALLED: Final = "The simulator is not installed: run this in a checkout, after `make setup`."
EXAMPLES: Final = """\b
Examples:
  vifshift simulate captured.yaml
  vifshift simulate captured.yaml --what-if no-bgp
  vifshift simulate captured.yaml --from dxcon-ffabc123 --to dxlag-ffdef456 --report pages
"""
ASSOCIATE: Final = "AssociateVirtualInterface"
_WIDTH: Final = 110
"""Where it is not written to a terminal."""
_GOOD: Final = {"succeeded", "completed", "unchanged", "planned"}


def simulate(  # noqa: PLR0913, PLR0917 - one for each option
    context: typer.Context,
    scenario: Annotated[Path, typer.Argument(metavar="FILE", help="A captured network.")],
    virtual_interface: Annotated[
        str | None, typer.Argument(metavar="[VIF]", help="The virtual interface to move.")
    ] = None,
    port: Annotated[
        str | None, typer.Argument(metavar="[PORT]", help="The connection or LAG to move it to.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="PORT", help="The port to empty.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", metavar="PORT", help="Where all of it is to go.")
    ] = None,
    acknowledge: Acknowledged = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=ID]", help=f"What goes wrong: {', '.join(WHAT_IF)}."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write the reports here.")
    ] = None,
) -> None:
    """Rehearse a move on this machine; exit with 2 unless everything is moved."""
    common: Common = context.obj
    document = _read(scenario)
    if any(each is not None for each in (virtual_interface, port, source, target)):
        request = asked(virtual_interface, port, source, target, None)
        kind = "plan" if is_plan(request) else "request"
        document["trigger"] = {"kind": "execution", kind: request}
        document["expect"] = {}
    if acknowledge:
        document["trigger"] = _acknowledging(document.get("trigger"), acknowledge)
    for each in what_if or ():
        document = changed(document, each)
    outcome = _run(common, scenario, document, report, what_if or ())
    if outcome not in _GOOD:
        raise Unsuccessful(BLOCKED)


def _read(path: Path) -> dict[str, Any]:
    try:
        value: Any = Document.read(path, str(path)).value
    except BadDocumentError as error:
        raise RefusedError("\n".join(error.faults)) from None
    if not isinstance(value, dict) or "world" not in value:
        raise RefusedError(f"{path}: is no scenario; `vifshift capture` writes one.")
    return value


def _acknowledging(trigger: JsonValue, codes: Sequence[str]) -> JsonValue:
    """Return a trigger whose request or plan acknowledges these codes."""
    for kind in ("request", "plan"):
        if isinstance(trigger, dict) and isinstance(trigger.get(kind), dict):
            return {**trigger, kind: acknowledging(trigger[kind], codes)}
    raise RefusedError("--acknowledge: nothing is asked for that could acknowledge anything.")


def _run(
    common: Common,
    path: Path,
    document: dict[str, Any],
    report: Path | None,
    what_if: Sequence[str],
) -> str:
    """Run a scenario, print what happened in it, and return its outcome."""
    try:
        from simulator.commands.assemblies import assembly  # noqa: PLC0415
        from simulator.runs import reports as pages  # noqa: PLC0415
        from simulator.runs.session import Session  # noqa: PLC0415
        from simulator.scenarios.model import BadScenarioError, validated  # noqa: PLC0415
        from simulator.timeline.view import timeline  # noqa: PLC0415
    except ImportError:
        raise RefusedError(NOT_INSTALLED) from None
    try:
        scenario = validated(path, path.read_text("utf-8"), document)
    except BadScenarioError as error:
        raise RefusedError(str(error)) from None
    with assembly(None) as folder, Session(folder) as session:
        record = session.run(scenario)
        if common.json:
            in_json(record.summary([]))
        else:
            console = PlainConsole(width=width(_WIDTH))
            console.print(timeline(record))
            moved = [
                (str(each.parameters["virtualInterfaceId"]), str(each.parameters["connectionId"]))
                for each in record.calls
                if each.operation == ASSOCIATE and (each.took_effect or not each.error)
            ]
            for line in without_effect(what_if, moved):
                say(line)
            for line in _advice(record.findings):
                console.print(line, soft_wrap=True)
        if report:
            for page in pages.write(pages.pages(record), report):
                say(f"report: {page}", is_error=common.json)
        return str(record.outcome)


def _advice(findings: Iterable[Mapping[str, JsonValue]]) -> Iterator[str]:
    """Yield how to accept what prevents the move, where that can be accepted."""
    codes = [
        str(each["code"])
        for each in findings
        if each["severity"] == Severity.BLOCK and not each["acknowledgedBy"]
    ]
    if accepted := acknowledgeable(codes):
        yield f"To see what happens if you accept it, add {as_options(accepted)}"
