"""The JSONata and the error names that the state machines share."""

from aws_cdk import aws_stepfunctions as sfn

from vifshift.domain.errors import OWN_ERRORS, PASSING
from vifshift.domain.request import LONGEST_REQUEST_ID, REQUEST_ID_CHARACTERS

ALL = ["States.ALL"]
UNREADABLE = [error.__name__ for error in PASSING]
"""What a function raises when it can't read from AWS what it needs: worth another attempt."""

ENTERED = "$states.context.State.EnteredTime"
NOW = f"{{% {ENTERED} %}}"
NOW_SECONDS = f"$floor($toMillis({ENTERED}) / 1000)"
# The CDK drops a literal null, and a variable that was never assigned can't be read.
NULL = "{% null %}"
_ASKED_BY = (
    "{% ($given := $states.input; $is := $exists($given.request);"
    "$text := function($value) { $type($value) = 'string' ? $substring($value, 0, 256) : '' };"
    "$how := $given.trigger; $how := $is and $how in ['event', 'schedule', 'plan'] ? $how"
    " : 'execution'; $from := $how = 'event' ? $text($given.sender.source) : '';"
    "{'account': $split($states.context.Execution.Id, ':')[4],"
    "'source': $from = '' ? null : $from, 'sourceIsBound': false, 'trigger': $how,"
    "'triggerIsClaimed': $how != 'execution',"
    "'claimed': $text(($is ? $given.request : $given).requestedBy)}) %}"
)
"""What is known of who asked before anything was looked up: all that the input says is claimed."""
EXECUTION = {
    "arn": "{% $states.context.Execution.Id %}",
    "name": "{% $states.context.Execution.Name %}",
    "startedAt": "{% $states.context.Execution.StartTime %}",
    "askedBy": _ASKED_BY,
}
"""What the variable `execution` holds: whose migration or plan this is."""
HAS_ENDED_BY_ITSELF = (
    "$states.result.Status = 'SUCCEEDED' or ($states.result.Status = 'FAILED'"
    f" and $substring($states.result.Error, 0, {len(OWN_ERRORS)}) = '{OWN_ERRORS}')"
)
"""Whether an execution that was described has ended as its workflow says, and not from outside."""
ERROR = "($type($states.errorOutput.Error) = 'string' ? $states.errorOutput.Error : '')"
CAUSE = "($type($states.errorOutput.Cause) = 'string' ? $states.errorOutput.Cause : '')"
"""What a state has caught; whoever fails a task by its token may leave out either."""
LONGEST_CAUSE = 8_000
"""In characters: a Lambda function's traceback may be much longer, and the history has it all."""
PROBLEM = {
    "state": "{% $states.context.State.Name %}",
    "error": f"{{% {ERROR} %}}",
    "cause": f"{{% $substring({CAUSE}, 0, {LONGEST_CAUSE}) %}}",
}
"""What the variable `problem` holds after an error that a state has caught."""

KNOWING_WHO_ASKED = {
    "execution": "{% $merge([$execution, {'askedBy': $states.result.Payload.askedBy}]) %}"
}
"""What a function that has found out who asked assigns."""
ENDS = "outcomeIfItEndsHere"
"""The variable with the outcome of an execution that ends now, as the functions last returned it.

It is what is announced where the function that concludes is unavailable.
"""
GAP_OVER = "isGapOver"
"""The variable that says whether a virtual interface that is still not listed is gone."""
RETURNED = f"{{% $states.result.Payload.{ENDS} %}}"
"""What a function has returned for it."""
SAW = "{% {'saw': $states.result.Payload.saw} %}"
"""The output of a state that invokes a function: a line for people who look at the execution."""

# A thousand routes take a third of what a payload may hold, and matter to no end and no wait.
WITHOUT_ROUTES = (
    "$validation = null ? null : $merge([$validation, {'announcement': null},"
    "$validation.migration = null ? {} : {'migration': $merge([$validation.migration,"
    "{'expectation': $merge([$validation.migration.expectation, {'routes': null}])}])}])"
)
"""The variable `validation` of a migration without its event and its routes."""


def when(condition: str) -> sfn.Condition:
    """Return a condition in JSONata."""
    return sfn.Condition.jsonata(f"{{% {condition} %}}")


def seconds_since(time: str) -> str:
    """Return an expression for the seconds between a time and the start of the current state."""
    return f"($toMillis({ENTERED}) - $toMillis({time})) / 1000"


def request_id(given: str = "$states.input", name: str = "$states.context.Execution.Name") -> str:
    """Return an expression for a request's id: its own, else its envelope's, else `name`.

    `given` and `name` are expressions for the execution's input and for its name. What can't be a
    request's id enters no key: the request is rejected under the name of its execution.
    """
    characters = REQUEST_ID_CHARACTERS.replace("/", "\\/")
    return (
        "($fits := function($id) {"
        f"$type($id) = 'string' and $length($id) > 0 and $length($id) <= {LONGEST_REQUEST_ID}"
        f" and $contains($id, /[^{characters}]/) = false }};"
        f"$given := {given}; $asked := $given.request.requestId; $own := $given.requestId;"
        f"$fits($asked) ? $asked : $fits($own) ? $own : {name})"
    )


def is_named(given: str = "$states.input", name: str = "$states.context.Execution.Name") -> str:
    """Return an expression for whether people have given a request's id themselves."""
    return (
        f"($asked := {given}; $body := $exists($asked.request) ? $asked.request : $asked;"
        f"$type($body.requestId) = 'string' and $body.requestId = {request_id('$asked', name)})"
    )
