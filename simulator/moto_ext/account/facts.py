"""What an account holds beside its network, as in a scenario file."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    JsonValue,
    field_validator,
    model_validator,
)

from simulator.directconnect.scenario_model import ScenarioModel
from simulator.moto_ext.account.alarms import SimulatedAlarm
from simulator.moto_ext.account.vpn import SimulatedVpnConnection


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
    DESCRIBE_ALARMS = "cloudwatch:DescribeAlarms"


class AccountError(StrEnum):
    """The errors that a fault can return, under the APIs' own names."""

    THROTTLING = "ThrottlingException"
    INTERNAL = "InternalServerError"
    ACCESS_DENIED = "AccessDeniedException"
    INVALID_DOCUMENT = "InvalidDocument"


class AccountFault(ScenarioModel):
    """How calls of an action fail: those numbered, from 1, or all of them."""

    action: Action
    error: AccountError
    calls: tuple[Annotated[int, Field(ge=1)], ...] | None = None

    def concerns(self, action: Action, number: int) -> bool:
        """Return whether a call of an action fails."""
        return action is self.action and (self.calls is None or number in self.calls)


class SimulatedHealthEvent(ScenarioModel):
    """A Health event of the account; `entities` are the values (ids) that it names.

    Before those it names the ARNs of so many `otherEntities`, of connections elsewhere.

    Without `region` it is of the Region that the world is in, which may be `global`; without
    `eventTypeCategory` it is a `scheduledChange` where its code speaks of maintenance, else an
    `issue`; without `eventScopeCode` it is of the account if it names anything, else PUBLIC. Before
    `announcedAt` nobody knows of it.
    """

    event_type_code: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{3,100}$")]
    status_code: EventStatus
    start_time: AwareDatetime | None = None
    end_time: AwareDatetime | None = None
    named: Annotated[tuple[str, ...], Field(alias="entities")] = ()
    other_entities: Annotated[int, Field(ge=0)] = 0
    service: str = "DIRECTCONNECT"
    region: str | None = None
    event_type_category: str | None = None
    event_scope_code: str | None = None
    announced_at: AwareDatetime | None = None

    @property
    def entities(self) -> tuple[str, ...]:
        """All values that it names."""
        arn = "arn:aws:directconnect:us-west-2:999999999999:dxcon/dxcon-{:08}"
        return (*(arn.format(number) for number in range(self.other_entities)), *self.named)

    @property
    def scope(self) -> str:
        """Whom it concerns, as the API names it."""
        return self.event_scope_code or ("ACCOUNT_SPECIFIC" if self.entities else "PUBLIC")

    @property
    def updated_at(self) -> float:
        """When it was last updated, in seconds since 1970: when it was announced, or began."""
        at = self.announced_at or self.start_time
        return at.timestamp() if at else 0

    @property
    def category(self) -> str:
        """What kind of event it is, as the API names them."""
        is_planned = "MAINTENANCE" in self.event_type_code
        return self.event_type_category or ("scheduledChange" if is_planned else "issue")


class AssumableRole(ScenarioModel):
    """A role that another account may assume, with the external id that it asks for.

    With `trust` and `permissions`, which are policy documents of IAM, it is a role of the simulated
    IAM: who may assume it, and what may be done with it, is judged by them. Without them the
    external id is all that is asked for, and the role may do everything; it lets a source identity
    be set only if `sourceIdentity` says so.
    """

    arn: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+$")]
    external_id: str
    source_identity: bool = False
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
    """Calendars by name, Health events, what is denied or fails, roles, VPN connections, alarms.

    `healthEvents: unavailable` is an account without the support plan that the Health
    API needs. An account that names `roles` has no others; one that names none lets any be assumed.
    """

    calendars: dict[str, CalendarState] = Field(default_factory=dict)
    health_events: Annotated[tuple[SimulatedHealthEvent, ...] | None, BeforeValidator(_events)] = ()
    denied: tuple[Action, ...] = ()
    account_faults: tuple[AccountFault, ...] = ()
    roles: tuple[AssumableRole, ...] = ()
    vpn_connections: tuple[SimulatedVpnConnection, ...] = ()
    alarms: tuple[SimulatedAlarm, ...] = ()

    @field_validator("alarms")
    @classmethod
    def _names_each_once(cls, alarms: tuple[SimulatedAlarm, ...]) -> tuple[SimulatedAlarm, ...]:
        if len({each.alarm_name for each in alarms}) < len(alarms):
            raise ValueError("two alarms have the same name")
        return alarms
