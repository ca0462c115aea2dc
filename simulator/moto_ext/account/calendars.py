"""ssm:GetCalendarState."""

from collections.abc import Mapping

from moto.core import utils

from simulator.moto_ext.account.exceptions import AccountApiError
from simulator.moto_ext.account.facts import Action, CalendarState
from simulator.moto_ext.account.models import SimulatedAccount

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def get_calendar_state(
    backend: SimulatedAccount, parameters: Mapping[str, object]
) -> dict[str, object]:
    """Answer OPEN only where all the calendars are open (SSM API reference).

    A state does not change with time here, so AtTime is handed back, and nothing else.
    """
    backend.permit(Action.GET_CALENDAR_STATE)
    names = parameters.get("CalendarNames")
    if not isinstance(names, list) or not names:
        raise AccountApiError("ValidationException", "CalendarNames: a calendar has to be named")
    states = [_state(backend, str(name)) for name in names]
    is_open = all(state is CalendarState.OPEN for state in states)
    return {
        "State": (CalendarState.OPEN if is_open else CalendarState.CLOSED).value,
        "AtTime": parameters.get("AtTime") or utils.utcnow().strftime(_MOMENT),
    }


def _state(backend: SimulatedAccount, name_or_arn: str) -> CalendarState:
    prefix = f"arn:{backend.partition}:ssm:{backend.region_name}:{backend.account_id}:document/"
    known = backend.facts.calendars
    state = known.get(name_or_arn) or known.get(name_or_arn.removeprefix(prefix))
    if state is None:
        raise AccountApiError(
            "InvalidDocument", f"Document with name {name_or_arn} does not exist."
        )
    return state
