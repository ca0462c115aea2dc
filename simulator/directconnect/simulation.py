"""The API in front of the network: calls are counted and recorded, and may fail."""

import copy
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pydantic import JsonValue

from simulator.directconnect.clock import now, sleep
from simulator.directconnect.exceptions import ApiError, NoAnswer, Refused
from simulator.directconnect.faults import Change, Fault, FaultError
from simulator.directconnect.knobs import Knobs, Throttle
from simulator.directconnect.network.network import SimulatedNetwork
from simulator.directconnect.operations.table import Service
from simulator.directconnect.records import Call
from simulator.directconnect.shapes import Fields, input_shape, lists_of, misfits
from simulator.directconnect.timeline import ArrivalTimeline
from simulator.directconnect.world import World

_STATUS = {
    FaultError.SERVER: 500,
    FaultError.INTERNAL_FAILURE: 500,
    FaultError.SERVICE_UNAVAILABLE: 503,
}
_MESSAGES = {
    FaultError.CLIENT: "The request was refused",
    FaultError.SERVER: "A server-side error has occurred",
    FaultError.THROTTLING: "Rate exceeded",
    FaultError.ACCESS_DENIED: "User is not authorized to perform this action",
    FaultError.EXPIRED_TOKEN: "The security token included in the request is expired",
    FaultError.UNRECOGNIZED_CLIENT: "The security token included in the request is invalid",
}
_SECRET_PARAMETERS = frozenset({"authKey", "cak", "ckn"})


@dataclass
class Bucket:
    """A token bucket on the simulation's own time."""

    throttle: Throttle
    tokens: float
    filled: datetime

    def take(self, at: datetime) -> bool:
        """Take a token if there is one."""
        gained = (at - self.filled).total_seconds() * self.throttle.rate
        self.tokens = min(self.throttle.burst, self.tokens + gained)
        self.filled = at
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(frozen=True)
class Reply:
    """The response to a call, and how long it takes."""

    seconds: float
    outcome: Fields | ApiError | NoAnswer

    def arrive(self) -> Fields:
        """Wait, then return the result or raise the error."""
        sleep(self.seconds)
        if isinstance(self.outcome, ApiError | NoAnswer):
            raise self.outcome
        return self.outcome


class Simulation:
    """One account's Direct Connect in one Region, from the loading of a world on."""

    def __init__(
        self,
        world: World,
        timelines: Sequence[ArrivalTimeline] = (),
        faults_: Sequence[Fault] = (),
        changes: Sequence[Change] = (),
        knobs: Knobs | None = None,
    ) -> None:
        self.knobs = knobs or Knobs()
        at = now()
        self.network = SimulatedNetwork(world, timelines, self.knobs, at)
        self.calls: list[Call] = []
        self._service = Service(self.network, world.failover_tests)
        self._faults = faults_
        self._changes = changes
        self._counts = [0] * len(faults_)
        self._trigger: datetime | None = None
        throttle = self.knobs.throttle
        self._bucket = Bucket(throttle, throttle.burst, at) if throttle else None
        for change in changes:
            _check_subject(change, self.network)

    def start(self) -> None:
        """Count the times of faults and changes from now."""
        self._trigger = at = now()
        for change in self._changes:
            due = at + timedelta(seconds=change.at)
            self.network.agenda.add(due, partial(self._change, change))

    @property
    def triggered_at(self) -> datetime | None:
        """Return when the trigger came, None before it."""
        return self._trigger

    def advance(self) -> datetime:
        """Advance everything to the present."""
        at = now()
        self.network.agenda.run_until(at)
        return at

    def call(self, operation: str, parameters: Fields) -> Reply:
        """Apply the effect of a call, and return its result."""
        at = self.advance()
        entry = len(self.calls)
        self.calls.append(Call(at=at, operation=operation, parameters=_without_secrets(parameters)))
        fault = self._fault(operation, parameters, at)
        told = fault.after if fault else None
        seconds = self.knobs.call_seconds if told is None else told
        try:
            return Reply(seconds, self._answer(fault, entry, operation, parameters, at))
        except (ApiError, NoAnswer) as error:
            self._amend(entry, error=error.code)
            return Reply(seconds, error)

    def _change(self, change: Change, at: datetime) -> None:
        """Apply changes made by others, unless Direct Connect refuses them."""
        test = change.start_bgp_failover_test
        if test is None:
            self.network.change(change, at)
            return
        asked = test.model_dump(mode="json", by_alias=True, exclude_none=True)
        asked["virtualInterfaceId"] = change.virtual_interface_id
        with suppress(ApiError):
            self._service.call("StartBgpFailoverTest", asked, at)

    def _answer(
        self, fault: Fault | None, entry: int, operation: str, parameters: Fields, at: datetime
    ) -> Fields:
        if self._bucket is not None and not self._bucket.take(at):
            raise _error(FaultError.THROTTLING, None)
        shape = input_shape(operation)
        wrong = list(misfits(shape, parameters)) if shape is not None else []
        if shape is not None and wrong:
            raise Refused("; ".join(each.within(shape.name) for each in wrong))
        if fault is not None and fault.returns_empty:
            return {name: [] for name in lists_of(operation)}
        if fault is None or (fault.error is None and fault.effect_after is None):
            return self._carry_out(entry, operation, parameters, at)
        if fault.effect_after is not None:
            return self._answer_early(fault, entry, operation, parameters, at)
        if fault.takes_effect:
            # Whatever the operation would have said is lost with the error.
            with suppress(ApiError):
                self._carry_out(entry, operation, parameters, at)
        raise _error(fault.error, fault.message)

    def _answer_early(
        self, fault: Fault, entry: int, operation: str, parameters: Fields, at: datetime
    ) -> Fields:
        def late(then: datetime) -> None:
            with suppress(ApiError):
                self._carry_out(entry, operation, parameters, then)

        answer: Fields = {}
        if fault.error is None:
            # The answer is that of a copy of the network: here nothing has happened yet.
            answer = copy.deepcopy(self._service).call(operation, parameters, at)
        self.network.agenda.add(at + timedelta(seconds=fault.effect_after or 0), late)
        if fault.error is not None:
            raise _error(fault.error, fault.message)
        return answer

    def _carry_out(self, entry: int, operation: str, parameters: Fields, at: datetime) -> Fields:
        answer = self._service.call(operation, parameters, at)
        self._amend(entry, took_effect=True)
        return answer

    def _amend(self, entry: int, **facts: str | bool) -> None:
        self.calls[entry] = self.calls[entry].model_copy(update=facts)

    def _fault(self, operation: str, parameters: Fields, at: datetime) -> Fault | None:
        age = (at - self._trigger).total_seconds() if self._trigger else None
        struck = None
        for index, fault in enumerate(self._faults):
            if not fault.concerns(operation, parameters, age):
                continue
            self._counts[index] += 1
            if struck is None and (fault.calls is None or self._counts[index] in fault.calls):
                struck = fault
        return struck


def _error(code: FaultError | None, message: str | None) -> ApiError | NoAnswer:
    if code is None:
        raise AssertionError("a fault has an error or an effect_after")
    if code is FaultError.READ_TIMEOUT:
        return NoAnswer()
    text = message or _MESSAGES.get(code, "The request could not be processed")
    return ApiError(code.value, text, _STATUS.get(code, 400))


def _without_secrets(parameters: Fields) -> Fields:
    """Copy parameters, since records may be shown in a report."""

    def copied(value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {
                name: "***" if name in _SECRET_PARAMETERS else copied(member)
                for name, member in value.items()
            }
        return [copied(item) for item in value] if isinstance(value, list) else value

    return {
        name: "***" if name in _SECRET_PARAMETERS else copied(value)
        for name, value in parameters.items()
    }


def _check_subject(change: Change, network: SimulatedNetwork) -> None:
    stock = network.inventory
    vif_id, port_id = change.virtual_interface_id, change.connection_id or change.lag_id
    if vif_id is not None and vif_id not in stock.virtual_interfaces:
        raise ValueError(f"changes: there is no virtual interface {vif_id}")
    if port_id is not None and port_id not in stock.ports:
        raise ValueError(f"changes: there is no connection or LAG {port_id}")
