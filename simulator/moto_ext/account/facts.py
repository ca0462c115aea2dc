"""What an account holds beside its network, as in a scenario file."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, Field, JsonValue, model_validator

from simulator.directconnect.scenario_model import ScenarioModel


class CalendarState(StrEnum):
    """The state of a change calendar."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class EventStatus(StrEnum):
    """The status of a Health event."""

    OPEN = "open"
    CLOSED = "closed"
    UPCOMING = "upcoming"


class Action(StrEnum):
    """The actions that can be denied, under IAM's names.

    Those of Direct Connect are a scenario's `faults`; sts:GetCallerIdentity needs no permission,
    and is answered even where a policy denies it (STS API reference).
    """

    GET_CALENDAR_STATE = "ssm:GetCalendarState"
    DESCRIBE_EVENTS = "health:DescribeEvents"
    DESCRIBE_AFFECTED_ENTITIES = "health:DescribeAffectedEntities"
    GET_METRIC_DATA = "cloudwatch:GetMetricData"


class SimulatedHealthEvent(ScenarioModel):
    """A Health event of the account; `entities` are the values (ids) that it names.

    Before those it names the ARNs of so many `otherEntities`, of connections elsewhere.

    Without `region` it is of the Region that the world is in; without `eventTypeCategory` it is
    a `scheduledChange` where its code speaks of maintenance, else an `issue`. Before `announcedAt`
    nobody knows of it.
    """

    event_type_code: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{3,100}$")]
    status_code: EventStatus
    start_time: AwareDatetime
    end_time: AwareDatetime | None = None
    named: Annotated[tuple[str, ...], Field(alias="entities")] = ()
    other_entities: Annotated[int, Field(ge=0)] = 0
    service: str = "DIRECTCONNECT"
    region: str | None = None
    event_type_category: str | None = None
    announced_at: AwareDatetime | None = None

    @property
    def entities(self) -> tuple[str, ...]:
        """All values that it names."""
        arn = "arn:aws:directconnect:us-west-2:999999999999:dxcon/dxcon-{:08}"
        return (*(arn.format(number) for number in range(self.other_entities)), *self.named)

    @property
    def category(self) -> str:
        """What kind of event it is, as the API names them."""
        is_planned = "MAINTENANCE" in self.event_type_code
        return self.event_type_category or ("scheduledChange" if is_planned else "issue")


class AssumableRole(ScenarioModel):
    """A role that another account may assume, with the external id that it asks for.

    With `trust` and `permissions`, which are policy documents of IAM, it is a role of the simulated
    IAM: who may assume it, and what may be done with it, is judged by them. Without them the
    external id is all that is asked for, and the role may do everything.
    """

    arn: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+$")]
    external_id: str
    trust: dict[str, JsonValue] | None = None
    permissions: dict[str, JsonValue] | None = None

    @model_validator(mode="after")
    def _has_both_or_none(self) -> Self:
        if (self.trust is None) is not (self.permissions is None):
            raise ValueError(f"{self.arn} needs both trust and permissions, or none of them")
        return self


UNAVAILABLE = "unavailable"


def _events(value: object) -> object:
    if value == UNAVAILABLE:
        return None
    if not isinstance(value, list | tuple):
        raise ValueError(f"expected a list of events, or {UNAVAILABLE!r}")
    return value


class AccountFacts(ScenarioModel):
    """Calendars by name, Health events, the actions that are denied or throttled, and roles.

    `healthEvents: unavailable` (here None) is an account without the support plan that the Health
    API needs. An account that names `roles` has no others; one that names none lets any be assumed.
    """

    calendars: dict[str, CalendarState] = Field(default_factory=dict)
    health_events: Annotated[tuple[SimulatedHealthEvent, ...] | None, BeforeValidator(_events)] = ()
    denied: tuple[Action, ...] = ()
    throttled: tuple[Literal[Action.GET_METRIC_DATA], ...] = ()
    roles: tuple[AssumableRole, ...] = ()
