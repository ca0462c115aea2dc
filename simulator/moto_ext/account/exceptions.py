"""The errors that these APIs return."""

from simulator.moto_ext.account.facts import Action


class AccountApiError(Exception):
    """An error as the client sees it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Denied(AccountApiError):
    """The caller has no permission for an action."""

    def __init__(self, action: Action, account: str) -> None:
        super().__init__(
            "AccessDeniedException",
            f"User: arn:aws:sts::{account}:assumed-role/simulator/simulator"
            f" is not authorized to perform: {action} because no identity-based policy allows"
            f" the {action} action",
        )
