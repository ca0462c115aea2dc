"""The errors that the API answers with."""


class ApiError(Exception):
    """An error as the client sees it: code, message, HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Refused(ApiError):
    """A business refusal; Direct Connect tells them apart by the message alone (inferred)."""

    def __init__(self, message: str) -> None:
        super().__init__("DirectConnectClientException", message)


class NoAnswer(Exception):
    """The client waits in vain: it sees a read timeout, and cannot know what happened."""

    code = "ReadTimeout"
