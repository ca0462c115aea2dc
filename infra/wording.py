"""Words the last event in JSONata, for when the Lambda that should have can't be had."""

from typing import NamedTuple

TEXT = "How it ended could not be worded. The execution in Step Functions has the details."
NEXT_STEP = "Look at the virtual interface, your router and the execution."


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
    """Return an expression for the announcement `vifshift.events.Ended`, of expressions."""
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
