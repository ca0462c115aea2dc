"""The identity with which EventBridge delivers: a target's role, or the service itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from botocore.exceptions import ClientError

from simulator.core.context import CloudContext
from simulator.moto_ext.eventbridge.delivery_errors import DeliveryFailedError, from_client_error
from simulator.moto_ext.iam.authorizer import AccessDeniedError
from simulator.moto_ext.iam.callers import acting_as, service_principal

REFUSED = "NO_PERMISSIONS"


class Sender(NamedTuple):
    """A service that delivers something on behalf of a rule or a schedule's group."""

    service: str
    account: str
    on_behalf_of: str
    dead_letters_with_role: bool = False

    @contextmanager
    def delivering(self, context: CloudContext, role: str | None) -> Iterator[None]:
        """Deliver with the target's role, if it has one; raises `DeliveryFailedError`."""
        principal = service_principal(self.service, self.account, self.on_behalf_of)
        if role is not None:
            try:
                principal = context.authorizer.assume(
                    self.service, role, self.on_behalf_of, self.service
                )
            except AccessDeniedError as refused:
                raise DeliveryFailedError(REFUSED, str(refused)) from refused
        with acting_as(principal):
            yield

    @contextmanager
    def dead_lettering(self, context: CloudContext, role: str | None) -> Iterator[None]:
        """Send what was not delivered to its queue; what that does not take is lost.

        A rule's is sent by the service itself, a schedule's with its role (AWS: EventBridge user
        guide, "Using dead-letter queues"; Scheduler user guide, "Configuring a dead-letter queue").
        """
        try:
            with self.delivering(context, role if self.dead_letters_with_role else None):
                yield
        except ClientError as error:
            if from_client_error(error).code != REFUSED:
                raise
        except DeliveryFailedError as failed:
            if failed.code != REFUSED:
                raise
