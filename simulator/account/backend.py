"""What is kept per account and Region; moto makes one when asked, and throws it away on reset."""

from types import ModuleType

from moto.core.base_backend import BackendDict, BaseBackend

from simulator.account.errors import Denied
from simulator.account.facts import AccountFacts, Action

HEALTH_REGION = "us-east-1"
"""Where the Health API is, whatever Region its events are about (Health user guide)."""


class SimulatedAccount(BaseBackend):
    """The facts of an account, as seen from one Region; nothing, until they are set."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.facts = AccountFacts()
        self.home_region = region_name

    @property
    def _url_module(self) -> ModuleType:
        from simulator.account import urls  # noqa: PLC0415 - it needs this module

        return urls

    def permit(self, action: Action) -> None:
        """Refuse an action that is denied."""
        if action in self.facts.denied:
            raise Denied(action, self.account_id)


# Named ssm for its list of Regions, since calendars are regional.
account_backends = BackendDict(SimulatedAccount, "ssm")


def load(account: str, region: str, facts: AccountFacts) -> None:
    """Say what an account holds: calendars in a Region, Health events for all of it."""
    regional = account_backends[account][region]
    central = account_backends[account][HEALTH_REGION]
    for backend in (regional, central):
        backend.facts = facts
        backend.home_region = region
