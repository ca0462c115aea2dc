"""Write the page for consumers of events from the schemas: `python -m tools.events.page FILE`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.events.catalog import (
    ANSWERED,
    CATALOG,
    INCOMING,
    ON_THE_WAY,
    OUTSIDE,
    PLAN_ENDS,
    PLANS_ON_THE_WAY,
)
from tools.events.compatibility import Schema
from tools.events.page_words import (
    ANSWERED_HEAD,
    CONSUMERS,
    FINALS,
    HEAD,
    INCOMING_HEAD,
    ON_THE_WAY_HEAD,
    OUTSIDE_HEAD,
    PARTS_HEAD,
    PATTERNS_HEAD,
    PLANS_HEAD,
    REGISTRY,
)
from tools.events.patterns import PATTERNS, command
from tools.events.schemas import file_of, schemas
from vifshift.events.base import DetailType
from vifshift.events.migration import FINAL

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "docs" / "events" / "examples"
COLUMNS = "| field | type | meaning |\n|---|---|---|\n"
# Every event has these, so they are described once, before the events.
SHARED = ("Metadata", "Subject", "Notice")
# What is only in the request for an approval.
SCOPE = ("ScopedMove", "MoveTerms", "ScopeChange")
LONGEST_LIST = 12


def page() -> str:
    """Return the page."""
    written = schemas()
    found = {schema["title"]: schema for schema in written.values()}
    ends = [found[each] for each in FINAL.values()]
    return "\n".join(
        [
            HEAD,
            *_overview(),
            PARTS_HEAD,
            *_parts(ends[0], SHARED),
            ON_THE_WAY_HEAD,
            *(_event(found[each], with_table=True) for each in ON_THE_WAY),
            FINALS,
            _table(_only_different_in_outcome(ends)),
            *(_event(each, with_table=False) for each in ends),
            "## Parts of events\n",
            *_parts(ends[0], _others(ends[0])),
            *_parts(
                found[DetailType.APPROVAL_REQUESTED], ("ScopedMove", "MoveTerms", "ScopeChange")
            ),
            *_plans(found),
            *_answered(found),
            *_outside(found),
            INCOMING_HEAD,
            *(_incoming(found[each]) for each in INCOMING),
            PATTERNS_HEAD,
            *(f"**{each.purpose}**\n\n{_json(each.pattern)}" for each in PATTERNS),
            REGISTRY,
            CONSUMERS,
        ]
    )


def _plans(found: dict[str, Schema]) -> Iterator[str]:
    """Yield the sections about plans: their events, and the parts that only these have."""
    end = found[PLAN_ENDS[0]]
    yield PLANS_HEAD
    yield from (_event(found[each], with_table=True) for each in (*PLANS_ON_THE_WAY, *PLAN_ENDS))
    yield "## Parts of plan events\n"
    own = [name for name in end["$defs"] if name.startswith("Plan") and name != "PlanEnded"]
    shared = ("Counts", "MoveSummary", "MoveListLocation", "LeftOnPort", "ReturnPlan")
    parts = [name for name in (*own, *shared) if "properties" in end["$defs"][name]]
    yield from _parts(end, parts)


def _answered(found: dict[str, Schema]) -> Iterator[str]:
    """Yield the sections about the events that answer people's answers."""
    yield ANSWERED_HEAD
    yield from _parts(found[ANSWERED[0]], ("AnswerMetadata", "AnswerSubject"))
    yield from (_event(found[each], with_table=True) for each in ANSWERED)


def _outside(found: dict[str, Schema]) -> Iterator[str]:
    """Yield the section about the event of what others do."""
    yield OUTSIDE_HEAD
    parts = ("OutsideMetadata", "OutsideSubject", "Caller", "DisturbedMigration")
    yield from _parts(found[OUTSIDE[0]], parts)
    yield from (_event(found[each], with_table=True) for each in OUTSIDE)


def _overview() -> Iterator[str]:
    """Yield a table of all events."""
    yield "| event | sent when | for |\n|---|---|---|"
    of_executions = (*ON_THE_WAY, *FINAL.values(), *PLANS_ON_THE_WAY, *PLAN_ENDS)
    for detail_type in (*of_executions, *ANSWERED, *OUTSIDE):
        entry = CATALOG[detail_type]
        yield f"| [{detail_type}](#{_anchor(detail_type)}) | {entry.when} | {entry.who} |"
    yield ""


def _event(schema: Schema, *, with_table: bool) -> str:
    """Return the section of an event that vifshift sends."""
    entry = CATALOG[DetailType(schema["title"])]
    name = schema["properties"]["data"]["$ref"].rpartition("/")[2]
    table = _table({**schema["$defs"][name], "$defs": schema["$defs"]}) if with_table else ""
    return f"### {schema['title']}\n\n{entry.when}\n*For:* {entry.who}\n\n{table}{_example(schema)}"


def _incoming(schema: Schema) -> str:
    """Return the section of an event that people send."""
    detail_type = DetailType(schema["title"])
    entry = CATALOG[detail_type]
    return (
        f"### {detail_type}\n\n{entry.when}\n*From:* {entry.who}\n\n"
        f"```sh\n# needs AWS\n{command(detail_type)}\n```\n\n"
        f"{_table(schema)}{''.join(_inner_tables(schema))}{_example(schema)}"
    )


def _inner_tables(schema: Schema) -> Iterator[str]:
    """Yield a table for each part of an event that people send."""
    for name, part in schema.get("$defs", {}).items():
        if "properties" in part:
            yield f"`{name}`: {_first(part['description'])}\n\n{_table({**schema, **part})}"


def _parts(schema: Schema, names: Any) -> Iterator[str]:
    for name in names:
        part = schema["$defs"][name]
        yield f"### {name}\n\n{_line(part['description'])}\n"
        if "properties" in part:
            yield _table({**part, "$defs": schema["$defs"]})


def _others(schema: Schema) -> list[str]:
    return [
        name
        for name, part in schema["$defs"].items()
        if name not in {*SHARED, "Ended"} and "properties" in part
    ]


def _table(schema: Schema) -> str:
    """Return the table of an object's fields."""
    rows = []
    for name, field in schema["properties"].items():
        meaning = field.get("description") or _described(field, schema)
        must = "" if name in schema.get("required", ()) else _optional(field, schema)
        rows.append(f"| `{name}` | {_type(field, schema)} | {_line(meaning)}{must} |\n")
    return f"{COLUMNS}{''.join(rows)}\n"


def _optional(field: Schema, schema: Schema) -> str:
    """Return a note that a field may be missing, or the default of one that people send."""
    if not _is_sent_by_people(schema):
        return " It may be missing."
    default = field.get("default")
    return "" if default in (None, "", []) else f" By default {_short(default)}."


def _is_sent_by_people(schema: Schema) -> bool:
    """Return whether people send it: then unknown fields are refused."""
    return schema.get("additionalProperties") is False


def _described(field: Schema, schema: Schema) -> str:
    """Return the first paragraph of the description of a field's type."""
    name = field.get("$ref", "").rpartition("/")[2]
    return _first(str(schema.get("$defs", {}).get(name, {}).get("description", "")))


def _type(field: Schema, schema: Schema) -> str:
    """Return a field's type as people read it."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        part = schema["$defs"][name]
        if "properties" not in part:
            return _type(part, schema)
        return f"`{name}`" if _is_sent_by_people(schema) else f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_type(each, schema) for each in field["anyOf"])
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{each}`" for each in field["enum"][:LONGEST_LIST])
    if field.get("type") == "array":
        return f"list of {_type(field['items'], schema)}"
    if isinstance(field.get("additionalProperties"), dict):
        return f"object of {_type(field['additionalProperties'], schema)}"
    return f"{_kind(field)}{_bounds(field)}"


def _kind(field: Schema) -> str:
    return "time" if field.get("format") == "date-time" else str(field.get("type"))


def _bounds(field: Schema) -> str:
    """Return the bounds of a field's length or value."""
    least = field.get("minimum", field.get("minLength"))
    most = field.get("maximum", field.get("maxLength"))
    unit = " characters" if "maxLength" in field else ""
    if least is not None and most is not None:
        return f", {least} to {most}{unit}"
    return f", at most {most}{unit}" if most is not None else ""


def _only_different_in_outcome(ends: list[Schema]) -> Schema:
    """Return the schema that all final events share; raises ValueError if they differ."""
    objects = []
    for schema in ends:
        part = schema["$defs"]["Ended"]
        outcome = {
            "type": "string",
            "description": "How it ended; each event has an outcome of its own.",
        }
        properties = {**part["properties"], "outcome": outcome}
        objects.append({**part, "properties": properties, "$defs": schema["$defs"]})
        objects[-1]["$defs"] = {k: v for k, v in schema["$defs"].items() if k != "Ended"}
    if any(each != objects[0] for each in objects):
        raise ValueError("the final events have different fields: give each a table of its own")
    return objects[0]


def _example(schema: Schema) -> str:
    """Return the example of an event, from a simulated run."""
    name = file_of(DetailType(schema["title"]))
    event = json.loads((EXAMPLES / name).read_text("utf-8"))
    return (
        f"Schema: [events/{name}](events/{name}).\n\n"
        f"<details><summary>Example</summary>\n\n{_json(event)}\n</details>\n"
    )


def _json(value: Any) -> str:
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```\n"


def _short(value: Any) -> str:
    return f"`{json.dumps(value)}`"


def _first(text: str) -> str:
    """Return the first paragraph of a text, in one line."""
    return _line(text.partition("\n\n")[0])


def _line(text: str) -> str:
    """Return a text in one line, for a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def main(path: str) -> None:
    """Write the page."""
    Path(path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
