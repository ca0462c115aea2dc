"""Write the JSON Schemas of the events' details: `python -m tools.events.schemas docs/events`."""

import json
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, create_model

from tools.events.catalog import CATALOG, INCOMING
from tools.events.compatibility import EventDirection, Schema, breaks
from tools.events.published_schemas import promised
from vifshift.domain.migration import Outcome
from vifshift.domain.model import Model
from vifshift.domain.plan_request import PlanRequest
from vifshift.domain.request import Request
from vifshift.events.answers import AnswerHeard, AnswerMetadata, AnswerNotHeard
from vifshift.events.base import ANSWERS, PLAN_ANSWERS, DetailType
from vifshift.events.migration import (
    FINAL,
    ApprovalRequested,
    Command,
    Ended,
    Metadata,
    Progressed,
    RollingBack,
    Started,
    WindowPending,
)
from vifshift.events.outside import ChangedOutside, OutsideMetadata
from vifshift.events.plan import (
    PLAN_FINAL,
    PlanApprovalRequested,
    PlanCommand,
    PlanEnded,
    PlanMetadata,
    PlanProgressed,
    PlanStarted,
    PlanWindowPending,
)

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def _ended(outcome: Outcome) -> type[Model]:
    """Return the model of a final event, which has one outcome."""
    only: Any = Literal[outcome]
    return create_model("Ended", __base__=Ended, __doc__=Ended.__doc__, outcome=(only, ...))


def _plan_ended(detail_type: DetailType) -> type[Model]:
    """Return the model of a plan's final event, which may have one of several outcomes."""
    only: Any = Literal[*(outcome for outcome, name in PLAN_FINAL.items() if name is detail_type)]
    doc, outcome = PlanEnded.__doc__, Field(description="How it ended.")
    return create_model("PlanEnded", __base__=PlanEnded, __doc__=doc, outcome=(only, outcome))


DATA: dict[DetailType, type[Model]] = {
    DetailType.WINDOW_PENDING: WindowPending,
    DetailType.APPROVAL_REQUESTED: ApprovalRequested,
    DetailType.STARTED: Started,
    DetailType.PROGRESSED: Progressed,
    DetailType.ROLLING_BACK: RollingBack,
    **{detail_type: _ended(outcome) for outcome, detail_type in FINAL.items()},
}
PLAN_DATA: dict[DetailType, type[Model]] = {
    DetailType.PLAN_WINDOW_PENDING: PlanWindowPending,
    DetailType.PLAN_APPROVAL_REQUESTED: PlanApprovalRequested,
    DetailType.PLAN_STARTED: PlanStarted,
    DetailType.PLAN_PROGRESSED: PlanProgressed,
    **{detail_type: _plan_ended(detail_type) for detail_type in PLAN_FINAL.values()},
}
ANSWER_DATA: dict[DetailType, type[Model]] = {
    DetailType.ANSWER_HEARD: AnswerHeard,
    DetailType.ANSWER_NOT_HEARD: AnswerNotHeard,
}
OUTSIDE_DATA: dict[DetailType, type[Model]] = {DetailType.CHANGED_OUTSIDE: ChangedOutside}
METADATA: dict[DetailType, type[Model]] = {
    **dict.fromkeys(DATA, Metadata),
    **dict.fromkeys(ANSWER_DATA, AnswerMetadata),
    **dict.fromkeys(PLAN_DATA, PlanMetadata),
    **dict.fromkeys(OUTSIDE_DATA, OutsideMetadata),
}
# Incoming events have no version: a change that breaks senders needs an event of another name.
INCOMING_VERSION = "1"


def schemas() -> dict[str, Schema]:
    """Return the schema of each event's detail, by the name of its file."""
    said = Command.model_json_schema(mode="validation")
    found = {DetailType.REQUESTED: Request.model_json_schema(mode="validation")}
    found |= dict.fromkeys(ANSWERS, said)
    found[DetailType.PLAN_REQUESTED] = PlanRequest.model_json_schema(mode="validation")
    found |= dict.fromkeys(PLAN_ANSWERS, PlanCommand.model_json_schema(mode="validation"))
    for detail_type, data in {**DATA, **PLAN_DATA, **ANSWER_DATA, **OUTSIDE_DATA}.items():
        of = METADATA[detail_type]
        detail = create_model("Detail", __base__=Model, metadata=(of, ...), data=(data, ...))
        found[detail_type] = detail.model_json_schema(mode="serialization")
    return {
        file_of(detail_type): _finished(detail_type, schema)
        for detail_type, schema in found.items()
    }


def file_of(detail_type: DetailType) -> str:
    """Return the name of the file with an event's schema."""
    return f"{detail_type.lower().replace(' ', '-')}.json"


def broken(folder: Path, written: dict[str, Schema]) -> list[str]:
    """Return a sentence for each promise of the schemas in the folder and in git that breaks."""
    found = []
    for name, olds in sorted(promised(folder).items()):
        new = written.get(name)
        for old in olds:
            if new is None:
                found.append(f"{old['title']}: is missing")
            elif old["$id"] == new["$id"]:
                direction = EventDirection.of(old["title"] in INCOMING)
                found += [f"{old['title']}: {words}" for words in breaks(old, new, direction)]
    return list(dict.fromkeys(found))


def main(folder: str) -> None:
    """Write a file for each event, or exit with 1 if that would break a promise."""
    written = schemas()
    if found := broken(Path(folder), written):
        said = "\n".join(f"  {each}" for each in found)
        sys.exit(f"This breaks consumers or senders of events, and needs a new version:\n{said}")
    for name, schema in written.items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (Path(folder) / name).write_text(text, encoding="utf-8")


def _finished(detail_type: DetailType, schema: Schema) -> Schema:
    is_incoming = detail_type in INCOMING
    version = INCOMING_VERSION
    if not is_incoming:
        name = METADATA[detail_type].__name__
        version = schema["$defs"][name]["properties"]["version"]["const"]
    return {
        "$schema": DRAFT,
        "$id": f"urn:vifshift:{file_of(detail_type).removesuffix('.json')}:{version}",
        "title": detail_type.value,
        **_tidied(schema, is_open=not is_incoming),
        "description": CATALOG[detail_type].when,
    }


def _tidied(schema: Any, *, is_open: bool) -> Any:
    """Drop titles that only repeat names, and allow further fields in outgoing events."""
    if isinstance(schema, list):
        return [_tidied(each, is_open=is_open) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {}
    for key, value in schema.items():
        if key in {"properties", "$defs"}:
            named = value.items()
            tidied[key] = {name: _tidied(each, is_open=is_open) for name, each in named}
        elif key == "title" or (is_open and key == "additionalProperties" and value is False):
            continue
        elif key in {"default", "enum", "const", "required"}:
            tidied[key] = value
        else:
            tidied[key] = _tidied(value, is_open=is_open)
    return tidied


if __name__ == "__main__":
    main(*sys.argv[1:])
