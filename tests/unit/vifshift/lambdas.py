"""How the tests of the handlers call them: as Step Functions does, JSON in, JSON out."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tests.unit.vifshift.fakes import EXECUTION, REGION, after

Json = dict[str, Any]
Handler = Callable[[Json, Any], Json]

CONTEXT = SimpleNamespace(
    function_name="vifshift",
    memory_limit_in_mb=256,
    invoked_function_arn=f"arn:aws:lambda:{REGION}:111122223333:function:vifshift",
    aws_request_id="8a8e8c1a-0000-4000-8000-000000000000",
)


def send(handler: Handler, event: Json) -> Json:
    """Invoke a Lambda with an event as JSON, and take its answer likewise."""
    answer: Json = json.loads(json.dumps(handler(json.loads(json.dumps(event)), CONTEXT)))
    return answer


def invoke(handler: Handler, **payload: Any) -> Json:
    """Invoke a Lambda with a payload as Step Functions sends it."""
    return send(handler, {"execution": EXECUTION.to_json(), **payload})


def now(seconds: float = 0) -> str:
    """Return a time as the context object tells it."""
    return after(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
