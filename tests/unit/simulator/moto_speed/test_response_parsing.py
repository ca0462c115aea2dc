"""JSON answers, read by shapes that were looked at once."""

import json
from typing import Any

import pytest
from botocore.parsers import create_parser
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from simulator.moto_speed.response_parsing import with_shape_readers

SERVICES = {
    name: Session().get_service_model(name) for name in ("dynamodb", "directconnect", "events")
}
TEXT = st.text("ab", max_size=3)


def values(shape: Any, depth: int) -> st.SearchStrategy[Any]:
    """Draw what a service may answer for a shape, and members that the model does not know."""
    if shape.type_name == "structure":
        inner = {} if depth <= 0 else {n: values(m, depth - 1) for n, m in shape.members.items()}
        return st.fixed_dictionaries({}, optional={**inner, "unknown": TEXT}) | st.none()
    if shape.type_name == "list":
        return st.lists(values(shape.member, depth - 1) | st.none(), max_size=2)
    if shape.type_name == "map":
        return st.dictionaries(TEXT, values(shape.value, depth - 1), max_size=2)
    if shape.type_name == "timestamp":
        return st.integers(0, 2_000_000_000)
    return st.just("YWI=") if shape.type_name == "blob" else TEXT


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("dynamodb", "GetItem"),
        ("dynamodb", "DescribeTable"),
        ("directconnect", "DescribeVirtualInterfaces"),
        ("directconnect", "DescribeLags"),
        ("events", "ListRules"),
    ],
)
@given(data=st.data())
def test_answers_are_read_as_botocore_reads_them(
    service: str, operation: str, data: st.DataObject
) -> None:
    shape = SERVICES[service].operation_model(operation).output_shape
    assert shape is not None
    body = data.draw(values(shape, 4)) or {}
    answer = {"status_code": 200, "headers": {}, "body": json.dumps(body).encode()}

    read = with_shape_readers(create_parser("json")).parse(dict(answer), shape)

    expected = create_parser("json").parse(dict(answer), shape)
    assert read == expected
    assert list(read) == list(expected)


def test_other_protocols_are_left_as_they_are() -> None:
    parser = create_parser("query")

    assert with_shape_readers(parser) is parser
    assert "_parse_shape" not in vars(parser)
