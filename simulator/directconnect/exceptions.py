"""The errors that the API returns."""


class ApiError(Exception):
    """An error as the client sees it: code, message, HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Refused(ApiError):
    """A refusal; Direct Connect's differ in their message alone (inferred)."""

    def __init__(self, message: str) -> None:
        super().__init__("DirectConnectClientException", message)


class NoAnswer(Exception):
    """There is no response: the client sees a read timeout, and can't know what happened."""

    code = "ReadTimeout"
