"""How a workflow begins: registered for the sweep, and with its request's id claimed."""

from typing import Final

from aws_cdk import aws_stepfunctions as sfn

from infra.workflows.catching import caught, regardless
from infra.workflows.expressions import ALL, ENDS
from infra.workflows.states import States
from vifshift.domain.migration import Outcome
from vifshift.domain.open_executions import ExecutionKind
from vifshift.domain.workflow import CONDITION_FAILED, PlanState, StateName

SENDER: Final = (
    "($given := $states.input; $by := $given.sender; $how := $given.trigger;"
    "$exists($given.request) and $type($by) = 'object' ?"
    " 'the source ' & $string($by.source) & ' in account ' & $string($by.account) :"
    " $exists($given.request) and $how in ['schedule', 'plan'] ? 'a ' & $how : 'StartExecution')"
)
"""An expression for the sender of a request, in words."""
_CLAIMANT: Final = (
    "($item := $states.result.Item; $exists($item.pk) ? {'executionArn': $item.executionArn.S,"
    " 'sender': $exists($item.sender) ? $item.sender.S : ''} : null)"
)


def claim_states(
    states: States,
    names: type[StateName] | type[PlanState],
    claim_name: StateName | PlanState,
    kind: ExecutionKind,
    seconds: float,
    *,
    following: sfn.IChainable,
    conclude: sfn.IChainable,
) -> sfn.IChainable:
    """Return the states that register the execution, and claim the request's id for it.

    A duplicate changes nothing: it reads whose request has claimed the id, and concludes.
    """
    claim = states.locks.put(
        claim_name, "{% $claim %}", f"{seconds:.0f}", about={"sender": "{% $sender %}"}
    )
    look = states.locks.get(
        names.WHO_CLAIMED_IT, "{% $claim %}", {"claimant": f"{{% {_CLAIMANT} %}}"}
    )
    regardless(look, conclude)
    caught(claim, look, [CONDITION_FAILED], **{ENDS: Outcome.DUPLICATE})
    caught(claim, conclude, ALL).next(following)
    return regardless(states.locks.register(names.REGISTER, kind, seconds), claim)
