"""The handlers, imported as Lambda imports them: with the variables of a deployed function."""

import pytest

from tests.unit.vifshift.fakes import REGION
from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.findings import Checks
from vifshift.domain.session_policy import SessionNeeds, SessionPurpose

VARIABLES = {
    "AWS_REGION": REGION,
    "VIFSHIFT_ANSWER_RULES": "{}",
    "VIFSHIFT_BOUND_APPROVERS": "0",
    "VIFSHIFT_BOUND_REQUESTERS": "[]",
    "VIFSHIFT_BUCKET": "the-bucket",
    "VIFSHIFT_BUS": "the-bus",
    "VIFSHIFT_CHECKS": Checks().model_dump_json(),
    "VIFSHIFT_FLOOR": "{}",
    "VIFSHIFT_MIGRATIONS": f"arn:aws:states:{REGION}:111122223333:stateMachine:migrations",
    "VIFSHIFT_OBSERVATIONS_PER_SECOND": "10",
    "VIFSHIFT_PLANS": f"arn:aws:states:{REGION}:111122223333:stateMachine:plans",
    "VIFSHIFT_REACH": AccessPolicy().model_dump_json(),
    "VIFSHIFT_SESSION": SessionNeeds(purpose=SessionPurpose.ASSOCIATE).model_dump_json(),
    "VIFSHIFT_REPLY_SOURCE": "a-person",
    "VIFSHIFT_PLAN_WATCHDOG": f"arn:aws:states:{REGION}:111122223333:stateMachine:plan-watchdog",
    "VIFSHIFT_TABLE": "the-table",
    "VIFSHIFT_WATCHDOG": f"arn:aws:states:{REGION}:111122223333:stateMachine:watchdog",
}

with pytest.MonkeyPatch.context() as patch:
    for name, value in VARIABLES.items():
        patch.setenv(name, value)
    from vifshift.handlers import (
        advance,
        answer,
        associate,
        conclude,
        conclude_plan,
        hold,
        hold_plan,
        investigate,
        observe,
        prepare,
        report,
        report_plan,
        sweep,
        validate,
    )

__all__ = [
    "VARIABLES",
    "advance",
    "answer",
    "associate",
    "conclude",
    "conclude_plan",
    "hold",
    "hold_plan",
    "investigate",
    "observe",
    "prepare",
    "report",
    "report_plan",
    "sweep",
    "validate",
]
