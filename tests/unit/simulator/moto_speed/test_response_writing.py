"""Answers in dictionaries, written by names that were found out once."""

from typing import Any

import pytest
from moto.core.serialize import JSONSerializer, XFormedAttributePicker
from moto.core.utils import get_service_model

from simulator.cloud import Cloud

MODEL = get_service_model("dynamodb")
ITEM = {
    "pk": {"S": "a"},
    "many": {"SS": ["a", "b"]},
    "inner": {"M": {"deep": {"L": [{"N": "1"}, {"NULL": True}, {"BOOL": False}]}}},
}
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "GetItem": [{"Item": ITEM}, {"item": ITEM}, {}, {"Item": None}],
    "Query": [{"Items": [ITEM, {}], "Count": 2, "ScannedCount": 2}],
    "DescribeTable": [
        {"Table": {"TableName": "a", "item_count": 3, "Name": "b"}},
        {"TableDescription": {"TableName": "a", "ItemCount": 3}, "Unknown": 1},
    ],
}


def written(operation: str, answer: Any, **transformers: Any) -> Any:
    picker = XFormedAttributePicker(response_transformers=transformers)
    serializer = JSONSerializer(
        operation_model=MODEL.operation_model(operation), value_picker=picker
    )
    return serializer.serialize(answer)["body"]


@pytest.mark.parametrize(
    ("operation", "answer"),
    [(name, answer) for name, answers in ANSWERS.items() for answer in answers],
)
def test_answers_are_written_as_moto_writes_them(operation: str, answer: Any) -> None:
    expected = written(operation, answer)

    with Cloud():
        assert [written(operation, answer) for _ in range(2)] == [expected, expected]


def test_what_is_no_dictionary_is_read_as_ever() -> None:
    class Table:
        table_name = "a"

    expected = written("DescribeTable", {"Table": Table()})

    assert '"a"' in expected
    with Cloud():
        assert written("DescribeTable", {"Table": Table()}) == expected


def test_what_is_to_be_changed_on_the_way_still_is() -> None:
    with Cloud():
        assert '"z"' in written(
            "DescribeTable", {"Table": {"TableName": "a"}}, **{"Table.TableName": lambda _: "z"}
        )
