"""moto's HTTP server on a thread of this process, with the same backends as everything else."""

import logging
import threading
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from simulator.cloud.guard import Guard


class MotoServer:
    """A server that clients outside of this process can reach.

    They must know `key`, or have credentials of a session; see `guard`.
    """

    def __init__(self, port: int = 0, key: str | None = None) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        application: Any = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler
        )
        self.port = self._server.server_port
        self._server.app = Guard(application, self.port, key)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        """Return the endpoint for clients."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer requests from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering requests, and release the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
