"""The last event worded in JSONata, for when the function that words it is unavailable."""

from collections.abc import Mapping
from typing import NamedTuple

from vifshift.domain.migration import Outcome
from vifshift.domain.plan_outcome import PlanOutcome
from vifshift.events.base import DetailType

TEXT = "The details of how it ended are not available. See the execution in Step Functions."
NEXT_STEP = "Check the virtual interface, your router and the execution."
UNWORDED = "no details are available: look at the execution in Step Functions"

PLAN_NEXT_STEP = "Check the plan in Step Functions, and the last event of each of its moves."
_NO_COUNTS = (
    "{'moves': 0, 'succeeded': 0, 'unchanged': 0, 'failed': 0, 'notStarted': 0, 'inFlight': 0}"
)


def digest_of(variable: str) -> str:
    """Return an expression for the digest of what was checked, null if nothing was."""
    return f"({variable}.checked.digest ? {variable}.checked.digest : null)"


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


class SubjectExpressions(NamedTuple):
    """What the event is about, each as an expression in JSONata."""

    virtual_interface_id: str = "null"
    source_connection_id: str = "null"
    target_connection_id: str = "null"
    region: str = "null"
    owner_account: str = "null"


def last_event_of_migration(
    *,
    detail_type: str,
    request_id: str,
    subject: SubjectExpressions,
    outcome: str,
    message: str,
    now: str,
    digest: str = "null",
) -> str:
    """Return an expression for an announcement of `vifshift.events.migration.Ended`.

    The arguments are expressions as well.
    """
    data = (
        "'subject': {"
        f"'virtualInterfaceId': {subject.virtual_interface_id},"
        "'virtualInterfaceName': null,"
        f"'sourceConnectionId': {subject.source_connection_id},"
        f"'targetConnectionId': {subject.target_connection_id},"
        "'requestedBy': '', 'reason': '',"
        f"'region': {subject.region}, 'ownerAccount': {subject.owner_account}}},"
        f"{_ended(_title(subject, outcome), outcome, message, NEXT_STEP, _way_back(subject))},"
        f"'now': {now}, 'carriesTraffic': 'unknown', 'routes': [], 'digest': {digest}"
    )
    return _announcement(detail_type, "migrationId", request_id, data)


def last_event_of_plan(detail_type: str, outcome: str) -> str:
    """Return an expression for an announcement of `vifshift.events.plan.PlanEnded`.

    The arguments are expressions as well.
    """
    title = f"'A plan ended as ' & {outcome}"
    message = f"'{UNWORDED}'"
    data = (
        "'subject': {'requestedBy': '', 'reason': '', 'region': null, 'from': null, 'to': null},"
        f"{_ended(title, outcome, message, PLAN_NEXT_STEP)},"
        f"'counts': $preparation ? $preparation.counts : {_NO_COUNTS}, 'failed': [],"
        f"'digest': {digest_of('$preparation')}, 'moveList': null"
    )
    return _announcement(detail_type, "planId", "$requestId", data)


def _announcement(detail_type: str, id_name: str, request_id: str, data: str) -> str:
    return (
        f"{{'detailType': {detail_type}, 'detail': {{"
        f"'metadata': {{'version': '1', '{id_name}': $execution.name,"
        f"'requestId': {request_id}, 'executionArn': $execution.arn,"
        "'occurredAt': $states.context.State.EnteredTime,"
        "'askedBy': $execution.askedBy ? $execution.askedBy : null},"
        f"'data': {{{data}, 'findings': [], 'approval': null, 'evidence': null}}}}}}"
    )


def _ended(title: str, outcome: str, message: str, next_step: str, way_back: str = "''") -> str:
    """Return the fields that the last events of migrations and of plans have in common.

    `way_back` is an expression for the command that takes a virtual interface back by hand.
    """
    return (
        f"'notice': {{'title': {title}, 'text': '{TEXT}', 'nextStep': '{next_step}',"
        f"'more': {way_back} & 'Execution: ' & $execution.arn}},"
        f"'outcome': {outcome}, 'reasonCode': null, 'message': {message},"
        f"'nextStep': '{next_step}'"
    )


def _way_back(subject: SubjectExpressions) -> str:
    """Return an expression for the command that takes a virtual interface back, if it is known."""
    vif, source = subject.virtual_interface_id, subject.source_connection_id
    return (
        f"(({vif}) and ({source}) ? 'To take it back by hand, if it does not work where it is: "
        f"`aws directconnect associate-virtual-interface --virtual-interface-id ' & ({vif}) & "
        f"' --connection-id ' & ({source}) & '` ' : '')"
    )


def _title(subject: SubjectExpressions, outcome: str) -> str:
    """Return an expression for which VIF it is, where that is known, and how it ended."""
    vif = subject.virtual_interface_id
    return f"(({vif}) ? ({vif}) : 'A virtual interface') & ': its migration ended as ' & {outcome}"
