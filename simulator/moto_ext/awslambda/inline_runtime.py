"""A Lambda runtime in this process: fast, deterministic, and in virtual time."""

import importlib
import io
import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from moto.moto_api._internal import mock_random

from simulator.core.clock import Clock
from simulator.core.context import CloudContext
from simulator.moto_ext.awslambda.cold_starts import (
    STARTS,
    ColdStart,
    Handler,
    bytecode_kept,
    requests_made,
)
from simulator.moto_ext.awslambda.isolation import OwnModules, process_settings, reset_libraries
from simulator.moto_ext.awslambda.log_capture import captured
from simulator.moto_ext.awslambda.packages import Code, unpacked
from simulator.moto_ext.awslambda.runtime import (
    TASK_ROOT,
    InvocationResult,
    environment_of,
    failure,
    log_format,
    timed_out,
)
from simulator.virtual_time.interpreter import iso


class _TimedOut(BaseException):
    """Unwinds a handler whose time is up."""


@dataclass
class InlineContext:
    """The context object that a handler gets."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    remaining: Callable[[], int]
    identity: Any = None
    client_context: Any = None

    def get_remaining_time_in_millis(self) -> int:
        """Return the virtual time that is left."""
        return self.remaining()


class _Warm:
    """A function after its cold start."""

    def __init__(self, code: Code, stream: str, start: ColdStart | None) -> None:
        self.code = code
        self.modules = OwnModules(code, start.modules if start else {})
        self.stream = stream
        self.handler = start.handler if start else None


class _Sleeper:
    """The clock as a handler sees it: its time-out ends a sleep."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._deadline = clock.now() + timedelta(seconds=seconds)
        self.settings: Callable[[], ExitStack] = ExitStack
        self.reads = 0
        self.call_later = clock.call_later

    def now(self) -> datetime:
        """Return the virtual time, and count the reads."""
        self.reads += 1
        return self._clock.now()

    def remaining(self) -> int:
        """Return the milliseconds that are left."""
        return max(0, round((self._deadline - self._clock.now()).total_seconds() * 1000))

    def sleep(self, seconds: float) -> None:
        """Sleep, without the function's settings while others run."""
        left = self.remaining() / 1000
        self._clock.sleep(min(seconds, left), self.settings)
        if seconds >= left:
            raise _TimedOut


class InlineRuntime:
    """Runs deployed handlers in this process, each function with its own modules."""

    def __init__(self, context: CloudContext) -> None:
        self._context = context
        self._warm: dict[tuple[str, str], _Warm] = {}
        # Whoever used the libraries in this process before has left them warm.
        reset_libraries()

    def invoke(self, function: Any, payload: str, request_id: str) -> InvocationResult:
        """Run a function on a JSON document."""
        key = _container(function)
        warm = self._warmed(function, key)
        clock = _Sleeper(self._context.clock, float(function.timeout))
        sink = io.StringIO()
        environment = environment_of(function, warm.stream)

        @contextmanager
        def settings() -> Iterator[None]:
            with (
                captured(sink),
                process_settings(environment, clock, self._context.random),
                warm.modules.installed(),
            ):
                yield

        running = ExitStack()
        clock.settings = lambda: _outside(running, settings)
        context = self._handler_context(function, warm, request_id, clock)
        running.enter_context(settings())
        try:
            moment = partial(self._moment, sink, clock)
            handler = warm.handler or self._start(function.handler, warm, key, request_id, moment)
            answer = _call(handler, warm.code, json.loads(payload), context)
            errored = False
        except _TimedOut:
            running.close()
            outcome = timed_out(request_id, float(function.timeout))
            return InvocationResult(outcome.payload, True, (*_lines(sink), *outcome.lines))
        except _HandlerFailed as failed:
            answer, errored = json.dumps(failed.body, separators=(",", ":")), True
            print(self._report(function, failed))
        finally:
            running.close()
        return InvocationResult(answer, errored, _lines(sink))

    def restore(self) -> None:
        """End every container, and keep what was imported for those to come."""
        for key in self._warm:
            if start := STARTS.get(key):
                start.restore()
        self._warm.clear()
        reset_libraries()

    def close(self) -> None:
        """End every container; what was imported is there for the process's next cloud."""
        self.restore()

    def _warmed(self, function: Any, key: tuple[str, str]) -> _Warm:
        if key not in self._warm:
            day = self._context.clock.now().strftime("%Y/%m/%d")
            stream = f"{day}/[$LATEST]{self._context.random.getrandbits(128):032x}"
            code = unpacked(function.code_bytes)
            self._warm[key] = _Warm(code, stream, STARTS.used(key))
        return self._warm[key]

    def _start(
        self,
        name: str,
        warm: _Warm,
        key: tuple[str, str],
        request_id: str,
        moment: Callable[[], tuple[object, ...]],
    ) -> Handler:
        """Import the handler, and keep the start where the next one would be like it."""
        before = moment()
        with _failing(warm.code, request_id), requests_made() as requests, bytecode_kept():
            handler = _load(name, request_id)
        warm.handler = handler
        if moment() == before and not requests:
            STARTS.keep(key, ColdStart(warm.modules.loaded(), handler))
        return handler

    def _report(self, function: Any, failed: "_HandlerFailed") -> str:
        """Write what was not caught as Lambda does, in the function's log format."""
        if log_format(function) != "JSON":
            return failed.text
        time = iso(self._context.clock.now())
        return json.dumps({"timestamp": time, "level": "ERROR", **failed.body})

    def _moment(self, sink: io.StringIO, clock: _Sleeper) -> tuple[object, ...]:
        """Return all that a cold start must leave alone, if it is to be kept."""
        return clock.reads, self._context.random.getstate(), mock_random.getstate(), sink.tell()

    def _handler_context(
        self, function: Any, warm: _Warm, request_id: str, clock: _Sleeper
    ) -> InlineContext:
        return InlineContext(
            function_name=function.function_name,
            function_version="$LATEST",
            invoked_function_arn=function.function_arn,
            memory_limit_in_mb=str(function.memory_size),
            aws_request_id=request_id,
            log_group_name=function.logs_group_name,
            log_stream_name=warm.stream,
            remaining=clock.remaining,
        )


class _HandlerFailed(Exception):
    def __init__(self, kind: str, message: str, request_id: str, trace: list[str]) -> None:
        super().__init__(message)
        self.body = failure(kind, message, request_id, trace)
        text = "".join(trace)
        self.text = f"[ERROR] {kind}: {message}" + (
            f"\nTraceback (most recent call last):\n{text}" if text else ""
        )


def _call(handler: Handler, code: Code, event: Any, context: InlineContext) -> str:
    """Call the handler, and write its answer as JSON."""
    request_id = context.aws_request_id
    with _failing(code, request_id):
        answer = handler(event, context)
    try:
        return json.dumps(answer, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        raise _HandlerFailed("Runtime.MarshalError", message, request_id, []) from error


@contextmanager
def _failing(code: Code, request_id: str) -> Iterator[None]:
    """Turn what a function's code raises into what Lambda answers."""
    try:
        yield
    except (_HandlerFailed, _TimedOut):
        raise
    except SystemExit as error:
        raise _HandlerFailed(
            "Runtime.ExitError", f"Runtime exited with {error.code}", request_id, []
        ) from error
    except Exception as error:
        raise _HandlerFailed(
            type(error).__name__, str(error), request_id, _trace(error, code)
        ) from error


def _container(function: Any) -> tuple[str, str]:
    """Return what tells containers apart: new code, or new settings, make a new one."""
    settings = json.dumps(function.environment_vars, sort_keys=True)
    return function.function_arn, f"{function.code_sha_256}{settings}"


def _load(name: str, request_id: str) -> Handler:
    module_name, _, function_name = name.rpartition(".")
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise _HandlerFailed("Runtime.ImportModuleError", message, request_id, []) from error
    handler: Handler | None = getattr(module, function_name, None)
    if handler is None:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise _HandlerFailed("Runtime.HandlerNotFound", message, request_id, [])
    return handler


def _trace(error: Exception, code: Code) -> list[str]:
    """Write the frames as Lambda has them: from the handler on, under /var/task."""
    frames = traceback.format_tb(error.__traceback__)
    own = [frame for frame in frames if __file__ not in frame]
    return [frame.replace(str(code.folder), TASK_ROOT) for frame in own]


def _outside(running: ExitStack, settings: Callable[[], Any]) -> ExitStack:
    """Leave the function's settings, and come back to them at the end."""
    running.close()
    outside = ExitStack()
    outside.callback(lambda: running.enter_context(settings()))
    return outside


def _lines(sink: io.StringIO) -> tuple[str, ...]:
    return tuple(sink.getvalue().splitlines())
