"""Faults of the API (`faults`), and changes that others make meanwhile (`changes`)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationError, field_validator, model_validator

from simulator.directconnect.scenario_model import ScenarioModel, Seconds
from simulator.directconnect.shapes import (
    Fields,
    Misfit,
    MisfitError,
    Part,
    checked,
    lists_of,
    service_model,
)
from simulator.directconnect.timeline import Effect


class FaultError(StrEnum):
    """The errors that a fault can return; `ReadTimeout` is no response at all."""

    CLIENT = "DirectConnectClientException"
    SERVER = "DirectConnectServerException"
    THROTTLING = "ThrottlingException"
    ACCESS_DENIED = "AccessDeniedException"
    EXPIRED_TOKEN = "ExpiredTokenException"
    UNRECOGNIZED_CLIENT = "UnrecognizedClientException"
    LIMIT_EXCEEDED = "LimitExceededException"
    INTERNAL_FAILURE = "InternalFailure"
    SERVICE_UNAVAILABLE = "ServiceUnavailable"
    READ_TIMEOUT = "ReadTimeout"


class Fault(ScenarioModel):
    """One way in which one operation fails.

    `from` (inclusive) and `to` (exclusive) are seconds from the trigger; without them the fault
    counts from the loading of the world. `calls` are the numbers, from 1, of the calls that match
    otherwise. `virtualInterfaceId` and `connectionId` narrow it to calls with these parameters.
    `returnsEmpty` answers an operation that lists something with an empty list, and no next page.
    `takesEffect` performs the call nevertheless; `effectAfter` does so that many seconds
    later, and without `error` the call is then answered as if it had happened at once. `after` is
    how long the response takes, if not the knob `callSeconds`.
    """

    operation: str
    from_: Seconds | None = Field(default=None, alias="from")
    to: Seconds | None = None
    calls: tuple[Annotated[int, Field(ge=1)], ...] | None = None
    virtual_interface_id: str | None = None
    connection_id: str | None = None
    error: FaultError | None = None
    message: str | None = None
    returns_empty: bool = False
    takes_effect: bool = False
    effect_after: Annotated[float, Field(gt=0)] | None = None
    after: Seconds | None = None

    @field_validator("operation")
    @classmethod
    def _operation_exists(cls, value: str) -> str:
        if value not in service_model().operation_names:
            words = f"Direct Connect has no operation {value}"
            known = frozenset(service_model().operation_names)
            raise MisfitError("operation", (Misfit((), words, known),))
        return value

    @model_validator(mode="after")
    def _does_something(self) -> "Fault":
        if not (self.error or self.effect_after or self.returns_empty) and self.after is None:
            raise ValueError("a fault needs an error, an effectAfter, an after, or returnsEmpty")
        if self.returns_empty and not lists_of(self.operation):
            raise ValueError(f"{self.operation} lists nothing, so it can't return an empty list")
        if self.returns_empty and (self.error or self.effect_after or self.takes_effect):
            raise ValueError("returnsEmpty is an answer: it goes with no error and no effect")
        return self

    def concerns(self, operation: str, parameters: Mapping[str, object], age: float | None) -> bool:
        """Return whether the fault applies to a call, `age` seconds after the trigger, or None."""
        if operation != self.operation:
            return False
        if self.virtual_interface_id not in {None, parameters.get("virtualInterfaceId")}:
            return False
        if self.connection_id not in {None, parameters.get("connectionId")}:
            return False
        if self.from_ is None and self.to is None:
            return True
        return age is not None and (self.from_ or 0) <= age and (self.to is None or age < self.to)


_EFFECT_KEYS = frozenset(
    field.alias for field in Effect.model_fields.values() if field.alias is not None
)


class FailoverTestStart(ScenarioModel):
    """The parameters of StartBgpFailoverTest beside the id: all peers if none are named."""

    test_duration_in_minutes: Annotated[int, Field(ge=1)] | None = None
    bgp_peers: tuple[str, ...] = ()


class Change(ScenarioModel):
    """What others do to a virtual interface, connection or LAG, seconds after the trigger.

    On a VIF, `set` takes the API's fields, the keys of a timeline's step (`bgpStatus`,
    `bgpPeers`, `routes`...), and `connectionId`, which moves the VIF for real. What Direct Connect
    refuses at that time does not happen.
    """

    at: Seconds
    virtual_interface_id: str | None = None
    connection_id: str | None = None
    lag_id: str | None = None
    set: Fields = Field(default_factory=dict)
    delete: bool = False
    start_bgp_failover_test: FailoverTestStart | None = None

    @model_validator(mode="after")
    def _says_what_and_whose(self) -> "Change":
        subjects = [self.virtual_interface_id, self.connection_id, self.lag_id]
        if sum(subject is not None for subject in subjects) != 1:
            raise ValueError("a change names one of virtualInterfaceId, connectionId, lagId")
        if sum([bool(self.set), self.delete, self.start_bgp_failover_test is not None]) != 1:
            raise ValueError("a change either sets something, deletes, or starts a failover test")
        if self.start_bgp_failover_test is not None and self.virtual_interface_id is None:
            raise ValueError("startBgpFailoverTest is for a virtualInterfaceId")
        return self

    @model_validator(mode="after")
    def _sets_what_exists(self) -> "Change":
        # Both are derived; to read them here is to refuse a wrong key with the scenario.
        misfits, parts = list[Misfit](), list[Part]()
        for derived in ("effect", "fields") if self.virtual_interface_id else ("fields",):
            try:
                getattr(self, derived)
            except MisfitError as error:
                misfits += [each._replace(place=("set", *each.place)) for each in error.misfits]
                parts += error.parts
        if misfits or parts:
            raise MisfitError("set", tuple(misfits), tuple(parts))
        return self

    @property
    def subject(self) -> str:
        """The id of what is changed."""
        return str(self.virtual_interface_id or self.connection_id or self.lag_id)

    @property
    def effect(self) -> Effect:
        """The part of `set` that works like a timeline's step."""
        own = {name: value for name, value in self.set.items() if name in _EFFECT_KEYS}
        try:
            return Effect.model_validate(own)
        except ValidationError as error:
            raise MisfitError("set", (), (Part(("set",), Effect, error),)) from None

    @property
    def fields(self) -> Fields:
        """The part of `set` that is the API's own fields."""
        if self.virtual_interface_id is None:
            return checked("Connection" if self.connection_id else "Lag", self.set)
        rest = {name: value for name, value in self.set.items() if name not in _EFFECT_KEYS}
        return checked("VirtualInterface", rest)
