"""Everything that a run changes in a cloud, and how it is restored, in this order.

- The clock: time, what is due, and waiting threads. First, since a thread that ends may write.
- The cloud's records: events, log lines, data points, executions, requests to IAM; and the
  fault plan.
- Randomness: the cloud's own, moto's, and moto's counters for the ids of log events.
- All of moto's backends: executions, items, messages, log streams and whatever else a run wrote.
  Those that were first used by a run are forgotten.
- moto's list of the interpreter's threads.
- The Lambdas: every container is gone; imported modules are as they were after the import (see
  `simulator.moto_ext.awslambda.cold_starts`).

What is not restored is the same for every run of a process: parsed definitions and expressions,
boto3's default session, and the cloud's own clients, which never retry.
"""

from collections.abc import Callable, Iterator
from random import Random
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final

import moto.logs.models
import moto.stepfunctions.parser.utils
from moto.core.base_backend import BackendDict, BaseBackend
from moto.moto_api._internal import mock_random

from simulator.core.clients import Clients
from simulator.core.context import CloudContext
from simulator.core.fault_plan import FaultPlan
from simulator.core.snapshot import Snapshot
from simulator.moto_ext.awslambda.runtime import LambdaRuntime
from simulator.virtual_time.clock import VirtualClock

# Code is no state; the clock, chance and clients are put back, or left, by themselves.
_NOT_ENTERED: Final = (
    type,
    FunctionType,
    MethodType,
    ModuleType,
    VirtualClock,
    Random,
    Clients,
)
_COUNTERS: Final = (
    (moto.logs.models.LogEvent, "_event_id"),
    (moto.logs.models.LogStream, "_log_ids"),
)


class Checkpoint:
    """The state of a cloud at a time at which nothing runs in it."""

    def __init__(self, context: CloudContext, clock: VirtualClock, runtime: LambdaRuntime) -> None:
        self._context = context
        self._runtime = runtime
        self._clock = clock
        self._bookmark = clock.bookmark()
        self._records = Snapshot(
            [
                context.published_events,
                context.service_events,
                context.lambda_logs,
                context.data_points,
                context.started_executions,
                context.asleep,
                context.journal.requests,
                context.journal.denials,
            ],
            _never,
        )
        self._chance = list(_chance(context))
        self._used = list(_backends_in_use())
        self._backends = Snapshot([_backends_in_use()], _is_entered)

    def restore(self) -> None:
        """Restore the cloud to this state."""
        self._clock.restore(self._bookmark)
        self._records.restore()
        self._context.fault_plan = FaultPlan()
        self._empty_new_backends()
        self._backends.restore()
        # After the backends: some draw when they are reset.
        for restore in self._chance:
            restore()
        self._context.authorizer.forget()
        moto.stepfunctions.parser.utils.TMP_THREADS.clear()
        self._runtime.restore()

    def _empty_new_backends(self) -> None:
        for backends in _backends_in_use():
            if not any(backends is used for used in self._used):
                for accounts in backends.values():
                    for backend in accounts.values():
                        # The usual reset makes it anew, with all that AWS gives to an account.
                        if type(backend).reset is not BaseBackend.reset:
                            backend.reset()
                backends.clear()


def _backends_in_use() -> list[Any]:
    """Return moto's own list of the services that hold anything."""
    registry: Any = BackendDict
    in_use: list[Any] = registry._instances
    return in_use


def _chance(context: CloudContext) -> Iterator[Callable[[], Any]]:
    own, motos = context.random.getstate(), mock_random.getstate()
    yield lambda: context.random.setstate(own)
    yield lambda: mock_random.setstate(motos)
    for owner, name in _COUNTERS:
        yield _setter(owner, name, getattr(owner, name))


def _setter(owner: Any, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(owner, name, value)


def _is_entered(item: object) -> bool:
    return not isinstance(item, _NOT_ENTERED)


def _never(_: object) -> bool:
    return False
