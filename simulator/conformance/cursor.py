"""Follows the replay of one execution through its recording, and compares the two."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from simulator.conformance.comparing import apart, shown
from simulator.conformance.outcome import Difference, ReplayOutcome
from simulator.conformance.recording import RecordedExecution
from simulator.conformance.steps import Attempt, RecordedError, RecordedMapRun, StateVisit, steps
from simulator.virtual_time.interpreter import iso

_CUT: Final = {"ABORTED": "stopped", "TIMED_OUT": "timed out as a whole"}
_BROKEN: Final = "broken by the platform"


class OverError(Exception):
    """The recording ends here because the execution was ended from outside."""


class LostError(Exception):
    """The second interpreter took another path, so that there is nothing more to compare."""


class Cursor:
    """The progress of an execution's replay, and its result."""

    def __init__(self, recorded: RecordedExecution) -> None:
        self.recorded = recorded
        self._steps = steps(recorded.history)
        self._latest: dict[str, StateVisit] = {}
        self._entered = 0
        self._drawn = 0
        self._tokens: set[str] = set()
        self._items: Counter[str] = Counter()
        self.outcome = ReplayOutcome(
            machine=recorded.machine,
            is_item="mapRunArn" in recorded.execution,
            cut=_cut(recorded, self._steps),
        )

    def enter(self, name: str) -> None:
        """Enter the next state of the recording, which must be this one."""
        if self._entered == len(self._steps):
            raise self._astray(name, "path", "the end", name)
        step = self._steps[self._entered]
        self._entered += 1
        self.outcome.compared["states"] += 1
        if step.name != name:
            raise self._astray(name, "path", step.name, name)
        self.outcome.states.add(name)
        self._latest[name] = step

    def complete(
        self, context: dict[str, Any], name: str, state: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Complete the context object by what only the first engine could know."""
        execution, step = self.recorded.execution, self._latest[name]
        machine = execution["stateMachineArn"]
        context["Execution"] = {
            **context["Execution"],
            "Id": execution["executionArn"],
            "Name": execution["name"],
            "StartTime": iso(execution["startDate"]),
        }
        context["StateMachine"] = {"Id": machine, "Name": machine.rpartition(":")[2]}
        context["State"] = {**context["State"], "EnteredTime": step.entered}
        if "Task" in context and (token := step.token(state.get("Arguments"))):
            context["Task"] = {"Token": token}
            self._tokens.add(token)
            self.outcome.taken["task tokens"] = len(self._tokens)
        return context

    def bound(self, name: str, timeout: object) -> None:
        """Compare the timeout of the next task."""
        step = self._latest[name]
        attempt = step.attempts[step.tried] if step.tried < len(step.attempts) else None
        if attempt is not None and attempt.is_scheduled:
            self._compare(name, "TimeoutSeconds", attempt.timeout, timeout)

    def ask(self, name: str, arguments: object) -> Attempt:
        """Compare the arguments of a task, and return its recorded result."""
        step = self._latest[name]
        if step.tried == len(step.attempts):
            raise self._astray(name, "attempts", len(step.attempts), step.tried + 1)
        attempt = step.attempts[step.tried]
        step.tried += 1
        if attempt.is_scheduled:
            self._compare(name, "Arguments", attempt.parameters, arguments)
        if not attempt.is_over:
            raise OverError
        return attempt

    def run_map(self, name: str) -> RecordedMapRun:
        """Begin the next run of a distributed Map."""
        step = self._latest[name]
        if step.tried == len(step.map_runs):
            raise self._astray(name, "runs", len(step.map_runs), step.tried + 1)
        step.tried += 1
        return step.map_runs[step.tried - 1]

    def is_distributed(self, name: str) -> bool:
        """Return whether a state is a Map, whose items are read by one call."""
        return self._latest[name].kind == "Map"

    def item(self, given: object) -> RecordedExecution | None:
        """Return the execution of the next item of the Map that was entered last.

        None if it was not started.
        """
        step = self._steps[self._entered - 1]
        run = step.map_runs[step.tried - 1].arn
        number = self._items[run]
        self._items[run] += 1
        if number == len(self.recorded.items[run]):
            if self.outcome.cut is None:
                self._differs(step.name, "items", number, number + 1)
            return None
        found = self.recorded.items[run][number]
        self._compare(step.name, "input of an item", json.loads(found.execution["input"]), given)
        return found

    def wait(self, name: str, seconds: int | None, timestamp: str | None) -> None:
        """Compare what a Wait evaluates with how long the first engine waited."""
        step = self._latest[name]
        if step.left_at is None:
            return
        if seconds is not None:
            until = step.entered_at + timedelta(seconds=seconds)
        else:
            until = max(step.entered_at, datetime.fromisoformat(str(timestamp)))
        self._compare(name, "waited until", iso(step.left_at), iso(until))

    def draw(self) -> float:
        """Return what $random has given the first engine here."""
        self._drawn += 1
        self.outcome.taken["numbers of $random"] += 1
        return self.recorded.drawn[self._drawn - 1]

    def leave(self, name: str, given: object, assigned: object, output: object) -> None:
        """Compare what a state was given, assigns and puts out."""
        step = self._latest[name]
        if step.left_at is not None:
            self._compare(name, "input", step.given, given)
            self._compare(name, "Assign", step.assigned, assigned)
            self._compare(name, "Output", step.output, output)
        elif self.outcome.cut is None:
            self._differs(name, "exit", "none", assigned)

    def succeed(self, output: object) -> None:
        """Compare the end of the execution: it succeeds with this output."""
        if self._is_at_end("SUCCEEDED"):
            recorded = json.loads(self.recorded.execution["output"])
            self._compare("", "output of the execution", recorded, output)

    def fail(self, error: str, cause: str) -> None:
        """Compare the end of the execution: it fails with this error."""
        if self._is_at_end("FAILED"):
            told = end_of(self.recorded)
            self._compare("", "error of the execution", told.error, error)
            self._compare("", "cause of the execution", told.cause, cause)

    def _is_at_end(self, status: str) -> bool:
        """Compare an end with the recording; one that was cut off has none."""
        has_all = self._entered == len(self._steps)
        if has_all and self.outcome.cut is not None:
            return False
        is_at_end = has_all and self.recorded.execution["status"] == status
        if not is_at_end:
            left = [step.name for step in self._steps[self._entered :]]
            self._differs("", "end", left or self.recorded.execution["status"], status)
        return is_at_end

    def _astray(self, name: str, what: str, recorded: object, replayed: object) -> Exception:
        """Return what ends the replay where the second interpreter goes on, or elsewhere."""
        is_over = self.outcome.cut is not None and self._entered == len(self._steps)
        if is_over:
            return OverError()
        self._differs(name, what, recorded, replayed)
        return LostError()

    def _compare(self, state: str, what: str, recorded: object, replayed: object) -> None:
        self.outcome.compared[what] += 1
        if found := apart(recorded, replayed):
            self._differs(state, f"{what}{found.path}", found.first, found.second)

    def _differs(self, state: str, what: str, recorded: object, replayed: object) -> None:
        difference = Difference(
            scenario=self.recorded.scenario,
            machine=self.recorded.machine,
            state=state,
            what=what,
            recorded=shown(recorded),
            replayed=shown(replayed),
        )
        self.outcome.differences.append(difference)


def end_of(recorded: RecordedExecution) -> RecordedError:
    """Return what an execution has failed with."""
    execution = recorded.execution
    return RecordedError(execution.get("error") or "", execution.get("cause") or "")


def _cut(recorded: RecordedExecution, found: list[StateVisit]) -> str | None:
    """Return why a recording ends before the execution does, or None."""
    status = recorded.execution["status"]
    if status in _CUT:
        return _CUT[status]
    if status != "FAILED" or not found:
        return None
    last = found[-1]
    ends_by_itself = last.kind == "Fail" or last.has_failed or last.left_at is not None
    return None if ends_by_itself else _BROKEN
