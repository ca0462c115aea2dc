"""The policy floor: what every request of a stack has to keep, whoever sends it, and by what way.

Where a request says nothing, the floor's value is its default; where it asks for less, it is
rejected with the name of the rule.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Self, TypeVar

from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator

from vifshift.domain.access_policy import RegionName, RoleArn
from vifshift.domain.asked_by import AskedBy
from vifshift.domain.model import Model
from vifshift.domain.plan_request import PlanRequest
from vifshift.domain.request import (
    ApprovalPolicy,
    Convergence,
    RequestOptions,
    RollbackMode,
    RouteCheck,
    Trigger,
)
from vifshift.domain.request_envelope import MalformedRequestError

TagKey = Annotated[str, StringConstraints(min_length=1, max_length=128)]
TagValue = Annotated[str, StringConstraints(max_length=256)]
Tags = Annotated[dict[TagKey, TagValue], Field(max_length=50)]
Source = Annotated[str, Field(min_length=1, max_length=256)]
AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Code = Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,64}$")]

MOST_RULES: Final = 20
ACKNOWLEDGEABLE: Final = frozenset(
    {
        "CALENDAR_NOT_CHECKED",
        "ENCRYPTION_LOST",
        "EXCLUDED_NOT_FOUND",
        "GUARD_NOT_GOOD",
        "GUARD_NOT_READ",
        "HOSTED_VLAN_DIFFERS",
        "MAINTENANCE_DURING_MOVE",
        "MOVED_TWICE",
        "NO_REDUNDANT_PATH",
        "OTHER_PATH_TOO_SMALL",
        "TARGET_TOO_SMALL_FOR_TRAFFIC",
    }
)
"""The findings that a request or a plan can acknowledge without a floor."""
Asking = TypeVar("Asking", bound=RequestOptions)


class ApprovalFloor(Model):
    """When a person must approve: always, for a VIF with one of these tags, or without redundancy.

    A VIF counts as redundant if preflight has nothing to say about its other paths.
    """

    always: bool = Field(default=False, description="Every migration and plan.")
    tags: Tags = Field(
        default_factory=dict, description="Those that move a virtual interface with one of them."
    )
    unless_redundant: bool = Field(
        default=False,
        description="Those that move a virtual interface whose other paths do not carry all of it.",
    )

    @property
    def is_set(self) -> bool:
        """Return whether it ever demands an approval."""
        return self.always or bool(self.tags) or self.unless_redundant


class NamingRule(Model):
    """Who may name a role, a Region, or a VIF with all these tags; each part that is given counts.

    Only what is authenticated counts: an account as AWS says it, and a source that the bus's policy
    binds.
    """

    role_arn: RoleArn | None = None
    region: RegionName | None = None
    tags: Tags = Field(default_factory=dict)
    sources: tuple[Source, ...] = Field(default=(), max_length=50)
    accounts: tuple[AccountId, ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if self.role_arn is None and self.region is None and not self.tags:
            raise ValueError("needs at least one of roleArn, region and tags")
        if not self.sources and not self.accounts:
            raise ValueError("needs at least one of sources and accounts")
        return self

    @property
    def subject(self) -> str:
        """Return what it is about, for people."""
        parts = [
            f"role {self.role_arn}" if self.role_arn else "",
            f"Region {self.region}" if self.region else "",
            f"virtual interfaces with {in_words(self.tags)}" if self.tags else "",
        ]
        return ", ".join(filter(None, parts))

    @property
    def whom(self) -> str:
        """Return who may name it, for people."""
        sources = [f"source {each}" for each in self.sources]
        return ", ".join([*sources, *(f"account {each}" for each in self.accounts)])

    def allows(self, asked: AskedBy | None) -> bool:
        """Return whether somebody may name it; who is not known may not."""
        if asked is None:
            return False
        # Of an event that nothing was noted of, not even its account is known.
        is_unknown = asked.trigger is Trigger.EVENT and asked.trigger_is_claimed
        is_account = asked.account in self.accounts and not is_unknown
        return is_account or (bool(asked.bound_source) and asked.bound_source in self.sources)


class PolicyFloor(Model):
    """The setting `policy`; without it, nothing is demanded."""

    approval: ApprovalFloor = ApprovalFloor()
    never_acknowledge: tuple[Code, ...] = Field(default=(), max_length=100)
    allow_rollback_never: bool = True
    min_hold_seconds: int = Field(default=0, ge=0, le=1800)
    min_recovered_percent: int = Field(default=0, ge=0, le=100)
    may_name: tuple[NamingRule, ...] = Field(default=(), max_length=MOST_RULES)

    @field_validator("never_acknowledge")
    @classmethod
    def _names_each_once(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(codes)) < len(codes):
            raise ValueError("lists a code more than once")
        return codes

    @property
    def is_about_tags(self) -> bool:
        """Return whether what it demands depends on a VIF's tags."""
        return bool(self.approval.tags) or any(each.tags for each in self.may_name)

    @property
    def clauses(self) -> tuple[str, ...]:
        """Return what it demands, one sentence each, for people."""
        approval = self.approval
        said = (
            ("approval: always" if approval.always else ""),
            (f"approval: with tag {in_words(approval.tags, ' or ')}" if approval.tags else ""),
            ("approval: unless redundant" if approval.unless_redundant else ""),
            (
                f"never acknowledged: {', '.join(self.never_acknowledge)}"
                if self.never_acknowledge
                else ""
            ),
            ("" if self.allow_rollback_never else "rollback: always automatic"),
            (f"hold: at least {self.min_hold_seconds} seconds" if self.min_hold_seconds else ""),
            (
                f"routes: at least {self.min_recovered_percent} % back"
                if self.min_recovered_percent
                else ""
            ),
            *(f"{each.subject}: only {each.whom}" for each in self.may_name),
        )
        return tuple(filter(None, said))

    def completed(self, request: Asking) -> Asking:
        """Return a request with the floor's values where it says nothing.

        Raises `MalformedRequestError` if the floor's hold does not fit the rest of the request.
        """
        changes = self._changes(request.convergence, request.routes)
        if self.approval.always and is_silent_on_approval(request):
            changes["approval"] = approved(request)
        return request.model_copy(update=changes) if changes else request

    def completed_plan(self, request: PlanRequest) -> PlanRequest:
        """Return a plan with the floor's values where it, or one of its moves, says nothing.

        Raises `MalformedRequestError` as `completed` does.
        """
        plan = self.completed(request)
        if plan.moves is None or not (self.min_hold_seconds or self.min_recovered_percent):
            return plan
        moves = tuple(
            move.model_copy(update=changes)
            if (changes := self._changes(move.convergence, move.routes))
            else move
            for move in plan.moves
        )
        return plan.model_copy(update={"moves": moves})

    def _changes(
        self, convergence: Convergence | None, routes: RouteCheck | None
    ) -> dict[str, object]:
        """Return what is said of neither hold nor routes, and is below the floor by default."""
        changes: dict[str, object] = {}
        hold, percent = self.min_hold_seconds, self.min_recovered_percent
        if convergence and "hold_seconds" not in convergence.model_fields_set:
            if convergence.hold_seconds < hold:
                changes["convergence"] = self._held(convergence)
        if routes and "min_recovered_percent" not in routes.model_fields_set:
            if routes.min_recovered_percent < percent:
                changes["routes"] = RouteCheck(min_recovered_percent=percent)
        return changes

    def _held(self, convergence: Convergence) -> Convergence:
        given = dict(convergence) | {"hold_seconds": self.min_hold_seconds}
        try:
            return Convergence.model_validate(given)
        except ValidationError as error:
            why = error.errors()[0]["msg"].removeprefix("Value error, ")
            fault = f"{why}, with the hold of {self.min_hold_seconds} seconds that policy demands"
            raise MalformedRequestError((f"convergence: {fault}",)) from None


NO_FLOOR: Final = PolicyFloor()


def is_silent_on_approval(request: RequestOptions) -> bool:
    """Return whether a request says nothing of whether it has to be approved."""
    said = "approval" in request.model_fields_set
    return not (said and "required" in request.approval.model_fields_set)


def approved(request: RequestOptions) -> ApprovalPolicy:
    """Return the approval of a request that has to be approved, and has said nothing of it."""
    return request.approval.model_copy(update={"required": True})


def is_below_hold(request: RequestOptions, floor: PolicyFloor) -> bool:
    """Return whether a request asks for a shorter hold than the floor has."""
    return request.convergence.hold_seconds < floor.min_hold_seconds


def refuses_rollback(request: RequestOptions) -> bool:
    """Return whether a request asks to leave the VIF where it is, whatever happens."""
    return request.rollback is RollbackMode.NEVER


def in_words(tags: Mapping[str, str], between: str = " and ") -> str:
    """Return tags as `key=value`."""
    return between.join(f"{key}={value}" for key, value in tags.items())
