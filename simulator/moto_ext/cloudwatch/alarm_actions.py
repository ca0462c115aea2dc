"""Whether CloudWatch may tell of an alarm where its actions say so; it is told of nowhere here."""

from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from typing import Any, Final

from simulator.core.context import CloudContext
from simulator.moto_ext.iam.callers import service_principal
from simulator.moto_ext.iam.judge import AccessDeniedError
from simulator.moto_ext.iam.required_permissions import UnknownPermissionError, permissions_of_topic

_SERVICE: Final = "cloudwatch.amazonaws.com"


def check_actions(
    context: CloudContext, alarms: Iterable[Mapping[str, Any]], rung: Set[str]
) -> None:
    """Ask for each topic of the alarms that have rung; the journal has what is refused."""
    for alarm in alarms:
        if alarm["AlarmName"] not in rung:
            continue
        principal = service_principal(_SERVICE, context.account, alarm["AlarmArn"])
        for action in alarm["AlarmActions"]:
            if action.split(":")[2] != "sns":
                raise UnknownPermissionError(
                    f"{alarm['AlarmName']}: no permission is known for {action}"
                )
            with suppress(AccessDeniedError):
                for asked in permissions_of_topic(action):
                    context.judge.permit(principal, *asked)
