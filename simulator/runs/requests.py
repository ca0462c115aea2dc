"""What triggers request, and what they name."""

from pydantic import JsonValue

from simulator.scenarios.model import Scenario, ScenarioTrigger, TriggerKind


def asked_by(scenario: Scenario, trigger: ScenarioTrigger) -> JsonValue:
    """Return the request of a trigger, without the envelope that only an execution may have.

    The detail of an event is the request, whatever it looks like.
    """
    asked = scenario.asked(trigger)
    return bare(asked) if trigger.kind is TriggerKind.EXECUTION else asked


def as_input(trigger: ScenarioTrigger, asked: JsonValue) -> JsonValue:
    """Return what a trigger requests as an execution gets it: in an envelope, but for its own."""
    return asked if trigger.kind is TriggerKind.EXECUTION else {"request": asked}


def bare(given: JsonValue) -> JsonValue:
    """Return the request of an execution, with or without its envelope."""
    return given["request"] if isinstance(given, dict) and "request" in given else given


def subject_asked(request: JsonValue) -> tuple[JsonValue, JsonValue]:
    """Return the VIF and the target of a request, as far as it can be read."""
    fields = request if isinstance(request, dict) else {}
    return fields.get("virtualInterfaceId"), fields.get("connectionId")


def request_id_asked(request: JsonValue) -> JsonValue:
    """Return the id that a request gives itself, None if it leaves that to the sender."""
    return request.get("requestId") if isinstance(request, dict) else None
