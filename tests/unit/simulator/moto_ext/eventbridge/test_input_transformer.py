"""What a rule's target receives."""

import json
from typing import Any

import pytest

from simulator.moto_ext.eventbridge.delivery_errors import DeliveryFailedError
from simulator.moto_ext.eventbridge.input_transformer import target_input

EVENT = {
    "version": "0",
    "id": "e-1",
    "detail-type": "Kind",
    "source": "here",
    "account": "111122223333",
    "time": "2026-01-05T02:00:00Z",
    "region": "eu-central-1",
    "resources": ["a", "b"],
    "detail": {
        "id": "x",
        "nested": {"n": 1},
        "quote": 'say "hi"',
        "path": "C:\\new\n<d>",
        "flag": True,
        "null": None,
    },
}
ARN = "arn:aws:events:eu-central-1:111122223333:rule/bus/the-rule"


def received(target: Any) -> Any:
    return target_input(target, EVENT, ARN, "2026-01-05T02:00:00.000Z")


def transformed(template: Any, **paths: Any) -> Any:
    transformer = {"InputTemplate": template, "InputPathsMap": paths}
    return received({"InputTransformer": transformer})


def test_the_event_itself_by_default() -> None:
    assert json.loads(received({})) == EVENT


def test_a_constant() -> None:
    assert received({"Input": '{"a": 1}'}) == '{"a": 1}'


def test_a_part_of_the_event() -> None:
    assert json.loads(received({"InputPath": "$.detail.nested"})) == {"n": 1}


@pytest.mark.parametrize(
    ("template", "paths", "expected"),
    [
        ('{"r": <d>}', {"d": "$.detail.nested"}, {"r": {"n": 1}}),
        ('{"r": <d>}', {"d": "$.detail.id"}, {"r": "x"}),
        ('{"r": "<d>"}', {"d": "$.detail.id"}, {"r": "x"}),
        ('{"r": "id <d>!"}', {"d": "$.detail.id"}, {"r": "id x!"}),
        ('{"r": "is <d>"}', {"d": "$.detail.nested"}, {"r": "is {n:1}"}),
        ('{"r": "are <d>"}', {"d": "$.resources"}, {"r": "are [a,b]"}),
        ('{"r": [<d>, 1]}', {"d": "$.detail.quote"}, {"r": ['say "hi"', 1]}),
        ('{"r": <d>}', {"d": "$.detail.path"}, {"r": "C:\\new\n<d>"}),
        ('{"r": <d>}', {"d": "$.detail.quote"}, {"r": 'say "hi"'}),
        ('{"r": <d>}', {"d": "$.detail.missing"}, {"r": ""}),
        ('{"r": "<d>"}', {"d": "$.detail.missing"}, {"r": ""}),
        ('{"r": <d>}', {"d": "$.detail.flag"}, {"r": True}),
        ('{"r": <d>}', {"d": "$.resources"}, {"r": ["a", "b"]}),
        ('{"r": <d>}', {"d": "$.resources[1]"}, {"r": "b"}),
        ('{"r": <d>}', {"d": "$.detail-type"}, {"r": "Kind"}),
        ('{"r": "<aws.events.rule-name>"}', {}, {"r": "the-rule"}),
        ('{"r": "<aws.events.rule-arn>"}', {}, {"r": ARN}),
        ('{"r": <aws.events.event.json>}', {}, {"r": EVENT}),
        (
            '{"r": <aws.events.event>}',
            {},
            {"r": {key: value for key, value in EVENT.items() if key != "detail"}},
        ),
        (
            '{"r": "<aws.events.event.ingestion-time>"}',
            {},
            {"r": "2026-01-05T02:00:00.000Z"},
        ),
    ],
)
def test_a_template_is_filled_in(template: Any, paths: Any, expected: Any) -> None:
    assert json.loads(transformed(template, **paths)) == expected


def test_a_template_that_is_a_string_stays_text() -> None:
    text = transformed('"<id> has <nested>"', id="$.detail.id", nested="$.detail.nested")

    assert text == '"x has {n:1}"'


def test_lines_in_quotes_keep_their_quotes_and_nothing_in_them_is_escaped() -> None:
    text = transformed('"It is <id>"\n"He did <quote>"', id="$.detail.id", quote="$.detail.quote")

    assert text == '"It is x"\n"He did say "hi""'


@pytest.mark.parametrize("name", ["quote", "path"])
def test_what_would_have_to_be_escaped_breaks_the_string_it_is_put_into(name: str) -> None:
    with pytest.raises(DeliveryFailedError, match="invalid JSON"):
        transformed('{"r": "<d>"}', d=f"$.detail.{name}")


def test_a_template_that_makes_no_json_fails() -> None:
    with pytest.raises(DeliveryFailedError, match="invalid JSON"):
        transformed('{"a": <d>, }', d="$.detail.id")
