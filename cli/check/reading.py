"""Reads a network with the credentials of whoever runs the command, and judges a request by it.

The readers and the rules are those of the functions; nothing here decides, and nothing is sent that
could change anything.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

import boto3
from pydantic import JsonValue

from cli.check.result import CheckResult, ShownMove
from cli.check.settings import CheckSettings
from cli.environment import AwsEnvironment, RefusedError
from cli.requests import with_fields
from vifshift.adapters.account import account
from vifshift.adapters.alarms import (
    GuardsRead,
    alarms,
    alarms_elsewhere,
    guarded,
    read_guards,
)
from vifshift.adapters.background import background
from vifshift.adapters.call_counter import counting, current_call_counter
from vifshift.adapters.directconnect import direct_connect, readers_elsewhere
from vifshift.adapters.sessions import assume
from vifshift.adapters.vpn import vpn, vpns_elsewhere
from vifshift.domain.access_policy import Access
from vifshift.domain.errors import PASSING, READ_RETRIES, CallError, CallRefused, NotSeen
from vifshift.domain.migration import Execution
from vifshift.domain.network import Network
from vifshift.domain.partitions import partition_of
from vifshift.domain.plan_request import PlanRequest
from vifshift.domain.request import Request
from vifshift.migration.validation import validate
from vifshift.plan.planning.discovery import survey_fleet
from vifshift.plan.planning.documents import KeptPlan
from vifshift.plan.planning.fleet import Fleet
from vifshift.plan.planning.prepare import prepare
from vifshift.plan.planning.readers import PlanReaders
from vifshift.preflight.background import BackgroundAsked
from vifshift.preflight.discovery import CheckAttempt, OptionalSources, survey

NAME: Final = "check"
_DRY_RUN: Final = {"dryRun": True}
_RETRY_SECONDS: Final = (1, 2, 4, 8)
assert len(_RETRY_SECONDS) == READ_RETRIES

T = TypeVar("T")


def use(environment: AwsEnvironment, profile: str | None) -> None:
    """Let the adapters use the command's Region and profile, as boto3 reads them.

    They keep their clients, of which none may be another account's.
    """
    for kept in (direct_connect, account, background, vpn, alarms):
        kept.cache_clear()
    # Theirs is the default session, which would keep the credentials of an earlier one.
    boto3.setup_default_session(profile_name=profile, region_name=environment.region)
    os.environ["AWS_DEFAULT_REGION"] = environment.region
    if profile:
        os.environ["AWS_PROFILE"] = profile


@dataclass(frozen=True)
class Check:
    """Checks requests as dry runs, at one time, with one set of settings.

    `sleep` waits, in seconds, before what could not be read in passing is read again.
    """

    environment: AwsEnvironment
    settings: CheckSettings
    now: datetime
    sleep: Callable[[float], None] = time.sleep

    def migration(self, raw: JsonValue) -> CheckResult:
        """Return the decision on a migration; raises `RefusedError` if nothing can be read."""
        networks: list[Network] = []

        def read(request: Request, *, siblings: tuple[str, ...] | None) -> Network:
            networks.append(self._patiently(partial(self._network, request)))
            return networks[-1]

        validation = validate(
            with_fields(raw, _DRY_RUN),
            is_too_long=False,
            execution=self._execution,
            survey=read,
            now=self.now,
            claimed_id=NAME,
            limits=self.settings.limits,
        )
        asked, migration = validation.request, validation.migration
        return CheckResult(
            settings=self.settings.origin,
            decision=validation.decision,
            digest=validation.digest,
            faults=validation.faults,
            findings=validation.findings,
            moves=(ShownMove.of(asked, migration, networks[0] if networks else None),)
            if asked
            else (),
            tracks=((1,),) if asked else (),
            overview=validation.overview,
        )

    def plan(self, raw: JsonValue) -> CheckResult:
        """Return the decision on a plan; raises `RefusedError` if nothing can be read."""
        fleets: list[Fleet] = []

        def read(request: PlanRequest) -> Fleet:
            fleets.append(self._patiently(partial(self._fleet, request)))
            return fleets[-1]

        prepared = prepare(
            with_fields(raw, _DRY_RUN),
            is_too_long=False,
            execution=self._execution,
            readers=PlanReaders(read, _NoLists()),
            now=self.now,
            claimed_id=NAME,
            limits=self.settings.limits,
        )
        preparation = prepared.preparation
        text = prepared.documents.get(preparation.moves.key) if preparation.moves else None
        kept = KeptPlan.model_validate_json(text) if text else KeptPlan(moves=(), findings=())
        return CheckResult(
            settings=self.settings.origin,
            decision=preparation.decision,
            digest=preparation.digest,
            faults=preparation.faults,
            findings=kept.findings if text else tuple(preparation.findings),
            moves=tuple(ShownMove.planned(each, fleets[0]) for each in kept.moves),
            tracks=kept.tracks,
            order_that_works=kept.order_that_works,
            overview=kept.overview,
        )

    def _network(self, request: Request, attempt: CheckAttempt) -> Network:
        access = self._access(request.region, request.role_arn)
        network = survey(
            direct_connect(access),
            account(access),
            access.region,
            request,
            calendar=self.settings.checks.change_calendar,
            attempt=attempt,
            optional=self._optional(access),
        )
        owner = network.caller_account or self.environment.account
        network = guarded(network, request, self._guards(access, attempt), owner)
        return network.model_copy(update={"cut_lists": current_call_counter().cut_lists()})

    def _fleet(self, plan: PlanRequest, attempt: CheckAttempt) -> Fleet:
        access = self._access(plan.region, plan.role_arn)
        fleet = survey_fleet(
            direct_connect(access),
            account(access),
            access.region,
            calendar=self.settings.checks.change_calendar,
            plan=plan,
            attempt=attempt,
            optional=self._optional(access),
        )
        how, named = self._guards(access, attempt), [each.alarm for each in plan.guarded_by]
        guards = read_guards(named, how.reader, how.now, how.raises)
        return fleet.guarded(guards).cut_off(current_call_counter().cut_lists())

    def _optional(self, access: Access) -> OptionalSources:
        """Return what may be read besides; the stack's own records are left to the stack."""
        policy, own = self.settings.access_policy, self.environment.account
        return OptionalSources(
            background=BackgroundAsked(background(access), self.now),
            elsewhere=readers_elsewhere(policy, access, own),
            vpns=vpns_elsewhere(policy, access, own),
        )

    def _guards(self, access: Access, attempt: CheckAttempt) -> GuardsRead:
        """Return how guards are read: again, where that may help."""
        policy, own = self.settings.access_policy, self.environment.account
        elsewhere = alarms_elsewhere(policy, access, own)
        return GuardsRead(elsewhere, self.now, () if attempt.is_last else PASSING)

    def _access(self, region: str | None, role_arn: str | None) -> Access:
        access = self.settings.access_policy.access(
            region or self.environment.region, role_arn, NAME
        )
        assume(access)
        return access

    def _patiently(self, read: Callable[[CheckAttempt], T]) -> T:
        """Return what is read, which is read again if it could not be in passing."""
        for seconds in _RETRY_SECONDS:
            with counting():
                try:
                    return read(CheckAttempt(is_gap_over=False, is_last=False))
                except (*PASSING, NotSeen):
                    self.sleep(seconds)
                except CallError as error:
                    raise RefusedError(f"The network can't be read: {error}") from None
        with counting():
            try:
                return read(CheckAttempt())
            except CallError as error:
                raise RefusedError(f"The network can't be read: {error}") from None

    @property
    def _execution(self) -> Execution:
        """Return an execution of this account and Region, which does not exist."""
        region, owner = self.environment.region, self.environment.account
        arn = f"arn:{partition_of(region)}:states:{region}:{owner}:execution:{NAME}:{NAME}"
        return Execution(arn=arn, name=NAME, started_at=self.now)


class _NoLists:
    """Stands for the stack's bucket: what is stored there is read by the stack alone."""

    bucket = NAME

    def moves(self, uri: str, version_id: str | None = None) -> tuple[str, str | None]:
        """Raise ValueError."""
        raise ValueError("is read by the stack alone: check its moves from a file")

    def document(self, key: str, version_id: str | None = None) -> str:
        """Raise `CallRefused`."""
        raise CallRefused(f"{key}: is read by the stack alone")


def now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.fromtimestamp(time.time(), UTC)
