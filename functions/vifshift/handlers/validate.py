"""Validates a request: reads it, surveys its network, judges both."""

import os
from datetime import datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import JsonValue

from vifshift.directconnect import direct_connect
from vifshift.handlers.runtime import CORRELATION_ID, Input, logger
from vifshift.survey import survey
from vifshift.validation import validate


class ValidateInput(Input):
    """A raw request, null where it is too long to hand on, and the id it was claimed under."""

    request_id: str
    request: JsonValue
    is_too_long: bool
    now: datetime


@logger.inject_lambda_context(correlation_id_path=CORRELATION_ID)
@event_parser(model=ValidateInput)
def handler(event: ValidateInput, context: LambdaContext) -> dict[str, Any]:
    """Say whether the request can be done, and what speaks against it."""
    region = os.environ["AWS_REGION"]
    validation = validate(
        event.request,
        is_too_long=event.is_too_long,
        execution=event.execution,
        survey=partial(survey, direct_connect(region), region),
        now=event.now,
        claimed_id=event.request_id,
    )
    codes = [finding.code for finding in validation.findings]
    logger.info("validated", decision=validation.decision, findings=codes)
    return validation.to_json()
