"""Types of resources, which are looked up once."""

from typing import Any

import pytest
from moto.cloudformation import parsing

from simulator.cloud import Cloud

TYPES = ("AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Lambda::Function", "Custom::Unknown")


def test_a_type_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = parsing
    plain = [module.resource_name_property_from_type(kind) for kind in TYPES]
    with Cloud():
        assert [module.resource_name_property_from_type(kind) for kind in TYPES] == plain
        models = [*module.get_model_list()]
        monkeypatch.setattr(module, "get_model_list", lambda: Unread(models))
        assert [module.resource_name_property_from_type(kind) for kind in TYPES] == plain


class Unread(list[Any]):
    """A list that may be measured, and not read."""

    def __iter__(self) -> Any:
        raise AssertionError("It is read")
