"""The backend of an account and Region; moto creates it on demand, and drops it on reset."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from simulator.moto_ext.account.exceptions import AccountApiError, Denied, failure
from simulator.moto_ext.account.facts import AccountFacts, Action, AssumableRole

_IAM: Any = iam_backends
_POLICY: Final = "permissions"
HEALTH_REGION = "us-east-1"
"""Where Health is in the usual partition; out of it, it answers in the others as well."""


@dataclass(frozen=True)
class Assumption:
    """One call of AssumeRole."""

    at: datetime
    role_arn: str
    session_name: str
    external_id: str | None
    was_refused: bool
    policy: str | None = None
    source_identity: str | None = None


class SimulatedAccount(BaseBackend):
    """The facts of an account in one Region; nothing, until they are set.

    That of the Region of Health knows those of all Regions, as `worlds`, and which roles the
    account has asked for.
    """

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.facts = AccountFacts()
        self.worlds: dict[str, AccountFacts] = {}
        self.assumptions: list[Assumption] = []
        self._calls: Counter[Action] = Counter()

    @property
    def _url_module(self) -> ModuleType:
        from simulator.moto_ext.account import urls  # noqa: PLC0415 - it needs this module

        return urls

    def count_anew(self) -> None:
        """Count calls from now on."""
        self._calls.clear()

    def permit(self, action: Action) -> None:
        """Refuse an action that is denied in this Region, or fails."""
        self._permit(action, [self.facts])

    def recognize_in(self, partition: str) -> None:
        """Refuse a partition's endpoint to an account of another: it knows no such credentials."""
        if self.worlds and partition not in map(get_partition, self.worlds):
            raise AccountApiError(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            )

    def permit_in_all(self, action: Action) -> None:
        """Refuse an action of a central service that is denied in any Region, or fails."""
        self._permit(action, self.worlds.values())

    def _permit(self, action: Action, worlds: Iterable[AccountFacts]) -> None:
        self._calls[action] += 1
        for facts in worlds:
            if action in facts.denied:
                raise Denied(action, self.account_id)
            for fault in facts.account_faults:
                if fault.concerns(action, self._calls[action]):
                    raise failure(fault.error, action, self.account_id)


# Named ssm for its list of Regions, since calendars are regional.
account_backends = BackendDict(SimulatedAccount, "ssm")


def load(account: str, region: str, facts: AccountFacts) -> None:
    """Set what an account holds: calendars in a Region, Health events and roles everywhere."""
    there, everywhere = account_backends[account][region], account_backends[account][HEALTH_REGION]
    there.facts = facts
    everywhere.worlds[region] = facts
    there.count_anew()
    everywhere.count_anew()
    for role in facts.roles:
        if role.trust is not None:
            _make_role(role)


def assumptions(account: str) -> tuple[Assumption, ...]:
    """Return every call of AssumeRole that an account has made, oldest first."""
    return tuple(account_backends[account][HEALTH_REGION].assumptions)


def _make_role(role: AssumableRole) -> None:
    """Create a role in moto's IAM, or change it if it exists."""
    _, partition, _, _, account, name = role.arn.split(":", 5)
    path, _, name = name.removeprefix("role").rpartition("/")
    backend = _IAM[account][partition]
    if all(each.arn != role.arn for each in backend.roles.values()):
        backend.create_role(
            role_name=name,
            assume_role_policy_document=json.dumps(role.trust),
            path=f"{path}/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
        )
    found = backend.get_role(name)
    found.assume_role_policy_document = json.dumps(role.trust)
    backend.put_role_policy(name, _POLICY, json.dumps(role.permissions))
