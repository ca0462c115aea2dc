"""The environment variables of a Lambda function, read once at its cold start."""

import os
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, Json

from vifshift.domain.access_policy import AccessPolicy
from vifshift.domain.findings import Checks
from vifshift.domain.manifest import SigningAlgorithm
from vifshift.domain.own_resources import OwnResources
from vifshift.domain.policy_floor import PolicyFloor
from vifshift.domain.senders import AnswerRules
from vifshift.domain.session_policy import SessionNeeds

ACCESS_POLICY: Final = "VIFSHIFT_REACH"
ANSWER_RULES: Final = "VIFSHIFT_ANSWER_RULES"
BOUND_APPROVERS: Final = "VIFSHIFT_BOUND_APPROVERS"
BOUND_REQUESTERS: Final = "VIFSHIFT_BOUND_REQUESTERS"
BUCKET: Final = "VIFSHIFT_BUCKET"
BUS: Final = "VIFSHIFT_BUS"
CHECKS: Final = "VIFSHIFT_CHECKS"
KEEP_DAYS: Final = "VIFSHIFT_KEEP_DAYS"
LOG_LEVEL: Final = "VIFSHIFT_LOG_LEVEL"
MIGRATIONS: Final = "VIFSHIFT_MIGRATIONS"
OBSERVATIONS_PER_SECOND: Final = "VIFSHIFT_OBSERVATIONS_PER_SECOND"
FLOOR: Final = "VIFSHIFT_FLOOR"
OWN: Final = "VIFSHIFT_OWN"
PLAN_WATCHDOG: Final = "VIFSHIFT_PLAN_WATCHDOG"
PLANS: Final = "VIFSHIFT_PLANS"
REGION: Final = "AWS_REGION"
SCHEDULES: Final = "VIFSHIFT_SCHEDULES"
SIGNING_ALGORITHM: Final = "VIFSHIFT_SIGNING_ALGORITHM"
SIGNING_KEY: Final = "VIFSHIFT_SIGNING_KEY"
SESSION: Final = "VIFSHIFT_SESSION"
REPLY_SOURCE: Final = "VIFSHIFT_REPLY_SOURCE"
STACK_NAME: Final = "POWERTOOLS_SERVICE_NAME"
TOKEN_IN_EVENT: Final = "VIFSHIFT_TOKEN_IN_EVENT"
TABLE: Final = "VIFSHIFT_TABLE"
WATCHDOG: Final = "VIFSHIFT_WATCHDOG"


class MissingEnvironmentVariable(RuntimeError):
    """A function lacks an environment variable that its handler needs; the message names it."""


class Environment(BaseModel):
    """The variables that the stack sets, and the Region that Lambda sets.

    Not every function has all of them: a handler names those that it needs to `require`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    region: str = Field(default="", alias=REGION)
    log_level: str = Field(default="INFO", alias=LOG_LEVEL)
    allowed: Json[AccessPolicy] = Field(default_factory=AccessPolicy, alias=ACCESS_POLICY)
    session: Json[SessionNeeds] = Field(default_factory=SessionNeeds, alias=SESSION)
    floor: Json[PolicyFloor] = Field(default_factory=PolicyFloor, alias=FLOOR)
    checks_as_json: str = Field(default="{}", alias=CHECKS)
    observations_per_second: int = Field(default=10, ge=1, alias=OBSERVATIONS_PER_SECOND)
    bucket: str = Field(default="", alias=BUCKET)
    bus: str = Field(default="", alias=BUS)
    reply_source: str = Field(default="", alias=REPLY_SOURCE)
    table: str = Field(default="", alias=TABLE)
    migrations: str = Field(default="", alias=MIGRATIONS)
    plans: str = Field(default="", alias=PLANS)
    answer_rules: Json[AnswerRules] = Field(default_factory=AnswerRules, alias=ANSWER_RULES)
    bound_approvers: int = Field(default=0, ge=0, alias=BOUND_APPROVERS)
    token_in_event: bool = Field(default=True, alias=TOKEN_IN_EVENT)
    bound_requesters: Json[tuple[str, ...]] = Field(default=(), alias=BOUND_REQUESTERS)
    keep_days: int = Field(default=0, alias=KEEP_DAYS)
    signing_key: str = Field(default="", alias=SIGNING_KEY)
    signing_algorithm: SigningAlgorithm = Field(
        default=SigningAlgorithm.ECDSA, alias=SIGNING_ALGORITHM
    )
    schedules: str = Field(default="", alias=SCHEDULES)
    watchdog: str = Field(default="", alias=WATCHDOG)
    plan_watchdog: str = Field(default="", alias=PLAN_WATCHDOG)
    stack_name: str = Field(default="", alias=STACK_NAME)
    own: Json[OwnResources] = Field(default_factory=OwnResources, alias=OWN)

    @cached_property
    def checks(self) -> Checks:
        """Return what preflight is to check, which few functions ask for."""
        return Checks.model_validate_json(self.checks_as_json)

    @property
    def access_policy(self) -> AccessPolicy:
        """Return the stack's access policy, with its own Region and what sessions are for."""
        policy: AccessPolicy = self.allowed
        return policy.model_copy(update={"home": self.region, "session": self.session})


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the values of the process's environment variables."""
    return Environment.model_validate(dict(os.environ))


def require(*names: str, variables: Mapping[str, Any] = os.environ) -> None:
    """Raise `MissingEnvironmentVariable` for the first of these that is unset or empty."""
    for name in names:
        if not variables.get(name):
            raise MissingEnvironmentVariable(f"{name} is not set")
