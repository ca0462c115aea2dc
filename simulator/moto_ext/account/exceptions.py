"""The errors that these APIs return."""

from http import HTTPStatus

from simulator.moto_ext.account.facts import AccountError, Action


class AccountApiError(Exception):
    """An error as the client sees it."""

    def __init__(
        self, code: str, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Denied(AccountApiError):
    """The caller has no permission for an action."""

    def __init__(self, action: Action, account: str) -> None:
        super().__init__(
            "AccessDeniedException",
            f"User: arn:aws:sts::{account}:assumed-role/simulator/simulator"
            f" is not authorized to perform: {action} because no identity-based policy allows"
            f" the {action} action",
        )


_MESSAGES = {
    AccountError.THROTTLING: "Rate exceeded",
    AccountError.INTERNAL: "An internal error has occurred",
    AccountError.INVALID_DOCUMENT: "The document does not exist",
}


def failure(error: AccountError, action: Action, account: str) -> AccountApiError:
    """Return the error that a fault stands for."""
    if error is AccountError.ACCESS_DENIED:
        return Denied(action, account)
    is_internal = error is AccountError.INTERNAL
    status = HTTPStatus.INTERNAL_SERVER_ERROR if is_internal else HTTPStatus.BAD_REQUEST
    return AccountApiError(error, _MESSAGES[error], status)
