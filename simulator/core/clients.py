"""boto3 clients that reach moto's backends in this process, with or without a server."""

from functools import cached_property
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber

# Reading the service models from disk is most of what a client costs.
_LOADER = Loader(include_default_search_paths=True)


class Clients:
    """A cloud's own clients, one for each service and Region."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._stubber = BotocoreStubber()
        self._stubber.enabled = True
        self._cache: dict[tuple[str, str, bool], Any] = {}

    @cached_property
    def _session(self) -> Any:
        """The session of all clients; it is made for the first one, when it costs least.

        Any: the type stubs know each service by name alone.
        """
        core = botocore.session.Session()
        core.register_component("data_loader", _LOADER)
        core.set_config_variable("ignore_configured_endpoint_urls", True)
        return boto3.Session(
            aws_access_key_id="simulator",
            aws_secret_access_key="simulator",
            region_name=self._region,
            botocore_session=core,
        )

    def __contains__(self, client: object) -> bool:
        return any(client is own for own in self._cache.values())

    def get(self, service: str, region: str | None = None, *, validate: bool = True) -> Any:
        """Return a client that never opens a socket; validate=False skips botocore's checks."""
        key = (service, region or self._region, validate)
        if key not in self._cache:
            client = self._session.client(
                service,
                region_name=key[1],
                config=Config(
                    parameter_validation=validate,
                    retries={"total_max_attempts": 1},
                    s3={"addressing_style": "path"},
                    # moto's answers carry no checksums worth the work.
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
            )
            # botocore asks every handler, so moto's own one would send each request again.
            client.meta.events.unregister("before-send", botocore_stubber)
            client.meta.events.register("before-send", self._stubber)
            self._cache[key] = client
        return self._cache[key]


_CLIENTS: dict[str, Clients] = {}


def clients_for(account_id: str, region: str) -> Clients:
    """Return clients for a deployment; they reach whichever cloud this process runs."""
    key = f"{account_id}/{region}"
    if key not in _CLIENTS:
        _CLIENTS[key] = Clients(region)
    return _CLIENTS[key]
