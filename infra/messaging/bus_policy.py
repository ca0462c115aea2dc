"""The policy of the event bus: who may send events as the product, and as a source that counts."""

from collections.abc import Iterable, Mapping

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.settings.bus_statements import deny
from infra.settings.senders import SenderSettings
from vifshift.events.base import SOURCE

PRODUCT = "OnlyTheProductSendsAsItself"


class BusPolicy(Construct):
    """Denies each source to all but its principals; it lets nobody do anything.

    `senders` are the roles that send the product's own events.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.IEventBus,
        senders: Iterable[iam.IRole],
        settings: SenderSettings,
    ) -> None:
        super().__init__(scope, construct_id)
        self._bus = bus
        self._last: events.CfnEventBusPolicy | None = None
        if not settings.guards_bus:
            return
        self._add(PRODUCT, deny(SOURCE, [role.role_arn for role in senders]))
        for statement_id, statement in settings.statements.items():
            self._add(statement_id, statement)

    def _add(self, statement_id: str, statement: Mapping[str, object]) -> None:
        policy = events.CfnEventBusPolicy(
            self,
            statement_id,
            event_bus_name=self._bus.event_bus_name,
            statement_id=statement_id,
            statement={"Sid": statement_id, "Resource": self._bus.event_bus_arn, **statement},
        )
        # Each is a call that changes the whole policy: one after another.
        if self._last:
            policy.add_dependency(self._last)
        self._last = policy
