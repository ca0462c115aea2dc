"""The claim of a request's id: whose it is, and who asks for the same again."""

from typing import Final

from pydantic import Field

from vifshift.domain.model import Model

ANOTHER_SENDER: Final = "CLAIMED_FOR_ANOTHER_SENDER"
"""The reason code of a duplicate that did not come from where the first request came from."""
NEXT_STEP: Final = (
    "Find out who has used this request id: it stands for one change. If both are meant, send this "
    "request again with an id of its own."
)


class RequestSender(Model):
    """Who sent a request by event, as EventBridge says."""

    source: str = Field(max_length=256)
    account: str = Field(max_length=12)


class Claimant(Model):
    """The execution that has claimed a request's id, and who had sent its request.

    `sender` is empty in a claim of an earlier release.
    """

    execution_arn: str
    sender: str = ""

    def is_of_another(self, sender: str) -> bool:
        """Return whether the claim is known to be for a request of another sender."""
        return bool(self.sender and sender) and self.sender != sender

    def message(self, request_id: str, sender: str) -> str:
        """Return which execution has claimed an id, and if that was for somebody else."""
        if not self.is_of_another(sender):
            return f"another execution has claimed request {request_id}"
        name = self.execution_arn.rpartition(":")[2]
        return (
            f"request {request_id} was claimed by execution {name}, for {self.sender}, "
            f"and is now asked for by {sender}"
        )
