"""The stack's settings: `cdk.json`, context `vifshift`, read once."""

from typing import Annotated, Literal, Self

from aws_cdk import aws_logs as logs
from pydantic import Field, JsonValue, ValidationError, field_validator, model_validator

from vifshift.findings import Checks
from vifshift.model import Model
from vifshift.reach import Reach, RegionName, Role

BusName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,256}$")]


# A Lambda's environment may have 4 KB in all (AWS: Lambda quotas); the checks take their share.
LONGEST_REACH = 3000


class RequiredTag(Model):
    """The tag that a VIF, connection or LAG must carry before vifshift may associate it."""

    key: str = Field(min_length=1, max_length=128)
    value: str = Field(max_length=256)


class Settings(Model):
    """What a user can set; `event_bus` names a bus of ours, or one that exists already."""

    stack_name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,127}$")] = "vifshift"
    event_bus: BusName = "vifshift"
    event_bus_exists: bool = False
    required_tag: RequiredTag | None = None
    checks: Checks = Checks()
    roles: tuple[Role, ...] = ()
    regions: tuple[RegionName, ...] = ()
    log_retention_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 90
    log_level: Literal["INFO", "WARN", "ERROR"] = "INFO"

    @field_validator("roles")
    @classmethod
    def _each_role_stands_once(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        arns = [role.arn for role in roles]
        for arn in arns:
            if arns.count(arn) > 1:
                raise ValueError(f"{arn} stands in it more than once")
        return roles

    @model_validator(mode="after")
    def _reach_fits_in_an_environment(self) -> Self:
        if len(self.reach.model_dump_json()) > LONGEST_REACH:
            raise ValueError(f"roles and regions are longer than {LONGEST_REACH} characters")
        return self

    @property
    def reach(self) -> Reach:
        """Return where migrations may go beside the stack's own account and Region."""
        return Reach(roles=self.roles, regions=self.regions)

    @property
    def log_retention(self) -> logs.RetentionDays:
        """Return the retention as the CDK names it."""
        return _RETENTION[self.log_retention_days]

    @classmethod
    def read(cls, context: JsonValue) -> Self:
        """Read the context; raises SystemExit with a line that names every wrong setting."""
        try:
            return cls.model_validate({} if context is None else context)
        except ValidationError as error:
            faults = [
                f"  {'.'.join(map(str, fault['loc'])) or 'vifshift'}: {fault['msg']}"
                for fault in error.errors()
            ]
            raise SystemExit("\n".join(["cdk.json: context vifshift:", *faults])) from None


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
