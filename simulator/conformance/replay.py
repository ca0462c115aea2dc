"""Runs a recorded execution once more in `sfnx.testing`, and compares every state of it.

The second interpreter gets what the world outside gave the first one: the execution's input and
name, when each state was entered, what each task answered, the token that a task was given, what
$random drew, and what lay in the bucket. All else it works out by itself: the way from state to
state, what each is given, asks, assigns and puts out, which errors are retried or caught, and how
it ends. What it leaves aside by its own account (time-outs, concurrency) is evaluated by it too.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from sfnx import testing

from simulator.conformance.cursor import Cursor, LostError, OverError, end_of
from simulator.conformance.outcome import ReplayOutcome
from simulator.conformance.recording import RecordedExecution
from simulator.conformance.steps import RecordedError
from simulator.core.patches import Patches
from simulator.virtual_time.interpreter import iso

_LEFT_ASIDE: Final = ("TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency")


def replay(recorded: RecordedExecution) -> list[ReplayOutcome]:
    """Replay an execution, and those of its items; the first outcome is its own."""
    run = _Replay()
    with Patches() as patches:
        for name in ("entered", "settled", "scope", "attempt", "evaluate"):
            run.originals[name] = patches.set(testing, name, getattr(run, name))
        run.execute(recorded, recorded.definition, json.loads(recorded.execution["input"]))
    return run.outcomes


class _Replay:
    """Stands where `sfnx.testing` looks into itself: its methods are called for its functions."""

    def __init__(self) -> None:
        self.originals: dict[str, Any] = {}
        self.outcomes: list[ReplayOutcome] = []
        self._cursors: list[Cursor] = []

    @property
    def _cursor(self) -> Cursor:
        return self._cursors[-1]

    def execute(
        self, recorded: RecordedExecution, definition: Mapping[str, Any], given: object
    ) -> None:
        """Replay one execution."""
        cursor = Cursor(recorded)
        self.outcomes.append(cursor.outcome)
        self._cursors.append(cursor)
        record = testing.Record(self._call, self._wait, _States(cursor))
        context = testing.execution_context(given, iso(recorded.execution["startDate"]))
        token = testing.REPLACED.set({"random": lambda *_: cursor.draw()})
        try:
            output = self.originals["scope"](definition, {}, given, context, record)
        except testing.Failure as failure:
            cursor.fail(failure.error, failure.cause)
        except (OverError, LostError):
            pass
        else:
            cursor.succeed(output)
        finally:
            testing.REPLACED.reset(token)
            self._cursors.pop()

    def entered(
        self, context: Mapping[str, Any], name: str, state: Mapping[str, Any], retries: int = 0
    ) -> dict[str, Any]:
        """Make the context object of a state."""
        made = self.originals["entered"](context, name, state, retries)
        return self._cursor.complete(made, name, state)

    def attempt(
        self,
        state: Mapping[str, Any],
        name: str,
        variables: dict[str, Any],
        frame: dict[str, Any],
        *rest: object,
    ) -> tuple[dict[str, Any], object]:
        """Evaluate what the second interpreter leaves aside, before it makes its attempt."""
        aside = {key: state[key] for key in _LEFT_ASIDE if key in state}
        found = testing.value(aside, variables, frame)
        assert isinstance(found, dict)
        if "TimeoutSeconds" in found:
            self._cursor.bound(name, found["TimeoutSeconds"])
        made: tuple[dict[str, Any], object] = self.originals["attempt"](
            state, name, variables, frame, *rest
        )
        return made

    def evaluate(self, code: str, variables: Mapping[str, object], states: object) -> object:
        """Evaluate an expression, without the variables that it does not name: all are copied."""
        named = {name: value for name, value in variables.items() if f"${name}" in code}
        return self.originals["evaluate"](code, named, states if "$states" in code else {})

    def settled(
        self, fields: Mapping[str, Any], variables: Mapping[str, Any], frame: Any, default: object
    ) -> tuple[dict[str, Any], object]:
        """Assign and put out as a state, a rule or a catcher says."""
        assigned, output = self.originals["settled"](fields, variables, frame, default)
        self._cursor.leave(frame["context"]["State"]["Name"], frame["input"], assigned, output)
        return assigned, output

    def scope(
        self, definition: Mapping[str, Any], variables: object, given: object, *rest: object
    ) -> object:
        """Run what is inside of a state; an item of a distributed Map is an execution."""
        if definition.get("ProcessorConfig", {}).get("Mode") != "DISTRIBUTED":
            return self.originals["scope"](definition, variables, given, *rest)
        item = self._cursor.item(given)
        if item is None:
            return None
        self.execute(item, definition, given)
        if item.execution["status"] != "SUCCEEDED":
            _raise(end_of(item))
        return json.loads(item.execution["output"])

    def _call(self, call: testing.Call) -> object:
        """Answer a task, or the reader of a Map's items, as the world outside did."""
        cursor = self._cursor
        if cursor.is_distributed(call.state):
            _raise(cursor.run_map(call.state).error)
            arguments = call.arguments
            assert isinstance(arguments, dict)
            return json.loads(cursor.recorded.objects[f"{arguments['Bucket']}/{arguments['Key']}"])
        attempt = cursor.ask(call.state, call.arguments)
        _raise(attempt.error)
        return attempt.output

    def _wait(self, wait: testing.Wait) -> None:
        self._cursor.wait(wait.state, wait.seconds, wait.timestamp)


class _States(list[str]):
    """The states that the second interpreter enters, checked as they come."""

    def __init__(self, cursor: Cursor) -> None:
        super().__init__()
        self._cursor = cursor

    def append(self, name: str) -> None:
        """Take in the next state."""
        super().append(name)
        self._cursor.enter(name)


def _raise(error: RecordedError | None) -> None:
    if error is not None:
        raise testing.Failure(error.error, error.cause)
