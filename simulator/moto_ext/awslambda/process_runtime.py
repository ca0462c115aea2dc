"""Handlers under AWS's own runtime client (awslambdaric), each in a process of its own."""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from simulator.core.clock import Clock
from simulator.core.context import CloudContext
from simulator.moto_ext.awslambda import bootstrap
from simulator.moto_ext.awslambda.packages import unpacked
from simulator.moto_ext.awslambda.runtime import (
    TASK_ROOT,
    InvocationResult,
    environment_of,
    failure,
    timed_out,
)
from simulator.moto_ext.awslambda.runtime_api import Invocation, RuntimeApi
from simulator.moto_ext.iam.callers import credentials_of

# Lambda gives the code outside of the handler ten seconds of its own.
_START_SECONDS: Final = 10.0
_SETTLE_SECONDS: Final = 2.0
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV")


class LambdaProcess:
    """One warm process of one function."""

    def __init__(self, function: Any, endpoint: str, stream: str, clock: Clock) -> None:
        self._function = function
        self._clock = clock
        self._api = RuntimeApi(clock.now)
        # A file, not a pipe: what the process wrote is there as soon as it asks for more work.
        self._output = tempfile.TemporaryFile()
        self._read = 0
        self._fresh = True
        folder = unpacked(function.code_bytes).folder
        self._folder = str(folder)
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= environment_of(function, stream)
        environment |= credentials_of(function.role, function.region, function.function_name)
        environment |= {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "LAMBDA_TASK_ROOT": str(folder),
            "PYTHONPATH": str(folder),
            "PYTHONUNBUFFERED": "1",
            "TZ": ":UTC",
        }
        self._process = subprocess.Popen(
            [sys.executable, bootstrap.__file__, function.handler],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        self._watch = threading.Thread(target=self._wait_for_exit, daemon=True)
        self._watch.start()

    @property
    def usable(self) -> bool:
        """Return whether the process can take another invocation."""
        return self._process.poll() is None

    def invoke(self, payload: str, request_id: str) -> InvocationResult:
        """Run one invocation, and end the process if it takes too long."""
        seconds = float(self._function.timeout)
        deadline = self._clock.now() + timedelta(seconds=seconds)
        invocation = Invocation(request_id, payload, self._function.function_arn, deadline)
        self._api.offer(invocation)
        allowed = seconds + (_START_SECONDS if self._fresh else 0)
        self._fresh = False
        if not self._accompany(invocation, allowed):
            self.close()
            outcome = timed_out(request_id, seconds)
            return InvocationResult(outcome.payload, True, (*self._lines(), *outcome.lines))
        if invocation.answer is None:
            message = f"RequestId: {request_id} Error: Runtime exited"
            body = failure("Runtime.ExitError", message, request_id)
            return InvocationResult(json.dumps(body, separators=(",", ":")), True, self._lines())
        self._api.asked_again.wait(_SETTLE_SECONDS)
        return InvocationResult(
            invocation.answer.replace(self._folder, TASK_ROOT), invocation.errored, self._lines()
        )

    def close(self) -> None:
        """End the process."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._watch.join()
        self._api.close()

    def discard(self) -> None:
        """End the process, and drop what it wrote."""
        self.close()
        self._output.close()

    def _accompany(self, invocation: Invocation, allowed: float) -> bool:
        """Sleep when the process does; return whether it ends in time, by the cloud's clock.

        `allowed` are the seconds that it may take in real time to ask for anything.
        """
        try:
            while asked := invocation.next(allowed):
                left = (invocation.deadline - self._clock.now()).total_seconds()
                self._clock.sleep(max(0, min(asked.seconds, left)))
                if asked.seconds >= left:
                    self.close()
                asked.over.set()
                if asked.seconds >= left:
                    return False
        except queue.Empty:
            return False
        return True

    def _wait_for_exit(self) -> None:
        self._process.wait()
        self._api.abandon()

    def _lines(self) -> tuple[str, ...]:
        # The process shares the file's offset, so it is read without moving that.
        end = os.fstat(self._output.fileno()).st_size
        text = os.pread(self._output.fileno(), end - self._read, self._read)
        self._read = end
        readable = text.decode("utf-8", "replace").replace(self._folder, TASK_ROOT)
        return tuple(readable.splitlines())


class ProcessRuntime:
    """Runs deployed handlers in warm processes; they reach the cloud through its server."""

    def __init__(self, context: CloudContext, endpoint: Callable[[], str]) -> None:
        self._context = context
        self._endpoint = endpoint
        self._idle: dict[tuple[str, str], list[LambdaProcess]] = {}
        self._all: list[LambdaProcess] = []
        self._lock = threading.Lock()

    def invoke(self, function: Any, payload: str, request_id: str) -> InvocationResult:
        """Run a function on a JSON document, in a warm process if one is free."""
        settings = json.dumps(function.environment_vars, sort_keys=True)
        key = (function.function_arn, f"{function.code_sha_256}{settings}")
        with self._lock:
            idle = self._idle.setdefault(key, [])
            worker = idle.pop() if idle else None
        if worker is None:
            day = self._context.clock.now().strftime("%Y/%m/%d")
            stream = f"{day}/[$LATEST]{self._context.random.getrandbits(128):032x}"
            worker = LambdaProcess(function, self._endpoint(), stream, self._context.clock)
            with self._lock:
                self._all.append(worker)
        outcome = worker.invoke(payload, request_id)
        with self._lock:
            if worker.usable:
                idle.append(worker)
        return outcome

    def restore(self) -> None:
        """End every process, as a container is one."""
        self.close()

    def close(self) -> None:
        """End every process."""
        with self._lock:
            workers, self._all = self._all, []
            self._idle.clear()
        for worker in workers:
            worker.discard()
