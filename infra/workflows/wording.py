"""Words the last event in JSONata, for when the Lambda that should have can't be had."""

from collections.abc import Mapping
from typing import NamedTuple

from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.events.migration import DetailType

TEXT = "How it ended could not be worded. The execution in Step Functions has the details."
NEXT_STEP = "Look at the virtual interface, your router and the execution."

UNWORDED = "no details, since they could not be worded: look at the execution"

PLAN_NEXT_STEP = "Look at the plan in Step Functions, and at the last event of each of its moves."
_NO_COUNTS = (
    "{'moves': 0, 'succeeded': 0, 'unchanged': 0, 'failed': 0, 'notStarted': 0, 'inFlight': 0}"
)


def names_and_errors(
    final: Mapping[Outcome, DetailType] | Mapping[PlanOutcome, DetailType],
) -> tuple[str, str]:
    """Return two objects, each by outcome: the name of its last event, and its error or null."""
    names = ", ".join(f"'{outcome}': '{name}'" for outcome, name in final.items())
    errors = ", ".join(
        f"'{outcome}': '{outcome.error}'" if outcome.error else f"'{outcome}': null"
        for outcome in final
    )
    return f"{{{names}}}", f"{{{errors}}}"


class Subject(NamedTuple):
    """What the event is about, each as an expression in JSONata."""

    virtual_interface_id: str = "null"
    source_connection_id: str = "null"
    target_connection_id: str = "null"
    region: str = "null"
    owner_account: str = "null"


def last_event(
    *, detail_type: str, request_id: str, subject: Subject, outcome: str, message: str, now: str
) -> str:
    """Return an expression for an announcement of `vifshift.events.migration.Ended`."""
    return (
        f"{{'detailType': {detail_type}, 'detail': {{"
        "'metadata': {'version': '1', 'migrationId': $execution.name,"
        f"'requestId': {request_id}, 'executionArn': $execution.arn,"
        "'occurredAt': $states.context.State.EnteredTime},"
        "'data': {'subject': {"
        f"'virtualInterfaceId': {subject.virtual_interface_id},"
        "'virtualInterfaceName': null,"
        f"'sourceConnectionId': {subject.source_connection_id},"
        f"'targetConnectionId': {subject.target_connection_id},"
        "'requestedBy': '', 'reason': '',"
        f"'region': {subject.region}, 'ownerAccount': {subject.owner_account}}},"
        f"'notice': {{'title': {_title(subject, outcome)}, 'text': '{TEXT}',"
        f"'nextStep': '{NEXT_STEP}'}},"
        f"'outcome': {outcome}, 'reasonCode': null, 'message': {message},"
        f"'nextStep': '{NEXT_STEP}',"
        f"'now': {now},"
        "'carriesTraffic': 'unknown', 'routes': [], 'findings': [], 'approval': null,"
        "'evidence': null}}}"
    )


def _title(subject: Subject, outcome: str) -> str:
    """Return an expression for which VIF it is, where that is known, and how it ended."""
    vif = subject.virtual_interface_id
    return f"(({vif}) ? ({vif}) : 'A virtual interface') & ': its migration ended as ' & {outcome}"


def last_event_of_plan(detail_type: str, outcome: str) -> str:
    """Return an expression for the announcement `vifshift.events.plan.PlanEnded`."""
    counts = "$preparation ? $preparation.counts : " + _NO_COUNTS
    return (
        f"{{'detailType': {detail_type}, 'detail': {{"
        "'metadata': {'version': '1', 'planId': $execution.name, 'requestId': $requestId,"
        "'executionArn': $execution.arn, 'occurredAt': $states.context.State.EnteredTime},"
        "'data': {'subject': {'requestedBy': '', 'reason': '', 'region': null,"
        "'from': null, 'to': null},"
        f"'notice': {{'title': 'A plan ended as ' & {outcome}, 'text': '{TEXT}',"
        f"'nextStep': '{PLAN_NEXT_STEP}'}},"
        f"'outcome': {outcome}, 'reasonCode': null, 'message': '{UNWORDED}',"
        f"'nextStep': '{PLAN_NEXT_STEP}', 'counts': {counts}, 'failed': [],"
        "'findings': [], 'approval': null, 'evidence': null}}}"
    )
