"""The local cloud for any AWS client: the real CDK CLI, the AWS CLI, a script."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from simulator.cloud.deployment import deploy
from simulator.cloud.repairs import is_fast, left_out, repair_all
from simulator.cloud.server import MotoServer
from simulator.core.clients import Clients
from simulator.core.context import CloudContext
from simulator.core.patches import Patches
from simulator.moto_ext.awslambda.process_runtime import ProcessRuntime
from simulator.moto_ext.iam.authorizer import Authorizer
from simulator.moto_ext.iam.journal import Journal
from simulator.virtual_time import backends as moto_wide
from simulator.virtual_time.real_clock import RealClock


class Endpoint(str):
    """The URL of a served cloud; only who knows its key is answered."""

    account: str
    region: str
    key: str

    def environment(self) -> dict[str, str]:
        """Return the variables to export, so that AWS clients talk to this cloud."""
        port = self.rsplit(":", 1)[-1]
        return {
            "AWS_ENDPOINT_URL": str(self),
            "AWS_ENDPOINT_URL_S3": str(self),
            # The CDK CLI hands S3 URLs to CloudFormation, which must be path-style ones.
            "AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION": f"http://localhost:{port}",
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": "simulator",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }


def _nothing() -> None:
    """Prepare nothing."""


@contextmanager
def serve(
    port: int = 5055,
    account: str = "111122223333",
    region: str = "eu-central-1",
    before: Callable[[], None] = _nothing,
    stack: tuple[Path, str] | None = None,
) -> Iterator[Endpoint]:
    """Serve a cloud in real time until the block ends; port 0 means any free port.

    `before` runs when the backends are empty and repaired, and before any request is answered; so
    is the `stack` deployed, given as its assembly and its name.
    """
    clock = RealClock()
    journal = Journal()
    with Patches(left_out(speed=is_fast())) as patches:
        context = CloudContext(
            account=account,
            region=region,
            clock=clock,
            random=Random(),
            clients=Clients(region),
            patches=patches,
            journal=journal,
            authorizer=Authorizer(journal, account),
            speed=is_fast(),
        )
        moto_wide.reset_backends()
        patches.on_undo(moto_wide.reset_backends)
        key = f"simulator-{secrets.token_hex(16)}"
        server = MotoServer(port, key)
        patches.on_undo(clock.close)
        patches.set_item(os.environ, "MOTO_PORT", str(server.port))
        repair_all(context, ProcessRuntime(context, lambda: server.url))
        before()
        if stack:
            deploy(context, *stack)
        server.start()
        patches.on_undo(server.stop)
        endpoint = Endpoint(server.url)
        endpoint.account, endpoint.region, endpoint.key = account, region, key
        yield endpoint
