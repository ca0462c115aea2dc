"""One client for all the Lambdas of a cloud that ask for the same one.

Each container makes clients of its own, and each run begins with new containers. A client costs
more than a hundred of its calls here, and keeps nothing from one call to the next: handlers use
clients that never retry, and register nothing with them.
"""

from typing import Any, Final
from weakref import WeakKeyDictionary

import boto3.session
from botocore.config import Config

from simulator.core.context import CloudContext
from simulator.core.repairs import speed

REPAIRS: Final = (
    speed(
        "boto3.session:Session.client",
        costs="botocore reads a service's endpoints and copies all its hooks for each client.",
        test="moto_speed/test_shared_clients.py::test_a_session_makes_a_client_once",
    ),
)

_NEVER_RETRIES: Final = 1


def repair(context: CloudContext) -> None:
    """Let a session return the client that it has made before, if nothing differs."""
    made: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()
    session: Any = boto3.session.Session
    make = session.client

    def client(
        self: Any, service: str, region_name: str | None = None, *args: Any, **options: Any
    ) -> Any:
        config = options.get("config")
        if args or options.keys() != {"config"} or not _never_retries(config):
            return make(self, service, region_name, *args, **options)
        known = made.setdefault(self, {})
        # The configuration is kept, so that its id is not another one's later.
        key = service, region_name, id(config)
        if key not in known:
            known[key] = config, make(self, service, region_name, config=config)
        return known[key][1]

    context.patches.set(boto3.session.Session, "client", client)


def _never_retries(config: Config | None) -> bool:
    retries: dict[str, Any] = getattr(config, "retries", None) or {}
    return retries.get("total_max_attempts") == _NEVER_RETRIES
