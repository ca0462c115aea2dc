"""When an execution has not got to an end of its own: what Step Functions itself tells of that."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.messaging.rules import rule_input
from vifshift.domain.errors import OWN_ERRORS
from vifshift.domain.execution_input import WATCHDOG_INPUT

ENDS: dict[str, dict[str, object]] = {
    "Stopped": {"status": ["ABORTED", "TIMED_OUT"]},
    "Broken": {
        "status": ["FAILED"],
        "error": [{"anything-but": {"prefix": OWN_ERRORS}}, {"exists": False}],
    },
}


def start_when_interrupted(
    scope: Construct,
    watchdog: sfn.StateMachine,
    *,
    watched: sfn.StateMachine,
    dead_letters: sqs.IQueue,
    description: str,
) -> None:
    """Start a watchdog on such an end of what it watches (AWS: Step Functions Developer Guide)."""
    for name, detail in ENDS.items():
        events.Rule(
            scope,
            name,
            description=description,
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"stateMachineArn": [watched.state_machine_arn], **detail},
            ),
            targets=[
                targets.SfnStateMachine(
                    watchdog,
                    input=rule_input(WATCHDOG_INPUT),
                    dead_letter_queue=dead_letters,
                    max_event_age=Duration.hours(24),
                    retry_attempts=185,
                )
            ],
        )
