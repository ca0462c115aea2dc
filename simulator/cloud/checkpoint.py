"""All that a run changes in a cloud, and how it is put back: one list, in this order.

- The clock: time, what is due, and the threads that still wait. First, since what ends may write.
- The cloud's records: events, log lines, data points, executions, what IAM was asked; and what was
  planned to disturb it.
- Chance: the cloud's own, moto's, and the counters from which moto makes the ids of log events.
- moto's backends, all of them: executions, items, messages, log streams and what else a run wrote.
  Those that a run was the first to use are emptied as moto empties them.
- moto's list of the interpreter's threads.
- The Lambdas: every container is gone; what was imported is as it was right after the import (see
  `simulator.moto_ext.awslambda.cold_starts`).

What is not put back is the same for every run of a process: parsed definitions and expressions,
boto3's default session, and the cloud's own clients, which never retry.
"""

from collections.abc import Callable, Iterator
from random import Random
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final

import moto.logs.models
import moto.stepfunctions.parser.utils
from moto.core.base_backend import BackendDict
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
    """A cloud at one moment, in virtual time, at which nothing runs in it."""

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
                context.journal.requests,
                context.journal.denials,
            ],
            _never,
        )
        self._chance = list(_chance(context))
        self._used = list(_backends_in_use())
        self._backends = Snapshot([_backends_in_use()], _is_entered)

    def restore(self) -> None:
        """Put back everything that has happened since."""
        self._clock.restore(self._bookmark)
        self._records.restore()
        self._context.fault_plan = FaultPlan()
        for restore in self._chance:
            restore()
        self._empty_new_backends()
        self._backends.restore()
        self._context.judge.forget()
        moto.stepfunctions.parser.utils.TMP_THREADS.clear()
        self._runtime.restore()

    def _empty_new_backends(self) -> None:
        for backends in _backends_in_use():
            if not any(backends is used for used in self._used):
                for accounts in backends.values():
                    accounts.reset()
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
