"""The schemas of the events: what they say, and that no promise is broken by writing them anew."""

import copy
import json
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tools.events import schemas as event_schemas
from tools.events.catalog import ANSWERED, CATALOG, INCOMING, OF_PLANS, OUTSIDE
from tools.events.published_schemas import promised
from tools.events.schemas import broken, file_of, main
from vifshift.events.base import DetailType

Schema = dict[str, Any]
schemas = cache(event_schemas.schemas)
STARTED = file_of(DetailType.STARTED)
REQUESTED = file_of(DetailType.REQUESTED)


def objects(schema: Any) -> list[Schema]:
    """Return every object that a schema describes, at any depth."""
    if isinstance(schema, list):
        return [found for each in schema for found in objects(each)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if "properties" in schema else []
    return [*own, *(found for each in schema.values() for found in objects(each))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the schemas as they are."""
    main(str(tmp_path))
    return tmp_path


def mutated(name: str, change: Callable[[Schema], None]) -> dict[str, Schema]:
    """Return all schemas, one of them as a changed model would have it."""
    found = copy.deepcopy(schemas())
    change(found[name])
    return found


def lose_the_region(schema: Schema) -> None:
    del schema["$defs"]["Subject"]["properties"]["region"]


def raise_the_version(schema: Schema) -> None:
    schema["$id"] = schema["$id"].replace(":1", ":2")


def ask_for_a_ticket(schema: Schema) -> None:
    schema["properties"]["ticket"] = {"type": "string"}
    schema["required"].append("ticket")


def test_every_event_has_a_schema_and_a_story() -> None:
    assert {schema["title"] for schema in schemas().values()} == set(DetailType) == set(CATALOG)


@pytest.mark.parametrize("name", [file_of(each) for each in CATALOG])
def test_a_schema_is_one_and_says_what_each_field_means(name: str) -> None:
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    silent = [
        name
        for each in objects(schema)
        for name, field in each["properties"].items()
        if "description" not in field and "$ref" not in field and "const" not in field
    ]
    assert silent == []
    is_closed = {each.get("additionalProperties") is False for each in objects(schema)}
    assert is_closed == {schema["title"] in INCOMING}


def test_what_goes_out_says_its_version() -> None:
    for schema in schemas().values():
        if schema["title"] not in INCOMING:
            assert schema["$id"].endswith(":1")
            name = "PlanMetadata" if schema["title"] in OF_PLANS else "Metadata"
            name = "AnswerMetadata" if schema["title"] in ANSWERED else name
            name = "OutsideMetadata" if schema["title"] in OUTSIDE else name
            assert "version" in schema["$defs"][name]["required"]


def test_the_same_schemas_may_be_written_again(folder: Path) -> None:
    main(str(folder))

    assert broken(folder, schemas()) == []


def test_a_field_that_is_lost_is_found(folder: Path) -> None:
    assert broken(folder, mutated(STARTED, lose_the_region)) == [
        "VIF Migration Started: data.subject.region no longer exists"
    ]


def test_what_people_send_may_not_need_more(folder: Path) -> None:
    assert broken(folder, mutated(REQUESTED, ask_for_a_ticket)) == [
        "VIF Migration Requested: ticket must be given now"
    ]


def test_an_event_that_is_lost_is_found(folder: Path) -> None:
    rest = {name: schema for name, schema in schemas().items() if name != STARTED}

    assert broken(folder, rest) == ["VIF Migration Started: is missing"]


def test_a_new_version_may_be_another(folder: Path) -> None:
    def change(schema: Schema) -> None:
        lose_the_region(schema)
        raise_the_version(schema)

    assert broken(folder, mutated(STARTED, change)) == []


def test_writing_what_breaks_a_promise_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / STARTED).read_text("utf-8")
    monkeypatch.setattr(event_schemas, "schemas", lambda: mutated(STARTED, lose_the_region))

    with pytest.raises(SystemExit) as refused:
        main(str(folder))

    assert "VIF Migration Started: data.subject.region" in str(refused.value.code)
    assert (folder / STARTED).read_text("utf-8") == before


def git(folder: Path, *command: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)


def test_what_was_committed_is_a_promise_whatever_stands_there_now(tmp_path: Path) -> None:
    # given: schemas that were committed, and then written over by hand
    folder = tmp_path / "docs" / "events"
    folder.mkdir(parents=True)
    main(str(folder))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "Promise")
    changed = mutated(STARTED, lose_the_region)
    (folder / STARTED).write_text(json.dumps(changed[STARTED]), "utf-8")
    (folder / REQUESTED).unlink()
    git(tmp_path, "commit", "-qam", "Break it")

    # when, then
    fault = "VIF Migration Started: data.subject.region no longer exists"
    assert broken(folder, changed) == [fault]
    assert len(promised(folder)[STARTED]) == 2
    assert len(promised(folder)[REQUESTED]) == 1


def test_what_is_older_than_the_contract_promises_nothing(tmp_path: Path) -> None:
    (tmp_path / STARTED).write_text('{"title": "VIF Migration Started"}', "utf-8")
    (tmp_path / REQUESTED).write_text("no JSON", "utf-8")

    assert promised(tmp_path) == {}
