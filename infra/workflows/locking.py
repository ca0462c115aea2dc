"""How a gateway is locked: taken where it is free, waited for where it is busy, or given up.

A lock is its execution's. Who ended by itself and left it behind has nothing in flight, and is
followed at once. Who was stopped, timed out or broke may have: the watchdog frees that lock once
the VIF is at rest, so it is waited for like one whose holder is still running.
"""

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.workflows.states import (
    ALL,
    ENTERED,
    NOW_SECONDS,
    PROBLEM,
    Condition,
    States,
    value,
    when,
)
from vifshift.domain.errors import OWN_ERRORS
from vifshift.domain.request import LOCK_WAIT, LONGEST_LOCK_WAIT
from vifshift.domain.workflow import CONDITION_FAILED, StateName

LEASE_MARGIN_SECONDS = 3600
SHORTEST_POLL, LONGEST_POLL = 15, 360
"""In seconds. A look takes 16 events: a day's 265 leave room for the longest way there and back
in the 25,000 events that a history may have (AWS: Step Functions service quotas)."""
PATIENCE_SHARE = 10
"""Who has waited for long looks after a further tenth of that."""

_CONVERGENCE = "$validation.migration.request.convergence"
_KEY = "{% 'gateway#' & $lockKey %}"
_LEASE = (
    f"{LEASE_MARGIN_SECONDS} + 2 * ({_CONVERGENCE}.timeoutSeconds + {_CONVERGENCE}.holdSeconds)"
)
_ABOUT = {
    "virtualInterfaceId": "{% $validation.migration.snapshot.virtualInterfaceId %}",
    "requestId": "{% $requestId %}",
}
_HOLDER = (
    "($item := $states.result.Item; $exists($item.pk) ? {"
    "'executionArn': $item.executionArn.S, 'expiresAt': $number($item.expiresAt.N),"
    "'virtualInterfaceId': $item.virtualInterfaceId.S, 'requestId': $item.requestId.S} : null)"
)
_HAS_ENDED_BY_ITSELF = (
    "$states.result.Status = 'SUCCEEDED' or ($states.result.Status = 'FAILED'"
    f" and $substring($states.result.Error, 0, {len(OWN_ERRORS)}) = '{OWN_ERRORS}')"
)
_WAITED = f"($toMillis({ENTERED}) - $toMillis($waitingSince)) / 1000"
_MAY_WAIT = (
    "($asked := $validation.migration.request;"
    f"$min([{LONGEST_LOCK_WAIT.total_seconds():.0f},"
    "$asked.lockWaitSeconds != null ? $asked.lockWaitSeconds : $asked.window ?"
    "($toMillis($asked.window.closesAt) - $toMillis($waitingSince)) / 1000 :"
    f"{LOCK_WAIT.total_seconds():.0f}]))"
)
# A crowd that has come at once would come again at once.
_POLL = (
    f"($waited := {_WAITED}; $left := {_MAY_WAIT} - $waited;"
    f"$poll := $min([{LONGEST_POLL}, {SHORTEST_POLL} + $waited / {PATIENCE_SHARE}]);"
    "$ceil($max([1, $min([$left, $poll * (0.75 + $random() / 2)])])))"
)


class Locking:
    """The states from `Lock gateway` on, until the gateway is this execution's or is given up."""

    def __init__(self, scope: Construct, states: States) -> None:
        self._scope = scope
        self._states = states

    def lock(self, following: sfn.IChainable, conclude: sfn.IChainable) -> sfn.IChainable:
        """Lock the gateway and go on; conclude where it stays busy, or can't be locked."""
        lock = self._states.put_lock(StateName.LOCK_GATEWAY, _KEY, _LEASE, about=_ABOUT)
        look = self._states.get_lock(StateName.WHO_HOLDS_IT, _KEY, {"holder": f"{{% {_HOLDER} %}}"})
        since = f"$waitingSince ? $waitingSince : {ENTERED}"
        lock.add_catch(look, errors=[CONDITION_FAILED], assign={"waitingSince": f"{{% {since} %}}"})
        self._states.caught(lock, conclude, ALL).next(following)
        take_over = self._take_over(look, following, conclude)
        is_running = self._is_running(self._worth_waiting(take_over, look, conclude), conclude)
        is_free = f"$holder = null or $holder.expiresAt < {NOW_SECONDS}"
        still_held = sfn.Choice.jsonata(
            self._scope, StateName.IS_IT_STILL_HELD, comment=StateName.IS_IT_STILL_HELD.comment
        )
        still_held.when(when(is_free), lock).otherwise(is_running)
        self._states.caught(look, conclude, ALL).next(still_held)
        return lock

    def _is_running(self, following: sfn.IChainable, conclude: sfn.IChainable) -> sfn.CustomState:
        """Find out what has become of the holder."""
        describe = self._states.describe_execution(
            StateName.IS_HOLDER_RUNNING,
            "{% $holder.executionArn %}",
            {"hasHolderEnded": f"{{% {_HAS_ENDED_BY_ITSELF} %}}"},
        )
        describe.add_catch(conclude, errors=ALL, assign={"problem": PROBLEM})
        describe.next(following)
        return describe

    def _worth_waiting(
        self, take_over: sfn.IChainable, look: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.Choice:
        """Follow a holder that has ended, else wait a little, unless the time is over."""
        wait = sfn.Wait.jsonata(
            self._scope,
            StateName.WAIT_FOR_GATEWAY,
            comment=StateName.WAIT_FOR_GATEWAY.comment,
            time=sfn.WaitTime.seconds(f"{{% {_POLL} %}}"),
        )
        wait.next(look)
        busy = {
            "state": StateName.LOCK_GATEWAY,
            "error": CONDITION_FAILED,
            "cause": f"{{% 'busy for ' & $round({_WAITED}) & ' s' %}}",
        }
        return (
            sfn.Choice.jsonata(
                self._scope,
                StateName.IS_IT_WORTH_WAITING,
                comment=StateName.IS_IT_WORTH_WAITING.comment,
            )
            .when(when("$hasHolderEnded"), take_over)
            .when(when(f"{_WAITED} >= {_MAY_WAIT}"), conclude, assign={"problem": busy})
            .otherwise(wait)
        )

    def _take_over(
        self, look: sfn.IChainable, following: sfn.IChainable, conclude: sfn.IChainable
    ) -> sfn.TaskStateBase:
        """Take the lock from just the holder that has ended; where it is another's, look again."""
        take_over = self._states.put_lock(
            StateName.TAKE_LOCK_OVER,
            _KEY,
            _LEASE,
            about=_ABOUT,
            condition=Condition(
                "executionArn = :holder",
                {":holder": value.from_string("{% $holder.executionArn %}")},
            ),
        )
        take_over.add_catch(look, errors=[CONDITION_FAILED])
        self._states.caught(take_over, conclude, ALL).next(following)
        return take_over
