"""The base of every model in a scenario file."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Seconds = Annotated[float, Field(ge=0)]


class ScenarioModel(BaseModel):
    """A frozen model with camelCase aliases; an unknown key is an error that names it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )
