"""The fields in docs/scenario-format.md: `python -m simulator.scenario_format FILE` writes them.

What is around them is written by hand.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from simulator.scenario_schema import RECORDS, schema
from simulator.synthesis import ROOT

BEGIN: Final = "<!-- fields: python -m simulator.scenario_format docs/scenario-format.md -->\n"
END: Final = "<!-- end of fields -->\n"
PAGE: Final = ROOT / "docs" / "scenario-format.md"
API: Final = "https://docs.aws.amazon.com/directconnect/latest/APIReference/API_{}.html"

_REFERENCE: Final = "#/$defs/"
_OF_THE_API: Final = frozenset(shape for shape, _ in RECORDS.values())
_LIMITS: Final = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "pattern": "like `{}`",
}

Schema = dict[str, Any]


def page() -> str:
    """Return the page with its fields as they are now."""
    before, rest = PAGE.read_text("utf-8").split(BEGIN)
    return f"{before}{BEGIN}\n{fields()}{END}{rest.split(END)[1]}"


def fields() -> str:
    """Return a section with a table for each model, in the order in which they are needed."""
    whole = schema()
    known: Schema = whole["$defs"]
    sections = [_section("The file", whole)]
    waiting, done = _named(whole["properties"]), set[str]()
    while waiting:
        name, *waiting = waiting
        model = _object(known[name])
        if name in done or "properties" not in model:
            continue
        done.add(name)
        waiting += _named(model["properties"])
        if name not in _OF_THE_API:
            sections.append(_section(name, model))
    return "".join(sections)


def _section(title: str, model: Schema) -> str:
    rows = "".join(_rows(model))
    told = model.get("description", "").strip()
    return f"### {title}\n\n{told}\n\n| field | what it is | default |\n|---|---|---|\n{rows}\n"


def _rows(model: Schema) -> Iterator[str]:
    for name, field in model["properties"].items():
        needed = name in model.get("required", ())
        default = "required" if needed else _default(field.get("default"))
        words = " ".join(field.get("description", "").split())
        cells = [f"`{name}`", _kind(field) + (f": {words}" if words else ""), default]
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _default(value: object) -> str:
    return "" if value in (None, "") or isinstance(value, dict | list) else f"`{json.dumps(value)}`"


def _kind(field: Schema) -> str:
    """Return what a field may hold, in words."""
    if reference := field.get("$ref"):
        return _link(reference.removeprefix(_REFERENCE))
    if options := field.get("anyOf"):
        return " or ".join(dict.fromkeys(map(_kind, _without_null(options))))
    if "enum" in field:
        return "one of " + ", ".join(f"`{each}`" for each in field["enum"])
    kind = field.get("type", "any JSON")
    if kind == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if kind == "object":
        inner = field.get("additionalProperties")
        return f"mapping of names to {_kind(inner)}" if isinstance(inner, dict) else "mapping"
    words = {"string": "text", "boolean": "`true` or `false`"}.get(str(kind), str(kind))
    limits = [told.format(field[key]) for key, told in _LIMITS.items() if key in field]
    return ", ".join([words, *limits])


def _without_null(options: list[Schema]) -> list[Schema]:
    return [each for each in options if each.get("type") != "null"]


def _link(name: str) -> str:
    if name in _OF_THE_API:
        return f"[{name}]({API.format(name)})"
    model = _object(schema()["$defs"][name])
    if "properties" in model:
        return f"[{name}](#{name.lower()})"
    return _kind(model)


def _object(model: Schema) -> Schema:
    """Return the part of a definition that has fields, if one has."""
    return next((each for each in model.get("anyOf", ()) if "properties" in each), model)


def _named(properties: Schema) -> list[str]:
    """Return the names of the definitions that fields refer to, in their order."""
    texts = json.dumps(properties).split(f'"{_REFERENCE}')[1:]
    return list(dict.fromkeys(each.split('"')[0] for each in texts))


def main(path: str) -> None:
    """Write the fields into the page."""
    Path(path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
