"""A virtual clock: waiting costs nothing, and one thread runs at a time."""

import heapq
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulator.core.clock import Action, Aside


class Cancelled(BaseException):
    """Unwinds a thread when its cloud is closed; no error handler may catch it."""


class DeadlockError(RuntimeError):
    """The main thread waits for something that can no longer happen."""


class Task:
    """A thread that runs when it holds the baton, or an action that has no thread yet."""

    __slots__ = ("baton", "name", "run", "stuck", "thread")

    def __init__(self, name: str, run: Action | None = None) -> None:
        self.name = name
        self.run = run
        self.thread: threading.Thread | None = None
        # Taken, until somebody hands it over.
        self.baton = threading.Lock()
        self.baton.acquire()
        self.stuck = False


class Wake:
    """One reason for a task to go on: its time has come, or it was signalled before."""

    __slots__ = ("background", "signalled", "task", "valid")

    def __init__(self, task: Task, background: bool = False) -> None:
        self.task = task
        self.background = background
        self.valid = True
        self.signalled = False


class PooledThread:
    """A thread that runs one task after the other, since a new one for each takes its time."""

    def __init__(self, run: Callable[[Task, Action, "PooledThread"], bool]) -> None:
        self._run = run
        self._job: tuple[Task, Action] | None = None
        self._wanted = threading.Lock()
        self._wanted.acquire()
        self.thread = threading.Thread(target=self._work, name="task", daemon=True)
        self.thread.start()

    def give(self, job: tuple[Task, Action] | None) -> None:
        """Run a task now, or end."""
        self._job = job
        self._wanted.release()

    def _work(self) -> None:
        while True:
            self._wanted.acquire()
            if self._job is None:
                return
            # What a task keeps in context variables is gone with it, as with its thread.
            if not Context().run(self._run, *self._job, self):
                return


@dataclass(frozen=True)
class Bookmark:
    """A saved state of a clock: its time, and the scheduled actions."""

    elapsed: int
    due: Sequence[tuple[int, int, Wake, Action | None]]


class VirtualClock:
    """A virtual clock and its scheduler: threads take turns, so that every run is the same.

    The caller is taken for the task that holds the baton. A server thread that answers that
    task's request while the task waits on the socket therefore acts on its behalf.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError(f"The start of a virtual clock needs a zone: {start.isoformat()}")
        self._start = start.astimezone(UTC)
        # Whole microseconds: sums of floats would wake a thread a moment before its time.
        self._elapsed = 0
        self._pushed = 0
        self._queue: list[tuple[int, int, Wake]] = []
        self._awaited = 0
        self._driver = Task("driver")
        self._current = self._driver
        self._idle_wake: Wake | None = None
        self._turns_left: int | None = None
        self._tasks: dict[Task, None] = {}
        self._failures: list[BaseException] = []
        # Those that have handed the baton on, and wait for another task.
        self._spare: list[PooledThread] = []
        self._closing = False

    def now(self) -> datetime:
        """Return the virtual time, with its zone (UTC)."""
        return self._start + timedelta(microseconds=self._elapsed)

    def sleep(self, seconds: float, aside: Aside = nullcontext) -> None:
        """Let virtual time pass for the caller; other threads run meanwhile.

        `aside` is entered while they do; where it is the caller's turn again at once, it is not.
        """
        self._push(self._elapsed + max(0, round(seconds * 1_000_000)), Wake(self._current))
        self._switch(aside)
        self._raise_failures()

    def call_later(self, seconds: float, action: Action, *, background: bool = False) -> Action:
        """Run an action after some virtual time, in a thread of its own."""
        task = Task("later", action)
        wake = self._queue_task(task, seconds, background)

        def call_off() -> None:
            if wake.valid:
                self._discard(wake)
                self._tasks.pop(task, None)

        return call_off

    def spawn(self, action: Action, name: str = "task") -> Task:
        """Queue an action as a task; it starts when the caller next lets go of the baton."""
        task = Task(name, action)
        self._queue_task(task, 0, False)
        return task

    def run_until_idle(self, limit: timedelta, most_turns: int | None = None) -> bool:
        """Let time pass until nothing is due, or until the limit; return whether it is idle.

        With `most_turns`, threads take at most that many turns, for what never becomes idle.
        """
        wake = Wake(self._current, background=True)
        self._turns_left = most_turns
        self._idle_wake = wake
        self._push(self._elapsed + round(limit.total_seconds() * 1_000_000), wake)
        try:
            self._switch()
        finally:
            self._idle_wake = self._turns_left = None
            self._discard(wake)
        self._raise_failures()
        return wake.signalled

    def wait(self, wakes: list[Wake], timeout: float | None) -> bool:
        """Suspend the caller until its wake in the list is signalled; return False on timeout."""
        wake = Wake(self._current)
        wakes.append(wake)
        if timeout is None:
            # Not queued: only a signal can wake it.
            wake.valid = False
        else:
            self._push(self._elapsed + max(0, round(timeout * 1_000_000)), wake)
        self._switch()
        if not wake.signalled and wake in wakes:
            wakes.remove(wake)
        return wake.signalled

    def signal(self, wakes: Iterable[Wake]) -> None:
        """Make the tasks behind these wakes run next, in the order in which they came."""
        for wake in wakes:
            self._discard(wake)
            wake.signalled = True
            again = Wake(wake.task)
            self._push(self._elapsed, again)

    def bookmark(self) -> Bookmark:
        """Return the time and what is due, to restore later; nothing may be running."""
        if any(task.thread is not None for task in self._tasks):
            raise RuntimeError("A clock can only be marked while nothing runs on it")
        due = [(at, number, wake, wake.task.run) for at, number, wake in self._queue if wake.valid]
        return Bookmark(self._elapsed, due)

    def restore(self, bookmark: Bookmark) -> None:
        """End every thread, and restore the state of a bookmark."""
        self.close()
        self._closing = False
        self._failures.clear()
        self._current, self._driver.stuck = self._driver, False
        self._elapsed, self._awaited = bookmark.elapsed, 0
        for at, number, wake, run in bookmark.due:
            wake.valid, wake.signalled = True, False
            wake.task.run, wake.task.thread = run, None
            self._tasks[wake.task] = None
            self._awaited += not wake.background
            heapq.heappush(self._queue, (at, number, wake))

    def close(self) -> None:
        """End every thread that is still waiting; the clock can't be used again."""
        self._closing = True
        for task in list(self._tasks):
            if task.thread is not None and task.thread is not threading.current_thread():
                self._current = task
                task.baton.release()
                task.thread.join()
        for worker in self._spare:
            worker.give(None)
            worker.thread.join()
        self._spare.clear()
        self._tasks.clear()
        self._queue.clear()

    def _queue_task(self, task: Task, delay: float, background: bool) -> Wake:
        wake = Wake(task, background)
        self._tasks[task] = None
        self._push(self._elapsed + max(0, round(delay * 1_000_000)), wake)
        return wake

    def _push(self, due: int, wake: Wake) -> None:
        wake.valid = True
        if not wake.background:
            self._awaited += 1
        self._pushed += 1
        heapq.heappush(self._queue, (due, self._pushed, wake))

    def _discard(self, wake: Wake) -> None:
        if wake.valid:
            wake.valid = False
            if not wake.background:
                self._awaited -= 1

    def _next(self) -> Task:
        """Take the task whose time comes first, and move the clock there."""
        idle = self._idle_wake
        if idle is not None and self._turns_left is not None:
            self._turns_left -= 1
            if self._turns_left < 0:
                return idle.task
        while self._queue:
            if idle is not None and not self._awaited:
                break
            due, _, wake = heapq.heappop(self._queue)
            if wake.valid:
                self._discard(wake)
                self._elapsed = max(self._elapsed, due)
                return wake.task
        if idle is not None:
            idle.signalled = True
            return idle.task
        self._driver.stuck = True
        return self._driver

    def _switch(self, aside: Aside = nullcontext) -> None:
        """Pass the baton on, and return when it is the caller's turn again."""
        if self._closing:
            raise Cancelled
        me = self._current
        task = self._next()
        if task is not me:
            with aside():
                self._hand_to(task)
                me.baton.acquire()
        if self._closing:
            raise Cancelled
        if me.stuck:
            me.stuck = False
            raise DeadlockError("Nothing is due any more, and the driver still waits")

    def _hand_to(self, task: Task) -> None:
        self._current = task
        if task.run is None:
            task.baton.release()
            return
        run, task.run = task.run, None
        worker = self._spare.pop() if self._spare else PooledThread(self._run)
        task.thread = worker.thread
        worker.give((task, run))

    def _run(self, task: Task, action: Action, worker: PooledThread) -> bool:
        """Run a task to its end; return whether its thread may take another one."""
        try:
            action()
        except Cancelled:
            pass
        except BaseException as failure:
            self._failures.append(failure)
        self._tasks.pop(task, None)
        if self._closing:
            return False
        self._spare.append(worker)
        self._hand_to(self._next())
        return True

    def _raise_failures(self) -> None:
        if self._failures and self._current is self._driver:
            failure, *_ = self._failures
            self._failures.clear()
            raise failure
