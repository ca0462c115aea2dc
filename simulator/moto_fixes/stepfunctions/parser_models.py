"""StartExecution as AWS does it: names, limits and idempotency."""

import json
import re
from typing import Any, Final

import moto.stepfunctions.models
import moto.stepfunctions.responses
from moto.core.config import default_user_config
from moto.moto_api._internal import mock_random
from moto.stepfunctions.exceptions import InvalidExecutionInput, InvalidName
from moto.stepfunctions.parser.models import (
    StepFunctionsParserBackend,
    stepfunctions_parser_backends,
)

from simulator.core.context import CloudContext
from simulator.core.repairs import correction, extension

INPUT_LIMIT: Final = 262_144
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f<>{}\[\]?*\"#%\\^|~`$&,;:/\s]{1,80}")


REPAIRS: Final = (
    extension(
        "moto.core.config:default_user_config[stepfunctions][execute_state_machine]",
        lacks="State machines are not executed unless a setting says so.",
        test="moto_fixes/stepfunctions/test_executions.py::test_an_execution_gets_a_name_of_its_own",
    ),
    correction(
        "moto.stepfunctions.models:stepfunctions_backends",
        "moto.stepfunctions.responses:stepfunctions_backends",
        problem="CloudFormation creates state machines in one store, and the interpreter reads "
        "another.",
        test="moto_ext/eventbridge/test_events.py::"
        "test_a_rule_starts_a_state_machine_with_its_input",
    ),
    correction(
        "moto.stepfunctions.parser.models:StepFunctionsParserBackend.start_execution",
        problem="Executions without a name share one, and neither name nor input is checked as "
        "AWS does (API reference, StartExecution).",
        test="moto_fixes/stepfunctions/test_executions.py::test_a_name_that_aws_refuses_is_refused",
    ),
)


def repair(context: CloudContext) -> None:
    """Execute state machines, whether CloudFormation or a client has created them."""
    patches = context.patches
    settings: Any = default_user_config
    patches.set_item(
        settings["stepfunctions"],
        "execute_state_machine",
        True,
        "moto.core.config:default_user_config[stepfunctions][execute_state_machine]",
    )
    # CloudFormation creates in one store, while executions are read from the other.
    for module in (moto.stepfunctions.models, moto.stepfunctions.responses):
        patches.set(module, "stepfunctions_backends", stepfunctions_parser_backends)
    start: Any = StepFunctionsParserBackend.start_execution

    def start_execution(
        self: Any,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: str | None = None,
        trace_header: str | None = None,
    ) -> Any:
        name = name or str(mock_random.uuid4())
        execution_input = "{}" if execution_input is None else execution_input
        _check(name, execution_input)
        return start(self, state_machine_arn, name, execution_input, trace_header)

    patches.set(StepFunctionsParserBackend, "start_execution", start_execution)


def _check(name: str, execution_input: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidName(f"Invalid Name: '{name}'")
    if len(execution_input.encode()) > INPUT_LIMIT:
        raise InvalidExecutionInput(
            f"Invalid State Machine Execution Input: larger than {INPUT_LIMIT} bytes"
        )
    try:
        json.loads(execution_input)
    except ValueError as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from error
