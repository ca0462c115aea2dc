"""Stand-ins for the modules threading, time and datetime which obey a virtual clock."""

import datetime as real_datetime
import threading as real_threading
import time as real_time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from types import ModuleType
from typing import Any, Self

from simulator.core.clock import Sleeper
from simulator.virtual_time.clock import Task, VirtualClock, Wake


class Overlay(ModuleType):
    """A module that answers with its own names first, then with those of another one."""

    def __init__(self, base: ModuleType, **names: Any) -> None:
        super().__init__(base.__name__, base.__doc__)
        self.__dict__.update(names)
        self.__dict__["_base"] = base

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_base"], name)


class VirtualEvent:
    """threading.Event, with time-outs in virtual time."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._flag = False
        self._wakes: list[Wake] = []

    def is_set(self) -> bool:
        """Return whether the event was set and not cleared since."""
        return self._flag

    def set(self) -> None:
        """Wake everyone who waits; a clear() right after takes nothing of that back."""
        self._flag = True
        wakes, self._wakes = self._wakes, []
        self._clock.signal(wakes)

    def clear(self) -> None:
        """Make later callers wait again."""
        self._flag = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for set(), at most timeout virtual seconds."""
        return self._flag or self._clock.wait(self._wakes, timeout)


class VirtualThread:
    """threading.Thread, which runs only while it holds the clock's baton."""

    def __init__(
        self,
        clock: VirtualClock,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        self._clock = clock
        self._target = target
        self._args = args
        self._kwargs = kwargs or {}
        self._ended = VirtualEvent(clock)
        self._task: Task | None = None
        self.name = name or "cooperative"
        self.native_id = 0

    def start(self) -> None:
        """Queue the thread; it runs when the caller next waits."""
        self._task = self._clock.spawn(self._run, name=self.name)

    def _run(self) -> None:
        try:
            if self._target is not None:
                self._target(*self._args, **self._kwargs)
        finally:
            self._ended.set()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the thread's end, at most timeout virtual seconds."""
        self._ended.wait(timeout)

    def is_alive(self) -> bool:
        """Return whether the thread was started and has not ended."""
        return self._task is not None and not self._ended.is_set()


class VirtualCondition:
    """threading.Condition without a lock: nobody else runs between two waits."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._wakes: list[Wake] = []

    def acquire(self) -> bool:
        """Succeed at once."""
        return True

    def release(self) -> None:
        """Do nothing: there is no lock."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a notification, at most timeout virtual seconds."""
        return self._clock.wait(self._wakes, timeout)

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until a predicate holds, at most timeout virtual seconds; return its last value."""
        end = None if timeout is None else self._clock.now() + timedelta(seconds=timeout)
        while not (held := predicate()):
            left = None if end is None else (end - self._clock.now()).total_seconds()
            if left is not None and left <= 0:
                break
            self.wait(left)
        return held

    def notify_all(self) -> None:
        """Wake everyone who waits."""
        wakes, self._wakes = self._wakes, []
        self._clock.signal(wakes)


def threading_on(clock: VirtualClock) -> Any:
    """Return a threading module whose threads and events run on this clock."""

    def thread(*_: object, daemon: bool | None = None, **named: Any) -> VirtualThread:
        return VirtualThread(clock, **named)

    return Overlay(
        real_threading,
        Thread=thread,
        Event=lambda: VirtualEvent(clock),
        Condition=lambda lock=None: VirtualCondition(clock),
    )


def time_on(clock: Sleeper) -> Any:
    """Return a time module that reads this clock and sleeps on it."""
    return Overlay(
        real_time,
        time=lambda: clock.now().timestamp(),
        time_ns=lambda: round(clock.now().timestamp() * 1_000_000) * 1_000,
        monotonic=lambda: clock.now().timestamp(),
        sleep=clock.sleep,
    )


def datetime_on(clock: Sleeper) -> Any:
    """Return a datetime module whose datetime.now() and utcnow() read this clock."""

    class _Kind(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, real_datetime.datetime)

        def __call__(cls, *parts: Any, **named: Any) -> real_datetime.datetime:
            return real_datetime.datetime(*parts, **named)

    class ClockDatetime(real_datetime.datetime, metaclass=_Kind):
        @classmethod
        def now(cls, tz: real_datetime.tzinfo | None = None) -> Any:
            present = clock.now()
            return present.astimezone(tz) if tz else present.replace(tzinfo=None)

        @classmethod
        def utcnow(cls) -> Any:
            return clock.now().replace(tzinfo=None)

        # The parent's factories would build this class, which is no plain datetime.
        fromtimestamp = real_datetime.datetime.fromtimestamp  # type: ignore[assignment]
        strptime = real_datetime.datetime.strptime  # type: ignore[assignment]
        fromisoformat = real_datetime.datetime.fromisoformat  # type: ignore[assignment]

    return Overlay(real_datetime, datetime=ClockDatetime)
