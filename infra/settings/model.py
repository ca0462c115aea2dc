"""The stack's settings: the context `vifshift` in cdk.json, read once."""

from pathlib import Path
from typing import Annotated, Literal, Self

from aws_cdk import aws_logs as logs
from pydantic import (
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from infra import names
from infra.settings import policy as policy_settings
from infra.settings import windows as window_settings
from infra.settings.notification_levels import Notify
from infra.settings.senders import SenderSettings
from infra.settings.source import SettingsSource
from infra.settings.windows import ScheduledWindow
from tools.model_fields import fields_at
from tools.suggestions import suggestion
from vifshift.domain.access_policy import AccessPolicy, RegionName
from vifshift.domain.findings import Checks
from vifshift.domain.manifest import SigningAlgorithm
from vifshift.domain.model import Model
from vifshift.domain.plan_request import MOST_AT_ONCE
from vifshift.domain.policy_floor import MOST_RULES, NO_FLOOR, PolicyFloor
from vifshift.domain.request_envelope import in_words
from vifshift.domain.role_settings import RoleSettings, with_roles
from vifshift.domain.session_policy import (
    LONGEST_SESSION_POLICY,
    RequiredTag,
    SessionNeeds,
    SessionPurpose,
)

ROOT = Path(__file__).resolve().parent.parent.parent

EmailAddress = Annotated[
    str,
    Field(
        max_length=254,
        pattern=r"^[A-Za-z0-9._%+'-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$",
    ),
]
# S3 locks objects for up to a hundred years (AWS: "Object Lock", Amazon S3 User Guide).
Days = Annotated[int, Field(ge=1, le=36500)]
SEVEN_YEARS = 2557
# A function's environment may have 4 KB in all (AWS: Lambda quotas), and the checks need some.
LONGEST_REACH = 3000


class ObjectLock(Model):
    """How many days nobody may delete a report; in COMPLIANCE mode, not even the root user."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    days: Days


class EvidenceSettings(Model):
    """How many days reports are kept, and whether they are locked in that time."""

    keep_days: Days = SEVEN_YEARS
    object_lock: ObjectLock | None = None
    noncurrent_days: Days | None = None
    signing: SigningAlgorithm | None = None

    @property
    def days_of_noncurrent(self) -> int:
        """Return for how many days S3 keeps a version that is no longer the current one.

        It counts from when the version was replaced, or has expired. A version that is locked is
        kept for as long as it is locked, so that fewer days are enough.
        """
        if self.noncurrent_days:
            return self.noncurrent_days
        is_locked_throughout = self.object_lock and self.object_lock.days == self.keep_days
        return 1 if is_locked_throughout else self.keep_days

    @model_validator(mode="after")
    def _is_unlocked_before_it_expires(self) -> Self:
        if self.object_lock and self.object_lock.days > self.keep_days:
            raise ValueError(
                f"objectLock.days, {self.object_lock.days}, must not exceed "
                f"keepDays, {self.keep_days}"
            )
        return self


class CloudTrailSettings(Model):
    """Whether others' calls are reported, as CloudTrail records them.

    `table_data_events` adds writes to the stack's table, which a trail records only if it is told
    to, and at a price.
    """

    watch: bool = False
    table_data_events: bool = False

    @model_validator(mode="after")
    def _watches_what_it_adds_to(self) -> Self:
        if self.table_data_events and not self.watch:
            raise ValueError("tableDataEvents needs watch")
        return self


class Settings(SenderSettings):
    """What a user can set; `event_bus` names the stack's own bus, or an existing one."""

    stack_name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,127}$")] = "vifshift"
    windows: tuple[ScheduledWindow, ...] = ()
    required_tag: RequiredTag | None = None
    checks: Checks = Checks()
    roles: tuple[RoleSettings, ...] = ()
    regions: tuple[RegionName, ...] = ()
    regions_without_schemas: tuple[RegionName, ...] = Field(default=(), max_length=50)
    notify: Notify = Notify.OUTCOMES
    emails: tuple[EmailAddress, ...] = Field(default=(), max_length=100)
    observations_per_second: Annotated[int, Field(ge=1, le=1000)] = 10
    evidence: EvidenceSettings = EvidenceSettings()
    cloud_trail: CloudTrailSettings = CloudTrailSettings()
    reserved_concurrency: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] | None = None
    log_retention_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 90
    log_level: Literal["INFO", "WARN", "ERROR"] = "INFO"
    policy: PolicyFloor = NO_FLOOR

    @field_validator("stack_name")
    @classmethod
    def _makes_good_names(cls, name: str) -> str:
        if faults := list(names.too_long(name)):
            raise ValueError("; ".join(faults))
        if other := names.namesake(name):
            raise ValueError(
                f"{name} would share resource names with a stack {other}: choose another name"
            )
        return name

    @field_validator("roles")
    @classmethod
    def _lists_each_role_once(
        cls, roles: tuple[RoleSettings, ...], others: ValidationInfo
    ) -> tuple[RoleSettings, ...]:
        sources = others.data.get("request_sources")
        if found := list(policy_settings.faults_of_roles(roles, sources)):
            raise ValueError("; ".join(found))
        arns = [role.arn for role in roles]
        for arn in arns:
            if arns.count(arn) > 1:
                raise ValueError(f"{arn} is listed more than once")
        return roles

    @field_validator("policy")
    @classmethod
    def _names_what_is_there(cls, floor: PolicyFloor, others: ValidationInfo) -> PolicyFloor:
        if found := list(policy_settings.faults(floor, others.data)):
            raise ValueError("; ".join(found))
        return floor

    @field_validator("emails")
    @classmethod
    def _lists_each_address_once(cls, emails: tuple[str, ...]) -> tuple[str, ...]:
        same = [address.lower() for address in emails]
        for address in emails:
            if same.count(address.lower()) > 1:
                raise ValueError(f"{address} is listed more than once")
        return emails

    @model_validator(mode="after")
    def _reach_fits_in_an_environment(self) -> Self:
        if len(self.floor.may_name) > MOST_RULES:
            raise ValueError(
                f"policy.mayName and requestableBy make more than {MOST_RULES} rules in all"
            )
        floor = self.floor.model_dump_json(exclude_defaults=True)
        guards = "".join(guard.alarm for guard in self.checks.guards)
        if len(self.reach.model_dump_json()) + len(floor) + len(guards) > LONGEST_REACH:
            raise ValueError(
                "roles, regions, policy and checks.guards take more than "
                f"{LONGEST_REACH} characters in all"
            )
        return self

    @model_validator(mode="after")
    def _sessions_can_require_the_tag(self) -> Self:
        policy = self.needs(SessionPurpose.ASSOCIATE).policy
        if self.roles and len(policy) > LONGEST_SESSION_POLICY:
            raise ValueError(
                f"requiredTag makes a session policy of {len(policy)} characters, and sessions of "
                f"`roles` may have one of {LONGEST_SESSION_POLICY}: choose a shorter tag"
            )
        return self

    def needs(self, purpose: SessionPurpose) -> SessionNeeds:
        """Return what a function needs a session of a role for."""
        tag = self.required_tag if purpose is SessionPurpose.ASSOCIATE else None
        return SessionNeeds(purpose=purpose, required_tag=tag)

    @property
    def bus_name(self) -> str:
        """Return the name of the bus: by default the stack's, so that two stacks don't collide."""
        return self.event_bus or self.stack_name

    @property
    def reach(self) -> AccessPolicy:
        """Return which other accounts and Regions requests may name."""
        return AccessPolicy(roles=tuple(each.role for each in self.roles), regions=self.regions)

    @property
    def floor(self) -> PolicyFloor:
        """Return what every request has to keep, with who may name which role."""
        return with_roles(self.policy, self.roles)

    @property
    def log_retention(self) -> logs.RetentionDays:
        """Return the log retention as the CDK's enum."""
        return _RETENTION[self.log_retention_days]

    @classmethod
    def read(cls, context: JsonValue, folder: Path = ROOT) -> Self:
        """Read the context, and the files that it names, relative to the folder of cdk.json.

        Raises SystemExit with a line for every fault, with the file and line if they are known, and
        the name of the setting.
        """
        source = SettingsSource(folder, {} if context is None else context)
        faults = list(source.unreadable)
        try:
            settings = cls.model_validate(source.context)
        except ValidationError as error:
            faults += [
                source.line_of(fault["loc"], f"{in_words(fault)}{_meant(fault, cls)}")
                for fault in error.errors()
            ]
        else:
            if not faults and not list(window_settings.faults(source.windows)):
                return settings
        faults += [
            source.line_of(("windows", *place), fault)
            for place, fault in window_settings.faults(source.windows)
        ]
        raise SystemExit("\n".join(["cdk.json: context vifshift:", *faults])) from None


def _meant(fault: ErrorDetails, settings: type[Settings]) -> str:
    """Return what somebody may have meant by a setting that is not there."""
    is_unknown = fault["type"] == "extra_forbidden"
    if not is_unknown:
        return ""
    *place, name = fault["loc"]
    return suggestion(str(name), fields_at(settings, place))


_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    120: logs.RetentionDays.FOUR_MONTHS,
    150: logs.RetentionDays.FIVE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
    545: logs.RetentionDays.EIGHTEEN_MONTHS,
    731: logs.RetentionDays.TWO_YEARS,
}
