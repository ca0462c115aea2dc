"""How a gateway is locked: at once if it is free; if it is busy, after a wait, or not at all.

A lock belongs to an execution. One that ended by itself and left its lock behind has nothing in
flight, so its lock is taken over at once. One that was stopped, timed out or broke may have: the
watchdog frees that lock once the VIF is at rest, so it is waited for as if the holder still ran.
"""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn

from infra.workflows.catching import caught
from infra.workflows.expressions import (
    ALL,
    ENDS,
    ENTERED,
    HAS_ENDED_BY_ITSELF,
    NOW_SECONDS,
    WITHOUT_ROUTES,
    seconds_since,
    when,
)
from infra.workflows.lock_states import WriteCondition, value
from infra.workflows.states import States
from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.gateway_lock import LEASE_MARGIN
from vifshift.domain.migration import Outcome
from vifshift.domain.open_executions import ON_THE_WAY, OPEN_ATTRIBUTE
from vifshift.domain.request import LOCK_WAIT, LONGEST_HOLD, LONGEST_LOCK_WAIT
from vifshift.domain.table_keys import ItemKind, key_expression
from vifshift.domain.workflow import CONDITION_FAILED, TIMED_OUT, StateName, Wait

SHORTEST_POLL, LONGEST_POLL = 15, 480
"""In seconds. A poll takes 20 events: the 210 polls of a day leave room for the longest move and
its rollback in the 25,000 events that a history may have (AWS: Step Functions service quotas)."""
PATIENCE_SHARE = 10
"""An execution that has waited for long polls again after a further tenth of that time."""

_CONVERGENCE = "$validation.migration.request.convergence"
_KEY = f"{{% {key_expression(ItemKind.GATEWAY, '$lockKey')} %}}"
# With guards, it may be held for longer than it says.
_HOLD = (
    f"($exists($validation.migration.request.guards) ? {LONGEST_HOLD} : {_CONVERGENCE}.holdSeconds)"
)
_LEASE = f"{LEASE_MARGIN.total_seconds():.0f} + 2 * ({_CONVERGENCE}.timeoutSeconds + {_HOLD})"
_ABOUT = {
    "virtualInterfaceId": "{% $validation.migration.snapshot.virtualInterfaceId %}",
    "connectionId": "{% $validation.migration.target %}",
    "requestId": "{% $requestId %}",
    # Those that observe share the API's rate, and so count each other.
    OPEN_ATTRIBUTE: ON_THE_WAY,
}
HOLDER = (
    "($item := $states.result.Item; $exists($item.pk) ? {"
    "'executionArn': $item.executionArn.S, 'expiresAt': $number($item.expiresAt.N),"
    "'virtualInterfaceId': $item.virtualInterfaceId.S,"
    "'connectionId': $item.connectionId.S, 'requestId': $item.requestId.S} : null)"
)
"""An expression for the holder of a lock that was read, null if there is none."""
_WAITED = seconds_since("$waitingSince")
_MAY_WAIT = (
    "($asked := $validation.migration.request;"
    f"$min([{LONGEST_LOCK_WAIT.total_seconds():.0f},"
    "$asked.lockWaitSeconds != null ? $asked.lockWaitSeconds : $asked.window ?"
    "($toMillis($asked.window.closesAt) - $toMillis($waitingSince)) / 1000 :"
    f"{LOCK_WAIT.total_seconds():.0f}]))"
)
# Executions that began to wait together would poll together without some randomness.
_POLL = (
    f"($waited := {_WAITED}; $left := {_MAY_WAIT} - $waited;"
    f"$poll := $min([{LONGEST_POLL}, {SHORTEST_POLL} + $waited / {PATIENCE_SHARE}]);"
    "$ceil($max([1, $min([$left, $poll * (0.75 + $random() / 2)])])))"
)


class Locking:
    """The states from `Lock gateway` on, until this execution has the lock or gives up."""

    def __init__(self, states: States, hold: lambda_.Function) -> None:
        self._states = states
        self._hold = hold

    def lock(self, following: sfn.IChainable, conclude: sfn.IChainable) -> sfn.IChainable:
        """Lock the gateway and go on, or conclude if it stays busy or can't be locked."""
        lock = self._states.locks.put(
            StateName.LOCK_GATEWAY, _KEY, _LEASE, about=_ABOUT, names_attempt=True
        )
        look = self._states.locks.get(StateName.WHO_HOLDS_IT, _KEY, {"holder": f"{{% {HOLDER} %}}"})
        since = f"$waitingSince ? $waitingSince : {ENTERED}"
        lock.add_catch(look, errors=[CONDITION_FAILED], assign={"waitingSince": f"{{% {since} %}}"})
        caught(lock, conclude, ALL).next(following)
        take_over = self._take_over(look, following, conclude)
        is_running = self._is_running(self._worth_waiting(take_over, look, conclude), conclude)
        is_free = f"$holder = null or $holder.expiresAt < {NOW_SECONDS}"
        still_held = (
            self._states.choice(StateName.IS_IT_STILL_HELD)
            .when(when(is_free), lock)
            .otherwise(is_running)
        )
        caught(look, conclude, ALL).next(still_held)
        return lock

    def _is_running(self, following: sfn.IChainable, conclude: sfn.IChainable) -> sfn.CustomState:
        """Ask what has become of the holder."""
        describe = self._states.describe_execution(
            StateName.IS_HOLDER_RUNNING,
            "{% $holder.executionArn %}",
            {"hasHolderEnded": f"{{% {HAS_ENDED_BY_ITSELF} %}}"},
        )
        caught(describe, conclude, ALL).next(following)
        return describe

    def _worth_waiting(
        self, take_over: sfn.IChainable, look: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.Choice:
        """Take over from a holder that has ended; otherwise wait a little, or give up."""
        wait = self._wait(look, conclude)
        busy = {
            "state": StateName.LOCK_GATEWAY,
            "error": CONDITION_FAILED,
            "cause": f"{{% 'busy for ' & $round({_WAITED}) & ' s' %}}",
        }
        return (
            self._states.choice(StateName.IS_IT_WORTH_WAITING)
            .when(when("$hasHolderEnded"), take_over)
            .when(when(f"{_WAITED} >= {_MAY_WAIT}"), conclude, assign={"problem": busy})
            .otherwise(wait)
        )

    def _wait(self, look: sfn.IChainable, conclude: sfn.IChainable) -> sfn.CustomState:
        """Wait until it is time to look again, or until somebody cancels the migration."""
        wait = self._states.hold(
            StateName.WAIT_FOR_GATEWAY,
            self._hold,
            {"validation": f"{{% {WITHOUT_ROUTES} %}}", "wait": Wait.GATEWAY},
            _POLL,
        )
        # The last look at a lock that was freed says nothing any more about who had it.
        wait.add_catch(look, errors=[TIMED_OUT], assign={"lastHolder": "{% $holder %}"})
        cancelled = [MigrationCancelled.__name__]
        caught(wait, conclude, cancelled, **{ENDS: Outcome.CANCELLED})
        caught(wait, conclude, ALL).next(look)
        return wait

    def _take_over(
        self, look: sfn.IChainable, following: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.TaskStateBase:
        """Take the lock over from the holder that has ended; look again if another has it."""
        take_over = self._states.locks.put(
            StateName.TAKE_LOCK_OVER,
            _KEY,
            _LEASE,
            about=_ABOUT,
            names_attempt=True,
            condition=WriteCondition(
                "executionArn = :holder",
                {":holder": value.from_string("{% $holder.executionArn %}")},
            ),
        )
        take_over.add_catch(look, errors=[CONDITION_FAILED])
        caught(take_over, conclude, ALL).next(following)
        return take_over
