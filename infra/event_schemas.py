"""The JSON Schemas of the events' details: `python -m infra.event_schemas docs/events`."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import create_model

from vifshift.events import (
    ANSWERS,
    FINAL,
    ApprovalRequested,
    DetailType,
    Ended,
    Metadata,
    Progressed,
    RollingBack,
    Said,
    Started,
    WindowPending,
)
from vifshift.model import Model
from vifshift.request import Request

DATA: dict[DetailType, type[Model]] = {
    DetailType.WINDOW_PENDING: WindowPending,
    DetailType.APPROVAL_REQUESTED: ApprovalRequested,
    DetailType.STARTED: Started,
    DetailType.PROGRESSED: Progressed,
    DetailType.ROLLING_BACK: RollingBack,
    **dict.fromkeys(FINAL.values(), Ended),
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each event's detail, by the name of its file."""
    found = {DetailType.REQUESTED: Request.model_json_schema(mode="validation")}
    said = Said.model_json_schema(mode="validation")
    found |= dict.fromkeys(ANSWERS, said)
    for detail_type, data in DATA.items():
        detail = create_model("Detail", __base__=Model, metadata=(Metadata, ...), data=(data, ...))
        found[detail_type] = detail.model_json_schema(mode="serialization")
    return {
        f"{detail_type.lower().replace(' ', '-')}.json": {**schema, "title": detail_type}
        for detail_type, schema in found.items()
    }


def main(folder: str) -> None:
    """Write a file for each event."""
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2) + "\n"
        (Path(folder) / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
