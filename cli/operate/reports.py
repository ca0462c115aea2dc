"""The command `vifshift report`: fetches the page about a migration or plan."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from cli.arguments import STILL_RUNNING, Common, Unsuccessful, in_json
from cli.environment import RefusedError
from cli.operate.commands import Id, now
from cli.operate.executions import FoundExecution, found
from cli.operate.stack import Kind, Stack, evidence_bucket
from tools.terminal import say
from vifshift.domain.migration import Execution
from vifshift.domain.object_keys import MIGRATIONS, report_folder, report_number, report_path
from vifshift.reports.plan.reading import begin, folder

EXAMPLES: Final = """\b
Examples:
  vifshift report CHG0042
  vifshift report CHG0042 --output evidence.html --open
"""


def report(
    context: typer.Context,
    given: Id,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; by default ID.html.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Fetch the report of a migration or plan; exit with 3 while it runs, and has none."""
    common: Common = context.obj
    stack = Stack.find(common.environment(), common.stack)
    execution = found(stack, given)
    uri, page = last_report(stack, execution, "html")
    path = output or Path(f"{execution.name}.html")
    try:
        path.write_bytes(page)
    except OSError as error:
        raise RefusedError(f"{path} can't be written: {error.strerror}.") from None
    if common.json:
        in_json({"id": execution.name, "file": str(path), "uri": uri})
    else:
        say(f"{path}, a copy of {uri}")
    if open_:
        typer.launch(str(path.resolve()))


def last_report(
    stack: Stack, execution: FoundExecution, kind: Literal["html", "json"]
) -> tuple[str, bytes]:
    """Return the last report of an execution, and its URI; raises `RefusedError`.

    Raises `Unsuccessful` while it runs, and has none.
    """
    bucket = evidence_bucket(stack.outputs)
    path = _last_report(stack, bucket, _folder(stack, execution))
    if path is None:
        if execution.outcome is None:
            say(f"{execution.name} is still running, and has no report yet.", is_error=True)
            raise Unsuccessful(STILL_RUNNING)
        raise RefusedError(f"{execution.name} has no report: its last event names none, either.")
    key = f"{path}.{kind}"
    found: bytes = stack.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return f"s3://{bucket}/{key}", found


def _folder(stack: Stack, execution: FoundExecution) -> str:
    """Return the folder of its reports, whose day is the one of its start or preparation."""
    started_at = execution.started_at or now()
    if execution.kind is Kind.MIGRATION:
        return report_folder(MIGRATIONS, started_at, execution.name)
    beginning = begin(stack.executions.history(execution.arn))
    as_model = Execution(arn=execution.arn, name=execution.name, started_at=started_at)
    return folder(as_model, beginning, started_at)


def _last_report(stack: Stack, bucket: str, within: str) -> str | None:
    """Return the key of the last report in a folder, without its ending; None if there is none."""
    client: Any = stack.client("s3")
    last = 0
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{within}/")
    for page in pages:
        for each in page.get("Contents", ()):
            name = each["Key"].removeprefix(f"{within}/")
            last = max(last, report_number(name) or 0)
    return report_path(within, last) if last else None
