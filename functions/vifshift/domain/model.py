"""The base of all models: frozen, typed, with snake_case inside and camelCase in JSON."""

from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue, model_validator
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """A frozen value that refuses unknown fields, and whose errors never show its input."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
        defer_build=True,
    )

    def to_json(self) -> dict[str, JsonValue]:
        """Return the value as JSON data, with the names used outside."""
        return self.model_dump(mode="json")


class View(Model):
    """An allow-listed copy of an API's response: unknown fields are dropped, null means default."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {name: value for name, value in data.items() if value is not None}
        return data
