"""Words the last event in JSONata, for when the Lambda that should have can't be had."""

from typing import NamedTuple


class Subject(NamedTuple):
    """What the event is about, each as an expression in JSONata."""

    virtual_interface_id: str = "null"
    source_connection_id: str = "null"
    target_connection_id: str = "null"


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
        "'requestedBy': '', 'reason': ''},"
        f"'outcome': {outcome}, 'reasonCode': null, 'message': {message},"
        "'nextStep': 'Look at the virtual interface, your router and the execution.',"
        f"'now': {now},"
        "'carriesTraffic': 'unknown', 'routes': [], 'findings': [], 'evidence': null}}}"
    )
