"""What people do while a scenario runs: they answer, store objects, redrive, and replay."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from simulator.directconnect.scenario_model import ScenarioModel, Seconds


class ScenarioAnswerKind(StrEnum):
    """What a person answers to a migration or plan; plans are halted, and migrations cancelled."""

    APPROVED = "approved"
    REFUSED = "refused"
    CANCEL = "cancel"
    HALT = "halt"


class ScenarioAnswer(ScenarioModel):
    """An answer, `at` seconds after the trigger, to the migration or plan that it has started.

    That is a plan, where the first trigger is one, and the migration otherwise. A cancellation is
    for the migration that was started last, be it one of a plan.

    It is an event on the bus, or with `withToken` the token of the last event that had one is
    used, as by someone who may call Step Functions. With `digest` it repeats the digest of the
    `first` or the `last` event that has asked for an approval until then.

    With `detailType` and `detail` in the place of `kind` it is any event, of `times` deliveries: in
    each text of the detail, `{migrationId}`, `{planId}` and `{requestId}` stand for the migration
    or plan that was started last, and for the id of its request. `source` and `account` are those
    of who sends it. With `ifPossible` nothing is answered where nothing asks, or
    nothing was started.
    """

    at: Seconds
    kind: ScenarioAnswerKind | None = None
    by: str = ""
    comment: str = ""
    with_token: bool = False
    digest: Literal["first", "last"] | None = None
    detail_type: str | None = None
    detail: JsonValue = None
    source: str = "a-person"
    account: str | None = None
    times: Annotated[int, Field(ge=1)] = 1
    if_possible: bool = False

    @model_validator(mode="after")
    def is_said_in_one_way(self) -> Self:
        """Refuse an answer without a kind or an event of its own, and one with both."""
        if (self.kind is None) == (self.detail_type is None):
            raise ValueError("an answer has a kind or a detailType, and not both")
        if self.detail_type is None and self.detail is not None:
            raise ValueError("detail needs a detailType")
        if self.with_token and (self.kind is None or self.account or self.times > 1):
            raise ValueError("withToken needs a kind, and has no account or times")
        return self

    @model_validator(mode="after")
    def _repeats_a_digest_by_event(self) -> Self:
        if self.digest and self.with_token:
            raise ValueError("digest: an answer with a token has none")
        return self


class ScenarioObject(ScenarioModel):
    """An object that somebody stores in the evidence bucket, `at` seconds after the trigger.

    `body` is stored as JSON. What is stored under the key already gets another version, as for a
    list of moves that is `listed`: its key is `lists/moves.json`, and in
    files of before it was `plans/lists/moves.json`.
    """

    at: Seconds
    key: Annotated[str, Field(pattern=r"^(lists|plans|migrations)/[A-Za-z0-9!_.*'()/=+@-]+$")]
    body: JsonValue


class ScenarioRedrive(ScenarioModel):
    """A RedriveExecution in Step Functions, `at` seconds after the trigger.

    `execution` is its number, from 1, among those of the state machine that the first trigger
    starts. It must have failed, been stopped or timed out by then, and not in a Map or Parallel
    state; with `ifPossible` it is left alone where it has not.
    """

    at: Seconds
    execution: Annotated[int, Field(ge=1)] = 1
    if_possible: bool = False


class ScenarioReplay(ScenarioModel):
    """A replay from an EventBridge archive, `at` seconds after the trigger.

    `event` is the detail-type of what is replayed, and `number` says which one of those that were
    published by then, from 1. It has the id and the time of the first delivery. With
    `ifPossible` nothing is replayed where there is none.
    """

    at: Seconds
    event: str
    number: Annotated[int, Field(ge=1)] = 1
    if_possible: bool = False


class ScenarioCall(ScenarioModel):
    """A call to an AWS service by an engineer, `at` seconds after the trigger.

    It is boto3's `operation` of a `service`, such as `associate_virtual_interface` of
    `directconnect`; AWS may refuse it.
    """

    at: Seconds
    service: Annotated[str, Field(pattern=r"^[a-z]+$")]
    operation: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
